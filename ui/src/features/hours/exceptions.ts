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
    /** What mailboxes say while it closes the office: a sound, by its number. */
    greeting?: string | undefined;
  }[];
  country: string;
  region: string | null;
  through: string;
  /** The days of calendar files that are kept. */
  imported: readonly CalendarDay[];
  /** What mailboxes say on those days, by date. */
  importedGreetings?: Readonly<Record<string, string>>;
};

/** The document with its holidays confirmed: skipped ones are ordinary days, special hours are exceptions. */
export function confirmed(
  document: ScheduleDocument,
  { holidays, country, region, through, imported, importedGreetings = {} }: Confirmed,
): Pick<ScheduleDocument, "holidays" | "exceptions"> {
  const listed = new Set(holidays.flatMap(({ holiday }) => [holiday.date, holiday.id]));
  const before = builtin(document);
  const isSame = before?.country === country && (before.region ?? null) === region;
  const kept = isSame ? (before.skip ?? []).filter((skipped) => !listed.has(skipped)) : [];
  const normal = holidays.filter(({ treatment }) => treatment === "normal");
  const skip = [...kept, ...normal.map(({ holiday }) => holiday.date)];
  const special = holidays.filter(({ treatment }) => treatment === "special");
  const others = new Set(
    holidays.filter(({ treatment }) => treatment !== "special").map(({ holiday }) => holiday.date),
  );
  // An exception beats a holiday, so special hours that were taken away must go. What closes or opens a whole day stays.
  const exceptions = (document.exceptions ?? []).filter(
    ({ when, effect }) => !("date" in when && others.has(when.date) && typeof effect !== "string"),
  );
  for (const { holiday, hours, greeting } of special) {
    const place = exceptions.findIndex(({ when }) => "date" in when && when.date === holiday.date);
    const fresh: Omit<ScheduleException, "effect"> = {
      id: freshId(exceptions),
      when: { date: holiday.date },
    };
    const { greeting: _before, ...known } = exceptions[place] ?? fresh;
    const next: ScheduleException = {
      ...known,
      label: holidayName(holiday),
      effect: hours,
      ...(greeting ? { greeting } : {}),
    };
    exceptions.splice(place < 0 ? exceptions.length : place, place < 0 ? 0 : 1, next);
  }
  const [file] = (document.holidays ?? []).filter(({ source }) => source === "ical");
  const { greetings: _said, ...sameRule } = (isSame && before) || {};
  const { greetings: _file, ...sameFile } = file ?? {};
  const rule: HolidayRule = {
    ...sameRule,
    source: "builtin",
    country,
    ...(region ? { region } : {}),
    types: typesOf(before),
    skip: skip.sort(),
    confirmedThrough: through,
    ...spoken({
      ...without(isSame ? before.greetings : {}, (day) => listed.has(day)),
      ...greetingsOf(holidays),
    }),
  };
  return {
    exceptions,
    holidays: [
      ...(holidays.length > 0 || before ? [rule] : []),
      ...(document.holidays ?? []).filter((other) => other !== before && other.source === "builtin"),
      ...(imported.length > 0
        ? [{ ...sameFile, source: "ical" as const, dates: imported, ...spoken(importedGreetings) }]
        : []),
    ],
  };
}

/** By holiday, for every year; by date where two years of one holiday differ. */
function greetingsOf(holidays: Confirmed["holidays"]): Record<string, string> {
  const closed = holidays.filter(({ treatment }) => treatment === "holiday");
  const entries = closed.flatMap(({ holiday, greeting }) => {
    if (!greeting) return [];
    const differs = closed.some((other) => other.holiday.id === holiday.id && other.greeting !== greeting);
    return [[differs ? holiday.date : holiday.id, greeting] as const];
  });
  return Object.fromEntries(entries);
}

/** Nothing is written where nothing is said. */
function spoken(greetings: Readonly<Record<string, string>>): Pick<HolidayRule, "greetings"> {
  return Object.keys(greetings).length > 0 ? { greetings } : {};
}

function without(
  greetings: HolidayRule["greetings"],
  isOut: (day: string) => boolean,
): Record<string, string> {
  return Object.fromEntries(Object.entries(greetings ?? {}).filter(([day]) => !isOut(day)));
}

/** What mailboxes say on a holiday: as set for its date, or else for every year. */
export function greetingOn(rule: HolidayRule | undefined, { date, id }: Holiday): string | undefined {
  return rule?.greetings?.[date] ?? rule?.greetings?.[id];
}

/** What mailboxes say on the days of calendar files, by date. */
export function importedGreetings({ holidays }: ScheduleDocument): Record<string, string> {
  const files = (holidays ?? []).filter(({ source }) => source === "ical");
  return Object.assign({}, ...files.map(({ greetings }) => greetings ?? {}));
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
