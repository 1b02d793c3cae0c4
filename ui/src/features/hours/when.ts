// Times and dates as they are in the zone of a schedule, which need not be that of who looks.
import {
  CalendarDate,
  CalendarDateTime,
  fromAbsolute,
  getDayOfWeek,
  parseDate,
  toCalendarDate,
  toZoned,
} from "@internationalized/date";
import type { Millis } from "../../bindings/api";
import { locale } from "../../text";
import type { When } from "./api";
import { DAY } from "./week";

const kept = new Map<string, Intl.DateTimeFormat>();

function format(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale() + JSON.stringify(options);
  const found = kept.get(key) ?? new Intl.DateTimeFormat(locale(), options);
  kept.set(key, found);
  return found;
}

/** `17:30` or `5:30 PM`, there. */
export function clockAt(at: Millis, timeZone: string): string {
  return format({ ...clock(), timeZone }).format(at);
}

/** The time alone on the same day, with the weekday within six days, with the date otherwise. */
export function momentAt(at: Millis, now: Millis, timeZone: string): string {
  if (dateAt(at, timeZone).compare(dateAt(now, timeZone)) === 0) return clockAt(at, timeZone);
  const near = Math.abs(at - now) < 6 * 86_400_000;
  const day = near
    ? ({ weekday: "short" } as const)
    : ({ weekday: "short", day: "numeric", month: "short" } as const);
  return format({ ...day, ...clock(), timeZone }).format(at);
}

/** The same for an end, where midnight belongs to the day before: `24:00`. */
export function untilAt(at: Millis, now: Millis, timeZone: string): string {
  const end = fromAbsolute(at, timeZone);
  const isMidnight = end.hour === 0 && end.minute === 0;
  const isToday = isMidnight && dateAt(at - 1, timeZone).compare(dateAt(now, timeZone)) === 0;
  return isToday ? minuteWords(DAY) : momentAt(at, now, timeZone);
}

/** The day it is there. */
export function dateAt(at: Millis, timeZone: string): CalendarDate {
  return toCalendarDate(fromAbsolute(at, timeZone));
}

/** The minute of the day there. */
export function minuteAt(at: Millis, timeZone: string): number {
  const { hour, minute } = fromAbsolute(at, timeZone);
  return hour * 60 + minute;
}

/** When a day and a time there are. */
export function instant(date: CalendarDate, minute: number, timeZone: string): Millis {
  const { year, month, day } = date.add({ days: Math.floor(minute / DAY) });
  const rest = minute % DAY;
  return toZoned(new CalendarDateTime(year, month, day, Math.floor(rest / 60), rest % 60), timeZone)
    .toDate()
    .getTime();
}

/** Noon in the zone that is formatted in: a date alone has none. */
function noon(date: CalendarDate): Date {
  return date.add({ days: 0 }).toDate("UTC");
}

type DayStyle = "short" | "plain" | "full";
const STYLES: Record<DayStyle, Intl.DateTimeFormatOptions> = {
  short: { weekday: "short", day: "numeric" },
  plain: { weekday: "short", day: "numeric", month: "short", year: "numeric" },
  full: { weekday: "long", day: "numeric", month: "long", year: "numeric" },
};

/** `Thu 24`, `Thu, 24 Dec 2026` or `Thursday, 24 December 2026`. */
export function dateWords(date: CalendarDate, style: DayStyle = "plain"): string {
  return format({ ...STYLES[style], timeZone: "UTC" }).format(noon(date));
}

export function monthWords(date: CalendarDate): string {
  const isYear = date.month === 1;
  return format({ month: "short", ...(isYear ? { year: "2-digit" } : {}), timeZone: "UTC" }).format(
    noon(date),
  );
}

/** The days of an exception, as a person says them. */
export function whenWords(when: When): string {
  if ("date" in when) return dateWords(parseDate(when.date));
  if ("yearly" in when) {
    const [month = 1, day = 1] = when.yearly.split("-").map(Number);
    // A leap year has every date there is.
    return format({ day: "numeric", month: "long", timeZone: "UTC" }).format(Date.UTC(2024, month - 1, day));
  }
  const style = { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" } as const;
  return format(style).formatRange(noon(parseDate(when.from)), noon(parseDate(when.to)));
}

/** `Monday` or `Mon`. Day 0 is Sunday. */
export function dayWords(day: number, style: "long" | "short" = "long"): string {
  // The 4th of January 1970 was a Sunday.
  return format({ weekday: style, timeZone: "UTC" }).format(Date.UTC(1970, 0, 4 + day));
}

/** `9:00 AM`, `09:00`; the end of a day is 24:00 where the clock has 24 hours. */
export function minuteWords(minute: number): string {
  const rest = minute % DAY;
  const isEnd = minute === DAY;
  if (isEnd && !hasTwelveHours()) return "24:00";
  return format({ ...clock(), timeZone: "UTC" }).format(rest * 60_000);
}

/** `09:00 – 17:30`. */
export function rangeWords(from: number, to: number): string {
  return `${minuteWords(from)} – ${minuteWords(to > DAY ? to - DAY : to)}`;
}

/** `9–17:30` or `9a–5:30p`: where there is little room. */
export function shortRange(from: number, to: number): string {
  return `${shortTime(from)}–${shortTime(to)}`;
}

/** `9`, `17:30`, `24`; `9a`, `5:30p`. */
export function shortTime(minute: number): string {
  const [hour, rest] = [Math.floor((minute % DAY) / 60), minute % 60];
  const minutes = rest ? `:${String(rest).padStart(2, "0")}` : "";
  if (hasTwelveHours()) return `${hour % 12 || 12}${minutes}${hour < 12 ? "a" : "p"}`;
  return `${minute === DAY ? 24 : hour}${minutes}`;
}

/** The same, in full where the clock has 24 hours: those fit. */
export function fittingTime(minute: number): string {
  return hasTwelveHours() ? shortTime(minute) : minuteWords(minute);
}

/** `09` or `9a`: above the grid. */
export function hourWords(hour: number): string {
  return hasTwelveHours() ? shortTime((hour % 24) * 60) : String(hour).padStart(2, "0");
}

/** Hours of a 24-hour clock have two digits, so that times stand below each other. */
function clock(): Intl.DateTimeFormatOptions {
  return { hour: hasTwelveHours() ? "numeric" : "2-digit", minute: "2-digit" };
}

export function hasTwelveHours(): boolean {
  return format({ hour: "numeric" }).resolvedOptions().hour12 === true;
}

/** The days of the week as the region counts them. */
export function weekDays(): number[] {
  const monday = new CalendarDate(1970, 1, 5);
  const first = (7 - getDayOfWeek(monday, locale()) + 1) % 7;
  return [0, 1, 2, 3, 4, 5, 6].map((place) => (first + place) % 7);
}

/** Day 0 is Sunday, wherever one is. */
export function weekdayOf(date: CalendarDate): number {
  return noon(date).getUTCDay();
}

/** The zone of who looks, if their clock shows another time now. */
export function otherZone(timeZone: string, at: Millis): string | null {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return fromAbsolute(at, own).offset === fromAbsolute(at, timeZone).offset ? null : own;
}

export function zoneWords(timeZone: string): string {
  return timeZone.replaceAll("_", " ");
}
