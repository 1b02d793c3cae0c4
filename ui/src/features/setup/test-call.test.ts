// A test call, watched from the feed.
import { afterEach, expect, test } from "vitest";
import type { DeviceView, LiveCallView, Party } from "../../bindings/api";
import { forget, takeIn, useLive } from "../../live/store";
import { person, state } from "../../testing/office";
import {
  cutShort,
  ECHO_TEST,
  isOver,
  NOTHING_SEEN,
  type Seen,
  stagesOf,
  type TestCall,
  watch,
} from "./test-call";

const phone = (id: number, owner: number): DeviceView => ({
  id,
  revision: 1,
  person: owner,
  label: "Desk phone",
  user: `u${id}`,
  maxContacts: 1,
  media: "auto",
  online: { address: "192.0.2.7:5060", transport: "udp", userAgent: "", since: 0 },
  lastSeen: 0,
  codec: null,
});
const party = (id: number | null, number: string): Party => ({
  person: id,
  device: null,
  name: "",
  number,
  outside: false,
  line: null,
});
const call = (rest: Partial<LiveCallView>): LiveCallView => ({
  id: 9,
  state: "ringing",
  from: party(1, "101"),
  dialled: ECHO_TEST,
  with: null,
  ringing: [],
  heldBy: null,
  media: null,
  recording: "off",
  startedAt: 0,
  answeredAt: null,
  ...rest,
});

const echo: TestCall = { device: 5, person: 1, dial: ECHO_TEST, to: null };
const other: TestCall = { device: 5, person: 1, dial: "102", to: 2 };

/** Shows the calls one after the other, each as the whole of what goes on. */
function after(test: TestCall, ...moments: LiveCallView[][]): Seen {
  return moments.reduce((seen, calls) => {
    const people = [person(1, "Ana"), person(2, "Ben")];
    const devices = [phone(5, 1), phone(6, 2)];
    takeIn({ type: "snapshot", epoch: "e", seq: 1, now: 0, state: state({ people, devices, calls }) });
    return watch(seen, useLive.getState(), test, new Set([3]));
  }, NOTHING_SEEN);
}

afterEach(forget);

test("an echo test goes through every stage but ringing", () => {
  const answered = call({ state: "talking", answeredAt: 1, media: "relayed" });
  expect(after(echo, []).done).toEqual(["registered"]);
  expect(after(echo, [], [call({})]).done).toEqual(["registered", "dialled"]);
  expect(after(echo, [], [call({})], [answered]).done).toEqual([
    "registered",
    "dialled",
    "answered",
    "sound",
  ]);
  const whole = after(echo, [], [call({})], [answered], []);
  expect(whole.done).toEqual(stagesOf(echo));
  expect(whole).toMatchObject({ failed: null, media: "relayed" });
});

test("a call to a colleague rings first", () => {
  const rings = call({ dialled: "102", ringing: [{ leg: 1, party: party(2, "102"), alerting: true }] });
  const asked = call({ dialled: "102", ringing: [{ leg: 1, party: party(2, "102"), alerting: false }] });
  expect(after(other, [asked]).done).toEqual(["registered", "dialled"]);
  expect(after(other, [asked], [rings]).done).toEqual(["registered", "dialled", "ringing"]);
});

test("calling the other way round proves the same", () => {
  const back = call({
    from: party(2, "102"),
    dialled: "101",
    ringing: [{ leg: 1, party: party(1, "101"), alerting: true }],
  });
  expect(after(other, [back]).done).toContain("ringing");
});

test("a call that nobody answers fails at the answer", () => {
  const rings = call({ dialled: "102", ringing: [{ leg: 1, party: party(2, "102"), alerting: true }] });
  const seen = after(other, [rings], []);
  expect(seen.failed).toBe("answered");
  expect(isOver(seen)).toBe(true);
});

test("a call that reaches no phone fails at the ringing", () => {
  expect(after(other, [call({ dialled: "102" })], []).failed).toBe("ringing");
});

test("an answered call without sound has ended, and failed at the sound", () => {
  const seen = after(echo, [call({ state: "talking", answeredAt: 1 })], []);
  expect(seen.failed).toBe("sound");
  expect(seen.done).toContain("ended");
});

test("an answer that only the history knows of is not called missing", () => {
  const seen = after(echo, [call({})], []);
  expect(seen).toMatchObject({ past: 9, failed: "answered" });
  expect(cutShort(seen, echo)).toMatchObject({
    done: ["registered", "dialled", "answered"],
    failed: "sound",
  });
});

test("another number is named, and forgotten once the right one is dialled", () => {
  const wrong = call({ id: 8, dialled: "4343" });
  expect(after(echo, [wrong]).wrong).toBe("4343");
  expect(after(echo, [wrong], []).wrong).toBe("4343");
  expect(after(echo, [wrong], [], [call({})]).wrong).toBeNull();
});

test("calls from before the test and calls of others are not the test", () => {
  expect(after(echo, [call({ id: 3 })]).call).toBeNull();
  expect(after(echo, [call({ from: party(2, "102") })]).call).toBeNull();
});

test("a second call after a failed one is watched anew", () => {
  const seen = after(echo, [call({})], [], [call({ id: 10 })]);
  expect(seen).toMatchObject({ call: 10, failed: null });
});
