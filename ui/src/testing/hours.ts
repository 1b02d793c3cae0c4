// Schedules for tests, and what an engine would say of them.
import type { Openness, ScheduleDocument, SchedulePreview } from "../features/hours/api";
import type { ReadableSchedule } from "../features/hours/document";

export function document(rest: Partial<ScheduleDocument> = {}): ScheduleDocument {
  return {
    schemaVersion: 1,
    id: "1",
    name: "Office hours",
    timezone: null,
    weekly: [
      { days: [1, 2, 3, 4, 5], open: ["09:00", "17:30"] },
      { days: [6], open: ["20:00", "02:00"] },
    ],
    exceptions: [],
    holidays: [],
    override: null,
    ...rest,
  };
}

/** Friday, 20 November 2026, 15:16 in Berlin: two hours and 14 minutes before half past five. */
export const FRIDAY = Date.UTC(2026, 10, 20, 14, 16);
const HOUR = 3_600_000;

export const OPEN: Openness = {
  state: "open",
  label: null,
  since: FRIDAY - 6 * HOUR,
  next: { at: Date.UTC(2026, 10, 20, 16, 30), state: "closed" },
  because: { kind: "weekly", id: null, label: null },
};

export function schedule(id: number, rest: Partial<ReadableSchedule> = {}): ReadableSchedule {
  const own = rest.document ?? document({ id: String(id), name: rest.name ?? "Office hours" });
  return {
    id,
    version: 1,
    name: own.name,
    document: own,
    timeZone: "Europe/Berlin",
    openness: OPEN,
    usedBy: [],
    ...rest,
  };
}

/** Friday and Monday from nine to half past five. */
export function preview(rest: Partial<SchedulePreview> = {}): SchedulePreview {
  const { because } = OPEN;
  const at = (day: number, hour: number, minute = 0) => Date.UTC(2026, 10, day, hour - 1, minute);
  return {
    openness: OPEN,
    spans: [
      { from: at(20, 0), to: at(20, 9), state: "closed", because },
      { from: at(20, 9), to: at(20, 17, 30), state: "open", because },
      { from: at(20, 17, 30), to: at(23, 9), state: "closed", because },
      { from: at(23, 9), to: at(23, 17, 30), state: "open", because },
      {
        from: at(23, 17, 30),
        to: at(26, 0),
        state: "holiday",
        because: { kind: "exception", id: "x", label: "Move" },
      },
    ],
    clockChanges: [{ at: Date.UTC(2027, 2, 28, 1), byMinutes: 60 }],
    surprises: [{ date: "2027-05-06", holiday: "Ascension Day", state: "open" }],
    ...rest,
  };
}
