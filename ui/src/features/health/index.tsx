// The screen of health: what needs a look first, each with what callers notice and what to do.
import { useQuery } from "@tanstack/react-query";
import {
  Check as CheckSign,
  CircleAlert,
  CircleHelp,
  Copy,
  type LucideIcon,
  TriangleAlert,
} from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import type { Check, CheckId, SipListener } from "../../bindings/api";
import { Button, Facts, IconButton, Notice, Page, RowItem, Rows, Section, Waiting } from "../../design";
import { api } from "../../live/api";
import { useNow } from "../../live/clock";
import { useEngine } from "../../live/select";
import { clockTimeExact, dayAndTime, lasting } from "../../text/format";
import { sentence } from "../../text/refusal";
import { visible } from "../calls/said";
import { byWeight, findingOf, nameOf, whenOk, whenUnknown } from "./finding";
import { LostPhones } from "./lost-phones";
import "./health.css";

const EVERY_MS = 30_000;

export default function Screen() {
  const { t } = useTranslation(["health", "common"]);
  const health = useQuery({ queryKey: ["health"], queryFn: api.health, refetchInterval: EVERY_MS });
  const { data, error, isFetching } = health;
  return (
    <Page
      title={t("title")}
      measure="text"
      tools={
        <>
          {data && (
            <span className="quiet" role="status">
              {t("checkedAt", { time: clockTimeExact(data.checkedAt) })}
            </span>
          )}
          <Button onPress={() => void health.refetch()} isDisabled={isFetching}>
            {t("checkAgain")}
          </Button>
        </>
      }
    >
      {error && (
        <div className="health-error">
          <Notice severity="problem" title={t("refused")}>
            {sentence(error)}
          </Notice>
        </div>
      )}
      {data ? <Checks checks={data.checks} /> : !error && <Waiting />}
      <LostPhones />
      <Engine />
    </Page>
  );
}

function Checks({ checks }: { checks: readonly Check[] }) {
  const { t } = useTranslation("health");
  const { open, ok, unknown } = byWeight(checks);
  const asked = useAsked();
  return (
    <>
      {open.length === 0 ? (
        <div className="health-well">
          <CheckSign size={20} strokeWidth={2} aria-hidden="true" />
          <div>
            <h2>{t("well")}</h2>
            <p className="quiet">{t("wellNote")}</p>
          </div>
        </div>
      ) : (
        <Section title={t("toDo", { count: open.length })}>
          <ul className="findings">
            {open.map((check) => (
              <OpenCheck key={check.id} check={check} isAsked={check.id === asked} />
            ))}
          </ul>
        </Section>
      )}
      {ok.length > 0 && (
        <Section title={t("inOrder")}>
          <Rows label={t("inOrder")}>
            {ok.map((check) => (
              <RowItem
                key={check.id}
                title={nameOf(check)}
                note={whenOk(check)}
                start={<Sign state="ok" />}
              />
            ))}
          </Rows>
        </Section>
      )}
      {unknown.length > 0 && (
        <Section title={t("notKnown")}>
          <Rows label={t("notKnown")}>
            {unknown.map((check) => (
              <RowItem
                key={check.id}
                title={nameOf(check)}
                note={whenUnknown(check)}
                start={<Sign state="unknown" />}
              >
                <Act check={check.id} />
              </RowItem>
            ))}
          </Rows>
        </Section>
      )}
    </>
  );
}

function OpenCheck({ check, isAsked }: { check: Check; isAsked: boolean }) {
  const { t } = useTranslation("health");
  const { what, callers, toDo } = findingOf(check);
  const { command } = check.facts;
  return (
    <li className="finding" id={check.id} data-asked={isAsked || undefined}>
      <Sign state={check.state} />
      <div className="finding-words">
        <p className="finding-what">{what}</p>
        <p>{callers}</p>
        <p>{toDo}</p>
        {typeof command === "string" && (
          <>
            <p className="quiet">{t("command")}</p>
            <div className="finding-command">
              <code>{visible(command)}</code>
              <IconButton
                icon={Copy}
                label={t("copyCommand")}
                onPress={() => void navigator.clipboard.writeText(command)}
              />
            </div>
          </>
        )}
      </div>
      <Act check={check.id} />
    </li>
  );
}

const SIGNS: Record<Check["state"], LucideIcon> = {
  ok: CheckSign,
  warning: TriangleAlert,
  problem: CircleAlert,
  unknown: CircleHelp,
};

function Sign({ state }: { state: Check["state"] }) {
  const { t } = useTranslation("health");
  const Shape = SIGNS[state];
  return (
    <span className="health-sign" data-state={state}>
      <Shape size={16} strokeWidth={1.75} aria-hidden="true" />
      <span className="unseen">{t(`state.${state}`)}</span>
    </span>
  );
}

/** Where the window itself can mend it. */
const ACTS = {
  backup: "/settings/backup",
  lan: "/settings/network",
  phones: "/people",
  prices: "/lines/lines",
  spendCap: "/lines/lines",
  auditLog: "/settings/audit",
  certificate: "/settings/security",
} as const;

function Act({ check }: { check: CheckId }) {
  const { t } = useTranslation("health");
  const [, navigate] = useLocation();
  if (!Object.hasOwn(ACTS, check)) return null;
  const known = check as keyof typeof ACTS;
  return (
    <Button size="small" onPress={() => navigate(ACTS[known])}>
      {t(`act.${known}`)}
    </Button>
  );
}

function Engine() {
  const { t } = useTranslation("health");
  const engine = useEngine();
  const now = useNow(60_000);
  if (!engine) return null;
  const { version, startedAt, sip, lan } = engine;
  return (
    <Section title={t("engine.title")}>
      <Facts
        facts={[
          [t("engine.version"), version],
          [
            t("engine.uptime"),
            t("engine.since", { time: lasting(Math.max(0, now - startedAt)), date: dayAndTime(startedAt) }),
          ],
          [t("engine.sip"), sip.length ? <Listeners key="sip" sip={sip} /> : t("engine.noSip")],
          [t("engine.lan"), lan.enabled && lan.urls.length ? lan.urls.join(", ") : t("engine.lanOff")],
        ]}
      />
    </Section>
  );
}

function Listeners({ sip }: { sip: readonly SipListener[] }) {
  return (
    <ul className="listeners">
      {sip.map(({ transport, address }) => (
        <li key={`${transport} ${address}`}>
          <code>{address}</code> <span className="quiet">{transport.toUpperCase()}</span>
        </li>
      ))}
    </ul>
  );
}

/** The check a link leads to, as in `/health#backup`; it is scrolled to once. */
function useAsked(): string | null {
  const [asked] = useState(() => window.location.hash.slice(1) || null);
  useEffect(() => {
    if (asked) document.getElementById(asked)?.scrollIntoView({ block: "center" });
  }, [asked]);
  return asked;
}
