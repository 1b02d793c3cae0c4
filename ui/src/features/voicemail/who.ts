// Who left a message, in one word.
import i18next from "i18next";
import type { CallParty } from "../../bindings/api";
import { visible } from "../calls/said";

export function whoOf({ name, number }: CallParty): string {
  const known = name.trim() || (number === "anonymous" ? "" : number);
  return known ? visible(known) : i18next.t("common:anonymous");
}

/** The number, where it says more than the name. */
export function numberOf({ name, number }: CallParty): string {
  return name.trim() && number !== "anonymous" ? visible(number) : "";
}
