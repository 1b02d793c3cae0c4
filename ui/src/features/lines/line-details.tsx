// One line: how it is, its test, what it has told, and all its fields in groups.
import { ArrowLeft, Pencil, RotateCw, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import type { LineId, LineView } from "../../bindings/api";
import { Button, EmptyState, Facts, Section, Switch } from "../../design";
import { useNow } from "../../live/clock";
import { useLine } from "../../live/select";
import { moment } from "../../text/format";
import { visible } from "../calls/said";
import { useAsked } from "./asked";
import { removeLine, tryLine, turnLine } from "./line-deeds";
import { LineDialog } from "./line-dialog";
import { LineLamp } from "./line-lamp";
import { LineLog } from "./line-log";
import { TestLine } from "./line-test";
import { reasonWords } from "./line-words";
import { RoundTrip } from "./round-trip";
import { SpendCap } from "./spend-cap";
import { TestCall } from "./test-call";

export function LineDetails({ id }: { id: LineId }) {
  const { t } = useTranslation("lines");
  const line = useLine(id);
  return (
    <>
      <Link href="/lines/lines" className="lines-back">
        <ArrowLeft size={14} aria-hidden="true" /> {t("details.back")}
      </Link>
      {line ? <Whole line={line} /> : <EmptyState title={t("goes.gone")} />}
    </>
  );
}

function Whole({ line }: { line: LineView }) {
  const { t } = useTranslation("lines");
  const [, navigate] = useLocation();
  const now = useNow(60_000);
  const [editing, setEditing] = useState(false);
  const [asked, setAsked] = useState(false);
  useAsked(`/lines/lines/${line.id}`, "test", () => setAsked(true));
  const { live, server, identity, hasPassword, channels } = line;
  const name = visible(line.name);
  return (
    <div className="lines-text">
      <div className="line-title">
        <h2>
          <bdi>{name}</bdi>
        </h2>
        <LineLamp state={live.state} />
        {live.since !== null && (
          <span className="quiet">{t("list.since", { time: moment(live.since, now) })}</span>
        )}
        <div className="line-acts">
          <Button icon={RotateCw} onPress={() => tryLine(line)}>
            {t("list.tryNow")}
          </Button>
          <Button icon={Pencil} onPress={() => setEditing(true)}>
            {t("details.edit")}
          </Button>
          <Button
            tone="quiet"
            icon={Trash2}
            onPress={() => {
              removeLine(line);
              navigate("/lines/lines");
            }}
          >
            {t("list.remove")}
          </Button>
        </div>
      </div>
      {live.state !== "off" && <p className="line-because">{reasonWords(live)}</p>}
      <Switch isSelected={line.enabled} onChange={(on) => turnLine(line, on)}>
        {t("details.enabled")}
      </Switch>
      <Section title={t("details.account")}>
        <Facts
          facts={[
            [t("wizard.server"), <bdi key="server">{placeWords(server)}</bdi>],
            [t("wizard.user"), <bdi key="user">{visible(identity.authUser) || "–"}</bdi>],
            [t("wizard.password"), hasPassword ? "••••••" : t("details.passwordNone")],
            [
              t("details.channels"),
              t("list.channels", { used: live.callsIn + live.callsOut, all: channels.all }),
            ],
          ]}
        />
      </Section>
      <Section title={t("spendCap.title")}>
        <SpendCap line={line.id} />
      </Section>
      <Section title={t("list.test")}>
        <TestLine key={String(asked)} line={line.id} begins={asked} />
      </Section>
      <Section title={t("testCall.title")} lead={t("testCall.lead")}>
        <TestCall line={line.id} />
      </Section>
      <Section title={t("roundTrip.title")} lead={t("roundTrip.lead")}>
        <RoundTrip line={line.id} />
      </Section>
      <Section title={t("log.title")} lead={t("log.live")}>
        <LineLog line={line} />
      </Section>
      {editing && <LineDialog line={line} onClose={() => setEditing(false)} />}
    </div>
  );
}

export function placeWords({ host, port }: { host: string; port: number | null }): string {
  return port === null ? visible(host) : `${visible(host)}:${port}`;
}
