// The calls that must keep going as they did: run together, played, removed.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { CircleCheck, CircleDashed, CircleX, Play, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { ScenarioReaches } from "../../../bindings/api";
import { Button, IconButton, Notice } from "../../../design";
import { tellRefused } from "../../../live/toasts";
import { perform } from "../../../live/undo";
import { list } from "../../../text/format";
import { sentence } from "../../../text/refusal";
import { visible } from "../../calls/said";
import { type FlowView, flowsApi, type Scenario } from "../api";
import { nodeName } from "../catalogue";
import { nodeOf } from "../document";
import { openDocument } from "../draft/store";
import { useThings } from "../names";
import { reachedText } from "../reached";
import { say } from "../say";
import { scenariosOf } from "../scenario-deeds";
import { playExample } from "../simulate/store";

export function useScenarios(flow: FlowView) {
  return useQuery({ queryKey: scenariosOf(flow.id), queryFn: () => flowsApi.scenarios(flow.id) });
}

export function useRunScenarios(flow: FlowView) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => flowsApi.runScenarios(flow.id, openDocument()),
    onSuccess: (scenarios) => queries.setQueryData(scenariosOf(flow.id), scenarios),
  });
}

export function Scenarios({ flow }: { flow: FlowView }) {
  const { t } = useTranslation("flows");
  const scenarios = useScenarios(flow);
  const run = useRunScenarios(flow);
  const error = scenarios.error ?? run.error;
  const all = scenarios.data ?? [];
  return (
    <>
      {error && <Notice severity="problem">{sentence(error)}</Notice>}
      {scenarios.data && all.length === 0 && <p className="quiet">{t("scenarios.none")}</p>}
      {all.length > 0 && (
        <div className="dock-tools">
          <Button size="small" isDisabled={run.isPending} onPress={() => run.mutate()}>
            {t("scenarios.run")}
          </Button>
        </div>
      )}
      <ul className="dock-list">
        {all.map((scenario) => (
          <Line key={scenario.id} flow={flow} scenario={scenario} />
        ))}
      </ul>
    </>
  );
}

function Line({ flow, scenario }: { flow: FlowView; scenario: Scenario }) {
  const { t } = useTranslation("flows");
  const queries = useQueryClient();
  const refresh = () => queries.invalidateQueries({ queryKey: scenariosOf(flow.id) });
  const name = visible(scenario.name);
  const remove = async () => {
    let now = scenario;
    const { id: _, last: __, ...again } = scenario;
    await perform({
      name: t("scenarios.removed", { name }),
      do: async () => {
        await flowsApi.removeScenario(flow.id, now.id);
        await refresh();
      },
      undo: async () => {
        now = await flowsApi.addScenario(flow.id, again);
        await refresh();
      },
    }).catch(tellRefused);
  };
  return (
    <li>
      <ScenarioSign scenario={scenario} />
      <span className="dock-words">
        <bdi>{name}</bdi>
        {scenario.last?.ok === false && (
          <div className="quiet">{t("scenarios.fails", { why: whyText(scenario) })}</div>
        )}
      </span>
      <span className="dock-acts">
        <Button size="small" icon={Play} onPress={() => playExample(scenario.call)}>
          {t("scenarios.play")}
        </Button>
        <IconButton icon={Trash2} label={t("scenarios.remove", { name })} onPress={() => void remove()} />
      </span>
    </li>
  );
}

/** Why a scenario no longer goes as it did. */
export function whyText({ last, expects }: Scenario): string {
  if (last?.why === "reaches") {
    const { things } = useThings.getState();
    const nobody: readonly ScenarioReaches[] = [{ kind: "nobody" }];
    const reached = last.reached.length > 0 ? last.reached : nobody;
    return say("scenarios.reachesOtherwise", {
      wanted: expects.reaches ? reachedText(expects.reaches, things) : "",
      reached: list(reached.map((one) => reachedText(one, things))),
    });
  }
  const missed = /^visits (.+)$/.exec(last?.why ?? "")?.[1];
  if (missed === undefined) return say("scenarios.endsOtherwise");
  const node = nodeOf(openDocument(), missed);
  return say("scenarios.missed", { name: node ? nodeName(node) : missed });
}

export function ScenarioSign({ scenario: { last } }: { scenario: Scenario }) {
  const { t } = useTranslation("flows");
  const Sign = last ? (last.ok ? CircleCheck : CircleX) : CircleDashed;
  const words = last ? t(last.ok ? "scenarios.okShort" : "scenarios.failsShort") : t("scenarios.notRun");
  return (
    <span
      className="dock-sign"
      data-level={last && !last.ok ? "error" : undefined}
      data-kind={last?.ok ? "added" : undefined}
    >
      <Sign size={15} strokeWidth={1.75} aria-hidden="true" />
      {words}
    </span>
  );
}
