// Conditions as rows and as expressions say the same.
import { expect, test } from "vitest";
import { type Condition, fromCondition, toCondition } from "./condition";

const CASES: Condition[] = [
  { match: "all", rows: [{ variable: "caller.number", op: "starts_with", value: "+49" }] },
  { match: "all", rows: [{ variable: "caller.anonymous", op: "eq", value: "true" }] },
  {
    match: "any",
    rows: [
      { variable: "order", op: "in", value: "1, 2, x" },
      { variable: "order", op: "is_set", value: "" },
      { variable: "count", op: "gt", value: "12.5" },
    ],
  },
];

test.each(CASES)("what is filled in comes back as it was: $match", (condition) => {
  expect(toCondition(fromCondition(condition))).toEqual(condition);
});

test("numbers are numbers, digits with a leading zero stay text", () => {
  const value = (text: string) =>
    fromCondition({ match: "all", rows: [{ variable: "x", op: "eq", value: text }] });
  expect(value("12")).toEqual({ op: "eq", args: [{ var: "x" }, { const: 12 }] });
  expect(value("012")).toEqual({ op: "eq", args: [{ var: "x" }, { const: "012" }] });
  expect(value("true")).toEqual({ op: "eq", args: [{ var: "x" }, { const: true }] });
});

test("what is deeper than rows is left as it is", () => {
  expect(toCondition({ op: "not", args: [{ op: "eq", args: [{ var: "x" }, { const: 1 }] }] })).toBeNull();
  expect(toCondition({ op: "eq", args: [{ const: 1 }, { var: "x" }] })).toBeNull();
  expect(toCondition({ op: "eq", args: [{ var: "x" }, { op: "concat", args: [] }] })).toBeNull();
  expect(toCondition({ const: true })).toBeNull();
});
