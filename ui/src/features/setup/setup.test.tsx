// The wizard by its keys: from the first step to the board.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { Route } from "wouter";
import type { Change, DeviceView, FlowAdded, Health } from "../../bindings/api";
import { api, Refused } from "../../live/api";
import { useSession } from "../../live/session";
import { forget, takeIn, useLive } from "../../live/store";
import { forgetSteps } from "../../live/undo";
import { person, state } from "../../testing/office";
import { startText } from "../../text";
import { flowsApi } from "../flows/api";
import Setup from ".";
import { hasStep, keepStep, stepToResume } from "./steps";

const health = (firewall: "ok" | "warning"): Health => ({
  checkedAt: 0,
  checks: [
    { id: "network", state: "ok", finding: "ok", facts: {} },
    { id: "firewall", state: firewall, finding: "mayBlock", facts: { program: "ufw", ports: ["5060/udp"] } },
  ],
});
// The engine proposes a name, which typing replaces.
const office = {
  ...state({}).office,
  name: "My office",
  setUp: false,
  // Shown with the office, and changed elsewhere.
  parking: { first: 70, slots: 10 },
  accent: "#1497a5",
};
const phone: DeviceView = {
  id: 7,
  revision: 1,
  person: 1,
  label: "Desk phone",
  user: "ana-7",
  maxContacts: 5,
  media: "auto",
  online: null,
  lastSeen: null,
  codec: null,
};
const online = { address: "192.0.2.7:5060", transport: "udp", userAgent: "Desk 1", since: 1 };

let seq = 1;
function feed(...changes: Change[]): void {
  seq += 1;
  act(() => void takeIn({ type: "changes", seq, now: Date.now(), changes }));
}

beforeAll(() => {
  startText("en");
  Element.prototype.scrollIntoView ??= () => undefined;
});

beforeEach(() => {
  seq = 1;
  localStorage.clear();
  history.replaceState(null, "", "/setup");
  useSession.setState({
    state: "signedIn",
    session: { user: null, name: "", role: "owner", person: null, remote: false },
  });
  takeIn({
    type: "snapshot",
    epoch: "e",
    seq,
    now: Date.now(),
    state: state({ office, people: [], devices: [] }),
  });
  vi.spyOn(api, "health").mockResolvedValue(health("ok"));
  vi.spyOn(api, "setup").mockResolvedValue({
    finished: false,
    country: "DE",
    timeZone: "Europe/Berlin",
    timeZones: ["Europe/Berlin", "UTC"],
    countries: ["DE", "US"],
    languages: ["en", "de"],
  });
});

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  forgetSteps();
  forget();
});

function open() {
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <Route path="/setup/*?">
        <Setup />
      </Route>
    </QueryClientProvider>,
  );
  return userEvent.setup();
}
const START = { id: "n_start", type: "entry", position: { x: 0, y: 0 }, data: { kind: "entry" } };
const ROOM = { ...START, data: { kind: "conference", room: "?room" } };
const EMPTY = {
  schemaVersion: 1 as const,
  id: "flow_main",
  name: "Main",
  entry: "n_start",
  settings: {},
  variables: [],
  nodes: [START],
  edges: [],
  frames: [],
};
const heading = (name: RegExp) => screen.findByRole("heading", { level: 1, name });

test("Enter leads from a ready computer over name, people and phone to a watched call", async () => {
  const keys = open();
  await screen.findByText("Everything is ready.");
  await keys.keyboard("{Enter}");

  await heading(/Your office/);
  const editOffice = vi.spyOn(api, "editOffice").mockResolvedValue({ ...office, name: "Reed & Sons" });
  await keys.keyboard("Reed & Sons{Enter}");
  expect(editOffice).toHaveBeenCalledWith(
    office.revision,
    expect.objectContaining({ name: "Reed & Sons", country: "DE", timeZone: "Europe/Berlin" }),
  );
  const sent = Object.keys(editOffice.mock.calls[0]?.[1] ?? {});
  expect(sent.filter((field) => ["revision", "setUp", "parking", "accent"].includes(field))).toEqual([]);

  await heading(/Who works here/);
  const ana = person(1, "Ana");
  const addPeople = vi.spyOn(api, "addPeople").mockImplementation(async () => {
    feed({ kind: "person", id: 1, value: ana });
    return [ana];
  });
  await keys.keyboard("Ana 101{Control>}{Enter}{/Control}");
  expect(addPeople).toHaveBeenCalledWith({
    people: [{ name: "Ana", extension: "101", team: "", ringSeconds: null }],
  });

  await heading(/The first phone/);
  vi.spyOn(api, "addDevice").mockImplementation(async () => {
    feed({ kind: "device", id: 7, value: phone });
    const login = { user: "ana-7", authUser: "ana-7", password: "pass-word", domain: null, qr: "<svg/>" };
    return {
      device: phone,
      login: { ...login, server: "192.0.2.1", port: 5060, transport: "udp", ways: [] },
    };
  });
  await keys.keyboard("{Enter}");
  expect(await screen.findByText("pass-word")).toBeTruthy();
  expect(screen.getByTestId("registration").dataset.state).toBe("waiting");
  feed({ kind: "device", id: 7, value: { ...phone, online, lastSeen: 1 } });
  expect(screen.getByTestId("registration").dataset.state).toBe("registered");
  await keys.keyboard("{Enter}");

  await heading(/The test call/);
  expect(screen.getByTestId("dial").textContent).toBe("*43");
  const from = { person: 1, device: 7, name: "Ana", number: "101", outside: false, line: null };
  const call = { id: 9, from, dialled: "*43", with: null, ringing: [], heldBy: null, startedAt: 1 };
  feed({
    kind: "call",
    id: 9,
    value: { ...call, state: "ringing", media: null, recording: "off", answeredAt: null },
  });
  expect(screen.getByTestId("stage-dialled").dataset.state).toBe("done");
  feed({
    kind: "call",
    id: 9,
    value: { ...call, state: "talking", media: "relayed", recording: "off", answeredAt: 2 },
  });
  expect(screen.getByTestId("stage-sound").dataset.state).toBe("done");
  feed({ kind: "call", id: 9, value: null });
  expect(screen.getByText(/The test call worked/)).toBeTruthy();
  await keys.click(screen.getByTestId("heard-yes"));
  const document = {
    ...EMPTY,
    nodes: [{ ...START, data: { kind: "timeCondition", schedule: "?schedule" } }],
  };
  const template = { id: "hoursMenu", name: "Hours, then a menu", sentence: "Says when.", document };
  vi.spyOn(flowsApi, "templates").mockResolvedValue([
    template,
    // Nobody can be led into a room the office has not.
    { ...template, id: "conference", name: "Rooms", document: { ...EMPTY, nodes: [ROOM] } },
  ]);
  await keys.keyboard("{Enter}");

  await heading(/What do callers meet/);
  expect(await screen.findByText("Hours, then a menu")).toBeTruthy();
  expect(screen.queryByText("Rooms")).toBeNull();
  const read = vi.spyOn(api, "readHours").mockResolvedValue({ weekly: [], said: "" });
  const add = vi.spyOn(flowsApi, "add").mockResolvedValue({ id: 3, schedule: null } as FlowAdded);
  vi.spyOn(flowsApi, "draft").mockResolvedValue({ document, seq: 5, history: { steps: [], cursor: 0 } });
  const publish = vi.spyOn(flowsApi, "publish").mockResolvedValue({ id: 3 } as FlowAdded);
  const finish = vi.spyOn(api, "finishSetup").mockResolvedValue(undefined);
  await keys.keyboard("{Enter}");
  await vi.waitFor(() => expect(publish).toHaveBeenCalledWith(3, expect.objectContaining({ seq: 5 })));
  expect(read).toHaveBeenCalledWith("Mon-Fri 09:00-17:00", "en");
  expect(add).toHaveBeenCalledWith({ name: "Hours, then a menu", number: "600", template: "hoursMenu" });

  await heading(/can telephone/);
  expect(finish).toHaveBeenCalledOnce();
  await keys.keyboard("{Enter}");
  expect(location.pathname).toBe("/board");
});

test("a doubt about this computer says what callers notice and what to do, and holds nobody up", async () => {
  vi.spyOn(api, "health").mockResolvedValue(health("warning"));
  const keys = open();
  expect(await screen.findByText(/1 thing to look at/)).toBeTruthy();
  expect(screen.getByText(/Phones may not connect.*Allow these ports in the firewall: 5060/)).toBeTruthy();
  expect(screen.getByText(/A firewall \(ufw\) may keep phones out/)).toBeTruthy();
  await keys.keyboard("{Enter}");
  await heading(/Your office/);
});

test("an office without a name is asked for one", async () => {
  history.replaceState(null, "", "/setup/office");
  const editOffice = vi.spyOn(api, "editOffice");
  const keys = open();
  await screen.findByLabelText("What is the office called?");
  await keys.keyboard("{Backspace}{Enter}");
  expect(await screen.findByText(/Please enter a name/)).toBeTruthy();
  expect(editOffice).not.toHaveBeenCalled();
});

test("a list with a mistake adds nobody", async () => {
  history.replaceState(null, "", "/setup/people");
  const addPeople = vi.spyOn(api, "addPeople");
  const keys = open();
  await heading(/Who works here/);
  await keys.keyboard("Ana 101{Enter}Ben 101");
  expect(screen.getByText("101 is in line 1 as well.")).toBeTruthy();
  await keys.keyboard("{Control>}{Enter}{/Control}");
  expect(addPeople).not.toHaveBeenCalled();
});

test("a list the engine refuses keeps what was typed and names the line", async () => {
  history.replaceState(null, "", "/setup/people");
  const said = {
    type: "",
    title: "",
    status: 409,
    detail: "taken by a group",
    field: "people[0].extension",
    code: "x",
  };
  vi.spyOn(api, "addPeople").mockRejectedValue(new Refused(409, said));
  const keys = open();
  await heading(/Who works here/);
  await keys.keyboard("Ana 101{Control>}{Enter}{/Control}");
  expect(await screen.findByText("taken by a group")).toBeTruthy();
  expect(screen.getByDisplayValue("Ana 101")).toBeTruthy();
});

test("a refused phone says why while one types into it", async () => {
  takeIn({
    type: "snapshot",
    epoch: "e",
    seq,
    now: Date.now(),
    state: state({ office, people: [person(1, "Ana")], devices: [] }),
  });
  history.replaceState(null, "", "/setup/phone");
  vi.spyOn(api, "addDevice").mockResolvedValue({
    device: phone,
    login: {
      user: "ana-7",
      authUser: "ana-7",
      password: "pass-word",
      domain: null,
      server: "192.0.2.1",
      port: 5060,
      transport: "udp",
      ways: [],
      qr: "",
    },
  });
  const keys = open();
  await heading(/The first phone/);
  await keys.keyboard("{Enter}");
  await screen.findByText("pass-word");
  const refusal = { id: "l", since: 1, severity: "warning", what: "loginRefused", user: "ana-7" } as const;
  const about = {
    address: "192.0.2.7",
    device: 7,
    person: 1,
    reason: "wrongPassword",
    times: 1,
    last: 1,
  } as const;
  feed({ kind: "attention", id: "l", value: { ...refusal, ...about } });
  expect(screen.getByTestId("registration").dataset.state).toBe("refused");
  expect(screen.getByText(/sends a password that does not match/)).toBeTruthy();
  const forgive = vi.spyOn(api, "forgiveAttention").mockResolvedValue(undefined);
  await keys.click(screen.getByRole("button", { name: "Let it try again" }));
  expect(forgive).toHaveBeenCalledWith("l");
  feed({ kind: "attention", id: "l", value: null });
  expect(screen.getByTestId("registration").dataset.state).toBe("waiting");
});

test("the wizard goes on where it was left", () => {
  const live = useLive.getState();
  expect(stepToResume(live)).toBe("ready");
  keepStep("phone");
  expect(stepToResume(live)).toBe("phone");
});

test("on another computer the office itself tells how far the wizard is", () => {
  const people = new Map([[1, person(1, "Ana")]]);
  const named = { ...office, name: "Reed & Sons" };
  expect(stepToResume({ office: named, people, devices: new Map() })).toBe("phone");
  expect(stepToResume({ office: named, people, devices: new Map([[7, { ...phone, online }]]) })).toBe("call");
});

test("a step that was skipped is not ticked", () => {
  const live = useLive.getState();
  expect(hasStep("people", live)).toBe(false);
  expect(hasStep("people", { ...live, people: new Map([[1, person(1, "Ana")]]) })).toBe(true);
});
