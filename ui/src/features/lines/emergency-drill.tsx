// The drill: what would happen for each person's phones if they called for help. Nothing is dialled.
import { CircleAlert, CircleCheck } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { DrillRow } from "../../bindings/api";
import { Button, Facts, Notice, Section } from "../../design";
import { useLines } from "../../live/select";
import { list } from "../../text/format";
import { sentence } from "../../text/refusal";
import { visible } from "../calls/said";
import { lines } from "./api";
import { useAsked } from "./asked";
import { known } from "./line-words";

export function EmergencyDrill({ number }: { number: string | null }) {
  const { t } = useTranslation("outside");
  const [rows, setRows] = useState<readonly DrillRow[] | null>(null);
  const [refusal, setRefusal] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const start = async () => {
    setBusy(true);
    setRefusal(null);
    try {
      setRows(await lines.drill());
    } catch (error) {
      setRefusal(error);
    }
    setBusy(false);
  };
  useAsked("/lines/emergency", "drill", () => void start());
  return (
    <Section
      title={t("drill.title")}
      lead={number ? t("drill.lead", { number }) : t("drill.leadNoNumber")}
      aside={
        <Button size="small" onPress={() => void start()} isDisabled={busy}>
          {t(rows ? "drill.again" : "drill.start")}
        </Button>
      }
    >
      {refusal !== null && <Notice severity="problem">{sentence(refusal)}</Notice>}
      <div role="status">
        {rows?.length === 0 && <p className="quiet">{t("drill.noPhones")}</p>}
        {rows && rows.length > 0 && (
          <ul className="drill-list" aria-label={t("drill.label")}>
            {rows.map((row) => (
              <Row key={`${row.person} ${row.name}`} row={row} />
            ))}
          </ul>
        )}
      </div>
    </Section>
  );
}

function Row({ row }: { row: DrillRow }) {
  const { t } = useTranslation("outside");
  const all = useLines();
  const isReady = row.problems.length === 0;
  const Sign = isReady ? CircleCheck : CircleAlert;
  const line = row.line === null ? null : (all.get(row.line)?.name ?? t("rules.goneLine"));
  return (
    <li className="drill" data-ready={isReady}>
      <p className="drill-name">
        <Sign size={16} aria-hidden="true" /> <bdi className="strong">{visible(row.name)}</bdi>{" "}
        <span className="quiet">
          {line ? t("drill.reaches", { lines: visible(line) }) : t("drill.noLine")}
        </span>
      </p>
      {isReady ? (
        <p className="quiet">{t("drill.good")}</p>
      ) : (
        <ul className="drill-problems">
          {row.problems.map((problem) => (
            <li key={problem}>{known("outside:drill.problem", problem)}</li>
          ))}
        </ul>
      )}
      <Facts
        facts={[
          [t("drill.location"), visible(row.location) || t("drill.noLocation")],
          [t("drill.shows"), visible(row.shows ?? "") || t("drill.nothing")],
          [t("drill.callback"), visible(row.callback ?? "") || t("drill.nothing")],
          [t("drill.alerts"), row.alerts.length ? list(row.alerts.map(visible)) : t("drill.nobody")],
        ]}
      />
    </li>
  );
}
