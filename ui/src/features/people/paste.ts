// People from a pasted list: one line each, in whatever form the list came.
import type { PersonEdit } from "../../bindings/api";

/** As the engine has them. */
export const NAME_MOST = 80;
export const TEAM_MOST = 40;
export const PEOPLE_MOST = 500;

export type PastedLine = {
  /** Where it stands in the text, from 1. A range makes several of one line. */
  line: number;
  person: PersonEdit;
  /** No number was given: this one is free. */
  proposed: boolean;
  problem: LineProblem | null;
};

export type LineProblem =
  | { code: "nameMissing" }
  | { code: "nameTooLong" }
  | { code: "teamTooLong" }
  | { code: "badNumber"; value: string }
  | { code: "numberTaken"; value: string; by: string }
  | { code: "numberTwice"; value: string; line: number }
  | { code: "badRange"; value: string };

export type PasteContext = {
  /** Every number in use, and whose it is. */
  taken: ReadonlyMap<string, string>;
  /** How somebody is called who has only a number. */
  nameOf: (number: string) => string;
};

/** Reads a list: `Ana 101`, `101 Ana`, `Ana, 101, Sales`, `101–105`, tables with or without a heading. */
export function readPaste(text: string, { taken, nameOf }: PasteContext): PastedLine[] {
  const read: Entry[] = [];
  let columns: Columns | null = null;
  let first = true;
  for (const [place, raw] of text.split(/\r\n|\r|\n/).entries()) {
    const fields = fieldsOf(raw);
    if (fields.every((field) => field === "")) continue;
    if (first) {
      first = false;
      columns = headingOf(fields);
      if (columns) continue;
    }
    const entries = columns ? [fromColumns(fields, columns)] : fromFields(fields);
    for (const entry of entries) {
      for (const one of spread(entry, nameOf)) read.push({ ...one, line: place + 1 });
    }
  }
  return checked(read, taken);
}

/** A number nobody has: the one after the highest, or the lowest gap where that would be longer. */
export function nextFree(taken: { has: (number: string) => boolean; keys: () => Iterable<string> }): string {
  const used = [...taken.keys()].filter((number) => /^[1-9]\d+$/.test(number)).map(Number);
  const lowest = used.length ? used.reduce((a, b) => Math.min(a, b)) : 101;
  const highest = used.length ? used.reduce((a, b) => Math.max(a, b)) : 100;
  const after = String(highest + 1);
  let number = after.length === String(lowest).length ? highest + 1 : lowest;
  while (taken.has(String(number))) number += 1;
  return String(number);
}

/** What can be dialled: up to eight digits, or a code such as `*12`. */
export function isExtension(value: string): boolean {
  return /^(\d{1,8}|[*#][\d*#]{1,7})$/.test(value);
}

type Entry = { name: string; number: string; team: string; line: number; badRange?: boolean };
type Bare = Omit<Entry, "line">;
type Column = "name" | "first" | "last" | "number" | "team";
type Columns = (Column | null)[];

const RANGE = /^(\d{1,8})\s*(?:-|–|—|\.{2,3}|…|\bto\b|\bbis\b)\s*(\d{1,8})$/i;
const LOOKS_LIKE_NUMBER = /^(?=.*\d)[+*#\d][\d\s()/.*#-]*$/;
const BULLET = /^\s*(?:[-–•*·]\s+|\d{1,3}[.)]\s+)/;
const MAIL = /<[^<>]*@[^<>]*>|[^\s,;]+@[^\s,;]+/g;

/** Headings that tables of people have, in the languages of the UI. */
const HEADINGS: Record<Column, readonly string[]> = {
  name: ["name", "names", "person", "people", "full name", "display name", "mitarbeiter", "anzeigename"],
  first: ["first name", "given name", "firstname", "vorname"],
  last: ["last name", "surname", "family name", "lastname", "nachname", "familienname"],
  number: ["extension", "ext", "number", "phone", "nebenstelle", "durchwahl", "nummer", "telefon"],
  team: ["team", "department", "group", "abteilung", "gruppe", "bereich"],
};

function headingOf(fields: string[]): Columns | null {
  const columns = fields.map((field) => {
    const word = field.toLowerCase().replace(/[.:*]+$/, "");
    const found = (Object.keys(HEADINGS) as Column[]).find((column) => HEADINGS[column].includes(word));
    return found ?? null;
  });
  const isHeading = columns.some((column) => column === "name" || column === "first" || column === "last");
  return isHeading && (fields.length === 1 || columns.filter(Boolean).length > 1) ? columns : null;
}

function fromColumns(fields: string[], columns: Columns): Bare {
  const of = (column: Column) =>
    columns.flatMap((one, place) => (one === column && fields[place] ? [fields[place]] : [])).join(" ");
  const name = of("name") || [of("first"), of("last")].filter(Boolean).join(" ");
  return { name, number: of("number"), team: of("team") };
}

function fromFields(fields: string[]): Bare[] {
  const given = fields.filter(Boolean);
  const [only] = given;
  if (only !== undefined && given.length === 1) return [fromWords(only)];
  const each = given.map(fromWords);
  // "Ana 101, Ben 102" in one line: each field is somebody.
  if (each.every((one) => one.name && one.number)) return each;
  const at = given.findIndex((field) => LOOKS_LIKE_NUMBER.test(field) || RANGE.test(field));
  const words = given.filter((_, place) => place !== at);
  const [name = "", team = ""] = words;
  if (at < 0) return [{ ...fromWords(name), team }];
  return [{ name, number: given[at] ?? "", team }];
}

/** A name and a number in one piece of text, in either order. */
function fromWords(words: string): Bare {
  const range = words.match(/^(.*?)[\s:,=]*(\d{1,8}\s*(?:-|–|—|\.{2,3}|…|\bto\b|\bbis\b)\s*\d{1,8})$/i);
  if (range) return { name: range[1]?.trim() ?? "", number: range[2] ?? "", team: "" };
  if (LOOKS_LIKE_NUMBER.test(words)) return { name: "", number: words, team: "" };
  const behind = words.match(/^(.+?)[\s:=(–-]+([+*#\d][\d*#]*)\)?$/);
  if (behind) return { name: behind[1]?.trim() ?? "", number: behind[2] ?? "", team: "" };
  const before = words.match(/^\(?([+*#\d][\d*#]*)\)?[\s:=–-]+(\D.*)$/);
  if (before) return { name: before[2]?.trim() ?? "", number: before[1] ?? "", team: "" };
  return { name: words, number: "", team: "" };
}

/** `101–105` makes five of one. */
function spread(entry: Bare, nameOf: (number: string) => string): Bare[] {
  const [, from, to] = entry.number.match(RANGE) ?? [];
  if (from === undefined || to === undefined) {
    const nameless = entry.name === "" && isExtension(entry.number);
    return [nameless ? { ...entry, name: nameOf(entry.number) } : entry];
  }
  const count = Number(to) - Number(from) + 1;
  if (count < 1 || count > PEOPLE_MOST || from.length !== to.length) return [{ ...entry, badRange: true }];
  return Array.from({ length: count }, (_, step) => {
    // Zeros in front are part of the number.
    const number = String(Number(from) + step).padStart(from.length, "0");
    return { ...entry, number, name: entry.name ? `${entry.name} ${number}` : nameOf(number) };
  });
}

function checked(entries: Entry[], taken: ReadonlyMap<string, string>): PastedLine[] {
  const lines = new Map<string, number>();
  const used = new Set(taken.keys());
  for (const { number } of entries) if (isExtension(number)) used.add(number);
  return entries.map((entry) => {
    const { line, name, team } = entry;
    const proposed = entry.number === "";
    const number = proposed ? nextFree(used) : entry.number;
    used.add(number);
    const problem = problemOf(entry, number, taken, lines);
    if (!lines.has(number)) lines.set(number, line);
    return { line, proposed, problem, person: { name, team, extension: number, ringSeconds: null } };
  });
}

function problemOf(
  { name, team, badRange }: Entry,
  number: string,
  taken: ReadonlyMap<string, string>,
  lines: ReadonlyMap<string, number>,
): LineProblem | null {
  if (badRange) return { code: "badRange", value: number };
  if (!isExtension(number)) return { code: "badNumber", value: number };
  if (!name) return { code: "nameMissing" };
  if ([...name].length > NAME_MOST) return { code: "nameTooLong" };
  if ([...team].length > TEAM_MOST) return { code: "teamTooLong" };
  const by = taken.get(number);
  if (by !== undefined) return { code: "numberTaken", value: number, by };
  const line = lines.get(number);
  return line === undefined ? null : { code: "numberTwice", value: number, line };
}

/** The fields of a line: between tabs, else semicolons, else commas; quotes keep them together. */
function fieldsOf(raw: string): string[] {
  const line = raw.replace(MAIL, "").replace(BULLET, "");
  const outside = line.replace(/"[^"]*"/g, "");
  const mark = ["\t", ";", ","].find((one) => outside.includes(one));
  if (!mark) return [plainField(line)];
  const fields: string[] = [];
  let field = "";
  let quoted = false;
  for (const letter of line) {
    if (letter === '"') quoted = !quoted;
    if (letter === mark && !quoted) {
      fields.push(plainField(field));
      field = "";
    } else field += letter;
  }
  return [...fields, plainField(field)];
}

/** Without quotes around it and spaces too many; a doubled quote is one. */
function plainField(field: string): string {
  const trimmed = field.trim();
  const inner = /^".*"$/s.test(trimmed) ? trimmed.slice(1, -1).replaceAll('""', '"') : trimmed;
  return inner.replace(/\s+/g, " ").trim();
}
