// Drawing on the week by pointer: a stroke over days paints them, an end is pulled, a span is moved.
import { useEffect, useRef, useState } from "react";
import {
  DAY,
  FINE_SNAP,
  type Kind,
  move,
  paintDays,
  pieces,
  resize,
  SNAP,
  type Span,
  snapped,
  spanAt,
  type Week,
} from "./week";

/** What it would come to if the pointer were let go now. */
export type Drag = { week: Week; days: readonly number[]; from: number; to: number };

type Grip =
  | { kind: "paint"; as: Kind; row: number; minute: number }
  | { kind: "end"; span: Span; end: "from" | "to"; row: number }
  | { kind: "move"; span: Span; row: number; minute: number };

type Held = { grip: Grip; x: number; y: number; pulled: boolean; tracks: DOMRect[] };

/** So far a pointer may wander before it draws. */
const STILL_PX = 4;
/** Beyond midnight the end of the day holds on for so long. */
const MIDNIGHT_PX = 18;

export function useWeekDrag(
  rows: readonly number[],
  week: Week,
  brush: Kind,
  then: { onChange: (week: Week) => void; onPlace: (day: number, minute: number) => void },
) {
  const [drag, setDrag] = useState<Drag | null>(null);
  const held = useRef<Held | null>(null);

  const onPointerDown = (event: React.PointerEvent<HTMLElement>) => {
    if (event.button !== 0) return;
    const track = event.currentTarget;
    const tracks = [...(track.closest("[role=grid]")?.querySelectorAll("[data-day]") ?? [])].map((one) =>
      one.getBoundingClientRect(),
    );
    const row = rows.indexOf(Number(track.dataset.day));
    const day = rows[row];
    const rect = tracks[row];
    if (day === undefined || !rect) return;
    const minute = Math.max(0, Math.min(DAY - 1, minuteIn(rect, event.clientX)));
    const end = event.target instanceof HTMLElement ? event.target.dataset.end : undefined;
    const span = end ? spanOfEnd(week, day, minute, end) : spanAt(week, day, minute);
    // With Alt a break is drawn, whatever is chosen.
    const as = event.altKey ? "break" : brush;
    const isDrawnOver = span?.kind === "open" && as === "break";
    const grip: Grip =
      span && (end === "from" || end === "to")
        ? { kind: "end", span, end, row }
        : span && !isDrawnOver
          ? { kind: "move", span, row, minute }
          : { kind: "paint", as, row, minute };
    held.current = { grip, x: event.clientX, y: event.clientY, pulled: false, tracks };
    track.setPointerCapture?.(event.pointerId);
    // The focus goes to the grid, and no words are marked.
    event.preventDefault();
  };

  const onPointerMove = (event: React.PointerEvent) => {
    const now = held.current;
    if (!now) return;
    now.pulled ||= Math.hypot(event.clientX - now.x, event.clientY - now.y) > STILL_PX;
    if (now.pulled) setDrag(pulledTo(now, event, rows, week));
  };

  const onPointerUp = (event: React.PointerEvent) => {
    const now = held.current;
    held.current = null;
    setDrag(null);
    if (!now) return;
    if (now.pulled) then.onChange(pulledTo(now, event, rows, week).week);
    const rect = now.tracks[now.grip.row];
    const day = rows[now.grip.row];
    if (!rect || day === undefined) return;
    const minute = Math.max(0, Math.min(DAY - 1, minuteIn(rect, now.pulled ? now.x : event.clientX)));
    then.onPlace(day, Math.floor(minute / SNAP) * SNAP);
  };

  const giveUp = () => {
    held.current = null;
    setDrag(null);
  };

  // Escape gives a stroke up.
  const isDragging = drag !== null;
  useEffect(() => {
    if (!isDragging) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      held.current = null;
      setDrag(null);
    };
    window.addEventListener("keydown", onKeyDown, true);
    return () => window.removeEventListener("keydown", onKeyDown, true);
  }, [isDragging]);

  return { drag, handlers: { onPointerDown, onPointerMove, onPointerUp, onPointerCancel: giveUp } };
}

type Point = { clientX: number; clientY: number; shiftKey: boolean };

/** What a pull comes to. */
function pulledTo({ grip, tracks }: Held, point: Point, rows: readonly number[], week: Week): Drag {
  const step = point.shiftKey ? FINE_SNAP : SNAP;
  const rect = tracks[grip.row] as DOMRect;
  const at = minuteIn(rect, point.clientX);
  if (grip.kind === "end") {
    const { span, end } = grip;
    const offset = span.day === rows[grip.row] ? 0 : DAY;
    const to = snapped(at + offset, step);
    const next = resize(week, span, end, to);
    const shown =
      end === "from"
        ? { from: Math.min(Math.max(0, to), span.to), to: span.to }
        : { from: span.from, to: Math.max(span.from, to) };
    return { week: next, days: [rows[grip.row] ?? span.day], ...shown };
  }
  if (grip.kind === "move") {
    const { span } = grip;
    const by = snapped(at - grip.minute, step);
    const from = Math.max(0, Math.min(DAY - SNAP, span.from + by));
    return { week: move(week, span, by), days: [span.day], from, to: from + span.to - span.from };
  }
  const row = rowAt(tracks, point.clientY);
  const days = rows.slice(Math.min(row, grip.row), Math.max(row, grip.row) + 1);
  const [low, high] = at < grip.minute ? [at, grip.minute] : [grip.minute, at];
  const from = Math.max(0, Math.floor(low / step) * step);
  const to = Math.min(from + DAY, Math.max(from + step, Math.ceil(high / step) * step));
  return { week: paintDays(week, days, { from, to, kind: grip.as }), days, from, to };
}

/** The minute of a day under a pointer; past the right edge the next morning begins, after some hesitation. */
export function minuteIn(rect: Pick<DOMRect, "left" | "right" | "width">, x: number): number {
  const isMirrored = document.documentElement.dir === "rtl";
  const along = isMirrored ? rect.right - x : x - rect.left;
  const beyond = along - rect.width;
  const held = beyond > 0 ? rect.width + Math.max(0, beyond - MIDNIGHT_PX) : along;
  return Math.max(0, (held / rect.width) * DAY);
}

function rowAt(tracks: readonly DOMRect[], y: number): number {
  const found = tracks.findIndex(({ bottom }) => y <= bottom);
  return found < 0 ? tracks.length - 1 : found;
}

/** The span whose end lies at a minute: the pointer may be a little beside it. */
function spanOfEnd(week: Week, day: number, minute: number, end: string): Span | null {
  const edge = end === "from" ? "from" : "to";
  const own = pieces(week, day).filter(({ span }) => span !== null);
  const near = own.sort((a, b) => Math.abs(a[edge] - minute) - Math.abs(b[edge] - minute))[0];
  return near?.span ?? null;
}
