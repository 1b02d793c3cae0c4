// Days as date fields write them, in the time zone of this window.
import type { Millis } from "../../bindings/api";

/** `2026-11-21`. */
export function dateOf(at: Millis): string {
  const day = new Date(at);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

/** The last moment of a day; nothing if it is none. */
export function endOfDay(date: string): Millis | null {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date);
  if (!parts) return null;
  const [, year, month, day] = parts.map(Number);
  const end = new Date(year ?? 0, (month ?? 1) - 1, day ?? 0, 23, 59, 59, 999);
  return end.getMonth() + 1 === month ? end.getTime() : null;
}
