// The store follows the feed, and knows when something is missing.
import { afterEach, expect, test } from "vitest";
import type { Change } from "../bindings/api";
import { party, person, ringing, state, talking } from "../testing/office";
import { mailbox, room } from "../testing/sound";
import { engineNow, forget, lose, takeIn, useLive } from "./store";

afterEach(forget);

const ana = person(1, "Ana");
const ben = person(2, "Ben");
const snapshot = (seq: number, rest: Parameters<typeof state>[0] = {}) =>
  takeIn({ type: "snapshot", epoch: "e", seq, now: Date.now(), state: state(rest) });
const changes = (seq: number, ...list: Change[]) =>
  takeIn({ type: "changes", seq, now: Date.now(), changes: list });

test("changes in their order are taken in", () => {
  snapshot(4, { people: [ana, ben] });
  expect(changes(5, { kind: "person", id: 1, value: { ...ana, doing: "talking" } })).toBe(true);
  expect(changes(6, { kind: "person", id: 2, value: null })).toBe(true);
  const { people, seq } = useLive.getState();
  expect(people.get(1)?.doing).toBe("talking");
  expect(people.has(2)).toBe(false);
  expect(seq).toBe(6);
});

test("a gap is noticed and nothing of what follows it is taken in", () => {
  snapshot(4, { people: [ana] });
  expect(changes(6, { kind: "person", id: 1, value: null })).toBe(false);
  expect(useLive.getState().people.get(1)).toBe(ana);
  expect(useLive.getState().seq).toBe(4);
});

test("what is known already is skipped without harm", () => {
  snapshot(4, { people: [ana] });
  expect(changes(4, { kind: "person", id: 1, value: null })).toBe(true);
  expect(useLive.getState().people.has(1)).toBe(true);
});

test("changes before any snapshot ask for one", () => {
  expect(changes(1)).toBe(false);
});

test("only what changed gets a new identity", () => {
  const before = [person(1, "Ana"), person(2, "Ben")];
  snapshot(1, { people: before, calls: [ringing(7, party("089"), ben)] });
  const calls = useLive.getState().callsOf.get(2);
  changes(2, { kind: "person", id: 1, value: { ...ana, doing: "ringing" } });
  expect(useLive.getState().people.get(2)).toBe(before[1]);
  expect(useLive.getState().callsOf.get(2)).toBe(calls);
});

test("a snapshot after a reconnection keeps what is equal", () => {
  snapshot(1, { people: [ana] });
  lose();
  expect(useLive.getState().connection.state).toBe("reconnecting");
  snapshot(9, { people: [person(1, "Ana"), ben] });
  expect(useLive.getState().connection.state).toBe("live");
  expect(useLive.getState().people.get(1)).toBe(ana);
});

test("each person's calls follow who rings and who talks", () => {
  snapshot(1, { people: [ana, ben], calls: [ringing(7, party(ana), ben)] });
  expect(useLive.getState().callsOf.get(1)).toEqual([7]);
  expect(useLive.getState().callsOf.get(2)).toEqual([7]);
  changes(
    2,
    { kind: "call", id: 7, value: null },
    { kind: "call", id: 8, value: talking(8, party("089"), ben) },
  );
  expect(useLive.getState().callsOf.get(1)).toBeUndefined();
  expect(useLive.getState().callsOf.get(2)).toEqual([8]);
});

test("the engine's clock is followed, its late messages are not", () => {
  const here = Date.now();
  takeIn({ type: "snapshot", epoch: "e", seq: 1, now: here + 60_000, state: state() }, here);
  takeIn({ type: "changes", seq: 2, now: here + 59_900, changes: [] }, here);
  expect(engineNow() - Date.now()).toBe(60_000);
});

test("mailboxes and rooms are kept where the engine tells of them, and missed nowhere else", () => {
  snapshot(1);
  expect(useLive.getState().mailboxes.size).toBe(0);
  const spoken = { ...state(), mailboxes: [mailbox(1, "Support", { new: 2 })], rooms: [room(1, "Meeting")] };
  takeIn({ type: "snapshot", epoch: "e", seq: 2, now: Date.now(), state: spoken });
  const { rooms } = useLive.getState();
  const value = mailbox(1, "Support", { new: 3 });
  changes(3, { kind: "mailbox", id: 1, value } as unknown as Change);
  expect(useLive.getState().mailboxes.get(1)?.new).toBe(3);
  expect(useLive.getState().rooms).toBe(rooms);
  changes(4, { kind: "room", id: 1, value: null } as unknown as Change);
  expect(useLive.getState().rooms.size).toBe(0);
});
