// Publishing: what changes for callers, what was checked, for whom, and why.
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, Dialog, Notice, RadioGroup, TextField } from "../../../design";
import { Refused } from "../../../live/api";
import { tell } from "../../../live/toasts";
import { closeSentence, fieldError } from "../../../text/refusal";
import { visible } from "../../calls/said";
import { type Finding, type FlowView, flowsApi, type Scenario } from "../api";
import { kept } from "../draft/save";
import { useDocument, useDraft } from "../draft/store";
import { setSettings } from "../edits";
import { TextListField } from "../inspector/rows";
import { useRefreshFlows } from "../list/deeds";
import { show } from "../view";
import { useChanges } from "./changes";
import { ChangeList } from "./changes-panel";
import { ScenarioSign, useRunScenarios, useScenarios, whyText } from "./scenarios";

type Whom = "everyone" | "test";

export function PublishDialog({ flow }: { flow: FlowView }) {
  const { t } = useTranslation(["flows", "common"]);
  const queries = useQueryClient();
  const refresh = useRefreshFlows();
  const [whom, setWhom] = useState<Whom>("everyone");
  const [message, setMessage] = useState("");
  const [refusal, setRefusal] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const errors = useDraft(({ check }) => check.findings.filter(({ level }) => level === "error").length);
  const testCallers = useDocument().settings?.testCallers ?? [];
  const changes = useChanges(flow).data;
  const close = () => show({ publishing: false });
  const isBlocked = whom === "everyone" && errors > 0;

  const submit = async (event: React.FormEvent) => {
    event.preventDefault();
    if (busy || isBlocked) return;
    setBusy(true);
    setRefusal(null);
    try {
      // What is on the screen and not on disk would be left out.
      await kept();
      if (whom === "test") return close();
      const { seq } = useDraft.getState();
      const published = await flowsApi.publish(flow.id, { message: message.trim(), seq });
      await refresh();
      void queries.invalidateQueries({ queryKey: ["flows", flow.id, "versions"] });
      tell({ text: t("told.published", { name: flow.name, revision: published.live?.revision ?? 1 }) });
      close();
    } catch (error) {
      setRefusal(error);
      setBusy(false);
      takeFindings(error);
    }
  };
  return (
    <Dialog
      title={t("publish.title", { name: visible(flow.name) })}
      isOpen
      onClose={close}
      width="wide"
      actions={
        <>
          <Button onPress={close}>{t("common:cancel")}</Button>
          <Button tone="accent" type="submit" form="publish-flow" isDisabled={busy || isBlocked}>
            {t(whom === "test" ? "publish.saveTest" : "publish.submit")}
          </Button>
        </>
      }
    >
      <form id="publish-flow" className="flow-form" onSubmit={(event) => void submit(event)}>
        {refusal !== null && !fieldError(refusal, "message") && (
          <Notice severity="problem">{closeSentence(refusal)}</Notice>
        )}
        {isBlocked && (
          <Notice
            severity="problem"
            title={t("publish.blocked", { count: errors })}
            actions={
              <Button
                onPress={() => {
                  close();
                  show({ dock: "problems" });
                }}
              >
                {t("publish.showProblems")}
              </Button>
            }
          >
            {t("publish.blockedBody")}
          </Notice>
        )}
        <section className="publish-part">
          <h3>{t("publish.changes")}</h3>
          {!flow.live ? (
            <p>{t("publish.first")}</p>
          ) : changes?.length === 0 ? (
            <p className="quiet">{t("publish.noChanges")}</p>
          ) : (
            <ChangeList changes={changes ?? []} />
          )}
        </section>
        <Checked flow={flow} />
        <RadioGroup
          label={t("publish.who")}
          options={[
            { id: "everyone", label: t("publish.everyone"), description: t("publish.running") },
            { id: "test", label: t("publish.testOnly"), description: t("publish.testNote") },
          ]}
          value={whom}
          onChange={setWhom}
        />
        {whom === "test" ? (
          <TextListField
            label={t("inspector.testCallers")}
            value={testCallers}
            onChange={(next, isTyping) =>
              setSettings({ testCallers: next }, isTyping ? "flow.testCallers" : null)
            }
            error={undefined}
          />
        ) : (
          <TextField
            label={t("publish.message")}
            placeholder={t("publish.messagePlaceholder")}
            value={message}
            onChange={setMessage}
            error={fieldError(refusal, "message")}
            maxLength={200}
            autoFocus
          />
        )}
      </form>
    </Dialog>
  );
}

/** The scenarios, run against the draft as it is. */
function Checked({ flow }: { flow: FlowView }) {
  const { t } = useTranslation("flows");
  const scenarios = useScenarios(flow).data ?? [];
  const { mutate } = useRunScenarios(flow);
  const count = scenarios.length;
  useEffect(() => {
    if (count > 0) mutate();
  }, [count, mutate]);
  const red = scenarios.filter(({ last }) => last?.ok === false);
  const isRun = scenarios.every(({ last }) => last !== null);
  return (
    <section className="publish-part">
      <h3>{t("publish.scenarios")}</h3>
      {count === 0 && <p className="quiet">{t("publish.noScenarios")}</p>}
      {count > 0 && isRun && red.length === 0 && <p>{t("publish.scenariosOk", { count })}</p>}
      <ul className="dock-list">
        {red.map((scenario: Scenario) => (
          <li key={scenario.id}>
            <ScenarioSign scenario={scenario} />
            <span>
              {t("publish.scenarioFails", { name: visible(scenario.name), why: whyText(scenario) })}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What publishing found stands among the problems. */
function takeFindings(error: unknown): void {
  const found =
    error instanceof Refused ? (error.problem as { findings?: Finding[] } | null)?.findings : undefined;
  if (!found) return;
  useDraft.setState(({ check }) => {
    const known = new Set(check.findings.map((one) => `${one.rule} ${one.node} ${one.outcome} ${one.field}`));
    const more = found.filter((one) => !known.has(`${one.rule} ${one.node} ${one.outcome} ${one.field}`));
    return { check: { ...check, findings: [...check.findings, ...more] } };
  });
}
