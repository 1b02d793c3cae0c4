// A refusal of the engine as a sentence: by its code, its status, or what the engine says itself.
import i18next from "i18next";
import { Refused } from "../live/api";

/** What happened and what to do, for a notice or a toast. */
export function sentence(error: unknown): string {
  if (!(error instanceof Refused)) return i18next.t("problems:status.s500");
  const known = [`problems:code.${error.code}`, `problems:status.s${error.status}`];
  const found = known.find((key) => i18next.exists(key));
  return found ? i18next.t(found as "problems:status.s500") : i18next.t("problems:status.s500");
}

/** The same for what only the engine can judge closely, such as a sound file: its own words rather than a general one. */
export function closeSentence(error: unknown): string {
  const detail = error instanceof Refused ? error.problem?.detail : undefined;
  const isKnown = error instanceof Refused && i18next.exists(`problems:code.${error.code}`);
  const isJudged = error instanceof Refused && [409, 413, 415, 422, 502].includes(error.status);
  return isJudged && !isKnown && detail ? detail : sentence(error);
}

/** The line under the field the refusal names; nothing if it names another one. */
export function fieldError(error: unknown, field: string): string | undefined {
  if (!(error instanceof Refused) || error.field !== field) return undefined;
  const last = field.slice(field.lastIndexOf(".") + 1);
  const known = [`problems:code.${error.code}`, `problems:field.${field}`, `problems:nested.${last}`];
  const found = known.find((key) => i18next.exists(key));
  // The engine's own words are English, and better than none.
  return found ? i18next.t(found as "problems:field.name") : error.problem?.detail;
}
