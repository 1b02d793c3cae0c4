// Dates, times, durations and lists, as the language writes them.
import type { Millis } from "../bindings/api";
import { locale } from "./index";

const kept = new Map<string, Intl.DateTimeFormat>();

function dateFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale() + JSON.stringify(options);
  const format = kept.get(key) ?? new Intl.DateTimeFormat(locale(), options);
  kept.set(key, format);
  return format;
}

/** `14:05` or `2:05 PM`. */
export function clockTime(at: Millis): string {
  return dateFormat({ hour: "numeric", minute: "2-digit" }).format(at);
}

/** `14:05:09`, for what is compared by seconds. */
export function clockTimeExact(at: Millis): string {
  return dateFormat({ hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(at);
}

/** `Nov 21, 2026`. */
export function day(at: Millis): string {
  return dateFormat({ dateStyle: "medium" }).format(at);
}

/** `Saturday, November 21`. */
export function weekday(at: Millis): string {
  return dateFormat({ weekday: "long", day: "numeric", month: "long" }).format(at);
}

/** `Nov 21, 2026, 14:05`. */
export function dayAndTime(at: Millis): string {
  return dateFormat({ dateStyle: "medium", timeStyle: "short" }).format(at);
}

/** `Mon, Nov 23, 09:00`. */
export function weekdayAndTime(at: Millis): string {
  const date = { weekday: "short", day: "numeric", month: "short" } as const;
  return dateFormat({ ...date, hour: "numeric", minute: "2-digit" }).format(at);
}

/** Only the time if it is the same day, the weekday within six days, the date otherwise. */
export function moment(at: Millis, now: Millis): string {
  if (new Date(at).toDateString() === new Date(now).toDateString()) return clockTime(at);
  const near = Math.abs(now - at) < 6 * 86_400_000;
  if (near) return dateFormat({ weekday: "short", hour: "numeric", minute: "2-digit" }).format(at);
  return dateFormat({ day: "numeric", month: "short", year: "numeric" }).format(at);
}

/** How long something lasts, as a running clock: `0:04`, `12:09`, `1:02:33`. */
export function running(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const two = (value: number) => String(value).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

/** How long something lasts, in words and two units at most: `3 min 12 sec`, or `3 minutes 12 seconds`. */
export function lasting(milliseconds: number, words: "short" | "long" = "short"): string {
  let left = Math.max(0, Math.floor(milliseconds / 1000));
  const found = UNITS.findIndex(([, size]) => left >= size);
  const first = found < 0 ? UNITS.length - 1 : found;
  const said: string[] = [];
  for (const [unit, size] of UNITS.slice(first, first + 2)) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0 || said.length === 0) said.push(amount(count, unit, words));
  }
  return said.join(" ");
}

/** How long ago or how far ahead, in one unit: `5 minutes ago`. */
export function relative(at: Millis, now: Millis): string {
  const seconds = Math.round((at - now) / 1000);
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? UNITS[3];
  return new Intl.RelativeTimeFormat(locale(), { numeric: "auto" }).format(Math.round(seconds / size), unit);
}

/** `12 kB`. */
export function bytes(count: number): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;
  const power = Math.min(units.length - 1, count < 1 ? 0 : Math.floor(Math.log10(count) / 3));
  return new Intl.NumberFormat(locale(), {
    style: "unit",
    unit: units[power] ?? "byte",
    maximumFractionDigits: power > 1 ? 1 : 0,
  }).format(count / 1000 ** power);
}

/** `42 %`, of a part between 0 and 1. */
export function percent(part: number): string {
  return new Intl.NumberFormat(locale(), { style: "percent" }).format(part);
}

/** `1,204`. */
export function count(value: number): string {
  return new Intl.NumberFormat(locale()).format(value);
}

/** `Ana, Ben and Chris`. */
export function list(names: readonly string[]): string {
  return new Intl.ListFormat(locale(), { type: "conjunction" }).format(names);
}

function amount(value: number, unit: string, unitDisplay: "short" | "long"): string {
  return new Intl.NumberFormat(locale(), { style: "unit", unit, unitDisplay }).format(value);
}
