// The first screen says what is wrong, what callers notice, and what to do.
import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, beforeAll, expect, test } from "vitest";
import type { DeviceView, State } from "../../bindings/api";
import { useSession } from "../../live/session";
import { forget, takeIn } from "../../live/store";
import { party, person, ringing, state } from "../../testing/office";
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

test("a refused phone is named, with how often it tried, and has its fix", () => {
  open({ people: [ana], devices: [desk], attention: [refused] });
  expect(screen.getByText("Ana’s desk phone uses a wrong password.")).toBeTruthy();
  expect(screen.getByText(/14 tries from 192\.168\.1\.44/)).toBeTruthy();
  expect(screen.getByRole("button", { name: "Give it a new password" })).toBeTruthy();
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

test("trouble with recordings, mail, mailboxes and the disk is told with what callers notice and its fix", () => {
  const trouble = (what: string, facts = {}) =>
    ({ id: what, since: 0, severity: "warning", what, ...facts }) as unknown as State["attention"][number];
  const attention = [
    trouble("recordingStopped"),
    trouble("mailFailed", { to: "ana@example.org" }),
    trouble("mailboxFull", { mailbox: 1 }),
    trouble("mailboxLocked", { mailbox: 99 }),
    trouble("disk"),
  ];
  open({ people: [ana], attention, mailboxes: [mailbox(1, "Support")] } as Partial<State>);
  expect(screen.getByText("Calls are not being recorded.")).toBeTruthy();
  expect(screen.getByText("A letter to ana@example.org could not be sent.")).toBeTruthy();
  expect(screen.getByText("The mailbox Support is full.")).toBeTruthy();
  // A mailbox one may not see has no name.
  expect(screen.getByText("A mailbox is locked after too many wrong PINs.")).toBeTruthy();
  expect(screen.getByText("The disk is getting full.")).toBeTruthy();
  expect(screen.getByRole("button", { name: "Make a new PIN" })).toBeTruthy();
});

test("what an engine of tomorrow tells is left out rather than breaking the screen", () => {
  const strange = { id: "x", since: 0, severity: "problem", what: "somethingNew" };
  open({ people: [ana], attention: [strange as unknown as State["attention"][number]] });
  expect(screen.getByText("Needs attention")).toBeTruthy();
  expect(screen.queryByRole("button", { name: /Take off/ })).toBeNull();
});
