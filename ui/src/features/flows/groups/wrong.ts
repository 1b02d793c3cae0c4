// What is wrong with a field of a form that is kept as a flow: its check speaks of steps, which the form has not.
import i18next from "i18next";
import { useContext } from "react";
import { Refused } from "../../../live/api";
import { RefusedBy, useFieldError } from "../../../shell/form-dialog";
import type { Finding } from "../api";
import { findingText } from "../findings";

export function useWrong(): (field: string) => string | undefined {
  const refusal = useContext(RefusedBy);
  const error = useFieldError();
  return (field) => error(field) && (wrongChoice(refusal) ?? error(field));
}

/** What the check of its flow found, if it did: the form shows no list of problems, and no steps or ways. */
export function wrongChoice(refusal: unknown): string | undefined {
  if (!(refusal instanceof Refused) || refusal.code !== "flowHasErrors") return undefined;
  const [found] = (refusal.problem?.findings ?? []) as Finding[];
  const isOfAValue = found !== undefined && /^(E0[67]|enqueue)\b/.test(found.rule);
  return isOfAValue ? findingText(found) : i18next.t("flows:groups.wrongChoice");
}
