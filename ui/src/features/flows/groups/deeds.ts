// Adding and changing ring groups; both can be taken back.
import type { QueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import type { RingGroupEdit } from "../../../bindings/api";
import { perform } from "../../../live/undo";
import { type FlowView, flowsApi } from "../api";
import { FLOWS } from "../list/deeds";

const t = i18next.getFixedT(null, "flows");

/** Whether its form shows all that is in it: not while somebody is drawing in a live one. */
export function hasForm({ ringGroup, live, draftDiffers }: FlowView): boolean {
  return ringGroup !== null && (live === null || !draftDiffers);
}

export async function addRingGroup(queries: QueryClient, edit: RingGroupEdit): Promise<FlowView> {
  const refresh = () => queries.invalidateQueries({ queryKey: FLOWS, exact: true });
  const added = await flowsApi.addRingGroup(edit);
  let done = true;
  await perform({
    name: t("groups.told.added", { name: added.name }),
    do: async () => {
      // The first time it has been done already.
      if (!done) await flowsApi.restore(added.id);
      await refresh();
    },
    undo: async () => {
      done = false;
      // Changes that were taken back before this have made newer versions.
      const flows = await flowsApi.flows();
      await flowsApi.remove(flows.find(({ id }) => id === added.id) ?? added);
      await refresh();
    },
  });
  return added;
}

/** `flow` is as the form was made from: what somebody else has changed since is not overwritten. */
export async function editRingGroup(
  queries: QueryClient,
  flow: FlowView,
  edit: RingGroupEdit,
): Promise<FlowView> {
  const before = flow.ringGroup && editOf(flow.name, flow.number ?? "", flow.ringGroup);
  let now = flow;
  const put = async (next: RingGroupEdit) => {
    now = await flowsApi.editRingGroup(now, next);
    await queries.invalidateQueries({ queryKey: FLOWS, exact: true });
  };
  /** Later changes that were taken back left it as it was `now`, in a newer version. */
  const catchUp = async () => {
    const flows = await flowsApi.flows();
    const present = flows.find(({ id }) => id === flow.id);
    if (present && meaning(present) === meaning(now)) now = present;
  };
  let isFirst = true;
  await perform({
    name: t("groups.told.edited", { name: edit.name }),
    do: async () => {
      if (!isFirst) await catchUp();
      isFirst = false;
      await put(edit);
    },
    undo: async () => {
      if (!before) return;
      await catchUp();
      await put(before);
    },
  });
  return now;
}

/** Equal where two views of a flow, both from the engine, say the same of its group. */
function meaning({ name, number, ringGroup }: FlowView): string {
  return JSON.stringify([name, number, ringGroup]);
}

/** What is sent: no number rather than an empty one. */
export function editOf(name: string, number: string, group: RingGroupEdit["group"]): RingGroupEdit {
  return { name: name.trim(), ...(number.trim() ? { number: number.trim() } : {}), group };
}
