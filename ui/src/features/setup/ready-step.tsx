// Step 1: is this computer fit to be a phone system? Each doubt has its sentence and its remedy.
import { useQuery } from "@tanstack/react-query";
import { CircleAlert, CircleCheck, CircleHelp, RefreshCw, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Check, CheckId } from "../../bindings/api";
import { Button, Notice, RowItem, Rows, Waiting } from "../../design";
import { api } from "../../live/api";
import { sentence } from "../../text/refusal";
import { visible } from "../calls/said";
import { findingOf, whenOk } from "../health/finding";
import { Copyable } from "../phones/copy";
import { Step, useWay } from "./step";

/** What a first call depends on, in the order in which it is explained. */
const NEEDED: readonly CheckId[] = [
  "network",
  "sipPorts",
  "firewall",
  "mediaPorts",
  "clock",
  "disk",
  "sleep",
];

const SIGNS = { ok: CircleCheck, warning: TriangleAlert, problem: CircleAlert, unknown: CircleHelp };

export function ReadyStep() {
  const { t } = useTranslation("setup");
  const way = useWay();
  const { data, error, isFetching, refetch } = useQuery({ queryKey: ["health"], queryFn: api.health });
  const checks = NEEDED.flatMap((id) => data?.checks.find((check) => check.id === id) ?? []);
  const doubts = checks.filter(({ state }) => state === "warning" || state === "problem");
  return (
    <Step title={t("ready.title")} lead={t("ready.lead")} onNext={way.next} canSkip={false}>
      {error && (
        <Notice severity="problem" title={t("ready.failed")}>
          {sentence(error)}
        </Notice>
      )}
      {!data && !error && <Waiting />}
      {data && (
        <>
          <div className="ready-sum" role="status" data-good={doubts.length === 0 || undefined}>
            {doubts.length === 0 ? (
              <CircleCheck size={20} strokeWidth={1.75} aria-hidden="true" />
            ) : (
              <TriangleAlert size={20} strokeWidth={1.75} aria-hidden="true" />
            )}
            <p>{doubts.length === 0 ? t("ready.good") : t("ready.doubts", { count: doubts.length })}</p>
            <Button
              size="small"
              tone="quiet"
              icon={RefreshCw}
              isDisabled={isFetching}
              onPress={() => void refetch()}
            >
              {t("ready.again")}
            </Button>
          </div>
          <Rows label={t("ready.title")}>
            {[...doubts, ...checks.filter((check) => !doubts.includes(check))].map((check) => (
              <CheckRow key={check.id} check={check} />
            ))}
          </Rows>
        </>
      )}
    </Step>
  );
}

function CheckRow({ check }: { check: Check }) {
  const { t } = useTranslation(["setup", "health"]);
  const Sign = SIGNS[check.state];
  const { what, callers, toDo } = findingOf(check);
  const { command } = check.facts;
  const isDoubt = check.state === "warning" || check.state === "problem";
  return (
    <RowItem
      start={
        <span className="ready-sign" data-state={check.state}>
          <Sign size={16} strokeWidth={1.75} aria-hidden="true" />
        </span>
      }
      title={
        <>
          {check.state === "ok" ? whenOk(check) : what}
          <span className="unseen"> {t(`health:state.${check.state}`)}</span>
        </>
      }
      note={
        isDoubt && (
          <>
            {callers} {toDo}
            {typeof command === "string" && <Copyable name={t("ready.command")} value={visible(command)} />}
          </>
        )
      }
    />
  );
}
