// How the messages of a call are laid out: columns, arrows, and repetitions folded into one.
import type { TraceMessage, TraceView } from "../../bindings/api";
import { plainSentences } from "./plain";

/** One arrow. Columns are counted from 0; the office is always column 1. */
export type Arrow = {
  message: TraceMessage;
  sentence: string;
  /** Method, or status with its phrase. */
  label: string;
  from: number;
  to: number;
  /** How often it was sent, with its repetitions. */
  times: number;
};

export type Ladder = { columns: Column[]; arrows: Arrow[] };
export type Column = { kind: "office" } | { kind: "leg"; leg: number; name: string; address: string };

const OFFICE = 1;

export function layOut(trace: TraceView): Ladder {
  const legs = [...trace.legs];
  for (const { leg } of trace.messages) {
    if (!legs.some((known) => known.leg === leg)) legs.push({ leg, name: "", address: "" });
  }
  const [first, ...others] = legs.map((leg): Column => ({ kind: "leg", ...leg }));
  const columns: Column[] = [...(first ? [first] : []), { kind: "office" }, ...others];
  const placeOf = (leg: number) => columns.findIndex((column) => column.kind === "leg" && column.leg === leg);

  const sentences = plainSentences(trace);
  const seen = new Map<string, Arrow>();
  const arrows: Arrow[] = [];
  trace.messages.forEach((message, place) => {
    // Over UDP what gets no answer is sent again, to the last letter (RFC 3261 §17).
    const identity = `${message.direction} ${message.leg} ${message.flow} ${message.text}`;
    const before = seen.get(identity);
    if (before) {
      before.times += 1;
      return;
    }
    const end = placeOf(message.leg);
    const isIn = message.direction === "in";
    const arrow: Arrow = {
      message,
      sentence: sentences[place] ?? "",
      label: labelOf(message),
      from: isIn ? end : OFFICE,
      to: isIn ? OFFICE : end,
      times: 1,
    };
    seen.set(identity, arrow);
    arrows.push(arrow);
  });
  return { columns, arrows };
}

function labelOf({ method, status, text }: TraceMessage): string {
  if (method !== null) return method;
  if (status === null) return "?";
  const phrase = /^SIP\/2\.0 \d{3} ([^\r\n]*)/.exec(text)?.[1]?.trim() ?? "";
  return `${status} ${phrase}`.trim();
}
