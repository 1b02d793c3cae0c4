// Which calls are shown: kept in the address, so that a list can be linked to and gone back to.
import { useSearchParams } from "wouter";
import type { CallRow, LineId, LiveCallView, PersonId } from "../../bindings/api";
import type { CallSearch } from "../../live/api";
import { plain } from "../../shell/match";
import { DIRECTIONS, type Direction, directionOf } from "./edge";

export type Shown = {
  q: string;
  outcome: "missed" | "answered" | null;
  today: boolean;
  person: PersonId | null;
  direction: Direction | null;
  line: LineId | null;
};

export const EVERYTHING: Shown = {
  q: "",
  outcome: null,
  today: false,
  person: null,
  direction: null,
  line: null,
};

export function useShown(): [shown: Shown, show: (change: Partial<Shown>) => void] {
  const [params, setParams] = useSearchParams();
  const shown = fromAddress(params);
  return [shown, (change) => setParams(toAddress({ ...shown, ...change }), { replace: true })];
}

export function fromAddress(params: URLSearchParams): Shown {
  const outcome = params.get("outcome");
  return {
    q: params.get("q") ?? "",
    outcome: outcome === "missed" || outcome === "answered" ? outcome : null,
    today: params.get("day") === "today",
    person: Number(params.get("person")) || null,
    direction: DIRECTIONS.find((one) => one === params.get("direction")) ?? null,
    line: Number(params.get("line")) || null,
  };
}

export function toAddress({ q, outcome, today, person, direction, line }: Shown): URLSearchParams {
  const params = new URLSearchParams();
  if (q) params.set("q", q);
  if (outcome) params.set("outcome", outcome);
  if (today) params.set("day", "today");
  if (person !== null) params.set("person", String(person));
  if (direction) params.set("direction", direction);
  if (line !== null) params.set("line", String(line));
  return params;
}

export function isEverything(shown: Shown): boolean {
  return [...toAddress(shown)].length === 0;
}

/** As the engine is asked. */
export function asSearch(shown: Shown, now: number): CallSearch {
  const { q, outcome, today, person, direction, line } = shown;
  return {
    ...(q.trim() ? { q: q.trim() } : {}),
    ...(outcome ? { outcome: outcome === "missed" ? "nobodyAnswered" : "answered" } : {}),
    ...(today ? { from: new Date(now).setHours(0, 0, 0, 0) } : {}),
    ...(person !== null ? { person } : {}),
    ...(direction ? { direction } : {}),
    ...(line !== null ? { line } : {}),
  };
}

/** Whether a call that goes on belongs to what is shown. */
export function isShown(call: LiveCallView, shown: Shown): boolean {
  if (shown.outcome) return false;
  if (shown.direction && directionOf(call) !== shown.direction) return false;
  if (shown.line !== null && call.line !== shown.line) return false;
  const parties = [call.from, ...(call.with ? [call.with] : []), ...call.ringing.map(({ party }) => party)];
  if (shown.person !== null && !parties.some(({ person }) => person === shown.person)) return false;
  const words = plain(
    [call.dialled, ...parties.flatMap(({ name, number }) => [name, number])].join(" "),
  ).split(/\s+/);
  const asked = plain(shown.q).split(/\s+/).filter(Boolean);
  return asked.every((one) => words.some((word) => word.startsWith(one)));
}

/** A call that goes on, as a row of the history. */
export function asRow(call: LiveCallView): CallRow {
  const first = call.with ?? call.ringing[0]?.party;
  return {
    id: call.id,
    startedAt: call.startedAt,
    answeredAt: call.answeredAt,
    endedAt: null,
    from: call.from,
    to: first ?? { person: null, number: call.dialled, name: "" },
    outcome: call.state === "ringing" ? "ringing" : "talking",
    reason: null,
    hungUpBy: null,
    media: call.media,
    direction: call.direction ?? null,
    line: call.line ?? null,
    shown: call.direction === "in" ? call.dialled : null,
    recording: null,
    message: null,
  };
}
