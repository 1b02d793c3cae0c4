// The calendar of exceptions and holidays, and the list of what is ahead.
import { type CalendarDate, endOfYear, parseDate, toCalendarDate } from "@internationalized/date";
import { useQuery } from "@tanstack/react-query";
import { CalendarCheck, Plus } from "lucide-react";
import { useState } from "react";
import { RangeCalendar } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { Button, Menu, Notice } from "../../design";
import { Month } from "../../design/date-time";
import { api } from "../../live/api";
import { useNow } from "../../live/clock";
import { useOffice } from "../../live/select";
import { locale } from "../../text";
import type { ScheduleDocument, ScheduleException } from "./api";
import {
  builtin,
  exceptionOn,
  holidayName,
  importedDays,
  isSkipped,
  type Look,
  lookOf,
  typesOf,
  upcoming,
} from "./exceptions";
import { useHolidayCountries } from "./holidays";
import { regionsByName } from "./region-name";
import { minutesOf } from "./week";
import { dateAt, dateWords, rangeWords, whenWords } from "./when";

/** So long before they end, holidays are asked for. */
const ASK_DAYS = 45;
const FEW = 6;

export type Asked = { exception: ScheduleException } | { from: CalendarDate; to: CalendarDate };

export function ExceptionsSide(props: {
  document: ScheduleDocument;
  timeZone: string;
  onAsk: (asked: Asked) => void;
  onHolidays: (region?: string) => void;
}) {
  const { document, timeZone, onAsk, onHolidays } = props;
  const { t } = useTranslation("hours");
  const now = useNow(60_000);
  const today = dateAt(now, timeZone);
  const holidays = useHolidays(document, today);
  const [all, setAll] = useState(false);
  const list = upcoming(document, today);
  const shown = all ? list : list.slice(0, FEW);
  const mark = (date: CalendarDate) => {
    const exception = exceptionOn(document, date);
    const holiday = holidays.get(date.toString());
    const look = exception ? lookOf(exception.effect) : holiday ? "holiday" : null;
    if (!look) return null;
    return (
      <>
        <LookMark look={look} />
        <span className="unseen">{exception?.label || holiday || t(`look.${look}`)}</span>
      </>
    );
  };
  return (
    <aside className="exceptions" aria-label={t("exceptions.title")} data-region="">
      <RangeCalendar
        className="calendar exceptions-calendar"
        aria-label={t("exceptions.calendar")}
        value={null}
        onChange={({ start, end }) => {
          const [from, to] = [toCalendarDate(start), toCalendarDate(end)];
          const known = from.compare(to) === 0 ? exceptionOn(document, from) : undefined;
          onAsk(known ? { exception: known } : { from, to });
        }}
      >
        <Month mark={mark} />
      </RangeCalendar>
      <div className="exceptions-acts">
        <Button size="small" icon={Plus} onPress={() => onAsk({ from: today, to: today })}>
          {t("exceptions.add")}
        </Button>
        <HolidaysButton document={document} onHolidays={onHolidays} />
      </div>
      <Unconfirmed document={document} today={today} onHolidays={onHolidays} />
      {list.length === 0 ? (
        <p className="quiet exceptions-none">{t("exceptions.none")}</p>
      ) : (
        <ul className="exceptions-list" aria-label={t("exceptions.list")}>
          {shown.map((one) => (
            <li key={one.id}>
              <button type="button" className="exception" onClick={() => onAsk({ exception: one })}>
                <LookMark look={lookOf(one.effect)} />
                <span className="exception-words">
                  <span className="cut">{one.label || t(`look.${lookOf(one.effect)}`)}</span>
                  <span className="quiet exception-when">
                    {"yearly" in one.when
                      ? t("exceptions.yearly", { date: whenWords(one.when) })
                      : whenWords(one.when)}
                    {typeof one.effect !== "string" && ` · ${hoursWords(one)}`}
                  </span>
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {list.length > FEW && (
        <Button size="small" tone="quiet" onPress={() => setAll(!all)}>
          {all ? t("exceptions.less") : t("exceptions.more", { count: list.length - FEW })}
        </Button>
      )}
    </aside>
  );
}

function hoursWords({ effect }: ScheduleException): string {
  if (typeof effect === "string") return "";
  return effect
    .map((interval) => {
      const { from, to } = minutesOf(interval);
      return rangeWords(from, to).replaceAll(" – ", "–");
    })
    .join(", ");
}

/** The first time it asks for the region at once: what follows is already that region's list. */
function HolidaysButton(props: { document: ScheduleDocument; onHolidays: (region?: string) => void }) {
  const { document, onHolidays } = props;
  const { t } = useTranslation("hours");
  const country = useOffice()?.country;
  const chosen = holidaysWords(document);
  const known = useHolidayCountries()?.find((one) => one.country === country);
  const regions = known ? regionsByName(known.country, known.regions) : [];
  if (chosen || !country || regions.length === 0) {
    return (
      <Button size="small" icon={CalendarCheck} onPress={() => onHolidays()}>
        {chosen ?? t("holidays.choose")}
      </Button>
    );
  }
  const name = new Intl.DisplayNames(locale(), { type: "region" }).of(country) ?? country;
  return (
    <Menu
      label={t("holidays.region")}
      trigger={
        <Button size="small" icon={CalendarCheck}>
          {t("holidays.choose")}
        </Button>
      }
      entries={[
        {
          id: "regions",
          heading: name,
          entries: [
            { id: "whole", label: t("holidays.wholeCountry"), onAction: () => onHolidays() },
            ...regions.map(({ code, name }) => ({ id: code, label: name, onAction: () => onHolidays(code) })),
          ],
        },
        { id: "line", separator: true },
        { id: "other", label: t("holidays.otherCountry"), onAction: () => onHolidays() },
      ]}
    />
  );
}

/** `DE-BY`, once a country was chosen. */
function holidaysWords(document: ScheduleDocument): string | null {
  const rule = builtin(document);
  return rule?.country ? [rule.country, rule.region].filter(Boolean).join("-") : null;
}

function Unconfirmed(props: {
  document: ScheduleDocument;
  today: CalendarDate;
  onHolidays: (region?: string) => void;
}) {
  const { document, today, onHolidays } = props;
  const { t } = useTranslation("hours");
  const rule = builtin(document);
  if (!rule) return null;
  const through = rule.confirmedThrough ? parseDate(rule.confirmedThrough) : today.subtract({ days: 1 });
  if (through.compare(today.add({ days: ASK_DAYS })) >= 0) return null;
  return (
    <Notice
      severity="info"
      actions={
        <Button size="small" onPress={() => onHolidays()}>
          {t("holidays.look")}
        </Button>
      }
    >
      {t("holidays.unconfirmed", { date: dateWords(through) })}
    </Notice>
  );
}

/** The sign of an exception: closed is crossed out, a holiday a diamond, special hours a half, open a ring. */
export function LookMark({ look }: { look: Look }) {
  return (
    <svg className="look-mark" data-look={look} viewBox="0 0 12 12" width={9} height={9} aria-hidden="true">
      {LOOKS[look]}
    </svg>
  );
}

const LOOKS: Record<Look, React.ReactNode> = {
  closed: <path d="M2 2 L10 10 M10 2 L2 10" stroke="currentColor" strokeWidth="2.2" fill="none" />,
  holiday: <path d="M6 0.2 L11.8 6 L6 11.8 L0.2 6 z" fill="currentColor" />,
  special: (
    <>
      <circle cx="6" cy="6" r="4.6" fill="none" stroke="currentColor" strokeWidth="1.8" />
      <path d="M6 1.4 a4.6 4.6 0 0 0 0 9.2 z" fill="currentColor" />
    </>
  ),
  open: <circle cx="6" cy="6" r="5.2" fill="currentColor" />,
};

/** The names of the holidays that count, by date: those that are skipped are ordinary days. */
function useHolidays(document: ScheduleDocument, today: CalendarDate): ReadonlyMap<string, string> {
  const rule = builtin(document);
  const country = rule?.country ?? "";
  const region = rule?.region;
  const from = `${today.year}-01-01`;
  const to = endOfYear(today.add({ years: 1 })).toString();
  const { data } = useQuery({
    queryKey: ["holidays", country, region ?? "", from, to],
    queryFn: () => api.holidays(country, { region, from, to }),
    enabled: country !== "",
    staleTime: Number.POSITIVE_INFINITY,
  });
  const types: readonly string[] = typesOf(rule);
  const counted = (data ?? []).filter((holiday) => types.includes(holiday.type) && !isSkipped(rule, holiday));
  return new Map([
    ...counted.map((holiday) => [holiday.date, holidayName(holiday)] as const),
    ...importedDays(document).map(({ date, name }) => [date, name] as const),
  ]);
}
