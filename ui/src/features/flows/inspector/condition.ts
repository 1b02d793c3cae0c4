// Conditions as people fill them in, and as expressions of the document.
import type { Expr } from "../document";

export const OPERATORS = [
  "eq",
  "ne",
  "starts_with",
  "matches",
  "in",
  "lt",
  "le",
  "gt",
  "ge",
  "is_set",
] as const;
export type Operator = (typeof OPERATORS)[number];

export type Comparison = { variable: string; op: Operator; value: string };
export type Condition = { match: "all" | "any"; rows: Comparison[] };

export function fromCondition({ match, rows }: Condition): Expr {
  const args = rows.map(fromComparison);
  const [only] = args;
  return args.length === 1 && only ? only : { op: match === "all" ? "and" : "or", args };
}

/** `null` if the expression is deeper than rows can show. */
export function toCondition(expr: Expr): Condition | null {
  if (!("op" in expr)) return null;
  const isList = expr.op === "and" || expr.op === "or";
  const rows = (isList ? expr.args : [expr]).map(toComparison);
  if (rows.length === 0 || rows.some((row) => row === null)) return null;
  return { match: expr.op === "or" ? "any" : "all", rows: rows as Comparison[] };
}

function fromComparison({ variable, op, value }: Comparison): Expr {
  const left: Expr = { var: variable };
  if (op === "is_set") return { op, args: [left] };
  if (op === "in") {
    const values = value.split(",").map((part) => constant(part.trim()));
    return { op, args: [left, ...values] };
  }
  return { op, args: [left, constant(value)] };
}

function toComparison(expr: Expr): Comparison | null {
  if (!("op" in expr) || !OPERATORS.includes(expr.op as Operator)) return null;
  const op = expr.op as Operator;
  const [left, ...rest] = expr.args;
  if (!left || !("var" in left)) return null;
  if (op === "is_set") return rest.length === 0 ? { variable: left.var, op, value: "" } : null;
  const values = rest.map((one) => ("const" in one ? one.const : undefined));
  if (values.length === 0 || values.some((one) => one === undefined) || (op !== "in" && values.length > 1))
    return null;
  return { variable: left.var, op, value: values.map(String).join(", ") };
}

/** `true` and `false` are what they say; numbers with leading zeros are digits and stay text. */
function constant(text: string): Expr {
  if (text === "true" || text === "false") return { const: text === "true" };
  return /^-?(0|[1-9]\d{0,8})(\.\d+)?$/.test(text) ? { const: Number(text) } : { const: text };
}
