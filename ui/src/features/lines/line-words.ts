// How a line is, in words: its state, and why, with what to do about it.
import i18next from "i18next";
import type { LineLive } from "../../bindings/api";
import { visible } from "../calls/said";

/** Cause, effect and what to do; and what the far side said. */
export function reasonWords({ sentence, detail }: Pick<LineLive, "sentence" | "detail">): string {
  const said = detail ? ` (${visible(detail)})` : "";
  if (!sentence) return i18next.t("lines:reason.none") + said;
  return known("lines:reason", sentence) + said;
}

/** A sentence by its name; one that is not known yet is named. */
export function known(group: string, id: string): string {
  const key = `${group}.${id}`;
  const isKnown = /^[\w.]+$/.test(id) && i18next.exists(key);
  return i18next.t((isKnown ? key : `${group}.other`) as "lines:reason.other", { what: visible(id) });
}
