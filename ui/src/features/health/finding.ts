// A check as sentences: what happened, what callers notice, what to do.
import i18next from "i18next";
import type { Check } from "../../bindings/api";
import { bytes, count, dayAndTime, list } from "../../text/format";
import { visible } from "../calls/said";

export type Finding = { what: string; callers: string; toDo: string };

/** The sentences of a finding; those of its check in general if it is not known yet or names too little. */
export function findingOf(check: Pick<Check, "id" | "finding" | "facts">): Finding {
  const own = `checks.${check.id}.findings.${check.finding}`;
  const group = isTold(own, check.facts) ? own : `checks.${check.id}.findings.other`;
  const values = inWords(check.facts);
  return {
    what: say(`${group}.what`, values),
    callers: say(`${group}.callers`, values),
    toDo: say(`${group}.toDo`, values),
  };
}

/** What is said of a check that this system gives no answer to. */
export function whenUnknown(check: Check): string {
  const own = `checks.${check.id}.findings.${check.finding}`;
  return isTold(own, check.facts) ? say(`${own}.what`, inWords(check.facts)) : say("unknownNote");
}

export function nameOf(check: Check): string {
  return say(`checks.${check.id}.name`);
}

/** What is in order may have a finding of its own, such as network access that is off. */
export function whenOk(check: Check): string {
  const own = `checks.${check.id}.findings.${check.finding}`;
  return isTold(own, check.facts) ? say(`${own}.what`, inWords(check.facts)) : say(`checks.${check.id}.ok`);
}

/** Problems first, then what is worth a look, then what is in order, each in the order they were made. */
export function byWeight(checks: readonly Check[]): { open: Check[]; ok: Check[]; unknown: Check[] } {
  const of = (state: Check["state"]) => checks.filter((check) => check.state === state);
  return { open: [...of("problem"), ...of("warning")], ok: of("ok"), unknown: of("unknown") };
}

function isTold(group: string, facts: Check["facts"]): boolean {
  return (["what", "callers", "toDo"] as const).every((part) => {
    const sentence: unknown = i18next.getResource("en", "health", `${group}.${part}`);
    if (typeof sentence !== "string") return false;
    return [...sentence.matchAll(/\{\{(\w+)\}\}/g)].every(([, name]) => name !== undefined && name in facts);
  });
}

/** Ports and years are names, not amounts. */
const PLAIN_NUMBERS = ["port", "wanted", "year"];

function inWords(facts: Check["facts"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(facts).map(([name, fact]) => {
      if (Array.isArray(fact)) return [name, list(fact.map(visible))];
      if (typeof fact !== "number") return [name, visible(String(fact))];
      if (name.endsWith("Bytes")) return [name, bytes(fact)];
      if (name.endsWith("Ms")) return [name, dayAndTime(fact)];
      return [name, PLAIN_NUMBERS.includes(name) ? String(fact) : count(fact)];
    }),
  );
}

/** A sentence whose key is put together; the tests know all of them. */
function say(key: string, values: Record<string, string> = {}): string {
  return i18next.t(`health:${key}` as "health:title", values as object as { time: string });
}
