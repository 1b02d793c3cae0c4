// A week of opening hours as it is drawn: spans of minutes on days, painted, cut, moved and copied.
import type { Interval, WeeklyRule } from "./api";

export const DAY = 1440;
export const SNAP = 15;
export const FINE_SNAP = 5;
export const DAYS = [0, 1, 2, 3, 4, 5, 6] as const;
export const WEEKDAYS: readonly number[] = [1, 2, 3, 4, 5];

export type Kind = "open" | "break";

/** From a minute of a day up to another, which is past midnight where it is above 1440. Day 0 is Sunday. */
export type Span = { day: number; from: number; to: number; kind: Kind };

export type Week = readonly Span[];

/** The spans of a document's week, merged and in order. */
export function weekOf(weekly: readonly WeeklyRule[]): Week {
  const spans = weekly.flatMap(({ days, open, as }) =>
    days.map((day): Span => ({ day, ...minutesOf(open), kind: as ?? "open" })),
  );
  return ordered(
    DAYS.flatMap((day) => (["open", "break"] as const).flatMap((kind) => joined(spans, day, kind))),
  );
}

/** The document's week: days with the same hours share a rule, open hours come first. */
export function weeklyOf(week: Week): WeeklyRule[] {
  const rules = new Map<string, { days: number[]; open: Interval; kind: Kind }>();
  for (const { day, from, to, kind } of week) {
    const open = intervalOf(from, to);
    const key = `${kind} ${open}`;
    const rule = rules.get(key) ?? { days: [], open, kind };
    rule.days.push(day);
    rules.set(key, rule);
  }
  return [...rules.values()]
    .sort((a, b) => (a.kind === b.kind ? 0 : a.kind === "open" ? -1 : 1))
    .map(({ days, open, kind }) => ({
      days: days.sort((a, b) => a - b),
      open,
      ...(kind === "break" ? { as: kind } : {}),
    }));
}

/** Draws over a day: what touches becomes one, and open hours end a break they cover. */
export function paint(week: Week, painted: Span): Week {
  const { day, kind } = painted;
  const other = kind === "open" ? cut(week, day, "break", painted.from, painted.to) : week;
  const rest = other.filter((span) => span.day !== day || span.kind !== kind);
  return ordered([...rest, ...joined([...other, painted], day, kind)]);
}

/** The same on several days at once. */
export function paintDays(week: Week, days: readonly number[], painted: Omit<Span, "day">): Week {
  return days.reduce((all, day) => paint(all, { ...painted, day }), week);
}

/** Takes a span away; open hours take the breaks within them along. */
export function remove(week: Week, gone: Span): Week {
  const rest = week.filter((span) => !same(span, gone));
  if (gone.kind === "break") return rest;
  const isWithin = (span: Span) => span.from < gone.to && span.to > gone.from;
  return rest.filter((span) => span.day !== gone.day || span.kind !== "break" || !isWithin(span));
}

/** Moves one end. An end that meets the other takes the span away. */
export function resize(week: Week, span: Span, end: "from" | "to", at: number): Week {
  const next = { ...span, [end]: clampEnd(span, end, at) };
  const rest = week.filter((one) => !same(one, span));
  if (next.to <= next.from) return remove(week, span);
  const shrunk =
    span.kind === "open"
      ? cut(cut(rest, span.day, "break", span.from, next.from), span.day, "break", next.to, span.to)
      : rest;
  const kind = span.kind;
  const others = shrunk.filter((one) => one.day !== span.day || one.kind !== kind);
  return ordered([...others, ...joined([...shrunk, next], span.day, kind)]);
}

/** Moves a span within its day, and with open hours the breaks in them. */
export function move(week: Week, span: Span, by: number): Week {
  const shift = Math.max(-span.from, Math.min(by, DAY - SNAP - span.from));
  const moved = week.filter(
    (one) =>
      same(one, span) ||
      (span.kind === "open" &&
        one.kind === "break" &&
        one.day === span.day &&
        one.from >= span.from &&
        one.to <= span.to),
  );
  const rest = week.filter((one) => !moved.includes(one));
  return moved
    .map((one) => ({ ...one, from: one.from + shift, to: one.to + shift }))
    .sort((a, b) => b.kind.localeCompare(a.kind))
    .reduce((all, one) => paint(all, one), rest as Week);
}

/** Makes other days like one. */
export function copyDay(week: Week, from: number, to: readonly number[]): Week {
  const model = week.filter(({ day }) => day === from);
  const goals = to.filter((day) => day !== from);
  const rest = week.filter(({ day }) => !goals.includes(day));
  return ordered([...rest, ...goals.flatMap((day) => model.map((span) => ({ ...span, day })))]);
}

export function clearDay(week: Week, day: number): Week {
  return week.filter((span) => span.day !== day);
}

/** Puts these hours in the place of a day's own. */
export function setDay(week: Week, day: number, spans: readonly Omit<Span, "day">[]): Week {
  const rest = clearDay(week, day);
  const own = spans.map((span) => ({ ...span, day }));
  return ordered([...rest, ...joined(own, day, "open"), ...joined(own, day, "break")]);
}

export type Piece = {
  from: number;
  to: number;
  state: Kind | "closed";
  /** The span that is drawn here, which may have begun the day before. */
  span: Span | null;
  /** It comes from the evening before. */
  comesIn: boolean;
  /** It goes on into the next morning. */
  goesOn: boolean;
};

/** What a day looks like from 0:00 to 24:00, without gaps: breaks lie on open hours. */
export function pieces(week: Week, day: number): Piece[] {
  const before = (day + 6) % 7;
  const shown = week.flatMap((span) => {
    const own =
      span.day === day ? [{ span, from: span.from, to: Math.min(span.to, DAY), comesIn: false }] : [];
    const left =
      span.day === before && span.to > DAY ? [{ span, from: 0, to: span.to - DAY, comesIn: true }] : [];
    return [...left, ...own].filter(({ from, to }) => to > from);
  });
  const edges = [...new Set([0, DAY, ...shown.flatMap(({ from, to }) => [from, to])])].sort((a, b) => a - b);
  const found: Piece[] = [];
  edges.slice(0, -1).forEach((from, place) => {
    const to = edges[place + 1] ?? DAY;
    const here = shown.filter((one) => one.from <= from && one.to >= to);
    const top =
      here.find(({ span }) => span.kind === "break") ?? here.find(({ comesIn }) => !comesIn) ?? here[0];
    const goesOn = to === DAY && top !== undefined && !top.comesIn && top.span.to > DAY;
    const piece: Piece = {
      from,
      to,
      state: top?.span.kind ?? "closed",
      span: top?.span ?? null,
      comesIn: top?.comesIn ?? false,
      goesOn,
    };
    const last = found.at(-1);
    // A span is cut only by what lies on it.
    if (last && last.span === piece.span && last.state === piece.state) {
      found[found.length - 1] = { ...last, to, goesOn };
    } else found.push(piece);
  });
  return found;
}

/** The span under a minute of a day; a break lies above open hours. */
export function spanAt(week: Week, day: number, minute: number): Span | null {
  return pieces(week, day).find(({ from, to }) => from <= minute && minute < to)?.span ?? null;
}

/** The days whose evening runs into the next, with the minute at which it ends there. */
export function nightInto(week: Week, day: number): { from: number; until: number } | null {
  const before = (day + 6) % 7;
  const night = week.find((span) => span.day === before && span.kind === "open" && span.to > DAY);
  return night ? { from: before, until: night.to - DAY } : null;
}

/** `09:00`; `24:00` for the end of the day. */
export function timeOf(minute: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

export function minuteOf(time: string): number {
  const [hour = 0, minute = 0] = time.split(":").map(Number);
  return hour * 60 + minute;
}

/** The minutes of an interval; one that ends at or before its start ends on the next day. */
export function minutesOf([from, to]: Interval): { from: number; to: number } {
  const start = minuteOf(from);
  const end = minuteOf(to);
  return { from: start, to: end <= start ? end + DAY : end };
}

export function intervalOf(from: number, to: number): Interval {
  return [timeOf(from), timeOf(to > DAY ? to - DAY : to)];
}

export function snapped(minute: number, step: number): number {
  return Math.round(minute / step) * step;
}

export function same(a: Span, b: Span): boolean {
  return a.day === b.day && a.from === b.from && a.to === b.to && a.kind === b.kind;
}

/** A span lasts a day at most, and begins on its own day. */
function clampEnd({ from, to }: Span, end: "from" | "to", at: number): number {
  return end === "from"
    ? Math.max(0, to - DAY, Math.min(at, to, DAY))
    : Math.max(from, Math.min(at, from + DAY));
}

/** The spans of one day and kind, those that touch as one. */
function joined(week: Week, day: number, kind: Kind): Span[] {
  const own = week.filter((span) => span.day === day && span.kind === kind).sort((a, b) => a.from - b.from);
  const found: Span[] = [];
  for (const span of own) {
    const last = found.at(-1);
    if (last && span.from <= last.to) {
      found[found.length - 1] = { ...last, to: Math.min(Math.max(last.to, span.to), last.from + DAY) };
    } else found.push(span);
  }
  return found;
}

function cut(week: Week, day: number, kind: Kind, from: number, to: number): Week {
  if (to <= from) return week;
  return week.flatMap((span) => {
    if (span.day !== day || span.kind !== kind || span.to <= from || span.from >= to) return [span];
    const left = span.from < from ? [{ ...span, to: from }] : [];
    const right = span.to > to ? [{ ...span, from: to }] : [];
    return [...left, ...right];
  });
}

function ordered(week: Week): Week {
  return [...week].sort((a, b) => a.day - b.day || a.from - b.from || a.kind.localeCompare(b.kind));
}
