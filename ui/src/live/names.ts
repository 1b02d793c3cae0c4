// What the parties of a call are called.
import i18next from "i18next";
import type { LiveCallView, Party } from "../bindings/api";

/** Name or number of somebody in a call. */
export function nameOf(party: Party | null | undefined): string {
  if (!party) return i18next.t("common:unknown");
  const number = party.number === "anonymous" ? "" : party.number;
  return party.name || number || i18next.t("common:anonymous");
}

/** Who is called: who answered, else who rings, else what was dialled. */
export function calleeOf(call: LiveCallView): string {
  if (call.with) return nameOf(call.with);
  const [first] = call.ringing;
  return first ? nameOf(first.party) : call.dialled;
}
