// What the hours come to, as the engine works it out: days made of its spans, never computed here.
import type { CalendarDate } from "@internationalized/date";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { Millis } from "../../bindings/api";
import { api } from "../../live/api";
import { useNow } from "../../live/clock";
import type { PreviewSpan, ScheduleDocument, SchedulePreview } from "./api";
import { DAY } from "./week";
import { dateAt, instant, minuteAt } from "./when";

export const AHEAD_DAYS = 400;

/** From the beginning of today, so that the day is whole. Asked anew with every change and every hour. */
export function useAhead(document: ScheduleDocument, timeZone: string): SchedulePreview | undefined {
  const hour = useNow(3_600_000);
  const from = instant(dateAt(hour, timeZone), 0, timeZone);
  return useQuery({
    queryKey: ["schedule-preview", document, from, AHEAD_DAYS],
    queryFn: () => api.previewSchedule(document, from, AHEAD_DAYS),
    placeholderData: keepPreviousData,
  }).data;
}

/** How things stand at one moment. */
export function usePreviewAt(
  document: ScheduleDocument,
  at: Millis,
  isWanted = true,
): SchedulePreview | undefined {
  return useQuery({
    queryKey: ["schedule-preview", document, at, 1],
    queryFn: () => api.previewSchedule(document, at, 1),
    placeholderData: keepPreviousData,
    enabled: isWanted,
  }).data;
}

/** A part of a day, in minutes there. */
export type DaySlice = { from: number; to: number; span: PreviewSpan };
export type PreviewDay = { date: CalendarDate; slices: readonly DaySlice[] };

/** The spans cut at midnight. Days whose clock is put forward or back are drawn by their wall clock. */
export function daysOf(spans: readonly PreviewSpan[], timeZone: string): PreviewDay[] {
  const days: { date: CalendarDate; slices: DaySlice[] }[] = [];
  for (const span of spans) {
    let date = dateAt(span.from, timeZone);
    const last = dateAt(span.to - 1, timeZone);
    let from = minuteAt(span.from, timeZone);
    while (date.compare(last) <= 0) {
      const isLast = date.compare(last) === 0;
      const end = isLast ? minuteAt(span.to, timeZone) || DAY : DAY;
      const latest = days.at(-1);
      const day = latest && latest.date.compare(date) === 0 ? latest : { date, slices: [] };
      if (day !== latest) days.push(day);
      if (end > from) day.slices.push({ from, to: end, span });
      date = date.add({ days: 1 });
      from = 0;
    }
  }
  return days;
}

/** What stands out about a day: an exception or a holiday, by its name. */
export function dayLabel({
  slices,
}: PreviewDay): { kind: "exception" | "holiday" | "override"; label: string } | null {
  for (const { span } of slices) {
    const { kind, label } = span.because;
    if (kind === "exception" || kind === "holiday" || kind === "override")
      return { kind, label: label ?? "" };
  }
  return null;
}
