// A test call as it goes on, told step by step by the live state.
import type { CallId, DeviceId, LiveCallView, PersonId } from "../../bindings/api";
import type { Live } from "../../live/store";

/** What the office answers itself, so that one hears oneself. */
export const ECHO_TEST = "*43";

/** Which call is to be made: from a phone, to the echo or to somebody. */
export type TestCall = {
  device: DeviceId;
  person: PersonId;
  dial: string;
  /** Whose phone is to ring; nobody's in an echo test. */
  to: PersonId | null;
};

export const STAGES = ["registered", "dialled", "ringing", "answered", "sound", "ended"] as const;
export type Stage = (typeof STAGES)[number];

/** What was seen of it so far. */
export type Seen = {
  call: CallId | null;
  /** The call after it has ended. */
  past: CallId | null;
  done: readonly Stage[];
  /** The step that did not come though its time is over. */
  failed: Stage | null;
  /** Something else was dialled. */
  wrong: string | null;
  media: "direct" | "relayed" | null;
};

export const NOTHING_SEEN: Seen = {
  call: null,
  past: null,
  done: [],
  failed: null,
  wrong: null,
  media: null,
};

/** An echo test rings nowhere. */
export function stagesOf(test: TestCall): readonly Stage[] {
  return test.to === null ? STAGES.filter((stage) => stage !== "ringing") : STAGES;
}

/** What is seen now: goes on from what was seen before. `before` are the calls from before the test. */
export function watch(seen: Seen, live: Live, test: TestCall, before: ReadonlySet<CallId>): Seen {
  const online = Boolean(live.devices.get(test.device)?.online);
  const call = seen.call === null ? undefined : live.calls.get(seen.call);
  if (seen.call !== null && !call) return ended(seen, test);
  if (call) return during(seen, call, test);
  const begun = [...live.calls.values()].filter(
    (one) => !before.has(one.id) && (one.from.person === test.person || isBack(one, test)),
  );
  const right = begun.find((one) => one.dialled === test.dial || isBack(one, test));
  if (right) return during({ ...NOTHING_SEEN, call: right.id, done: ["registered", "dialled"] }, right, test);
  // What a test that is over has shown stays until the next one begins.
  if (isOver(seen)) return seen;
  const done: readonly Stage[] = online ? ["registered"] : [];
  return same(seen, { ...NOTHING_SEEN, done, wrong: begun[0]?.dialled ?? seen.wrong });
}

/** Whether the call has come to its end, well or not. */
export function isOver(seen: Seen): boolean {
  return seen.failed !== null || seen.done.includes("ended");
}

/** The other one called: that proves the same. */
function isBack(call: LiveCallView, test: TestCall): boolean {
  if (test.to === null || call.from.person !== test.to) return false;
  return call.with?.person === test.person || call.ringing.some(({ party }) => party.person === test.person);
}

function during(seen: Seen, call: LiveCallView, test: TestCall): Seen {
  const done = new Set(seen.done);
  const answered = call.answeredAt !== null;
  if (test.to !== null && (answered || call.ringing.some(({ alerting }) => alerting))) done.add("ringing");
  if (answered) done.add("answered");
  const media = call.media ?? seen.media;
  if (answered && media) done.add("sound");
  return same(seen, { ...seen, done: STAGES.filter((stage) => done.has(stage)), media });
}

function ended(seen: Seen, test: TestCall): Seen {
  const missed = stagesOf(test).find((stage) => stage !== "ended" && !seen.done.includes(stage)) ?? null;
  const answered = seen.done.includes("answered");
  return {
    ...seen,
    call: null,
    past: seen.call,
    done: answered ? [...seen.done, "ended"] : seen.done,
    failed: missed,
  };
}

/** The history knows of an answer that was over before the feed could tell of it. */
export function cutShort(seen: Seen, test: TestCall): Seen {
  const before = stagesOf(test).slice(0, stagesOf(test).indexOf("sound"));
  return { ...seen, done: before, failed: "sound" };
}

function same(before: Seen, after: Seen): Seen {
  return JSON.stringify(before) === JSON.stringify(after) ? before : after;
}
