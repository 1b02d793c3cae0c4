// What can be done with the versions of a flow.
import i18next from "i18next";
import { tell, tellRefused } from "../../../live/toasts";
import { type FlowView, flowsApi } from "../api";
import { edit } from "../draft/store";

const t = i18next.getFixedT(null, "flows");

/** The draft becomes what is live: one step that can be taken back. */
export async function revert(flow: FlowView): Promise<void> {
  if (flow.live) await load(flow, flow.live.revision, t("steps.revert"));
}

/** The draft becomes an older version: one step that can be taken back. */
export async function load(flow: FlowView, revision: number, name: string): Promise<void> {
  try {
    const { nodes, edges, entry, settings, variables, frames } = await flowsApi.version(flow.id, revision);
    edit(name, (draft) => {
      Object.assign(draft, { nodes, edges, entry, settings: settings ?? {}, variables: variables ?? [] });
      if (frames) draft.frames = frames;
    });
  } catch (error) {
    tellRefused(error);
  }
}

/** Makes an older version live again, at once. The draft stays as it is. */
export async function rollBack(flow: FlowView, revision: number): Promise<boolean> {
  try {
    await flowsApi.rollback(flow.id, revision);
    tell({ text: t("told.rolledBack", { revision }) });
    return true;
  } catch (error) {
    tellRefused(error);
    return false;
  }
}
