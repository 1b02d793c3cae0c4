// The week grid by keyboard: where the cursor is, what is being drawn, and what a key makes of it.
import {
  copyDay,
  DAY,
  type Kind,
  paint,
  pieces,
  remove,
  resize,
  SNAP,
  type Span,
  setDay,
  spanAt,
  WEEKDAYS,
  type Week,
} from "./week";

export type Cursor = {
  day: number;
  /** Where the cell begins; past 1440 only while a night is drawn. */
  minute: number;
  /** Where the drawing began, if one is going on. */
  mark: { minute: number; kind: Kind } | null;
  /** The hours of a day that was copied. */
  copied: readonly Omit<Span, "day">[] | null;
};

export type GridKey = { key: string; main: boolean; shift: boolean; alt: boolean };

/** Something to be said that is not seen in the cursor's new place. */
export type GridNews =
  | "began"
  | "ended"
  | "gaveUp"
  | "removed"
  | "copied"
  | "pasted"
  | "weekdays"
  | "resized";

export type GridStep = { cursor: Cursor; week?: Week; news?: GridNews };

/** What a key does; nothing if it is not one of the grid's. `days` are the rows in their order. */
export function pressed(
  { key, main, shift, alt }: GridKey,
  cursor: Cursor,
  week: Week,
  days: readonly number[],
): GridStep | null {
  const { day, minute, mark } = cursor;
  const to = (change: Partial<Cursor>): GridStep => ({ cursor: { ...cursor, ...change } });
  if (main) {
    switch (key.toLowerCase()) {
      case "c":
        return { ...to({ copied: hoursOf(week, day) }), news: "copied" };
      case "v":
        if (!cursor.copied) return null;
        return { ...to({ mark: null }), week: setDay(week, day, cursor.copied), news: "pasted" };
      case "arrowleft":
        return to({ minute: edge(week, day, minute, -1) });
      case "arrowright":
        return to({ minute: edge(week, day, minute, 1) });
      default:
        return null;
    }
  }
  // With Alt, the left and right arrows belong to the window: they go back and forward.
  if (alt && key !== "Enter") return null;
  if (shift && (key === "ArrowLeft" || key === "ArrowRight")) {
    return moveEdge(cursor, week, key === "ArrowLeft" ? -SNAP : SNAP);
  }
  const most = mark ? mark.minute + DAY - SNAP : DAY - SNAP;
  switch (key) {
    case "ArrowLeft":
      return to({ minute: Math.max(mark?.minute ?? 0, minute - SNAP) });
    case "ArrowRight":
      return to({ minute: Math.min(most, minute + SNAP) });
    case "ArrowUp":
    case "ArrowDown":
      return to({ day: neighbour(days, day, key === "ArrowUp" ? -1 : 1), mark: null, minute: minute % DAY });
    case "Home":
      return to({ minute: mark?.minute ?? 0 });
    case "End":
      return to({ minute: DAY - SNAP });
    case "PageUp":
      return to({ minute: Math.max(mark?.minute ?? 0, minute - 60) });
    case "PageDown":
      return to({ minute: Math.min(most, minute + 60) });
    case "Enter":
      return enter(cursor, week, alt ? "break" : "open");
    case "b":
    case "B":
      return enter(cursor, week, "break");
    case "Escape":
      return mark ? { ...to({ mark: null, minute: mark.minute }), news: "gaveUp" } : null;
    case "Delete":
    case "Backspace": {
      const gone = spanAt(week, day, minute);
      return gone ? { ...to({ mark: null }), week: remove(week, gone), news: "removed" } : null;
    }
    case "d":
    case "D":
      return { ...to({ mark: null }), week: copyDay(week, day, WEEKDAYS), news: "weekdays" };
    default:
      return null;
  }
}

/** What is being drawn, from its beginning to the end of the cursor's cell. */
export function drawn({ day, minute, mark }: Cursor): Span | null {
  return mark && { day, from: mark.minute, to: minute + SNAP, kind: mark.kind };
}

function enter(cursor: Cursor, week: Week, kind: Kind): GridStep {
  const span = drawn(cursor);
  if (!span) return { cursor: { ...cursor, mark: { minute: cursor.minute, kind } }, news: "began" };
  const minute = Math.min(cursor.minute, DAY - SNAP);
  return { cursor: { ...cursor, minute, mark: null }, week: paint(week, span), news: "ended" };
}

/** Moves the nearer end of the span under the cursor, and the cursor with it. */
function moveEdge(cursor: Cursor, week: Week, by: number): GridStep | null {
  const span = spanAt(week, cursor.day, cursor.minute);
  if (!span) return null;
  // The morning after belongs to a span of the day before.
  const minute = span.day === cursor.day ? cursor.minute : cursor.minute + DAY;
  const end = minute - span.from < span.to - SNAP - minute ? "from" : "to";
  const at = span[end] + by;
  const next = resize(week, span, end, at);
  const cell = end === "from" ? at : at - SNAP;
  const isGone = !next.some((one) => one.day === span.day && one.from <= cell && cell < one.to);
  const shown = isGone ? minute : cell;
  const day = shown >= DAY ? (span.day + 1) % 7 : span.day;
  return {
    cursor: { ...cursor, mark: null, day, minute: Math.max(0, shown % DAY) },
    week: next,
    news: isGone ? "removed" : "resized",
  };
}

function hoursOf(week: Week, day: number): Omit<Span, "day">[] {
  return week.filter((span) => span.day === day).map(({ from, to, kind }) => ({ from, to, kind }));
}

/** The next place to the left or right where something begins. */
function edge(week: Week, day: number, minute: number, step: 1 | -1): number {
  const starts = pieces(week, day).map(({ from }) => from);
  const found = step > 0 ? starts.find((at) => at > minute) : starts.findLast((at) => at < minute);
  return found ?? (step > 0 ? DAY - SNAP : 0);
}

function neighbour(days: readonly number[], day: number, step: 1 | -1): number {
  const place = Math.min(days.length - 1, Math.max(0, days.indexOf(day) + step));
  return days[place] ?? day;
}
