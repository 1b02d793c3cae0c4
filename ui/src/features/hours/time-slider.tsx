// A moment that is slid over a day or a week. What holds then is asked of the engine.
import { type CalendarDate, startOfWeek } from "@internationalized/date";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Millis } from "../../bindings/api";
import { RadioGroup } from "../../design";
import { locale } from "../../text";
import type { PreviewDay } from "./preview";
import { DAY } from "./week";
import { dateAt, dateWords, instant, minuteAt, minuteWords } from "./when";
import "./time-slider.css";

const WEEK_DAYS = 7;
/** How far apart its places are, in minutes. */
const STEP = { day: 5, week: 15 };

export function TimeSlider(props: {
  at: Millis;
  timeZone: string;
  onChange: (at: Millis) => void;
  /** What is known of the hours, drawn behind it. */
  days?: readonly PreviewDay[];
}) {
  const { at, timeZone, onChange, days } = props;
  const { t } = useTranslation("hours");
  const [span, setSpan] = useState<"day" | "week">("day");
  const date = dateAt(at, timeZone);
  const first = span === "day" ? date : startOfWeek(date, locale());
  const count = span === "day" ? 1 : WEEK_DAYS;
  const shown = Array.from({ length: count }, (_, place) => first.add({ days: place }));
  const place = shown.findIndex((one) => one.compare(date) === 0);
  const slide = (value: number) => {
    const day = Math.min(Math.floor(value / DAY), count - 1);
    const to = shown[day];
    if (to) onChange(instant(to, Math.min(value - day * DAY, DAY - 1), timeZone));
  };
  return (
    <div className="time-slider">
      <RadioGroup
        segments
        bare
        label={t("slider.span")}
        options={[
          { id: "day", label: t("slider.day") },
          { id: "week", label: t("slider.week") },
        ]}
        value={span}
        onChange={setSpan}
      />
      <div className="time-slider-track">
        {days && <Ground shown={shown} days={days} />}
        <input
          type="range"
          min={0}
          max={count * DAY - STEP[span]}
          step={STEP[span]}
          value={Math.max(0, place) * DAY + minuteAt(at, timeZone)}
          aria-label={t("slider.label")}
          aria-valuetext={`${dateWords(date)}, ${minuteWords(minuteAt(at, timeZone))}`}
          onChange={({ target }) => slide(Number(target.value))}
        />
        {span === "week" && (
          <div className="time-slider-days quiet small" aria-hidden="true">
            {shown.map((day) => (
              <span key={day.toString()}>{dateWords(day, "short")}</span>
            ))}
          </div>
        )}
      </div>
    </div>
  );
}

/** When it is open, as far as the engine has said. */
function Ground({ shown, days }: { shown: readonly CalendarDate[]; days: readonly PreviewDay[] }) {
  return (
    <svg
      className="day-bar"
      viewBox={`0 0 ${shown.length * DAY} 10`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <rect className="day-bar-ground" width={shown.length * DAY} height="10" />
      {shown.flatMap((date, place) =>
        (days.find((day) => day.date.compare(date) === 0)?.slices ?? [])
          .filter(({ span }) => span.state !== "closed")
          .map(({ from, to, span }) => (
            <rect
              key={`${date} ${from}`}
              data-state={span.state}
              x={place * DAY + from}
              width={to - from}
              height="10"
            />
          )),
      )}
    </svg>
  );
}
