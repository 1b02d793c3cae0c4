// The keys of the board.
import { expect, test } from "vitest";
import { beginsSearch, deedOf } from "./grammar";

const key = (name: string, ...held: ("ctrl" | "shift" | "alt")[]) => ({
  key: name,
  ctrlKey: held.includes("ctrl"),
  shiftKey: held.includes("shift"),
  altKey: held.includes("alt"),
  metaKey: false,
});
const idle = { query: "", hasCall: false };

test.each([
  [key("Enter"), { do: "act" }],
  [key("F2"), { do: "takeOver" }],
  [key("F4"), { do: "hangUp" }],
  [key("F10", "shift"), { do: "menu" }],
  [key("F10"), null],
  [key("ArrowDown"), { do: "move", by: 1 }],
  [key("ArrowUp", "ctrl"), { do: "switchCall", by: -1 }],
  [key("ArrowLeft", "alt"), null],
  [key("k", "ctrl"), null],
])("%o means %o", (pressed, deed) => {
  expect(deedOf(pressed, idle)).toEqual(deed);
});

test("Esc clears the search first, then lets go of the call, then means nothing", () => {
  expect(deedOf(key("Escape"), { query: "ben", hasCall: true })).toEqual({ do: "clearQuery" });
  expect(deedOf(key("Escape"), { query: "", hasCall: true })).toEqual({ do: "letGo" });
  expect(deedOf(key("Escape"), idle)).toBeNull();
});

test("Home and End move the cursor while something is typed", () => {
  expect(deedOf(key("Home"), idle)).toEqual({ do: "moveTo", end: "first" });
  expect(deedOf(key("Home"), { query: "ben", hasCall: false })).toBeNull();
});

test("letters of any language, digits and + begin a search; other keys do not", () => {
  expect(["b", "É", "ж", "7", "+"].every(beginsSearch)).toBe(true);
  expect(["?", " ", "Enter", "F2", "/"].some(beginsSearch)).toBe(false);
});
