// The dates on which a week is not as usual.
import type { CalendarDate } from "@internationalized/date";
import i18next from "i18next";
import type {
  CalendarDay,
  Effect,
  Holiday,
  HolidayRule,
  ScheduleDocument,
  ScheduleException,
  When,
} from "./api";

/** How an exception looks: its own sign in the calendar and in the list. */
export type Look = "closed" | "holiday" | "open" | "special";

export function lookOf(effect: Effect): Look {
  return typeof effect === "string" ? effect : "special";
}

/** The exception that counts on a date: a single date before a range, a range before a yearly one. */
export function exceptionOn(document: ScheduleDocument, date: CalendarDate): ScheduleException | undefined {
  const day = date.toString();
  const all = document.exceptions ?? [];
  const single = all.find(({ when }) => "date" in when && when.date === day);
  const range = all
    .filter(({ when }) => "from" in when && when.from <= day && day <= when.to)
    .sort((a, b) => lengthOf(a.when) - lengthOf(b.when) || a.id.localeCompare(b.id))[0];
  const yearly = all.find(({ when }) => "yearly" in when && when.yearly === day.slice(5));
  return single ?? range ?? yearly;
}

/** The exceptions still to come, the next one first; yearly ones always come. */
export function upcoming(document: ScheduleDocument, today: CalendarDate): ScheduleException[] {
  const day = today.toString();
  return [...(document.exceptions ?? [])]
    .filter(({ when }) => ("date" in when ? when.date >= day : "to" in when ? when.to >= day : true))
    .sort((a, b) => nextOf(a.when, day).localeCompare(nextOf(b.when, day)));
}

export function past(document: ScheduleDocument, today: CalendarDate): ScheduleException[] {
  const ahead = new Set(upcoming(document, today));
  return (document.exceptions ?? []).filter((one) => !ahead.has(one));
}

export function withException(document: ScheduleDocument, changed: ScheduleException): ScheduleException[] {
  const all = document.exceptions ?? [];
  const isKnown = all.some(({ id }) => id === changed.id);
  return isKnown ? all.map((one) => (one.id === changed.id ? changed : one)) : [...all, changed];
}

export function withoutException(document: ScheduleDocument, id: string): ScheduleException[] {
  return (document.exceptions ?? []).filter((one) => one.id !== id);
}

/** A name no other exception has. */
export function freshId(all: readonly ScheduleException[]): string {
  const taken = new Set(all.map(({ id }) => id));
  let number = all.length + 1;
  while (taken.has(`x${number}`)) number += 1;
  return `x${number}`;
}

export function whenOf(from: CalendarDate, to: CalendarDate, isYearly: boolean): When {
  if (isYearly) return { yearly: from.toString().slice(5) };
  return from.compare(to) === 0 ? { date: from.toString() } : { from: from.toString(), to: to.toString() };
}

/** A holiday as who looks calls it: in English, or as people there do. */
export function holidayName({ name, english }: Holiday): string {
  return i18next.language === "de" ? name : english;
}

/** What is to become of a holiday in the list that is confirmed. */
export type Treatment = "holiday" | "normal" | "special";

export type Confirmed = {
  holidays: readonly {
    holiday: Holiday;
    treatment: Treatment;
    hours: readonly (readonly [string, string])[];
  }[];
  country: string;
  region: string | null;
  through: string;
  /** The days of calendar files that are kept. */
  imported: readonly CalendarDay[];
};

/** The document with its holidays confirmed: skipped ones are ordinary days, special hours are exceptions. */
export function confirmed(
  document: ScheduleDocument,
  { holidays, country, region, through, imported }: Confirmed,
): Pick<ScheduleDocument, "holidays" | "exceptions"> {
  const listed = new Set(holidays.flatMap(({ holiday }) => [holiday.date, holiday.id]));
  const before = builtin(document);
  const isSame = before?.country === country && (before.region ?? null) === region;
  const kept = isSame ? (before.skip ?? []).filter((skipped) => !listed.has(skipped)) : [];
  const normal = holidays.filter(({ treatment }) => treatment === "normal");
  const skip = [...kept, ...normal.map(({ holiday }) => holiday.date)];
  const special = holidays.filter(({ treatment }) => treatment === "special");
  const exceptions = [...(document.exceptions ?? [])];
  for (const { holiday, hours } of special) {
    const place = exceptions.findIndex(({ when }) => "date" in when && when.date === holiday.date);
    const known = exceptions[place] ?? { id: freshId(exceptions), when: { date: holiday.date } };
    const next: ScheduleException = { ...known, label: holidayName(holiday), effect: hours };
    exceptions.splice(place < 0 ? exceptions.length : place, place < 0 ? 0 : 1, next);
  }
  const [file] = (document.holidays ?? []).filter(({ source }) => source === "ical");
  const rule: HolidayRule = {
    ...(isSame ? before : {}),
    source: "builtin",
    country,
    ...(region ? { region } : {}),
    types: typesOf(before),
    skip: skip.sort(),
    confirmedThrough: through,
  };
  return {
    exceptions,
    holidays: [
      ...(holidays.length > 0 || before ? [rule] : []),
      ...(document.holidays ?? []).filter((other) => other !== before && other.source === "builtin"),
      ...(imported.length > 0 ? [{ ...file, source: "ical" as const, dates: imported }] : []),
    ],
  };
}

/** The public holidays a schedule keeps. */
export function builtin({ holidays }: ScheduleDocument): HolidayRule | undefined {
  return holidays?.find(({ source }) => source === "builtin");
}

/** The days of calendar files, by their date. */
export function importedDays({ holidays }: ScheduleDocument): CalendarDay[] {
  const days = (holidays ?? []).flatMap(({ source, dates }) => (source === "ical" ? (dates ?? []) : []));
  return days.sort((a, b) => a.date.localeCompare(b.date) || a.name.localeCompare(b.name));
}

/** Without a word, public holidays are meant. */
export function typesOf(rule: HolidayRule | undefined): readonly Holiday["type"][] {
  return rule?.types?.length ? rule.types : ["public"];
}

export function isSkipped(rule: HolidayRule | undefined, { date, id }: Holiday): boolean {
  return rule?.skip?.some((skipped) => skipped === date || skipped === id) ?? false;
}

function lengthOf(when: When): number {
  return "from" in when ? Date.parse(when.to) - Date.parse(when.from) : 0;
}

/** The next time it comes, as a date that sorts. */
function nextOf(when: When, today: string): string {
  if ("date" in when) return when.date;
  if ("from" in when) return when.from;
  const year = Number(today.slice(0, 4));
  return when.yearly >= today.slice(5) ? `${year}-${when.yearly}` : `${year + 1}-${when.yearly}`;
}
