// A week that is painted says afterwards what was meant.
import { expect, test } from "vitest";
import {
  copyDay,
  minutesOf,
  move,
  nightInto,
  paint,
  paintDays,
  pieces,
  remove,
  resize,
  type Span,
  setDay,
  spanAt,
  WEEKDAYS,
  weeklyOf,
  weekOf,
} from "./week";

const open = (day: number, from: number, to: number): Span => ({
  day,
  from: from * 60,
  to: to * 60,
  kind: "open",
});
const pause = (day: number, from: number, to: number): Span => ({ ...open(day, from, to), kind: "break" });

const OFFICE = [
  { days: [1, 2, 3, 4], open: ["09:00", "17:30"] },
  { days: [5], open: ["09:00", "15:00"] },
  { days: [6], open: ["20:00", "02:00"] },
  { days: [1, 2, 3, 4, 5], open: ["12:30", "13:15"], as: "break" },
] as const;

test("a document's week is the same after it was drawn", () => {
  expect(weeklyOf(weekOf(OFFICE))).toEqual(OFFICE);
});

test("what touches becomes one, what does not stays apart", () => {
  expect(paint([open(1, 9, 12)], open(1, 12, 17))).toEqual([open(1, 9, 17)]);
  expect(paint([open(1, 9, 12), open(1, 14, 18)], open(1, 11, 15))).toEqual([open(1, 9, 18)]);
  expect(paint([open(1, 9, 12)], open(1, 13, 17))).toHaveLength(2);
  expect(paint([open(1, 9, 12)], open(2, 11, 13))).toHaveLength(2);
});

test("a rectangle over five days and a lunch break are two rules", () => {
  const week = paintDays(paintDays([], WEEKDAYS, { from: 540, to: 1050, kind: "open" }), WEEKDAYS, {
    from: 750,
    to: 795,
    kind: "break",
  });
  expect(weeklyOf(week)).toEqual([
    { days: [1, 2, 3, 4, 5], open: ["09:00", "17:30"] },
    { days: [1, 2, 3, 4, 5], open: ["12:30", "13:15"], as: "break" },
  ]);
});

test("painting open over a break ends the break there", () => {
  expect(paint([open(1, 9, 17), pause(1, 12, 14)], open(1, 13, 15))).toEqual([
    open(1, 9, 17),
    pause(1, 12, 13),
  ]);
});

test("the end of the day is 24:00, and an end past it is on the next day", () => {
  expect(weeklyOf([open(6, 20, 24)])).toEqual([{ days: [6], open: ["20:00", "24:00"] }]);
  expect(weeklyOf([open(6, 20, 26)])).toEqual([{ days: [6], open: ["20:00", "02:00"] }]);
  expect(weeklyOf([open(0, 0, 24)])).toEqual([{ days: [0], open: ["00:00", "24:00"] }]);
  expect(minutesOf(["09:00", "09:00"])).toEqual({ from: 540, to: 540 + 1440 });
  expect(minutesOf(["18:00", "00:00"])).toEqual({ from: 1080, to: 1440 });
});

test("a night is drawn to the end of its day and into the next morning", () => {
  const week = weekOf(OFFICE);
  const saturday = pieces(week, 6).at(-1);
  expect(saturday).toMatchObject({ from: 1200, to: 1440, state: "open", goesOn: true, comesIn: false });
  expect(pieces(week, 0)[0]).toMatchObject({ from: 0, to: 120, state: "open", comesIn: true });
  expect(spanAt(week, 0, 60)).toEqual(open(6, 20, 26));
  expect(nightInto(week, 0)).toEqual({ from: 6, until: 120 });
  expect(nightInto(week, 1)).toBeNull();
});

test("a night that runs on from Saturday reaches into the first row of the week", () => {
  expect(pieces([open(0, 22, 30)], 1)[0]).toMatchObject({ from: 0, to: 360, comesIn: true });
});

test("the pieces of a day cover it without gaps, with breaks on top", () => {
  const monday = pieces(weekOf(OFFICE), 1);
  expect(monday.map(({ from, to, state }) => [from, to, state])).toEqual([
    [0, 540, "closed"],
    [540, 750, "open"],
    [750, 795, "break"],
    [795, 1050, "open"],
    [1050, 1440, "closed"],
  ]);
});

test("an end moves, joins what it meets and takes away a span it empties", () => {
  const week = [open(1, 9, 12), open(1, 14, 17)];
  expect(resize(week, open(1, 9, 12), "to", 13 * 60)).toEqual([open(1, 9, 13), open(1, 14, 17)]);
  expect(resize(week, open(1, 9, 12), "to", 15 * 60)).toEqual([open(1, 9, 17)]);
  expect(resize(week, open(1, 14, 17), "from", 18 * 60)).toEqual([open(1, 9, 12)]);
  expect(resize([open(1, 9, 12)], open(1, 9, 12), "to", 60 * 60)).toEqual([open(1, 9, 33)]);
});

test("hours that end earlier take their break along", () => {
  const week = [open(5, 9, 17), pause(5, 12, 13)];
  expect(resize(week, open(5, 9, 17), "to", 12 * 60)).toEqual([open(5, 9, 12)]);
  expect(remove(week, open(5, 9, 17))).toEqual([]);
  expect(remove(week, pause(5, 12, 13))).toEqual([open(5, 9, 17)]);
});

test("hours are moved with their break, and stay within their day", () => {
  const week = [open(1, 9, 17), pause(1, 12, 13)];
  expect(move(week, open(1, 9, 17), 60)).toEqual([open(1, 10, 18), pause(1, 13, 14)]);
  expect(move(week, open(1, 9, 17), -99 * 60)).toEqual([open(1, 0, 8), pause(1, 3, 4)]);
  expect(move(week, pause(1, 12, 13), 30)).toEqual([open(1, 9, 17), pause(1, 12.5, 13.5)]);
  expect(move([open(6, 20, 26)], open(6, 20, 26), 60)).toEqual([open(6, 21, 27)]);
});

test("Monday is copied to the other weekdays, and the weekend stays", () => {
  const week = copyDay([open(1, 9, 17), pause(1, 12, 13), open(3, 7, 8), open(6, 10, 14)], 1, WEEKDAYS);
  expect(weeklyOf(week)).toEqual([
    { days: [1, 2, 3, 4, 5], open: ["09:00", "17:00"] },
    { days: [6], open: ["10:00", "14:00"] },
    { days: [1, 2, 3, 4, 5], open: ["12:00", "13:00"], as: "break" },
  ]);
});

test("the hours of a form take the place of the day's", () => {
  const day = setDay([open(1, 9, 17), open(2, 9, 17)], 1, [
    { from: 480, to: 720, kind: "open" },
    { from: 700, to: 800, kind: "open" },
  ]);
  expect(day).toEqual([{ day: 1, from: 480, to: 800, kind: "open" }, open(2, 9, 17)]);
});
