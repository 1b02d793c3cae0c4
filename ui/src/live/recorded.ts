// Whether a call is recorded, and what became of it.
import type {
  CallRow,
  LiveCallView,
  MessageId,
  PersonView,
  RecordingId,
  RecordingRule,
  RecordingState,
} from "../bindings/api";

export type { RecordingRule, RecordingState };

/** Whether a call is being recorded. */
export function recordingOf(call: LiveCallView): RecordingState {
  return call.recording;
}

/** What is kept of a call that is over. */
export function keptOf({ recording, message }: CallRow): {
  recording: RecordingId | null;
  message: MessageId | null;
} {
  return { recording, message };
}

/** Whether somebody's calls are recorded. */
export function ruleOf(person: PersonView): RecordingRule {
  return person.recording;
}
