// One exception, in words: which days, what holds on them, and what becomes of the night before.
import { type CalendarDate, parseDate } from "@internationalized/date";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, Checkbox, Dialog, RadioGroup, TextField } from "../../design";
import { DatePicker } from "../../design/date-time";
import { locale } from "../../text";
import type { ScheduleDocument, ScheduleException } from "./api";
import { type DaySpan, Spans } from "./day-form";
import { freshId, type Look, lookOf, whenOf, withException, withoutException } from "./exceptions";
import type { Asked } from "./exceptions-side";
import { GreetingChoice } from "./greeting";
import { intervalOf, minutesOf, nightInto, weekOf } from "./week";
import { dateWords, dayWords, minuteWords, weekdayOf } from "./when";

const LOOKS: readonly Look[] = ["closed", "holiday", "open", "special"];

export function ExceptionDialog(props: {
  document: ScheduleDocument;
  asked: Asked;
  today: CalendarDate;
  onSave: (exceptions: ScheduleException[]) => void;
  onClose: () => void;
}) {
  const { document, asked, today, onSave, onClose } = props;
  const { t } = useTranslation(["hours", "common"]);
  const before = "exception" in asked ? asked.exception : null;
  const [range, setRange] = useState(() => rangeOf(asked, today));
  const [label, setLabel] = useState(before?.label ?? "");
  const [look, setLook] = useState<Look>(before ? lookOf(before.effect) : "closed");
  const [hours, setHours] = useState<readonly DaySpan[]>(() => hoursOf(before));
  const [isYearly, setYearly] = useState(before !== null && "yearly" in before.when);
  const [spill, setSpill] = useState<"keep" | "cut">(before?.spill ?? "keep");
  const [greeting, setGreeting] = useState(before?.greeting);
  const isOne = range.from.compare(range.to) === 0;
  const yearly = isYearly && isOne;
  const night = nightInto(weekOf(document.weekly), weekdayOf(range.from));
  const isReady = (look !== "special" || hours.length > 0) && range.from.compare(range.to) <= 0;

  const save = () => {
    // What other versions keep in an exception stays in it.
    const { label: _label, spill: _spill, greeting: _greeting, ...rest } = before ?? {};
    const changed: ScheduleException = {
      ...rest,
      id: before?.id ?? freshId(document.exceptions ?? []),
      ...(label.trim() ? { label: label.trim() } : {}),
      when: whenOf(range.from, range.to, yearly),
      effect: look === "special" ? hours.map(({ from, to }) => intervalOf(from, to)) : look,
      ...(spill === "cut" ? { spill } : {}),
      ...(greeting && look !== "open" ? { greeting } : {}),
    };
    onSave(withException(document, changed));
    onClose();
  };
  return (
    <Dialog
      title={isOne ? dateWords(range.from, "full") : t("exception.range")}
      isOpen
      onClose={onClose}
      actions={
        <>
          {before && (
            <span className="exception-remove">
              <Button
                tone="danger"
                onPress={() => {
                  onSave(withoutException(document, before.id));
                  onClose();
                }}
              >
                {t("common:remove")}
              </Button>
            </span>
          )}
          <Button onPress={onClose}>{t("common:cancel")}</Button>
          <Button tone="accent" type="submit" form="exception-form" isDisabled={!isReady}>
            {t(before ? "common:save" : "common:add")}
          </Button>
        </>
      }
    >
      <form
        id="exception-form"
        className="exception-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) save();
        }}
      >
        <div className="exception-days">
          <DatePicker
            label={t("exception.from")}
            value={range.from}
            onChange={(from) =>
              setRange(({ to }) => ({ from, to: to.compare(from) < 0 || isOne ? from : to }))
            }
          />
          <DatePicker
            label={t("exception.to")}
            value={range.to}
            minValue={range.from}
            onChange={(to) => setRange(({ from }) => ({ from, to }))}
            error={range.to.compare(range.from) < 0 ? t("exception.badRange") : undefined}
          />
        </div>
        <TextField
          label={t("exception.label")}
          description={t("exception.labelNote")}
          value={label}
          onChange={setLabel}
          maxLength={80}
          autoFocus
        />
        <RadioGroup
          label={t(isOne ? "exception.onThisDay" : "exception.onTheseDays")}
          options={LOOKS.map((id) => ({
            id,
            label: t(`exception.look.${id}`),
            description: t(`exception.lookNote.${id}`),
          }))}
          value={look}
          onChange={setLook}
        />
        {look === "special" && (
          <div className="exception-hours">
            <Spans spans={hours} onChange={setHours} noBreaks />
          </div>
        )}
        {night && !yearly && (
          <RadioGroup
            label={t("exception.spill.label", {
              day: dayWords(night.from),
              time: minuteWords(night.until),
              date: new Intl.DateTimeFormat(locale(), {
                day: "numeric",
                month: "long",
                timeZone: "UTC",
              }).format(range.from.toDate("UTC")),
            })}
            options={[
              { id: "keep", label: t("exception.spill.keep") },
              { id: "cut", label: t("exception.spill.cut") },
            ]}
            value={spill}
            onChange={setSpill}
          />
        )}
        {isOne && (
          <Checkbox isSelected={isYearly} onChange={setYearly}>
            {t("exception.yearly")}
          </Checkbox>
        )}
        {look !== "open" && (
          <GreetingChoice
            label={t("exception.greeting")}
            description={t("exception.greetingNote")}
            value={greeting}
            onChange={setGreeting}
          />
        )}
      </form>
    </Dialog>
  );
}

function rangeOf(asked: Asked, today: CalendarDate): { from: CalendarDate; to: CalendarDate } {
  if ("from" in asked) return asked;
  const { when } = asked.exception;
  if ("date" in when) return { from: parseDate(when.date), to: parseDate(when.date) };
  if ("from" in when) return { from: parseDate(when.from), to: parseDate(when.to) };
  const [month = 1, day = 1] = when.yearly.split("-").map(Number);
  const isLeapDay = month === 2 && day === 29;
  const thisYear = isLeapDay ? parseDate(`${nextLeapYear(today.year)}-02-29`) : today.set({ month, day });
  const next = thisYear.compare(today) < 0 && !isLeapDay ? thisYear.add({ years: 1 }) : thisYear;
  return { from: next, to: next };
}

function nextLeapYear(year: number): number {
  const isLeap = (one: number) => (one % 4 === 0 && one % 100 !== 0) || one % 400 === 0;
  let next = year;
  while (!isLeap(next)) next += 1;
  return next;
}

function hoursOf(before: ScheduleException | null): readonly DaySpan[] {
  if (!before || typeof before.effect === "string") return [{ from: 540, to: 720, kind: "open" }];
  return before.effect.map((interval) => ({ ...minutesOf(interval), kind: "open" }));
}
