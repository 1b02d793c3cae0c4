// The board by keyboard alone: what is typed and pressed is asked of the engine.
import { act, cleanup, render, screen, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Role, State } from "../../bindings/api";
import { useSession } from "../../live/session";
import { forget, takeIn } from "../../live/store";
import { useToasts } from "../../live/toasts";
import { expectAccessible } from "../../testing/accessible";
import { flowView, queue } from "../../testing/flows";
import { party, person, ringing, state, talking, waiting } from "../../testing/office";
import { startText } from "../../text";
import Board from ".";
import Wall from "./wall";

const own = person(1, "Dana Reception");
const ben = person(2, "Ben Kraft", { team: "Support" });
const benno = person(3, "Benno Vogt", { team: "IT", wants: { state: "away", note: "Lunch", until: null } });
const bea = person(4, "Bea Lang", { extension: null });

type Asked = { method: string; path: string; body: unknown };
let asked: Asked[] = [];

beforeAll(() => {
  startText("en");
  // The rows in view are those that fit: a page without layout has to be given a height.
  Object.defineProperty(HTMLElement.prototype, "clientHeight", { configurable: true, value: 800 });
  Object.defineProperty(HTMLElement.prototype, "clientWidth", { configurable: true, value: 1000 });
});

beforeEach(() => {
  asked = [];
  vi.stubGlobal("CSS", { escape: (text: string) => text.replace(/[^\w-]/g, "\\$&") });
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    asked.push({ method: init.method ?? "GET", path, body: JSON.parse(String(init.body)) });
    return Response.json({ call: 9 });
  });
});

afterEach(() => {
  cleanup();
  forget();
  useToasts.setState({ toasts: [] });
  vi.unstubAllGlobals();
});

function open(rest: Partial<State> = {}, role: Role = "receptionist", self: number | null = own.id) {
  useSession.setState({
    state: "signedIn",
    session: { user: 1, name: "dana", role, person: self, remote: false },
  });
  takeIn({
    type: "snapshot",
    epoch: "e",
    seq: 1,
    now: Date.now(),
    state: state({ people: [own, ben, benno, bea], ...rest }),
  });
  render(<Board />);
  return userEvent.setup({ delay: null });
}

test("who is parked is shown at their slot, is got back with a click, and the slot is no longer free", async () => {
  const parked = {
    ...talking(5, party(ben), benno),
    parked: { slot: 71, who: party(ben), by: party(benno), since: 0 },
  };
  const office = { ...state({}).office, parking: { first: 70, slots: 3 } };
  const keys = open({ office, calls: [parked] } as Partial<State>);
  const strip = screen.getByRole("region", { name: "Parked" });
  expect(strip.textContent).toContain("71Ben Kraft");
  const free = [...strip.querySelectorAll("[data-drop-slot]")].map((slot) => slot.textContent);
  expect(free).toEqual(["70", "72"]);
  await keys.click(within(strip).getByRole("button", { name: /Ben Kraft/ }));
  expect(asked.at(-1)?.path).toMatch(/calls\/5\//);
});

describe("listening in", () => {
  const talk = talking(5, party("+49891234"), benno);
  const listening = { ...state({}).office, listening: true };

  test("an administrator hears a talk of others, then whispers to the colleague, not to the caller outside", async () => {
    const keys = open({ office: listening, calls: [talk] }, "admin");
    await keys.click(screen.getByRole("button", { name: /Benno Vogt/, pressed: false }));
    await keys.click(screen.getByRole("button", { name: "Listen in" }));
    expect(asked.at(-1)).toEqual({
      method: "POST",
      path: "/api/calls/5/listen",
      body: { person: 1, how: "hears" },
    });
    act(() =>
      takeIn({
        type: "snapshot",
        epoch: "e",
        seq: 2,
        now: Date.now(),
        state: state({
          people: [own, ben, benno, bea],
          office: listening,
          calls: [{ ...talk, listeners: [{ party: party(own), how: "hears" }] }],
        } as Partial<State>),
      }),
    );
    expect(screen.getAllByText("Dana Reception listens in").length).toBeGreaterThan(0);
    const group = within(screen.getByRole("group", { name: "How you take part" }));
    const ways = group.getAllByRole("button");
    expect(ways.map((way) => way.textContent)).toEqual(["Listen", "Whisper to Benno Vogt", "Talk with both"]);
    expect(ways.map((way) => way.getAttribute("aria-pressed"))).toEqual(["true", "false", "false"]);
    await keys.click(group.getByRole("button", { name: "Whisper to Benno Vogt" }));
    expect(asked.at(-1)?.body).toEqual({ person: 1, how: "whispersToCallee" });
  });

  test("who goes by keys from hearing to talking whispers to nobody on the way", async () => {
    const heard = { ...talk, listeners: [{ party: party(own), how: "hears" }] };
    const keys = open({ office: listening, calls: [heard] } as Partial<State>, "admin");
    await keys.click(screen.getByRole("button", { name: /Benno Vogt/, pressed: false }));
    screen.getByRole("button", { name: "Listen" }).focus();
    await keys.keyboard("{ArrowRight}{Tab}{Tab}");
    expect(asked).toEqual([]);
    await keys.keyboard("{Enter}");
    expect(asked.map(({ body }) => body)).toEqual([{ person: 1, how: "talks" }]);
  });

  test("who has not said who they are is told to, instead of being offered nothing", async () => {
    const keys = open({ office: listening, calls: [talk] }, "owner", null);
    await keys.click(screen.getByRole("button", { name: /Benno Vogt/, pressed: false }));
    await keys.click(screen.getByRole("button", { name: "Listen in" }));
    expect(asked).toEqual([]);
    expect(useToasts.getState().toasts.map(({ text }) => text)).toEqual([
      "Choose who you are first, at the foot of the calls.",
    ]);
  });

  test.each([
    ["the reception", { office: listening }, "receptionist"],
    ["an office that does not allow it", {}, "admin"],
    ["one's own talk", { office: listening, calls: [talking(5, party(own), benno)] }, "admin"],
  ] as const)("is not offered to %s", async (_, rest, role) => {
    const keys = open({ calls: [talk], ...rest } as Partial<State>, role);
    const call = screen
      .getAllByRole("button", { pressed: false })
      .find((each) => each.classList.contains("call-choose"));
    if (call) await keys.click(call);
    expect(screen.getByRole("button", { name: "Hang up" })).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Listen in" })).toBeNull();
  });
});

describe("who waits in a queue", () => {
  const flows = [flowView(7, "Support", { queue: queue() }), flowView(8, "Billing", { queue: queue() })];
  const first = waiting(1, party("+49891"), 7, 5000);
  const second = waiting(2, party("+49892"), 7, 9000);
  const urgent = waiting(3, party("+49893"), 7, 9500, 3);
  const billed = waiting(4, party("+49894"), 8, 8000);
  /** An agent's phone rings for them. */
  const offered = { ...first, state: "ringing", ringing: ringing(1, party("1"), ben).ringing } as const;
  const rows = (group: HTMLElement) => within(group).getAllByRole("listitem");

  test("stands with their queue as they are served, and nowhere else", async () => {
    const talk = talking(5, party("+49895"), benno);
    open({ flows, calls: [second, talk, offered, billed, urgent] } as Partial<State>);
    const section = screen.getByRole("region", { name: "Waiting" });
    const headings = within(section).getAllByRole("heading", { level: 3 });
    expect(headings.map(({ textContent }) => textContent)).toEqual([
      expect.stringMatching(/^Billing · 1 waiting · longest \d+:\d\d/),
      expect.stringMatching(/^Support · 3 waiting · longest \d+:\d\d/),
    ]);
    const [, support] = within(section).getAllByRole("list");
    expect(rows(support as HTMLElement).map(({ textContent }) => textContent)).toEqual([
      expect.stringMatching(/^1Place 1\+49893.*no phone rings yet$/),
      expect.stringMatching(/^2Place 2\+49891.*rings at Ben Kraft$/),
      expect.stringMatching(/^3Place 3\+49892.*no phone rings yet$/),
    ]);
    expect(screen.queryByRole("heading", { name: /Incoming/ })).toBeNull();
    expect(screen.getByRole("heading", { name: /Active/ }).textContent).toBe("Active 1");
    expect(document.querySelectorAll(".call-choose")).toHaveLength(5);
    await expectAccessible();
  });

  test("is answered here, and can be let go of", async () => {
    const keys = open({ flows, calls: [first, second] } as Partial<State>);
    await keys.click(screen.getByRole("button", { name: /\+49892/ }));
    // They talk with nobody who could be recorded or parked.
    const acts = within(document.querySelector(".call-acts") as HTMLElement).getAllByRole("button");
    expect(acts.map(({ textContent }) => textContent)).toEqual(["Answer here", "Hang up"]);
    await expectAccessible();
    await keys.click(screen.getByRole("button", { name: "Answer here" }));
    expect(asked).toEqual([{ method: "POST", path: "/api/calls/2/take-over", body: { person: 1 } }]);
    await keys.keyboard("{F4}");
    expect(asked.at(-1)?.path).toBe("/api/calls/2/hang-up");
  });

  test("is brought to the person found, by keys or by the menu", async () => {
    const internal = waiting(6, party(benno), 7, 1000);
    const keys = open({ flows, calls: [internal] } as Partial<State>);
    await keys.keyboard("{Control>}{ArrowDown}{/Control}ben{Enter}");
    expect(asked).toEqual([{ method: "POST", path: "/api/calls/6/take-over", body: { person: 2 } }]);
    await keys.keyboard("{Control>}{ArrowDown}{/Control}ben kraft{Shift>}{F10}{/Shift}");
    await keys.click(await screen.findByRole("menuitem", { name: /^Bring Benno Vogt to Ben Kraft/ }));
    expect(asked).toHaveLength(2);
    expect(asked[1]).toEqual(asked[0]);
  });

  test("F2 answers what rings, and whoever is next in a queue when nothing does", async () => {
    const rings = ringing(8, party("2"), ben, 9900);
    const keys = open({ flows, calls: [first, urgent, rings] } as Partial<State>);
    await keys.keyboard("{F2}");
    act(() => {
      takeIn({ type: "changes", seq: 2, now: Date.now(), changes: [{ kind: "call", id: 8, value: null }] });
    });
    await keys.keyboard("{F2}");
    expect(asked.map(({ path }) => path)).toEqual(["/api/calls/8/take-over", "/api/calls/3/take-over"]);
  });

  test("comes first by keys; the arrows go on to the other calls", async () => {
    const keys = open({ flows, calls: [ringing(8, party("2"), ben, 1000), first] } as Partial<State>);
    const calls = [...document.querySelectorAll<HTMLElement>(".call-choose")];
    expect(calls.map((call) => call.tabIndex)).toEqual([0, -1]);
    calls[0]?.focus();
    await keys.keyboard("{ArrowDown}{ArrowDown}");
    expect(document.activeElement).toBe(calls[1]);
    expect(screen.getByText("Call chosen: 2")).toBeTruthy();
  });

  test("is told to wait where people stand; once they are answered nobody waits", () => {
    const internal = waiting(6, party(benno), 7, 1000);
    const people = [own, ben, { ...benno, doing: "talking" }, bea];
    open({ flows, people, calls: [internal] } as Partial<State>);
    const row = screen
      .getAllByText("Benno Vogt")
      .map((name) => name.closest("[role=row]"))
      .find(Boolean);
    expect(row?.textContent).toContain("Waiting in Support");
    act(() => {
      const value = { ...internal, waits: null, with: party(ben) };
      takeIn({ type: "changes", seq: 2, now: Date.now(), changes: [{ kind: "call", id: 6, value }] });
    });
    expect(screen.queryByRole("region", { name: "Waiting" })).toBeNull();
    expect(row?.textContent).toContain("with Ben Kraft");
  });

  test("counts on the wall, with how long they have waited", () => {
    vi.stubGlobal(
      "ResizeObserver",
      class {
        observe() {}
        disconnect() {}
      },
    );
    const now = Date.now();
    const since = (call: typeof first, at: number) => ({ ...call, waits: { ...urgent.waits, since: at } });
    const calls = [since(first, now - 100_000), ringing(8, party("2"), ben, now - 20_000)];
    takeIn({ type: "snapshot", epoch: "e", seq: 1, now, state: state({ people: [ben], calls } as never) });
    render(<Wall />);
    const figures = [...document.querySelectorAll(".wall-figures > div")];
    expect(figures.map(({ textContent }) => textContent).slice(0, 3)).toEqual([
      "2waiting",
      expect.stringMatching(/^1:4\dlongest wait$/),
      "0calls going on",
    ]);
  });
});

test("a name typed anywhere finds the person, says so, and Enter calls them", async () => {
  const keys = open();
  await keys.keyboard("ben");
  expect(screen.getByText("Ben Kraft, 102, Support, Free, 1 of 2")).toBeTruthy();
  await keys.keyboard("{Enter}");
  expect(asked).toEqual([{ method: "POST", path: "/api/calls", body: { person: 1, to: "102" } }]);
});

test("with a call of one's own up, Enter hands the caller to the person found", async () => {
  const keys = open({ calls: [talking(7, party("+49891234"), own)] });
  await keys.keyboard("benno{Enter}");
  expect(asked).toEqual([
    { method: "POST", path: "/api/calls/7/transfer", body: { keep: "caller", to: "103" } },
  ]);
});

test("when one called somebody oneself, it is the callee who is handed over", async () => {
  const keys = open({ calls: [talking(7, party(own), ben)] });
  await keys.keyboard("benno{Enter}");
  expect(asked[0]?.body).toEqual({ keep: "callee", to: "103" });
});

test("a ringing call that is chosen rings at the person found instead", async () => {
  const keys = open({ calls: [ringing(8, party("+49891234"), ben)] });
  await keys.keyboard("{Control>}{ArrowDown}{/Control}");
  expect(screen.getByText("Call chosen: +49891234")).toBeTruthy();
  await keys.keyboard("benno{Enter}");
  expect(asked).toEqual([{ method: "POST", path: "/api/calls/8/take-over", body: { person: 3 } }]);
});

test("F2 takes over the call that has waited longest", async () => {
  const keys = open({ calls: [ringing(8, party("2"), ben, 2000), ringing(9, party("1"), benno, 1000)] });
  await keys.keyboard("{F2}");
  expect(asked).toEqual([{ method: "POST", path: "/api/calls/9/take-over", body: { person: 1 } }]);
});

test("F4 hangs up the current call", async () => {
  const keys = open({ calls: [talking(7, party("+49891234"), own)] });
  await keys.keyboard("{F4}");
  expect(asked.map(({ path }) => path)).toEqual(["/api/calls/7/hang-up"]);
});

test("Esc clears the search, then lets go of the call: Enter calls again", async () => {
  const keys = open({ calls: [talking(7, party("+49891234"), own)] });
  await keys.keyboard("ben{Escape}");
  expect(screen.getByRole("combobox", { name: "Find a person" })).toHaveProperty("value", "");
  await keys.keyboard("{Escape}ben{Enter}");
  expect(asked.map(({ path }) => path)).toEqual(["/api/calls"]);
});

test("somebody without a number cannot be called, and the reason is told", async () => {
  const keys = open();
  await keys.keyboard("bea{Enter}");
  expect(asked).toEqual([]);
  expect(useToasts.getState().toasts[0]?.text).toContain("Bea Lang has no number yet");
});

test("the arrows walk through the people, and stop at the ends", async () => {
  const keys = open();
  await keys.keyboard("ben{ArrowDown}{ArrowDown}{ArrowDown}");
  expect(screen.getByText("Benno Vogt, 103, IT, Away, 2 of 2")).toBeTruthy();
});

test("three facts stand beside each name", () => {
  open();
  const row = screen.getByText("Benno Vogt").closest("[role=row]");
  expect(row?.textContent).toContain("Away · Lunch");
  expect(row?.textContent).toContain("No call");
  expect(row?.textContent).toContain("Reachable");
});

test("a row follows what happens to its person", () => {
  open();
  act(() => {
    const call = ringing(8, party("+49891234"), ben);
    takeIn({
      type: "changes",
      seq: 2,
      now: Date.now(),
      changes: [
        { kind: "person", id: 2, value: { ...ben, doing: "ringing" } },
        { kind: "call", id: 8, value: call },
      ],
    });
  });
  const row = screen.getByText("Ben Kraft").closest("[role=row]");
  expect(row?.textContent).toContain("Ringing from +49891234");
});

test("a name that looks like a page stays a name", () => {
  open({ people: [own, person(5, '<img src=x onerror="alert(1)">')] });
  expect(screen.getByText('<img src=x onerror="alert(1)">')).toBeTruthy();
  expect(document.querySelector("img[src=x]")).toBeNull();
});

test("Tab leads to one call, and the arrows from there to the others", async () => {
  const keys = open({ calls: [ringing(8, party("2"), ben, 1000), talking(9, party("1"), benno, 2000)] });
  const calls = () => [...document.querySelectorAll<HTMLElement>(".call-choose")];
  expect(calls().map((call) => call.tabIndex)).toEqual([0, -1]);
  calls()[0]?.focus();
  await keys.keyboard("{ArrowDown}{ArrowDown}");
  expect(document.activeElement).toBe(calls()[1]);
  expect(screen.getByText("Call chosen: 1")).toBeTruthy();
});
