// What is typed finds what is meant.
import { expect, test } from "vitest";
import { matches } from "./match";

const best = (typed: string, ...names: string[]) =>
  names
    .map((name) => ({ name, rank: matches(typed, name) }))
    .filter(({ rank }) => rank > 0)
    .sort((a, b) => b.rank - a.rank)
    .map(({ name }) => name);

test("beginnings of names come before beginnings of last names, and those before middles", () => {
  expect(best("ben", "Ruben Vogt", "Ingo Benz", "Ben Kraft")).toEqual([
    "Ben Kraft",
    "Ingo Benz",
    "Ruben Vogt",
  ]);
});

test("accents and capitals do not matter", () => {
  expect(best("mueller", "Müller")).toEqual([]);
  expect(best("muller", "Jörg MÜLLER")).toEqual(["Jörg MÜLLER"]);
  expect(best("strass", "Straße")).toEqual(["Straße"]);
});

test("every word typed must be found", () => {
  expect(best("ana kr", "Ana Kraft", "Ana Lang", "Ben Kraft")).toEqual(["Ana Kraft"]);
});

test("letters in order are found where nothing else is", () => {
  expect(best("dnd", "Do not disturb", "Available")).toEqual(["Do not disturb"]);
});

test("letters in order among synonyms find nothing: “anna” does not mean animations", () => {
  expect(matches("anna", "Effects", "animation motion reduced")).toBe(0);
});

test("synonyms count less than the title", () => {
  expect(matches("theme", "Use dark colours", "theme appearance")).toBeGreaterThan(0);
  expect(matches("dark", "Use dark colours")).toBeGreaterThan(matches("dark", "Night", "dark"));
});

test("signs that mean something to a pattern are only signs", () => {
  expect(matches("+49(", "+49 89")).toBe(0);
  expect(matches("*2\\", "Ana")).toBe(0);
});
