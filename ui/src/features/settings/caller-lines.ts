// A caller list as text: a number in each line, and a name after it.
import type { CallerListView } from "../hours/api";

type Entry = CallerListView["entries"][number];

export type ReadLines = {
  entries: Entry[];
  /** The first line that cannot be read. */
  bad: { line: number; text: string } | null;
  /** A number that is on the list twice. */
  twice: string | null;
};

/** Digits with spaces and signs between them, and an asterisk for whatever follows. */
const NUMBER = /^(\+?[\d\s()/.-]*\d[\d\s()/.-]*\*?)\s*[,;\t]?\s*(.*)$/;

export function readLines(text: string): ReadLines {
  const entries: Entry[] = [];
  const seen = new Set<string>();
  let twice: string | null = null;
  for (const [place, line] of text.split("\n").entries()) {
    if (!line.trim()) continue;
    const [, shown = "", name = ""] = line.trim().match(NUMBER) ?? [];
    const number = shown.replace(/[^\d+*]/g, "");
    if (!number) return { entries, bad: { line: place + 1, text: line.trim() }, twice };
    if (seen.has(number)) twice ??= number;
    seen.add(number);
    entries.push({ number, name: name.trim() });
  }
  return { entries, bad: null, twice };
}

export function writeLines(entries: readonly Entry[]): string {
  return entries.map(({ number, name }) => `${number} ${name}`.trim()).join("\n");
}
