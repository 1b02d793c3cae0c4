// What an engine that records tells besides: whether a call is recorded, and what became of it.
import type { CallRow, LiveCallView, PersonView } from "../bindings/api";
import type { MessageId, RecordingId } from "../bindings/sound";

export type RecordingState = "off" | "on" | "paused";
export type RecordingRule = "never" | "onDemand" | "always";

/** Whether a call is being recorded. */
export function recordingOf(call: LiveCallView & { recording?: RecordingState }): RecordingState {
  return call.recording ?? "off";
}

/** What is kept of a call that is over. */
export function keptOf(call: CallRow & { recording?: RecordingId | null; message?: MessageId | null }): {
  recording: RecordingId | null;
  message: MessageId | null;
} {
  return { recording: call.recording ?? null, message: call.message ?? null };
}

/** Whether somebody's calls are recorded; nothing is recorded before that is decided. */
export function ruleOf(person: PersonView & { recording?: RecordingRule | null }): RecordingRule {
  return person.recording ?? "never";
}
