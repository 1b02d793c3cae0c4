// The week as a picture to draw on: by pointer, or by keys with a cursor.
import { ArrowRight } from "lucide-react";
import { useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, RadioGroup } from "../../design";
import { DayForm } from "./day-form";
import { type Cursor, drawn, type GridNews, pressed } from "./grid-keys";
import {
  copyDay,
  DAY,
  DAYS,
  type Kind,
  type Piece,
  pieces,
  remove,
  type Span,
  setDay,
  spanAt,
  WEEKDAYS,
  type Week,
} from "./week";
import { type Drag, useWeekDrag } from "./week-drag";
import { dayWords, fittingTime, hourWords, minuteWords, rangeWords, weekDays } from "./when";
import "./week-grid.css";

export type WeekGridProps = {
  week: Week;
  onChange: (week: Week) => void;
  /** Hours that are being typed, shown instead. */
  typed: Week | null;
  /** This moment, in the schedule's zone. */
  now: { day: number; minute: number };
};

const HOURS = [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24];

export function WeekGrid({ week, onChange, typed, now }: WeekGridProps) {
  const { t } = useTranslation("hours");
  const rows = weekDays();
  const id = useId();
  const grid = useRef<HTMLDivElement>(null);
  const [cursor, setCursor] = useState<Cursor>({ day: rows[0] ?? 1, minute: 540, mark: null, copied: null });
  const [said, setSaid] = useState("");
  const [brush, setBrush] = useState<Kind>("open");
  const { drag, handlers } = useWeekDrag(rows, week, brush, {
    onChange,
    onPlace: (day, minute) => {
      setCursor((before) => ({ ...before, day, minute, mark: null }));
      grid.current?.focus();
    },
  });
  const shown = drag?.week ?? typed ?? week;
  const here = pieces(week, cursor.day).find(
    ({ from, to }) => from <= cursor.minute % DAY && cursor.minute % DAY < to,
  );

  const say = (next: Cursor, news: GridNews | undefined, changed: Week) => {
    const day = dayWords(next.day);
    const span = drawn(next);
    if (span) setSaid(t(`grid.drawing.${span.kind}`, { day, range: rangeWords(span.from, span.to) }));
    else if (news) {
      const now = spanAt(changed, next.day, next.minute);
      const range = now ? rangeWords(now.from, now.to) : minuteWords(next.minute);
      setSaid(t(`grid.news.${news}`, { day, range }));
    } else setSaid(`${day} ${minuteWords(next.minute)}`);
  };

  const onKeyDown = (event: React.KeyboardEvent) => {
    // The buttons of the days have keys of their own.
    if (event.target !== event.currentTarget) return;
    const { key, shiftKey: shift, altKey: alt } = event;
    const step = pressed({ key, shift, alt, main: event.ctrlKey || event.metaKey }, cursor, week, rows);
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    setCursor(step.cursor);
    if (step.week) onChange(step.week);
    say(step.cursor, step.news, step.week ?? week);
  };

  const marked = drawn(cursor);
  return (
    <div className="week" data-typed={typed !== null || undefined}>
      <div className="week-hours" aria-hidden="true">
        {HOURS.map((hour) => (
          <span key={hour} style={{ insetInlineStart: `${(hour / 24) * 100}%` }}>
            {hourWords(hour)}
          </span>
        ))}
      </div>
      <div
        ref={grid}
        role="grid"
        className="week-grid"
        tabIndex={0}
        aria-label={t("grid.label")}
        aria-describedby={`${id}-help`}
        aria-activedescendant={here ? `${id}-${cursor.day}-${here.from}` : undefined}
        onKeyDown={onKeyDown}
      >
        {rows.map((day) => (
          <div key={day} role="row" className="week-row" data-weekend={!WEEKDAYS.includes(day) || undefined}>
            <div role="rowheader" className="week-day">
              <DayForm
                day={day}
                spans={week.filter((span) => span.day === day)}
                onChange={(spans) => onChange(setDay(week, day, spans))}
                onCopy={(days) => onChange(copyDay(week, day, days))}
              />
            </div>
            <div className="week-track" data-day={day} {...handlers}>
              {pieces(shown, day).map((piece) => (
                <PieceView key={piece.from} id={`${id}-${day}-${piece.from}`} day={day} piece={piece} />
              ))}
              {marked?.day === day && <Outline from={marked.from} to={marked.to} kind={marked.kind} />}
              {cursor.day === day && !drag && (
                <Outline from={cursor.minute % DAY} to={(cursor.minute % DAY) + 15} isCursor />
              )}
              {now.day === day && (
                <span
                  className="week-now"
                  aria-hidden="true"
                  style={{ insetInlineStart: part(now.minute) }}
                />
              )}
              {drag && isDragged(drag, day) && <DragWords drag={drag} />}
            </div>
          </div>
        ))}
      </div>
      <p className="unseen" id={`${id}-help`}>
        {t("grid.help")}
      </p>
      <p className="unseen" role="status">
        {said}
      </p>
      <Here
        day={cursor.day}
        piece={here}
        onRemove={(span) => onChange(remove(week, span))}
        onCopy={(days) => onChange(copyDay(week, cursor.day, days))}
      >
        <p className="week-hint quiet">{t("grid.hint")}</p>
        <RadioGroup
          label={t("grid.brush")}
          bare
          segments
          options={[
            { id: "open", label: t("state.open") },
            { id: "break", label: t("state.break") },
          ]}
          value={brush}
          onChange={setBrush}
        />
      </Here>
    </div>
  );
}

function PieceView({ id, day, piece }: { id: string; day: number; piece: Piece }) {
  const { t } = useTranslation("hours");
  const { from, to, state, span, comesIn, goesOn } = piece;
  const range = { day: dayWords(day), from: minuteWords(from), to: minuteWords(to) };
  const beyond = span ? minuteWords(span.to - DAY) : "";
  const name = comesIn
    ? t("grid.cell.comesIn", { ...range, before: dayWords((day + 6) % 7) })
    : goesOn
      ? t("grid.cell.goesOn", { ...range, beyond })
      : t(`grid.cell.${state}`, range);
  const startsHere = span !== null && !comesIn && from === span.from;
  const endsHere = span !== null && !goesOn && (comesIn ? to === span.to - DAY : to === span.to);
  return (
    <div
      role="gridcell"
      id={id}
      className="week-piece"
      data-state={state}
      data-comes-in={comesIn || undefined}
      data-goes-on={goesOn || undefined}
      data-starts={startsHere || undefined}
      data-ends={endsHere || goesOn || undefined}
      style={{ insetInlineStart: part(from), inlineSize: part(to - from) }}
    >
      <span className="unseen">{name}</span>
      {state !== "closed" && (
        <span className="week-words" aria-hidden="true">
          {comesIn
            ? `→ ${fittingTime(to)}`
            : goesOn
              ? fittingTime(span?.from ?? from)
              : to - from === DAY
                ? t("ahead.allDay")
                : `${fittingTime(from)} – ${fittingTime(to)}`}
        </span>
      )}
      {goesOn && (
        <span className="week-beyond" aria-hidden="true">
          <ArrowRight size={12} strokeWidth={2} />
          {span && fittingTime(span.to - DAY)}
        </span>
      )}
      {startsHere && <span className="week-end" data-end="from" aria-hidden="true" />}
      {endsHere && <span className="week-end" data-end="to" aria-hidden="true" />}
    </div>
  );
}

function Outline(props: { from: number; to: number; kind?: Span["kind"]; isCursor?: boolean }) {
  const { from, to, kind, isCursor } = props;
  return (
    <span
      className={isCursor ? "week-cursor" : "week-drawn"}
      data-state={kind}
      aria-hidden="true"
      style={{ insetInlineStart: part(from), inlineSize: part(Math.min(to, DAY) - from) }}
    />
  );
}

/** The times under the pointer, while something is drawn. */
function DragWords({ drag }: { drag: Drag }) {
  const { from, to } = drag;
  return (
    <span
      className="week-drag-words"
      aria-hidden="true"
      style={{ insetInlineStart: `clamp(0px, ${part((from + Math.min(to, DAY)) / 2)}, 100%)` }}
    >
      {rangeWords(from, to)}
    </span>
  );
}

function isDragged(drag: Drag, day: number): boolean {
  return drag.days.at(-1) === day;
}

/** What is under the cursor, and what can be done with it and its day. */
function Here(props: {
  day: number;
  piece: Piece | undefined;
  onRemove: (span: Span) => void;
  onCopy: (days: readonly number[]) => void;
  /** What stands at the end. */
  children: React.ReactNode;
}) {
  const { day, piece, onRemove, onCopy, children } = props;
  const { t } = useTranslation("hours");
  const span = piece?.span ?? null;
  const isWeekday = WEEKDAYS.includes(day);
  return (
    <div className="week-here">
      <p className="week-here-words">
        <strong>{dayWords(span?.day ?? day)}</strong>{" "}
        <span className="number">
          {span ? rangeWords(span.from, span.to) : piece && rangeWords(piece.from, piece.to)}
        </span>{" "}
        <span className="quiet">{t(`state.${piece?.state ?? "closed"}`).toLocaleLowerCase()}</span>
      </p>
      {span && (
        <Button size="small" tone="quiet" onPress={() => onRemove(span)}>
          {t("grid.remove")}
        </Button>
      )}
      <Button size="small" tone="quiet" onPress={() => onCopy(isWeekday ? WEEKDAYS : DAYS)}>
        {isWeekday
          ? t("grid.copyWeekdays", { day: dayWords(day, "short"), days: othersOf(day) })
          : t("grid.copyAll", { day: dayWords(day, "short") })}
      </Button>
      {children}
    </div>
  );
}

/** `Tue–Fri` for Monday: the weekdays a day is copied to. */
function othersOf(day: number): string {
  const short = (one: number) => dayWords(one, "short");
  if (day === 1) return `${short(2)}–${short(5)}`;
  if (day === 5) return `${short(1)}–${short(4)}`;
  return WEEKDAYS.filter((one) => one !== day)
    .map(short)
    .join(", ");
}

function part(minutes: number): string {
  return `${(minutes / DAY) * 100}%`;
}
