// The whole week can be drawn without a pointer.
import { expect, test } from "vitest";
import { type Cursor, type GridNews, pressed } from "./grid-keys";
import { type Week, weeklyOf } from "./week";

const ROWS = [1, 2, 3, 4, 5, 6, 0];

/** Presses keys such as `Ctrl+c Down*3 Enter`, beginning on Monday 9:00. */
function type(keys: string, week: Week = [], begin: Partial<Cursor> = {}) {
  let cursor: Cursor = { day: 1, minute: 540, mark: null, copied: null, ...begin };
  let now = week;
  const news: GridNews[] = [];
  for (const word of keys.split(" ")) {
    const [chord = "", times = "1"] = word.split("*");
    const parts = chord.split("+");
    const last = parts.at(-1) ?? "";
    const key = ["Up", "Down", "Left", "Right"].includes(last) ? `Arrow${last}` : last;
    const press = {
      key,
      main: parts.includes("Ctrl"),
      shift: parts.includes("Shift"),
      alt: parts.includes("Alt"),
    };
    for (let time = 0; time < Number(times); time += 1) {
      const step = pressed(press, cursor, now, ROWS);
      if (!step) continue;
      cursor = step.cursor;
      now = step.week ?? now;
      if (step.news) news.push(step.news);
    }
  }
  return { cursor, week: now, weekly: weeklyOf(now), news };
}

test("Mon–Fri 9–17:30 with lunch is drawn by keys alone", () => {
  const { weekly } = type("Enter Right*33 Enter PageUp*5 b Right*2 Enter D");
  expect(weekly).toEqual([
    { days: [1, 2, 3, 4, 5], open: ["09:00", "17:30"] },
    { days: [1, 2, 3, 4, 5], open: ["12:15", "13:00"], as: "break" },
  ]);
});

test("drawing goes past midnight, and the cursor comes back to its day", () => {
  const { weekly, cursor } = type("Enter PageDown*5 Enter", [], { day: 6, minute: 20 * 60 });
  expect(weekly).toEqual([{ days: [6], open: ["20:00", "01:15"] }]);
  expect(cursor).toMatchObject({ day: 6, minute: 1425, mark: null });
});

test("Escape gives up what was begun and returns to where it began", () => {
  const { weekly, cursor, news } = type("Enter Right*9 Escape");
  expect(weekly).toEqual([]);
  expect(cursor.minute).toBe(540);
  expect(news).toEqual(["began", "gaveUp"]);
});

test("the nearer end is moved, and the cursor stays on it", () => {
  const week: Week = [{ day: 1, from: 540, to: 1020, kind: "open" }];
  expect(type("Shift+Left*2", week).weekly[0]?.open).toEqual(["08:30", "17:00"]);
  const later = type("Shift+Right*2", week, { minute: 1005 });
  expect(later.weekly[0]?.open).toEqual(["09:00", "17:30"]);
  expect(later.cursor.minute).toBe(1035);
});

test("an end is moved over midnight and back, and the cursor follows into the next row", () => {
  const week: Week = [{ day: 6, from: 1200, to: 1440, kind: "open" }];
  const over = type("Shift+Right*4", week, { day: 6, minute: 1425 });
  expect(over.weekly).toEqual([{ days: [6], open: ["20:00", "01:00"] }]);
  expect(over.cursor).toMatchObject({ day: 0, minute: 45 });
  expect(type("Shift+Left*4", over.week, over.cursor).weekly).toEqual([
    { days: [6], open: ["20:00", "24:00"] },
  ]);
});

test("a span that is made smaller until nothing is left is gone", () => {
  const week: Week = [{ day: 1, from: 540, to: 570, kind: "open" }];
  expect(type("Shift+Left*2", week, { minute: 555 })).toMatchObject({
    weekly: [],
    news: ["resized", "removed"],
  });
});

test("a day is copied and put over another, a closed one as well", () => {
  const week: Week = [
    { day: 1, from: 540, to: 1020, kind: "open" },
    { day: 3, from: 60, to: 120, kind: "open" },
  ];
  expect(type("Ctrl+c Down*2 Ctrl+v", week).weekly).toEqual([{ days: [1, 3], open: ["09:00", "17:00"] }]);
  expect(type("Down Ctrl+c Down Ctrl+v", week).weekly).toEqual([{ days: [1], open: ["09:00", "17:00"] }]);
});

test("Delete takes the break first, then the hours", () => {
  const week: Week = [
    { day: 1, from: 540, to: 1020, kind: "open" },
    { day: 1, from: 720, to: 780, kind: "break" },
  ];
  const once = type("Delete", week, { minute: 735 });
  expect(once.weekly).toEqual([{ days: [1], open: ["09:00", "17:00"] }]);
  expect(type("Delete", once.week, once.cursor).weekly).toEqual([]);
});

test("Ctrl and an arrow jump to where something begins, and the rows end at both ends of the week", () => {
  const week: Week = [{ day: 1, from: 540, to: 1020, kind: "open" }];
  expect(type("Ctrl+Right", week).cursor.minute).toBe(1020);
  expect(type("Ctrl+Left*2", week).cursor.minute).toBe(0);
  expect(type("Up*3", week).cursor.day).toBe(1);
  expect(type("Down*9", week).cursor.day).toBe(0);
});

test("keys of the window stay the window's", () => {
  expect(
    pressed({ key: "ArrowLeft", main: false, shift: false, alt: true }, type("Escape").cursor, [], ROWS),
  ).toBeNull();
  expect(
    pressed({ key: "Tab", main: false, shift: false, alt: false }, type("Escape").cursor, [], ROWS),
  ).toBeNull();
  expect(
    pressed({ key: "z", main: true, shift: false, alt: false }, type("Escape").cursor, [], ROWS),
  ).toBeNull();
});
