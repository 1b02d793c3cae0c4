// The hours of one day as a form, opened by the name of the day.
import { Coffee, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { Button as AriaButton } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { Button, IconButton, Popover } from "../../design";
import { TimeField } from "../../design/date-time";
import { DAY, DAYS, intervalOf, minutesOf, type Span, WEEKDAYS } from "./week";
import { dayWords } from "./when";

export type DaySpan = Omit<Span, "day">;

export function DayForm(props: {
  day: number;
  spans: readonly DaySpan[];
  onChange: (spans: readonly DaySpan[]) => void;
  onCopy: (days: readonly number[]) => void;
}) {
  const { day, spans, onChange, onCopy } = props;
  const { t } = useTranslation("hours");
  const name = dayWords(day);
  return (
    <Popover
      label={t("day.title", { day: name })}
      trigger={
        <AriaButton className="week-day-name">
          <span aria-hidden="true">{dayWords(day, "short")}</span>
          <span className="unseen">{t("day.open", { day: name })}</span>
        </AriaButton>
      }
    >
      {(close) => (
        <div className="day-form">
          <h3>{name}</h3>
          <Typed spans={spans} onChange={onChange} />
          <footer className="day-form-foot">
            <Button
              size="small"
              tone="quiet"
              onPress={() => {
                onCopy(WEEKDAYS);
                close();
              }}
            >
              {t("day.copyWeekdays")}
            </Button>
            <Button
              size="small"
              tone="quiet"
              onPress={() => {
                onCopy(DAYS);
                close();
              }}
            >
              {t("day.copyAll")}
            </Button>
          </footer>
        </div>
      )}
    </Popover>
  );
}

/** The rows as they are typed: the week joins what touches, the form leaves it as it is. */
function Typed(props: { spans: readonly DaySpan[]; onChange: (spans: readonly DaySpan[]) => void }) {
  const [rows, setRows] = useState(props.spans);
  return (
    <Spans
      spans={rows}
      onChange={(next) => {
        setRows(next);
        props.onChange(next);
      }}
    />
  );
}

/** Hours and breaks, one in each row. */
export function Spans(props: {
  spans: readonly DaySpan[];
  onChange: (spans: readonly DaySpan[]) => void;
  /** A single date has no breaks: it has several hours instead. */
  noBreaks?: boolean;
}) {
  const { spans, onChange, noBreaks = false } = props;
  const { t } = useTranslation("hours");
  const set = (place: number, from: number, to: number) => {
    const next = minutesOf(intervalOf(from % DAY, to % DAY));
    onChange(spans.map((span, other) => (other === place ? { ...span, ...next } : span)));
  };
  return (
    <>
      {spans.length === 0 && <p className="quiet">{t("day.closed")}</p>}
      <ul className="day-spans">
        {spans.map(({ from, to, kind }, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a row stays itself while its times are typed
          <li key={place} className="day-span">
            <span className="day-span-kind">{t(`day.kinds.${kind}`)}</span>
            <TimeField label={t("day.from")} bare value={from} onChange={(at) => set(place, at, to)} />
            <span aria-hidden="true">–</span>
            <TimeField label={t("day.to")} bare value={to} onChange={(at) => set(place, from, at)} />
            <IconButton
              icon={Trash2}
              label={t(`day.remove.${kind}`)}
              onPress={() => onChange(spans.filter((_, other) => other !== place))}
            />
            {to > DAY && <span className="day-span-note quiet">{t("day.nextDay")}</span>}
          </li>
        ))}
      </ul>
      <div className="day-form-add">
        <Button size="small" icon={Plus} onPress={() => onChange([...spans, nextHours(spans)])}>
          {t("day.addHours")}
        </Button>
        {!noBreaks && spans.some(({ kind }) => kind === "open") && (
          <Button size="small" icon={Coffee} onPress={() => onChange([...spans, nextBreak(spans)])}>
            {t("day.addBreak")}
          </Button>
        )}
      </div>
    </>
  );
}

/** Nine to five, or the hours after the last ones. */
function nextHours(spans: readonly DaySpan[]): DaySpan {
  const last = Math.max(-1, ...spans.filter(({ kind }) => kind === "open").map(({ to }) => to));
  if (last < 0) return { from: 540, to: 1020, kind: "open" };
  const from = Math.min(last + 60, DAY - 60);
  return { from, to: Math.min(from + 120, DAY), kind: "open" };
}

/** Half an hour in the middle of the longest hours. */
function nextBreak(spans: readonly DaySpan[]): DaySpan {
  const [longest] = spans
    .filter(({ kind }) => kind === "open")
    .sort((a, b) => b.to - b.from - (a.to - a.from));
  const middle = longest ? Math.round((longest.from + longest.to) / 2 / 30) * 30 : 720;
  const from = Math.min(middle, DAY - 30);
  return { from, to: from + 30, kind: "break" };
}
