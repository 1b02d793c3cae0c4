// The first screen says what is wrong, what callers notice, and what to do.
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeAll, expect, test } from "vitest";
import type { DeviceView, State } from "../../bindings/api";
import { useSession } from "../../live/session";
import { forget, takeIn } from "../../live/store";
import { flowView } from "../../testing/flows";
import { party, person, ringing, state, waiting } from "../../testing/office";
import { mailbox } from "../../testing/sound";
import { startText } from "../../text";
import Now from ".";

const ana = person(1, "Ana");
const ben = person(2, "Ben", { reachable: { state: "offline", since: Date.now() } });
const desk: DeviceView = {
  id: 5,
  revision: 1,
  person: 1,
  label: "desk phone",
  user: "101",
  maxContacts: 1,
  media: "auto",
  online: null,
  lastSeen: null,
  codec: null,
};

beforeAll(() => startText("en"));

afterEach(() => {
  cleanup();
  forget();
});

function open(rest: Partial<State>, role: "owner" | "staff" = "owner") {
  useSession.setState({
    state: "signedIn",
    session: { user: null, name: "", role, person: null, remote: false },
  });
  takeIn({ type: "snapshot", epoch: "e", seq: 1, now: Date.now(), state: state(rest) });
  render(<Now />);
}

const refused: State["attention"][number] = {
  id: "x",
  since: 0,
  severity: "problem",
  what: "loginRefused",
  user: "101",
  address: "192.168.1.44",
  device: 5,
  person: 1,
  reason: "wrongPassword",
  times: 14,
  last: Date.now(),
};

test("who waits in a queue is told to wait in it, not to be talking", () => {
  const flows = [flowView(7, "Support")];
  open({ people: [ana], flows, calls: [waiting(1, party("+49891"), 7, Date.now())] } as Partial<State>);
  const line = screen.getByRole("link", { name: /\+49891/ });
  expect(line.textContent).toMatch(/^\+49891waits in Support/);
});

test("a refused phone is named, with how often it tried, and has its fix", () => {
  open({ people: [ana], devices: [desk], attention: [refused] });
  expect(screen.getByText("Ana’s desk phone uses a wrong password.")).toBeTruthy();
  expect(screen.getByText(/14 tries from 192\.168\.1\.44/)).toBeTruthy();
  expect(screen.getByRole("button", { name: "Give it a new password" })).toBeTruthy();
});

test("a phone that signs in from where nobody may is not told of a wrong password", () => {
  const elsewhere = { ...refused, reason: "notFromThere", times: 1 } as State["attention"][number];
  open({ people: [ana], devices: [desk], attention: [elsewhere] });
  expect(
    screen.getByText("Ana’s desk phone signs in from 192.168.1.44, from where nobody may."),
  ).toBeTruthy();
  expect(screen.getByRole("button", { name: "Show who may sign in" })).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Give it a new password" })).toBeNull();
});

test("a step that does not work is named with its flow, why, how often, and leads to the step", async () => {
  const fault: State["attention"][number] = {
    id: "fault-1",
    since: 0,
    severity: "warning",
    what: "flowFault",
    flow: 7,
    name: "Main number",
    node: "n_box",
    title: "Sales box",
    kind: "voicemail",
    reason: "noSuchMailbox",
    params: { id: "9" },
    times: 3,
    last: Date.now(),
    call: 12,
  };
  const unread: State["attention"][number] = {
    id: "hours-2",
    since: 0,
    severity: "warning",
    what: "hoursFault",
    schedule: 2,
    name: "Office hours",
  };
  open({ people: [ana], devices: [desk], attention: [fault, unread] });
  expect(screen.getByText("A step of the call flow Main number does not work: Sales box.")).toBeTruthy();
  expect(screen.getByText(/mailbox.*It happened 3 times/i)).toBeTruthy();
  expect(screen.getByText("The hours “Office hours” cannot be read.")).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Open the step" }));
  expect(window.location.pathname + window.location.search).toBe("/flows/7?step=n_box");
  fireEvent.click(screen.getByRole("button", { name: "Open hours" }));
  expect(window.location.pathname).toBe("/hours");
  window.history.replaceState(null, "", "/");
});

test("who may not mend things is not troubled with them", () => {
  open({ people: [ana], devices: [desk], attention: [refused] }, "staff");
  expect(screen.queryByText("Needs attention")).toBeNull();
});

test("an empty office is told its next step, and only that one is a button", () => {
  open({});
  expect(document.querySelector("[aria-current=step]")?.textContent).toContain("Add the first people");
  expect(screen.getAllByRole("button").map((button) => button.textContent)).toEqual(["Add people"]);
});

test("calls and those who cannot be reached are listed", () => {
  open({ people: [ana, ben], devices: [desk], calls: [ringing(3, party("+49891234"), ana)] });
  expect(screen.getByRole("link", { name: /\+49891234.*Ana.*Ringing/ })).toBeTruthy();
  expect(screen.getByRole("link", { name: /^Ben/ })).toBeTruthy();
});

test("trouble with mail and mailboxes is told with what callers notice and its fix", () => {
  const trouble = (what: string, facts = {}) =>
    ({ id: what, since: 0, severity: "warning", what, ...facts }) as unknown as State["attention"][number];
  const attention = [
    trouble("mailFailed", { to: "ana@example.org" }),
    trouble("mailboxFull", { mailbox: 1 }),
    trouble("mailboxLocked", { mailbox: 99 }),
  ];
  open({ people: [ana], attention, mailboxes: [mailbox(1, "Support")] } as Partial<State>);
  expect(screen.getByText("A letter to ana@example.org could not be sent.")).toBeTruthy();
  expect(screen.getByText("The mailbox Support is full.")).toBeTruthy();
  // A mailbox one may not see has no name.
  expect(screen.getByText("A mailbox is locked after too many wrong PINs.")).toBeTruthy();
  expect(screen.getByRole("button", { name: "Make a new PIN" })).toBeTruthy();
});

test("what an engine of tomorrow tells is left out rather than breaking the screen", () => {
  const strange = { id: "x", since: 0, severity: "problem", what: "somethingNew" };
  open({ people: [ana], attention: [strange as unknown as State["attention"][number]] });
  expect(screen.getByText("Needs attention")).toBeTruthy();
  expect(screen.queryByRole("button", { name: /Take off/ })).toBeNull();
});
