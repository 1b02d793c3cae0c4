// What comes: the next two weeks, more than a year as a ribbon, any moment asked for, and what might surprise.
import { type CalendarDate, parseDate } from "@internationalized/date";
import { Clock, TriangleAlert } from "lucide-react";
import { memo, useDeferredValue, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../design";
import { DatePicker, TimeField } from "../../design/date-time";
import { engineNow } from "../../live/store";
import type { ScheduleDocument, SchedulePreview } from "./api";
import { builtin } from "./exceptions";
import { OpenMark } from "./marks";
import { type DaySlice, dayLabel, daysOf, type PreviewDay, usePreviewAt } from "./preview";
import { Ribbon } from "./ribbon";
import { TimeSlider } from "./time-slider";
import { DAY } from "./week";
import { clockAt, dateAt, dateWords, instant, minuteAt, otherZone, shortRange } from "./when";
import { becauseWords, nextWords } from "./words";

const DAYS_SHOWN = 14;
const MOST_SURPRISES = 3;

export function Ahead(props: {
  document: ScheduleDocument;
  timeZone: string;
  preview: SchedulePreview | undefined;
  onDay: (date: CalendarDate) => void;
  onHolidays: () => void;
}) {
  const { document, timeZone, preview, onDay, onHolidays } = props;
  const { t } = useTranslation("hours");
  const days = useMemo(() => (preview ? daysOf(preview.spans, timeZone) : []), [preview, timeZone]);
  return (
    <section className="ahead" aria-label={t("ahead.title")} data-region="">
      <header className="ahead-header">
        <h2>{t("ahead.title")}</h2>
        {preview && <ClockChange preview={preview} timeZone={timeZone} />}
      </header>
      {preview &&
        (builtin(document) ? (
          <Surprises preview={preview} onDay={onDay} />
        ) : (
          <NoHolidays preview={preview} onHolidays={onHolidays} />
        ))}
      <ol className="fortnight">
        {days.slice(0, DAYS_SHOWN).map((day) => (
          <FortnightDay key={day.date.toString()} day={day} onDay={onDay} />
        ))}
      </ol>
      <Ribbon days={days} onDay={onDay} />
      <WhatIf document={document} timeZone={timeZone} days={days} />
    </section>
  );
}

const FortnightDay = memo(function FortnightDay(props: {
  day: PreviewDay;
  onDay: (date: CalendarDate) => void;
}) {
  const { day, onDay } = props;
  const { t } = useTranslation("hours");
  const label = dayLabel(day);
  const open = day.slices.filter(({ span }) => span.state === "open");
  const words = open.length === 0 ? t("ahead.closed") : openWords(day.slices) || t("ahead.allDay");
  return (
    <li>
      <button
        type="button"
        className="fortnight-day"
        data-kind={label?.kind}
        onClick={() => onDay(day.date)}
        title={label?.label || undefined}
      >
        <span className="fortnight-date">{dateWords(day.date, "short")}</span>
        <DayBar slices={day.slices} />
        <span className="fortnight-hours">
          {words}
          {label?.label && <span className="fortnight-label"> {label.label}</span>}
        </span>
      </button>
    </li>
  );
});

function DayBar({ slices }: { slices: readonly DaySlice[] }) {
  return (
    <svg className="day-bar" viewBox={`0 0 ${DAY} 10`} preserveAspectRatio="none" aria-hidden="true">
      <rect className="day-bar-ground" width={DAY} height="10" />
      {slices
        .filter(({ span }) => span.state !== "closed")
        .map(({ from, to, span }) => (
          <rect key={from} data-state={span.state} x={from} width={to - from} height="10" />
        ))}
    </svg>
  );
}

/** From the first opening to the last closing, nothing for a whole day; breaks are seen on the bar. */
function openWords(slices: readonly DaySlice[]): string {
  const runs: { from: number; to: number }[] = [];
  for (const { from, to, span } of slices) {
    if (span.state === "closed" || span.state === "holiday") continue;
    const last = runs.at(-1);
    if (last && last.to === from) last.to = to;
    else runs.push({ from, to });
  }
  const some = runs.filter(({ from, to }) => to - from < DAY);
  return some.map(({ from, to }) => shortRange(from, to)).join(", ");
}

function ClockChange({ preview, timeZone }: { preview: SchedulePreview; timeZone: string }) {
  const { t } = useTranslation("hours");
  const [next] = preview.clockChanges;
  if (!next) return <p className="quiet">{t("ahead.noClockChange")}</p>;
  return (
    <p className="quiet">
      {t(next.byMinutes > 0 ? "ahead.clockForward" : "ahead.clockBack", {
        date: dateWords(dateAt(next.at, timeZone)),
        minutes: Math.abs(next.byMinutes),
      })}
    </p>
  );
}

/** Without any holidays every one of them would be a surprise: one line is enough. */
function NoHolidays({ preview, onHolidays }: { preview: SchedulePreview; onHolidays: () => void }) {
  const { t } = useTranslation("hours");
  const [next] = preview.surprises;
  if (!next) return null;
  const facts = { date: dateWords(parseDate(next.date)), holiday: next.holiday };
  return (
    <p className="surprises">
      <span>
        <TriangleAlert size={14} strokeWidth={1.75} aria-hidden="true" />
        {t("ahead.surprise.none", { count: preview.surprises.length, ...facts })}
        <Button size="small" tone="quiet" onPress={onHolidays}>
          {t("holidays.choose")}
        </Button>
      </span>
    </p>
  );
}

function Surprises({ preview, onDay }: { preview: SchedulePreview; onDay: (date: CalendarDate) => void }) {
  const { t } = useTranslation("hours");
  const [all, setAll] = useState(false);
  const { surprises } = preview;
  if (surprises.length === 0) return null;
  return (
    <ul className="surprises">
      {surprises.slice(0, all ? undefined : MOST_SURPRISES).map(({ date, holiday, state }) => (
        <li key={date}>
          <TriangleAlert size={14} strokeWidth={1.75} aria-hidden="true" />
          {t(`ahead.surprise.${state}`, { date: dateWords(parseDate(date)), holiday })}
          <Button size="small" tone="quiet" onPress={() => onDay(parseDate(date))}>
            {t("ahead.surprise.change")}
          </Button>
        </li>
      ))}
      {!all && surprises.length > MOST_SURPRISES && (
        <li>
          <Button size="small" tone="quiet" onPress={() => setAll(true)}>
            {t("ahead.surprise.more", { count: surprises.length - MOST_SURPRISES })}
          </Button>
        </li>
      )}
    </ul>
  );
}

/** Any moment, and how things stand then. */
function WhatIf(props: { document: ScheduleDocument; timeZone: string; days: readonly PreviewDay[] }) {
  const { document, timeZone, days } = props;
  const { t } = useTranslation("hours");
  const [asked, setAsked] = useState(() => {
    const now = engineNow();
    return { date: dateAt(now, timeZone), minute: Math.floor(minuteAt(now, timeZone) / 5) * 5 };
  });
  const at = instant(asked.date, asked.minute, timeZone);
  // While it is slid, the engine is asked for the last moment only.
  const preview = usePreviewAt(document, useDeferredValue(at));
  const other = otherZone(timeZone, at);
  return (
    <div className="what-if">
      <h3>{t("whatIf.title")}</h3>
      <DatePicker
        label={t("whatIf.date")}
        bare
        value={asked.date}
        onChange={(date) => setAsked((before) => ({ ...before, date }))}
      />
      <TimeField
        label={t("whatIf.time")}
        bare
        value={asked.minute}
        onChange={(minute) => setAsked((before) => ({ ...before, minute }))}
      />
      <TimeSlider
        at={at}
        timeZone={timeZone}
        days={days}
        onChange={(to) => setAsked({ date: dateAt(to, timeZone), minute: minuteAt(to, timeZone) })}
      />
      {preview && (
        <p className="what-if-answer" role="status">
          <OpenMark state={preview.openness.state} />
          <strong>{t(`state.${preview.openness.state}`)}</strong>
          <span>{becauseWords(t, preview.openness.because, preview.openness.state)}</span>
          <span className="quiet">{nextWords(t, preview.openness, timeZone, at)}</span>
          {other && (
            <span className="quiet what-if-own">
              <Clock size={12} aria-hidden="true" /> {t("ownTime", { time: clockAt(at, other) })}
            </span>
          )}
        </p>
      )}
    </div>
  );
}
