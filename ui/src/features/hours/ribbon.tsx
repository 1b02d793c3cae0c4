// Thirteen months at a glance: every day a column, its hours from top to bottom. Walked by keys, said in words.
import type { CalendarDate } from "@internationalized/date";
import { memo, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { OpenState } from "./api";
import { dayLabel, type PreviewDay } from "./preview";
import { DAY } from "./week";
import { dateWords, monthWords, rangeWords } from "./when";

export function Ribbon({
  days,
  onDay,
}: {
  days: readonly PreviewDay[];
  onDay: (date: CalendarDate) => void;
}) {
  const { t } = useTranslation("hours");
  const [place, setPlace] = useState(0);
  const [looked, setLooked] = useState<number | null>(null);
  const id = useId();
  if (days.length === 0) return <div className="ribbon" aria-hidden="true" />;
  const shown = Math.min(looked ?? place, days.length - 1);
  const day = days[shown] as PreviewDay;
  const said = sayDay(day, t);
  const placeOf = ({ currentTarget, clientX }: React.PointerEvent) => {
    const { left, width } = currentTarget.getBoundingClientRect();
    return Math.max(0, Math.min(days.length - 1, Math.floor(((clientX - left) / width) * days.length)));
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Enter") return onDay(day.date);
    const to = {
      ArrowLeft: place - 1,
      ArrowRight: place + 1,
      ArrowDown: place - 7,
      ArrowUp: place + 7,
      PageUp: place - 28,
      PageDown: place + 28,
      Home: 0,
      End: days.length - 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    setLooked(null);
    setPlace(Math.max(0, Math.min(days.length - 1, to)));
  };
  return (
    <div className="ribbon">
      <div
        className="ribbon-strip"
        role="slider"
        tabIndex={0}
        aria-label={t("ribbon.label", { count: days.length })}
        aria-describedby={`${id}-help`}
        aria-valuemin={0}
        aria-valuemax={days.length - 1}
        aria-valuenow={place}
        aria-valuetext={said}
        onKeyDown={onKeyDown}
        onPointerMove={(event) => setLooked(placeOf(event))}
        onPointerLeave={() => setLooked(null)}
        onClick={(event) => {
          setPlace(placeOf(event as unknown as React.PointerEvent));
          onDay(day.date);
        }}
      >
        <Picture days={days} />
        <span
          className="ribbon-cursor"
          style={{ insetInlineStart: `${(shown / days.length) * 100}%`, inlineSize: `${100 / days.length}%` }}
        />
      </div>
      <Months days={days} />
      <p className="ribbon-words" aria-hidden="true">
        {said}
      </p>
      <p className="unseen" id={`${id}-help`}>
        {t("ribbon.help")}
      </p>
    </div>
  );
}

const STATES: readonly OpenState[] = ["open", "break", "holiday"];

/** One path for each state: some thousand small boxes are drawn as three. */
const Picture = memo(function Picture({ days }: { days: readonly PreviewDay[] }) {
  const paths = STATES.map((state) => ({
    state,
    d: days
      .flatMap(({ slices }, place) =>
        slices
          .filter(({ span }) => span.state === state)
          .map(({ from, to }) => `M${place} ${from}h0.86v${to - from}h-0.86z`),
      )
      .join(""),
  }));
  const special = days.flatMap((day, place) => (dayLabel(day)?.kind === "exception" ? [place] : []));
  return (
    <svg
      className="ribbon-picture"
      viewBox={`0 0 ${days.length} ${DAY}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {special.map((place) => (
        <rect key={place} className="ribbon-special" x={place} width="1" height={DAY} />
      ))}
      {paths.map(({ state, d }) => (
        <path key={state} data-state={state} d={d} />
      ))}
    </svg>
  );
});

const Months = memo(function Months({ days }: { days: readonly PreviewDay[] }) {
  return (
    <div className="ribbon-months" aria-hidden="true">
      {days.map(({ date }, place) =>
        date.day === 1 && place < days.length - 10 ? (
          <span key={date.toString()} style={{ insetInlineStart: `${(place / days.length) * 100}%` }}>
            {monthWords(date)}
          </span>
        ) : null,
      )}
    </div>
  );
});

type Say = ReturnType<typeof useTranslation<"hours">>["t"];

/** A day in a sentence: date, hours, and what is special about it. */
export function sayDay(day: PreviewDay, t: Say): string {
  const open = day.slices.filter(({ span }) => span.state === "open");
  const label = dayLabel(day)?.label;
  const isHoliday = open.length === 0 && day.slices.some(({ span }) => span.state === "holiday");
  const hours = open.map(({ from, to }) => rangeWords(from, to)).join(", ");
  const what = isHoliday ? t("ribbon.holiday") : hours ? t("ribbon.open", { hours }) : t("ribbon.closed");
  const date = dateWords(day.date);
  return label ? t("ribbon.named", { date, what, label }) : t("ribbon.plain", { date, what });
}
