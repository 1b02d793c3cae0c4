// Every word the user sees, in English.
import type { Listener } from "../live/api";

export const text = {
  product: "Cordboard",
  tagline: "The phone system of this office",
  state: {
    asking: "Asking the phone system…",
    told: "Ready for calls",
    locked: "Please sign in",
    unreachable: "The phone system does not answer",
  },
  unreachableHelp: "This page tries again by itself. Calls that are running may still be fine.",
  facts: {
    phones: (count: number) => (count === 1 ? "phone is connected" : "phones are connected"),
    calls: (count: number) => (count === 1 ? "call right now" : "calls right now"),
    people: (count: number) => (count === 1 ? "person" : "people"),
  },
  next: {
    heading: "What to do next",
    addPeople: "Add the first people",
    addPeopleWhy: "Each person gets a short number that others dial.",
    addPhone: "Connect a phone",
    addPhoneWhy: "The command prints what to type into the phone: server, user name and password.",
    connectPhone: "Type it into any SIP phone or softphone",
    connectPhoneWhy: "It shows up here within seconds of being saved.",
    call: "Make the first call",
    callWhy: "Connect a second phone the same way and dial its number from the first.",
    commands: {
      addPeople: 'cordboardctl person add "Anna" --extension 101',
      addPhone: 'cordboardctl device add 101 "Desk phone"',
    },
    done: "done",
  },
  people: {
    heading: "People",
    none: "Nobody yet. People you add appear here with their numbers.",
    locked: "The list of people is shown once you have signed in.",
  },
  addresses: {
    heading: "Where phones connect",
    none: "No address is open for phones.",
    onlyHere:
      "Only programs on this computer can connect so far. Start the engine with an address of your network to let desk phones in.",
    transport: (listener: Listener) => listener.transport.toUpperCase(),
  },
  footer: (version: string, uptime: string) => `Version ${version} · running for ${uptime}`,
  uptime,
};

/** Two units at most: nobody cares for the seconds of a day. */
function uptime(seconds: number): string {
  const units: [string, number][] = [
    ["day", 86_400],
    ["hour", 3_600],
    ["minute", 60],
    ["second", 1],
  ];
  const first = Math.max(
    0,
    units.findIndex(([, size]) => seconds >= size),
  );
  let left = Math.floor(seconds);
  const said: string[] = [];
  for (const [name, size] of seconds < 1 ? units.slice(-1) : units.slice(first, first + 2)) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0 || said.length === 0) said.push(`${count} ${name}${count === 1 ? "" : "s"}`);
  }
  return said.join(" ");
}
