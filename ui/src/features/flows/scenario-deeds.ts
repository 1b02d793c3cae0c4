// Keeping a scenario, and taking it back.
import type { QueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import type { CallId, FlowId } from "../../bindings/api";
import { perform } from "../../live/undo";
import { flowsApi, type NewScenario } from "./api";

const t = i18next.getFixedT(null, "flows");

export const scenariosOf = (flow: FlowId) => ["flows", flow, "scenarios"] as const;

export async function addScenario(
  queries: QueryClient,
  flow: FlowId,
  scenario: NewScenario,
  told: string = t("told.scenarioAdded", { name: scenario.name }),
): Promise<void> {
  const refresh = () => queries.invalidateQueries({ queryKey: scenariosOf(flow) });
  let id = -1;
  await perform({
    name: told,
    do: async () => {
      ({ id } = await flowsApi.addScenario(flow, scenario));
      await refresh();
    },
    undo: async () => {
      await flowsApi.removeScenario(flow, id);
      await refresh();
    },
  });
}

/** From now on a call like this one must go as it went. */
export async function scenarioOfCall(queries: QueryClient, id: CallId, name: string): Promise<void> {
  const { flow, call, expects, whole } = await flowsApi.scenarioOf(id);
  const told = whole ? undefined : t("told.scenarioInPart", { name });
  await addScenario(queries, flow, { name, call, expects }, told);
}
