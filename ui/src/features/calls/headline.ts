// The whole call in one or two sentences.
import type { CallRow, CallStory, Millis } from "../../bindings/api";
import { lasting, list } from "../../text/format";
import { castOf, party, queueName, say, tell } from "./sentences";

/** How long the caller waited until somebody answered or the call was over. */
export function waited(call: CallRow, now: Millis): number {
  return Math.max(0, (call.answeredAt ?? call.endedAt ?? now) - call.startedAt);
}

/** How long the two talked; `null` if they did not. */
export function talked(call: CallRow, now: Millis): number | null {
  return call.answeredAt === null ? null : Math.max(0, (call.endedAt ?? now) - call.answeredAt);
}

export function headline({ call, steps }: Pick<CallStory, "call" | "steps">, now: Millis): string {
  const from = party(call.from);
  const to = party(call.to);
  const rung = [...new Set(castOf(steps).values())].filter((name) => name !== from);
  const refusal = steps.find((step) => step.kind === "callRefused");
  const queue = queueOf(steps);
  const values = {
    from,
    to,
    queue: queue ?? "",
    why: refusal ? tell(refusal, new Map()).text : say("steps.callRefused.other"),
    who: rung.length ? list(rung) : to,
    waited: lasting(waited(call, now)),
    talked: lasting(talked(call, now) ?? 0),
  };
  // Whoever waits is with the office, but talks with nobody.
  if (call.endedAt === null && queue !== null) {
    return say(queue ? "headline.waits" : "headline.waitsUnknown", values);
  }
  const sentence = say(`headline.${which(call)}`, values);
  if (!call.endedAt || !call.answeredAt || !call.hungUpBy) return sentence;
  return `${sentence} ${say(`headline.endedBy.${call.hungUpBy}`, values)}`;
}

/** The queue in which the caller waits at the end of these steps, `null` if in none; without words if it is gone. */
function queueOf(steps: CallStory["steps"]): string | null {
  const last = steps.findLast(({ kind }) => kind === "queueJoined" || kind === "queueLeft");
  return last?.kind === "queueJoined" ? queueName(last.detail) : null;
}

function which(call: CallRow): string {
  if (call.outcome !== "nobodyAnswered") return call.outcome;
  if (call.reason === "callerGaveUp") return "gaveUp";
  return call.reason === "unreachable" ? "unreachable" : "nobody";
}
