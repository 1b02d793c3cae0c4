// The heading of a day: today, yesterday, or its date.
import type { TFunction } from "i18next";
import type { Millis } from "../../bindings/api";
import { locale } from "../../text";

export function dayName(at: Millis, now: Millis, t: TFunction<"calls">): string {
  const day = new Date(at);
  const yesterday = new Date(now);
  yesterday.setDate(yesterday.getDate() - 1);
  if (day.toDateString() === new Date(now).toDateString()) return t("days.today");
  if (day.toDateString() === yesterday.toDateString()) return t("days.yesterday");
  const isThisYear = day.getFullYear() === new Date(now).getFullYear();
  return new Intl.DateTimeFormat(locale(), {
    weekday: "long",
    day: "numeric",
    month: "long",
    ...(isThisYear ? {} : { year: "numeric" }),
  }).format(day);
}
