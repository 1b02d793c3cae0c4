// What the parties of a call are called.
import i18next from "i18next";
import type { FlowId, LiveCallView, Party } from "../bindings/api";
import { type Live, useLive } from "./store";

/** Name or number of somebody in a call. */
export function nameOf(party: Party | null | undefined): string {
  if (!party) return i18next.t("common:unknown");
  const number = party.number === "anonymous" ? "" : party.number;
  return party.name || number || i18next.t("common:anonymous");
}

/** What the office calls a queue, by the flow that it is. */
export function queueName(queue: FlowId, { flows } = useLive.getState() as Pick<Live, "flows">): string {
  return flows.get(queue)?.name || i18next.t("common:unknown");
}

/** Who is called: the queue they wait in, who answered, else who rings, else what was dialled. */
export function calleeOf(call: LiveCallView): string {
  if (call.waits) return queueName(call.waits.queue);
  if (call.with) return nameOf(call.with);
  const [first] = call.ringing;
  return first ? nameOf(first.party) : call.dialled;
}
