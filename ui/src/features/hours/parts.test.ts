// The small parts of hours: exceptions in their order, confirmed holidays, days of a preview, ends of overrides.
import { parseDate } from "@internationalized/date";
import i18next from "i18next";
import { beforeEach, expect, test } from "vitest";
import { document, FRIDAY, preview, schedule } from "../../testing/hours";
import { speak, startText } from "../../text";
import type { ScheduleException } from "./api";
import { confirmed, exceptionOn, freshId, greetingOn, upcoming, whenOf } from "./exceptions";
import { choicesAt } from "./override";
import { dayLabel, daysOf } from "./preview";
import { sayDay } from "./ribbon";
import { lineOf } from "./typed-line";
import { weekOf } from "./week";
import { minuteIn } from "./week-drag";
import { hourWords, minuteWords, rangeWords, shortRange, untilAt, weekDays } from "./when";
import { becauseWords, nextWords, shortWords } from "./words";

beforeEach(() => startText("en"));

const BERLIN = "Europe/Berlin";
const t = i18next.getFixedT(null, "hours");
const party: ScheduleException = {
  id: "x1",
  label: "Party",
  when: { date: "2026-12-24" },
  effect: [["09:00", "12:00"]],
};
const closure: ScheduleException = {
  id: "x2",
  when: { from: "2026-12-23", to: "2027-01-01" },
  effect: "holiday",
};
const founders: ScheduleException = { id: "x3", when: { yearly: "12-25" }, effect: "closed" };

test("a single date comes before a range, a shorter range before a longer one, a yearly date last", () => {
  const short: ScheduleException = { ...closure, id: "x4", when: { from: "2026-12-27", to: "2026-12-28" } };
  const all = document({ exceptions: [founders, closure, party, short] });
  const on = (day: string) => exceptionOn(all, parseDate(day))?.id;
  expect(on("2026-12-24")).toBe("x1");
  expect(on("2026-12-25")).toBe("x2");
  expect(on("2026-12-27")).toBe("x4");
  expect(on("2027-12-25")).toBe("x3");
  expect(on("2026-12-22")).toBeUndefined();
});

test("what is ahead is listed by its next day; what is over is not, but comes back every year", () => {
  const over: ScheduleException = { ...party, id: "x9", when: { date: "2026-11-01" } };
  const all = document({ exceptions: [founders, over, closure, party] });
  expect(upcoming(all, parseDate("2026-11-20")).map(({ id }) => id)).toEqual(["x2", "x1", "x3"]);
  expect(upcoming(all, parseDate("2026-12-26")).map(({ id }) => id)).toEqual(["x2", "x3"]);
});

test("one day is a date, several are a range, and only one day can be yearly", () => {
  const [first, last] = [parseDate("2026-05-14"), parseDate("2026-05-16")];
  expect(whenOf(first, first, false)).toEqual({ date: "2026-05-14" });
  expect(whenOf(first, last, false)).toEqual({ from: "2026-05-14", to: "2026-05-16" });
  expect(whenOf(first, first, true)).toEqual({ yearly: "05-14" });
});

test("no two exceptions have one name", () => {
  expect(freshId([])).toBe("x1");
  expect(freshId([{ ...party, id: "x2" }])).toBe("x3");
});

test("a holiday keeps its greeting for every year, and two years of one that differ each theirs", () => {
  const day = (date: string, id: string) => ({ date, name: id, english: id, id, type: "public" as const });
  const before = document({
    holidays: [{ source: "builtin", country: "DE", region: "BY", greetings: { christmas: "3", gone: "4" } }],
  });
  const place = { country: "DE", region: "BY", through: "2027-11-30" };
  const { holidays } = confirmed(before, {
    ...place,
    imported: [{ date: "2027-02-08", name: "Carnival" }],
    importedGreetings: { "2027-02-08": "8" },
    holidays: [
      { holiday: day("2026-12-25", "christmas"), treatment: "holiday", hours: [], greeting: "5" },
      { holiday: day("2027-01-01", "newYear"), treatment: "holiday", hours: [], greeting: "6" },
      { holiday: day("2028-01-01", "newYear"), treatment: "holiday", hours: [], greeting: "7" },
      { holiday: day("2027-01-06", "epiphany"), treatment: "normal", hours: [], greeting: "9" },
    ],
  });
  const [rule, file] = holidays ?? [];
  expect(rule?.greetings).toEqual({ gone: "4", christmas: "5", "2027-01-01": "6", "2028-01-01": "7" });
  expect(file?.greetings).toEqual({ "2027-02-08": "8" });
  expect(greetingOn(rule, day("2030-12-25", "christmas"))).toBe("5");
  expect(greetingOn(rule, day("2028-01-01", "newYear"))).toBe("7");
  expect(greetingOn(rule, day("2030-01-01", "newYear"))).toBeUndefined();
  // Back to the usual words: nothing is written any more.
  const usual = confirmed(document({ holidays: holidays ?? [] }), {
    ...place,
    imported: [],
    holidays: [
      { holiday: day("2026-12-25", "christmas"), treatment: "holiday", hours: [] },
      { holiday: day("2027-01-01", "newYear"), treatment: "holiday", hours: [] },
      { holiday: day("2028-01-01", "newYear"), treatment: "holiday", hours: [] },
    ],
  });
  expect(usual.holidays?.[0]?.greetings).toEqual({ gone: "4" });
});

test("special hours on a holiday keep the greeting for the rest of the day", () => {
  const holiday = { date: "2026-12-24", name: "E", english: "E", id: "eve", type: "public" as const };
  const { exceptions } = confirmed(document({}), {
    country: "DE",
    region: null,
    through: "2027-11-30",
    imported: [],
    holidays: [{ holiday, treatment: "special", hours: [["09:00", "11:00"]], greeting: "5" }],
  });
  expect(exceptions?.[0]).toMatchObject({ greeting: "5", effect: [["09:00", "11:00"]] });
});

test.each(["holiday", "normal"] as const)(
  "a day of special hours can be made a %s day again",
  (treatment) => {
    const holiday = { date: "2026-12-24", name: "E", english: "E", id: "eve", type: "public" as const };
    const place = { country: "DE", region: null, through: "2027-11-30", imported: [] };
    const closed: ScheduleException = {
      id: "x9",
      when: { date: "2026-12-24" },
      label: "Move",
      effect: "closed",
    };
    const later: ScheduleException = { ...party, id: "x7", when: { date: "2027-12-24" } };
    const special = confirmed(document({}), {
      ...place,
      holidays: [{ holiday, treatment: "special", hours: [["09:00", "12:00"]] }],
    });
    const before = document({ ...special, exceptions: [...(special.exceptions ?? []), closed, later] });
    const back = confirmed(before, {
      ...place,
      holidays: [{ holiday, treatment, hours: [], greeting: "5" }],
    });
    expect(back.exceptions).toEqual([closed, later]);
    expect(back.holidays?.[0]?.skip).toEqual(treatment === "normal" ? ["2026-12-24"] : []);
    expect(back.holidays?.[0]?.greetings).toEqual(treatment === "holiday" ? { eve: "5" } : undefined);
  },
);

test("holidays that are confirmed keep what was skipped in other years and make special hours exceptions", () => {
  const holiday = (date: string, name: string) => ({
    date,
    name,
    english: name,
    id: name,
    type: "public" as const,
  });
  const before = document({
    exceptions: [party],
    holidays: [{ source: "builtin", country: "DE", region: "BY", skip: ["2025-08-15", "Epiphany"] }],
  });
  const change = confirmed(before, {
    country: "DE",
    region: "BY",
    through: "2027-11-30",
    imported: [{ date: "2027-02-08", name: "Carnival" }],
    holidays: [
      { holiday: holiday("2026-12-24", "Christmas Eve"), treatment: "special", hours: [["09:00", "11:00"]] },
      { holiday: holiday("2026-12-25", "Christmas Day"), treatment: "holiday", hours: [] },
      { holiday: holiday("2027-01-06", "Epiphany"), treatment: "normal", hours: [] },
    ],
  });
  expect(change.holidays).toEqual([
    {
      source: "builtin",
      country: "DE",
      region: "BY",
      types: ["public"],
      skip: ["2025-08-15", "2027-01-06"],
      confirmedThrough: "2027-11-30",
    },
    { source: "ical", dates: [{ date: "2027-02-08", name: "Carnival" }] },
  ]);
  expect(change.exceptions).toEqual([{ ...party, label: "Christmas Eve", effect: [["09:00", "11:00"]] }]);
});

test("another region begins without what was skipped before", () => {
  const before = document({
    holidays: [{ source: "builtin", country: "DE", region: "BY", skip: ["2026-08-15"] }],
  });
  const change = confirmed(before, {
    country: "DE",
    region: "NW",
    through: "2027-11-30",
    imported: [],
    holidays: [],
  });
  expect(change.holidays?.[0]?.skip).toEqual([]);
});

test("spans become whole days there, midnight ends the day before", () => {
  const days = daysOf(preview().spans, BERLIN);
  expect(days.map(({ date }) => date.toString())).toEqual([
    "2026-11-20",
    "2026-11-21",
    "2026-11-22",
    "2026-11-23",
    "2026-11-24",
    "2026-11-25",
  ]);
  expect(days[0]?.slices.map(({ from, to }) => [from, to])).toEqual([
    [0, 540],
    [540, 1050],
    [1050, 1440],
  ]);
  expect(days[1]?.slices.map(({ from, to }) => [from, to])).toEqual([[0, 1440]]);
  expect(days.map((day) => dayLabel(day)?.label)).toEqual([
    undefined,
    undefined,
    undefined,
    "Move",
    "Move",
    "Move",
  ]);
  expect(days.slice(3, 5).map((day) => sayDay(day, t))).toEqual([
    "Mon, Nov 23, 2026: open 9:00 AM – 5:30 PM (Move)",
    "Tue, Nov 24, 2026: holiday (Move)",
  ]);
});

test("the day on which the clocks go forward ends at midnight like any other", () => {
  const from = Date.UTC(2027, 2, 27, 23);
  const to = Date.UTC(2027, 2, 28, 22);
  const [span] = preview().spans;
  if (!span) throw new Error("a preview has spans");
  const days = daysOf([{ ...span, from, to }], BERLIN);
  expect(days.map(({ slices }) => slices.map((slice) => [slice.from, slice.to]))).toEqual([[[0, 1440]]]);
});

test("closing early always has an end: midnight, an hour, the next opening day", () => {
  const opening = Date.UTC(2026, 10, 23, 8);
  const next = Date.UTC(2026, 10, 20, 16, 30);
  const closing = choicesAt({
    now: FRIDAY,
    timeZone: BERLIN,
    isOpen: true,
    next,
    openings: [FRIDAY - 3_600_000, opening],
  });
  expect(closing.map(({ id, state, until }) => [id, state, until])).toEqual([
    ["today", "closed", Date.UTC(2026, 10, 20, 23)],
    ["hour", "closed", FRIDAY + 3_600_000],
    ["opening", "closed", opening],
    ["longer", "open", next + 3_600_000],
  ]);
  const opened = choicesAt({ now: FRIDAY, timeZone: BERLIN, isOpen: false, next, openings: [] });
  expect(opened.map(({ id, state }) => [id, state])).toEqual([
    ["today", "open"],
    ["hour", "open"],
  ]);
});

test("open until when, and why, is said in one line", () => {
  const office = schedule(1);
  expect(shortWords(t, office, FRIDAY)).toBe("Open until 5:30 PM");
  expect(nextWords(t, office.openness, BERLIN, FRIDAY)).toBe("closes 5:30 PM (in 2 hr 14 min)");
  expect(becauseWords(t, office.openness.because, "open")).toBe("because of the weekly hours");
  expect(becauseWords(t, { kind: "exception", id: "x", label: "Christmas closure" }, "holiday")).toBe(
    "because of “Christmas closure”",
  );
  expect(nextWords(t, { ...office.openness, next: null }, BERLIN, FRIDAY)).toBe(
    "nothing changes in the weeks ahead",
  );
});

test("clock and week are those of the region", () => {
  expect(minuteWords(1440)).toBe("12:00 AM");
  expect(rangeWords(540, 1050)).toBe("9:00 AM – 5:30 PM");
  expect(shortRange(540, 1050)).toBe("9a–5:30p");
  expect(hourWords(18)).toBe("6p");
  expect(weekDays()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  speak("de");
  expect(minuteWords(1440)).toBe("24:00");
  expect(rangeWords(1200, 1560)).toBe("20:00 – 02:00");
  expect(shortRange(540, 1440)).toBe("9–24");
  expect(weekDays()).toEqual([1, 2, 3, 4, 5, 6, 0]);
  expect(untilAt(Date.UTC(2026, 10, 20, 23), FRIDAY, BERLIN)).toBe("24:00");
});

test("the week can be typed as it is shown", () => {
  const week = weekOf([
    ...document().weekly,
    { days: [1, 2, 3, 4, 5], open: ["12:30", "13:15"], as: "break" },
  ]);
  speak("de");
  expect(lineOf(week, "Pause")).toBe("Mo-Fr 09:00-17:30, Sa 20:00-02:00, Pause Mo-Fr 12:30-13:15");
  expect(lineOf(weekOf([{ days: [1, 3], open: ["09:00", "12:00"] }]), "Pause")).toBe("Mo, Mi 09:00-12:00");
});

test("past the right edge the next morning begins, after some hesitation", () => {
  const rect = { left: 100, right: 820, width: 720 };
  expect(minuteIn(rect, 100)).toBe(0);
  expect(minuteIn(rect, 460)).toBe(720);
  expect(minuteIn(rect, 830)).toBe(1440);
  expect(minuteIn(rect, 820 + 18 + 60)).toBe(1560);
});
