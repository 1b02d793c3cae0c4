// Public holidays: a country and a region, then a list that is confirmed; a calendar file adds more.
import { type CalendarDate, parseDate } from "@internationalized/date";
import { useQuery } from "@tanstack/react-query";
import { FileUp } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, Checkbox, ComboBox, Dialog, Notice, Select } from "../../design";
import { api } from "../../live/api";
import { useOffice } from "../../live/select";
import { locale } from "../../text";
import { closeSentence } from "../../text/refusal";
import type { CalendarDay, Holiday, HolidayCountry, ScheduleDocument } from "./api";
import { type DaySpan, Spans } from "./day-form";
import {
  builtin,
  confirmed,
  greetingOn,
  holidayName,
  importedDays,
  importedGreetings,
  isSkipped,
  type Treatment,
  typesOf,
} from "./exceptions";
import { GreetingChoice } from "./greeting";
import { regionsByName } from "./region-name";
import { intervalOf, minutesOf } from "./week";
import { dateWords } from "./when";

const WHOLE_COUNTRY = "whole";
const MORNING: readonly DaySpan[] = [{ from: 540, to: 720, kind: "open" }];

type Choice = { treatment: Treatment; hours: readonly DaySpan[]; greeting: string | undefined };

export function HolidaysDialog(props: {
  document: ScheduleDocument;
  /** Chosen already, if it was. */
  region: string | undefined;
  today: CalendarDate;
  onSave: (change: Pick<ScheduleDocument, "holidays" | "exceptions">) => void;
  onClose: () => void;
}) {
  const { document, today, onSave, onClose } = props;
  const { t } = useTranslation(["hours", "common"]);
  const office = useOffice();
  const rule = builtin(document);
  const [country, setCountry] = useState(rule?.country ?? office?.country ?? "");
  const [region, setRegion] = useState(props.region ?? rule?.region ?? WHOLE_COUNTRY);
  const [imported, setImported] = useState(() => importedDays(document));
  const [dropped, setDropped] = useState<ReadonlySet<string>>(new Set());
  const [said, setSaid] = useState(() => importedGreetings(document));
  const [choices, setChoices] = useState<ReadonlyMap<string, Choice>>(new Map());
  const countries = useHolidayCountries();
  const through = today.add({ months: 13 }).set({ day: 1 }).subtract({ days: 1 });
  const known = countries?.find((one) => one.country === country);
  const regions = known ? regionsByName(known.country, known.regions) : [];
  const chosenRegion = regions.some(({ code }) => code === region) ? region : null;
  const { data: holidays, error } = useQuery({
    queryKey: ["holidays", country, chosenRegion ?? "", today.toString(), through.toString()],
    queryFn: () =>
      api.holidays(country, {
        region: chosenRegion ?? undefined,
        from: today.toString(),
        to: through.toString(),
      }),
    enabled: known !== undefined,
  });
  const rows = (holidays ?? []).filter(({ type }) => typesOf(rule).includes(type));
  const choiceOf = (holiday: Holiday): Choice => choices.get(holiday.date) ?? asBefore(document, holiday);
  const choose = (date: string, choice: Choice) => setChoices((before) => new Map(before).set(date, choice));
  const names = new Intl.DisplayNames(locale(), { type: "region" });

  const kept = imported.filter((day) => !dropped.has(keyOf(day)));

  const confirm = () => {
    const dates = new Set(kept.map(({ date }) => date));
    onSave(
      confirmed(document, {
        country,
        region: chosenRegion,
        through: through.toString(),
        imported: kept,
        importedGreetings: Object.fromEntries(Object.entries(said).filter(([date]) => dates.has(date))),
        holidays: rows.map((holiday) => {
          const { treatment, hours, greeting } = choiceOf(holiday);
          return { holiday, treatment, greeting, hours: hours.map(({ from, to }) => intervalOf(from, to)) };
        }),
      }),
    );
    onClose();
  };
  return (
    <Dialog
      title={t("holidays.title")}
      width="wide"
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t("common:cancel")}</Button>
          <Button tone="accent" onPress={confirm} isDisabled={rows.length + imported.length === 0}>
            {t("holidays.confirm")}
          </Button>
        </>
      }
    >
      <div className="holiday-place">
        <ComboBox
          key={`${countries?.length}`}
          label={t("holidays.country")}
          options={(countries ?? []).map((one) => ({
            id: one.country,
            label: names.of(one.country) ?? one.name,
          }))}
          value={country || null}
          onChange={(chosen) => {
            setCountry(chosen);
            setRegion(WHOLE_COUNTRY);
          }}
        />
        {regions.length > 0 && (
          <Select
            label={t("holidays.region")}
            options={[
              { id: WHOLE_COUNTRY, label: t("holidays.wholeCountry") },
              ...regions.map(({ code, name }) => ({ id: code, label: name })),
            ]}
            value={chosenRegion ?? WHOLE_COUNTRY}
            onChange={setRegion}
          />
        )}
      </div>
      {error && <Notice severity="problem">{closeSentence(error)}</Notice>}
      {rows.length > 0 && (
        <section aria-label={t("holidays.list")}>
          <p className="quiet holiday-lead">{t("holidays.lead")}</p>
          <ul className="holiday-list">
            {rows.map((holiday) => (
              <HolidayRow
                key={holiday.date}
                holiday={holiday}
                choice={choiceOf(holiday)}
                onChoose={(choice) => choose(holiday.date, choice)}
              />
            ))}
          </ul>
        </section>
      )}
      <CalendarFile
        days={imported}
        dropped={dropped}
        said={said}
        onDays={setImported}
        onDropped={setDropped}
        onSaid={setSaid}
      />
    </Dialog>
  );
}

export function useHolidayCountries(): readonly HolidayCountry[] | undefined {
  return useQuery({
    queryKey: ["holiday-countries"],
    queryFn: api.holidayCountries,
    staleTime: Number.POSITIVE_INFINITY,
  }).data;
}

function HolidayRow(props: { holiday: Holiday; choice: Choice; onChoose: (choice: Choice) => void }) {
  const { holiday, choice, onChoose } = props;
  const { t } = useTranslation("hours");
  const { treatment, hours, greeting } = choice;
  const options: readonly Treatment[] = ["holiday", "normal", "special"];
  return (
    <li className="holiday-row" data-treatment={treatment}>
      <Checkbox
        isSelected={treatment !== "normal"}
        onChange={(isOn) => onChoose({ ...choice, treatment: isOn ? "holiday" : "normal" })}
        description={dateWords(parseDate(holiday.date), "plain")}
      >
        {holidayName(holiday)}
      </Checkbox>
      <Select
        label={t("holidays.treatment", { name: holidayName(holiday) })}
        bare
        options={options.map((id) => ({ id, label: t(`holidays.treatments.${id}`) }))}
        value={treatment}
        onChange={(chosen) =>
          onChoose({ treatment: chosen, greeting, hours: hours.length ? hours : MORNING })
        }
      />
      {treatment !== "normal" && (
        <div className="holiday-greeting">
          <GreetingChoice
            label={t("holidays.greeting", { name: holidayName(holiday) })}
            bare
            value={greeting}
            onChange={(next) => onChoose({ treatment, hours, greeting: next })}
          />
        </div>
      )}
      {treatment === "special" && (
        <div className="holiday-hours">
          <Spans spans={hours} onChange={(next) => onChoose({ treatment, greeting, hours: next })} noBreaks />
        </div>
      )}
    </li>
  );
}

/** Days from calendar files: read by the engine, ticked here. */
function CalendarFile(props: {
  days: readonly CalendarDay[];
  /** Those that are not to be kept. */
  dropped: ReadonlySet<string>;
  /** What mailboxes say on them, by date. */
  said: Readonly<Record<string, string>>;
  onDays: (days: CalendarDay[]) => void;
  onDropped: (dropped: ReadonlySet<string>) => void;
  onSaid: (said: Record<string, string>) => void;
}) {
  const { days, dropped, said, onDays, onDropped, onSaid } = props;
  const { t } = useTranslation("hours");
  const input = useRef<HTMLInputElement>(null);
  const [refusal, setRefusal] = useState<unknown>(null);
  const [isEmpty, setEmpty] = useState(false);
  const read = async (file: File) => {
    setRefusal(null);
    try {
      const found = await api.readCalendar(file);
      const known = new Set(days.map(keyOf));
      setEmpty(found.length === 0);
      onDays(
        [...days, ...found.filter((day) => !known.has(keyOf(day)))].sort((a, b) =>
          a.date.localeCompare(b.date),
        ),
      );
    } catch (error) {
      setRefusal(error);
    }
  };
  const tick = (day: CalendarDay, isOn: boolean) => {
    const next = new Set(dropped);
    if (isOn) next.delete(keyOf(day));
    else next.add(keyOf(day));
    onDropped(next);
  };
  return (
    <section className="calendar-file" aria-label={t("ical.title")}>
      <input
        ref={input}
        type="file"
        accept=".ics,text/calendar"
        hidden
        aria-hidden="true"
        tabIndex={-1}
        onChange={({ target }) => {
          const file = target.files?.[0];
          if (file) void read(file);
          target.value = "";
        }}
      />
      <div className="calendar-file-line">
        <Button size="small" icon={FileUp} onPress={() => input.current?.click()}>
          {t("ical.choose")}
        </Button>
        <span className="quiet">{t("ical.note")}</span>
      </div>
      {refusal !== null && <Notice severity="problem">{closeSentence(refusal)}</Notice>}
      {isEmpty && <p className="quiet">{t("ical.none")}</p>}
      {days.length > 0 && (
        <ul className="holiday-list" aria-label={t("ical.list")}>
          {days.map((day) => (
            <li key={keyOf(day)} className="holiday-row">
              <Checkbox
                isSelected={!dropped.has(keyOf(day))}
                onChange={(isOn) => tick(day, isOn)}
                description={dateWords(parseDate(day.date), "plain")}
              >
                {day.name}
              </Checkbox>
              {!dropped.has(keyOf(day)) && (
                <GreetingChoice
                  label={t("holidays.greeting", { name: day.name })}
                  bare
                  value={said[day.date]}
                  onChange={(next) => {
                    const { [day.date]: _before, ...others } = said;
                    onSaid(next ? { ...others, [day.date]: next } : others);
                  }}
                />
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

const keyOf = ({ date, name }: CalendarDay) => `${date} ${name}`;

/** How a holiday was treated so far. */
function asBefore(document: ScheduleDocument, holiday: Holiday): Choice {
  const exception = document.exceptions?.find(({ when }) => "date" in when && when.date === holiday.date);
  if (exception && typeof exception.effect !== "string") {
    const hours = exception.effect.map((interval) => ({ ...minutesOf(interval), kind: "open" as const }));
    return { treatment: "special", hours, greeting: exception.greeting };
  }
  const rule = builtin(document);
  const treatment = isSkipped(rule, holiday) ? "normal" : "holiday";
  return { treatment, hours: MORNING, greeting: greetingOn(rule, holiday) };
}
