// A caller list as text: a number in each line, a name after it, and what else is kept of the caller.
import type { ListedCaller } from "../hours/api";

export type ReadLines = {
  callers: ListedCaller[];
  /** The first line that cannot be read. */
  bad: { line: number; text: string } | null;
  /** A number that is on the list twice. */
  twice: string | null;
};

/** Digits with spaces and signs between them. */
const NUMBER = /^(\+?[\d\s()/.-]*\d)\s*,?\s*(.*)$/;

/** As it is typed, or pasted from a table: then tabs or semicolons part the columns. */
export function readLines(text: string): ReadLines {
  const callers: ListedCaller[] = [];
  const seen = new Set<string>();
  let twice: string | null = null;
  for (const [place, line] of text.split("\n").entries()) {
    if (!line.trim()) continue;
    const [first = "", second, ...values] = line.split(/[\t;]/).map((part) => part.trim());
    const [, shown = "", rest = ""] = first.match(NUMBER) ?? [];
    const number = shown.trim();
    const digits = number.replace(/[^\d+]/g, "");
    if (!digits || (second !== undefined && rest)) {
      return { callers, bad: { line: place + 1, text: line.trim() }, twice };
    }
    if (seen.has(digits)) twice ??= number;
    seen.add(digits);
    callers.push({ number, name: second ?? rest.trim(), values });
  }
  return { callers, bad: null, twice };
}

export function writeLines(callers: readonly ListedCaller[], columns: number): string {
  return callers
    .map(({ number, name, values }) =>
      (columns ? [number, name, ...values].join("; ") : `${number} ${name}`).trim(),
    )
    .join("\n");
}

/** The names of further columns, as they are typed between commas. */
export function readColumns(text: string): string[] {
  return [...new Set(text.split(",").map((column) => column.trim()))].filter(Boolean);
}
