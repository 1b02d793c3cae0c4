// Lists as people really paste them.
import { describe, expect, test } from "vitest";
import { nextFree, readPaste } from "./paste";

const taken = new Map([
  ["101", "Ana"],
  ["102", "Ben"],
]);
const read = (text: string) => readPaste(text, { taken, nameOf: (number) => `Phone ${number}` });
/** `name|number|team`, `?` where the number is proposed, `!code` where something is wrong. */
const short = (text: string) =>
  read(text).map(({ person, proposed, problem }) => {
    const words = [person.name, `${person.extension}${proposed ? "?" : ""}`, person.team].join("|");
    return problem ? `${words} !${problem.code}` : words;
  });

describe("one line", () => {
  test.each([
    ["Cleo 110", "Cleo|110|"],
    ["110 Cleo", "Cleo|110|"],
    ["Cleo Kraft 110", "Cleo Kraft|110|"],
    ["Cleo (110)", "Cleo|110|"],
    ["Cleo: 110", "Cleo|110|"],
    ["Cleo – 110", "Cleo|110|"],
    ["Cleo\t110\tSales", "Cleo|110|Sales"],
    ["Cleo;110;Sales", "Cleo|110|Sales"],
    ["Cleo, 110, Sales", "Cleo|110|Sales"],
    ["110,Cleo,Sales", "Cleo|110|Sales"],
    ['"Kraft, Cleo",110,Sales', "Kraft, Cleo|110|Sales"],
    ['"Cleo ""C"" Kraft";110', 'Cleo "C" Kraft|110|'],
    ["• Cleo 110", "Cleo|110|"],
    ["1. Cleo 110", "Cleo|110|"],
    ["Cleo Kraft <cleo@office.example> 110", "Cleo Kraft|110|"],
    ["  Cleo\u00a0 Kraft   110 ", "Cleo Kraft|110|"],
    ["Cleo", "Cleo|103?|"],
    ["Cleo, Sales", "Cleo|103?|Sales"],
    ["Anne-Marie O’Brien 110", "Anne-Marie O’Brien|110|"],
    ["Front desk 0", "Front desk|0|"],
    ["Night bell *12", "Night bell|*12|"],
    ["110", "Phone 110|110|"],
  ])("%j", (text, expected) => {
    expect(short(text)).toEqual([expected]);
  });
});

test("a range gives one person for each number", () => {
  expect(short("110–112")).toEqual(["Phone 110|110|", "Phone 111|111|", "Phone 112|112|"]);
  expect(short("110-111")).toHaveLength(2);
  expect(short("110 to 112")).toHaveLength(3);
  expect(short("Room 110..111")).toEqual(["Room 110|110|", "Room 111|111|"]);
  expect(short("Desk, 110-111, Sales")).toEqual(["Desk 110|110|Sales", "Desk 111|111|Sales"]);
  expect(short("007-008")).toEqual(["Phone 007|007|", "Phone 008|008|"]);
});

test("several people in one line", () => {
  expect(short("Cleo 110, Dana 111")).toEqual(["Cleo|110|", "Dana|111|"]);
});

test("a heading says which column is what, in English and German", () => {
  expect(short("Extension;Department;Name\n110;Sales;Cleo")).toEqual(["Cleo|110|Sales"]);
  expect(short("Vorname\tNachname\tDurchwahl\nCleo\tKraft\t110")).toEqual(["Cleo Kraft|110|"]);
  expect(short("Name\nCleo\nDana")).toEqual(["Cleo|103?|", "Dana|104?|"]);
  expect(short("Name,E-Mail,Number\nCleo,cleo@office.example,110")).toEqual(["Cleo|110|"]);
});

test("proposed numbers step aside for the ones that are given", () => {
  expect(short("Cleo\nDana 103")).toEqual(["Cleo|104?|", "Dana|103|"]);
  expect(short("Cleo\nDana 1234567890")[0]).toBe("Cleo|103?|");
});

test("empty lines count, so that a problem names the line one sees", () => {
  expect(read("\nCleo 110\r\n\r\nDana 110").map(({ line }) => line)).toEqual([2, 4]);
});

describe("what cannot be added is said of its line", () => {
  test.each([
    ["Cleo 101", { code: "numberTaken", value: "101", by: "Ana" }],
    ["Cleo 123456789", { code: "badNumber", value: "123456789" }],
    ["Cleo, +49 89 1234", { code: "badNumber", value: "+49 89 1234" }],
    ["112-110", { code: "badRange", value: "112-110" }],
    ["1-99999", { code: "badRange", value: "1-99999" }],
    [`${"x".repeat(81)} 110`, { code: "nameTooLong" }],
    [`Cleo, 110, ${"x".repeat(41)}`, { code: "teamTooLong" }],
  ])("%j", (text, problem) => {
    expect(read(text)[0]?.problem).toEqual(problem);
  });

  test("the second of two with one number names the first", () => {
    expect(read("Cleo 110\nDana 110")[1]?.problem).toEqual({ code: "numberTwice", value: "110", line: 1 });
  });

  test("a table row without a name", () => {
    expect(read("Name;Extension;Team\n;+49;Sales")[0]?.problem).toEqual({ code: "badNumber", value: "+49" });
    expect(short("Name;Extension;Team\n;;Sales")).toEqual(["|103?|Sales !nameMissing"]);
  });
});

test("nothing pasted is nobody", () => {
  expect(read(" \n\t\n")).toEqual([]);
});

test("the next free number follows the highest, and stays as long as the others", () => {
  expect(nextFree(new Map())).toBe("101");
  expect(nextFree(new Map([["101", ""]]))).toBe("102");
  expect(
    nextFree(
      new Map([
        ["20", ""],
        ["22", ""],
      ]),
    ),
  ).toBe("23");
  expect(
    nextFree(
      new Map([
        ["101", ""],
        ["999", ""],
      ]),
    ),
  ).toBe("102");
});
