// Flows with a form, such as ring groups and queues: adding and changing them by it. Both can be taken back.
import type { QueryClient } from "@tanstack/react-query";
import { perform } from "../../live/undo";
import { type FlowView, flowsApi } from "./api";
import { FLOWS } from "./list/deeds";

export type Form<Edit> = {
  add: (edit: Edit) => Promise<FlowView>;
  /** `flow` is as the form was made from. */
  edit: (flow: FlowView, edit: Edit) => Promise<FlowView>;
  /** What the form would send of a flow as it is; `null` of one without this form. */
  editOf: (flow: FlowView) => Edit | null;
  /** What was done, for the line that offers to take it back. */
  told: (what: "added" | "edited", name: string) => string;
};

/** Whether its form shows all that is in it: not while somebody is drawing in a live one. */
export function hasForm({ ringGroup, queue, live, draftDiffers }: FlowView): boolean {
  return Boolean(ringGroup ?? queue) && (live === null || !draftDiffers);
}

export async function addByForm<Edit>(queries: QueryClient, form: Form<Edit>, edit: Edit): Promise<FlowView> {
  const refresh = () => queries.invalidateQueries({ queryKey: FLOWS, exact: true });
  const added = await form.add(edit);
  let done = true;
  await perform({
    name: form.told("added", added.name),
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
export async function editByForm<Edit extends { name: string }>(
  queries: QueryClient,
  form: Form<Edit>,
  flow: FlowView,
  edit: Edit,
): Promise<FlowView> {
  const before = form.editOf(flow);
  let now = flow;
  const put = async (next: Edit) => {
    now = await form.edit(now, next);
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
    name: form.told("edited", edit.name),
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

/** Equal where two views of a flow, both from the engine, have the same in their form. */
function meaning({ name, number, ringGroup, queue }: FlowView): string {
  return JSON.stringify([name, number, ringGroup, queue]);
}

/** What is sent of both: no number rather than an empty one. */
export function nameAndNumber(name: string, number: string): { name: string; number?: string } {
  return { name: name.trim(), ...(number.trim() ? { number: number.trim() } : {}) };
}
