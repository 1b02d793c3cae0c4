// A list of callers is pasted in any form people keep one.
import { expect, test } from "vitest";
import { readLines, writeLines } from "./caller-lines";

test("numbers are read with spaces, signs, commas and names", () => {
  const { entries, bad, twice } = readLines(
    "+49 89 1234567 ACME GmbH\n(089) 55-50/1, Frau Huber\n\n+49170*\tmobile\n0800 1112223",
  );
  expect(bad).toBeNull();
  expect(twice).toBeNull();
  expect(entries).toEqual([
    { number: "+49891234567", name: "ACME GmbH" },
    { number: "08955501", name: "Frau Huber" },
    { number: "+49170*", name: "mobile" },
    { number: "08001112223", name: "" },
  ]);
  expect(readLines(writeLines(entries)).entries).toEqual(entries);
});

test("a line without a number is named, with its place", () => {
  expect(readLines("+4989123\nACME GmbH").bad).toEqual({ line: 2, text: "ACME GmbH" });
});

test("a number that is there twice is told", () => {
  expect(readLines("+4989123 one\n+49 89 123 two").twice).toBe("+4989123");
});
