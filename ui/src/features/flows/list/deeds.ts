// What can be done with a flow as a whole.
import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import { useEffect } from "react";
import { api } from "../../../live/api";
import { useLive } from "../../../live/store";
import { tell, tellRefused } from "../../../live/toasts";
import { perform } from "../../../live/undo";
import { type FlowView, flowsApi, type ImportFormat } from "../api";
import { say } from "../say";

const t = i18next.getFixedT(null, "flows");
export const FLOWS = ["flows"] as const;

/** All flows: asked once, and kept up to date by the feed. */
export function useFlows() {
  const queries = useQueryClient();
  const told = useLive((live) => live.flows);
  const query = useQuery({ queryKey: FLOWS, queryFn: flowsApi.flows });
  useEffect(() => {
    if (told.size > 0) queries.setQueryData<FlowView[]>(FLOWS, [...told.values()]);
  }, [queries, told]);
  return query;
}

export function useRefreshFlows(): () => Promise<void> {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: FLOWS, exact: true });
}

/** Adds a flow. The step back removes it, and the hours that came with its template. */
export async function addFlow(
  queries: QueryClient,
  what: Parameters<typeof flowsApi.add>[0],
): Promise<FlowView> {
  const refresh = () => queries.invalidateQueries({ queryKey: FLOWS, exact: true });
  const added = await flowsApi.add(what);
  const { schedule, ...flow } = added;
  let [now, done]: [FlowView, boolean] = [flow, true];
  await perform({
    name: t(schedule === null ? "told.added" : "told.addedWithHours", { name: flow.name }),
    do: async () => {
      // The first time it has been done already.
      if (!done) {
        if (schedule !== null) await api.restoreSchedule(schedule);
        now = await flowsApi.restore(flow.id);
      }
      await refresh();
    },
    undo: async () => {
      done = false;
      await flowsApi.remove(now);
      const hours = schedule === null ? undefined : useLive.getState().schedules.get(schedule);
      // Hours somebody else goes by meanwhile stay.
      if (hours?.usedBy.every(({ id }) => id === flow.id)) await api.removeSchedule(hours.id, hours.version);
      await refresh();
    },
  });
  return flow;
}

export async function duplicate(queries: QueryClient, flow: FlowView): Promise<FlowView | null> {
  try {
    const { document } = await flowsApi.draft(flow.id);
    return await addFlow(queries, { name: t("list.copyOf", { name: flow.name }).slice(0, 80), document });
  } catch (error) {
    tellRefused(error);
    return null;
  }
}

/** Removes a flow; the step back brings it back with its versions. */
export async function removeFlow(queries: QueryClient, flow: FlowView): Promise<void> {
  const refresh = () => queries.invalidateQueries({ queryKey: FLOWS, exact: true });
  let now = flow;
  try {
    await perform({
      name: t("told.removed", { name: flow.name }),
      do: async () => {
        await flowsApi.remove(now);
        await refresh();
      },
      undo: async () => {
        now = await flowsApi.restore(flow.id);
        await refresh();
      },
    });
  } catch (error) {
    tellRefused(error);
  }
}

/** Reads a file of any of the known formats and makes a flow of it. */
export async function importFlow(queries: QueryClient, file: File): Promise<FlowView | null> {
  try {
    const content: unknown = JSON.parse(await file.text());
    const { document, notes } = await flowsApi.import(formatOf(content), content);
    const name = (document.name || file.name.replace(/\.json$/i, "")).slice(0, 80);
    const flow = await flowsApi.add({ name, document });
    await queries.invalidateQueries({ queryKey: FLOWS, exact: true });
    const noted = notes.map((id) => say(`import.${id}`, {}, "")).filter(Boolean);
    tell({ text: [t("told.imported", { name: flow.name }), ...noted].join(" ") });
    return flow;
  } catch (error) {
    if (error instanceof SyntaxError)
      tell({ text: t("told.noFlow", { file: file.name }), severity: "problem" });
    else tellRefused(error);
    return null;
  }
}

/** Which format a file is in, by what is in it. */
export function formatOf(content: unknown): ImportFormat {
  const found = (content ?? {}) as Record<string, unknown>;
  const rows = Array.isArray(content) ? content : found.targets;
  if (Array.isArray(rows) && rows.some((row) => row && typeof row === "object" && "dest_kind" in row)) {
    return "routeTargets";
  }
  return "schemaVersion" in found ? "cordboard" : "reactFlow";
}
