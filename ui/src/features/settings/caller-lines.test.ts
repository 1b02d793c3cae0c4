// A list of callers is pasted in any form people keep one.
import { expect, test } from "vitest";
import { readColumns, readLines, writeLines } from "./caller-lines";

test("numbers are read with spaces, signs, commas and names", () => {
  const { callers, bad, twice } = readLines(
    "+49 89 1234567 ACME GmbH\n(089) 55-50/1, Frau Huber\n\n0800 1112223",
  );
  expect(bad).toBeNull();
  expect(twice).toBeNull();
  expect(callers).toEqual([
    { number: "+49 89 1234567", name: "ACME GmbH", values: [] },
    { number: "(089) 55-50/1", name: "Frau Huber", values: [] },
    { number: "0800 1112223", name: "", values: [] },
  ]);
  expect(readLines(writeLines(callers, 0)).callers).toEqual(callers);
});

test("a table from a spreadsheet keeps its columns", () => {
  const { callers } = readLines("+49891234567\tACME GmbH\t4711\tde\n+4417;London;;en");
  expect(callers).toEqual([
    { number: "+49891234567", name: "ACME GmbH", values: ["4711", "de"] },
    { number: "+4417", name: "London", values: ["", "en"] },
  ]);
  expect(readLines(writeLines(callers, 2)).callers).toEqual(callers);
  expect(readColumns("customer, language,, customer")).toEqual(["customer", "language"]);
});

test("a line without a number is named, with its place", () => {
  expect(readLines("+4989123\nACME GmbH").bad).toEqual({ line: 2, text: "ACME GmbH" });
  expect(readLines("ACME;+4989123").bad?.line).toBe(1);
});

test("a number that is there twice is told", () => {
  expect(readLines("+4989123 one\n+49 89 123 two").twice).toBe("+49 89 123");
});
