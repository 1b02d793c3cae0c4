// Every version that was published: compared with the draft, loaded into it, or made live again by one press.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { GitCompare, History, RotateCcw } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Badge, Button, IconButton, Notice } from "../../../design";
import { useNow } from "../../../live/clock";
import { moment } from "../../../text/format";
import { sentence } from "../../../text/refusal";
import { type FlowView, flowsApi, type Version } from "../api";
import { useRefreshFlows } from "../list/deeds";
import { Compared } from "./changes-panel";
import { load, rollBack } from "./deeds";

export function Versions({ flow }: { flow: FlowView }) {
  const { t } = useTranslation("flows");
  const [compared, setCompared] = useState<number | null>(null);
  const versions = useQuery({
    queryKey: ["flows", flow.id, "versions", flow.live?.revision ?? 0],
    queryFn: () => flowsApi.versions(flow.id),
  });
  if (versions.error) return <Notice severity="problem">{sentence(versions.error)}</Notice>;
  const list = [...(versions.data ?? [])].sort((a, b) => b.revision - a.revision);
  if (versions.data && list.length === 0) return <p className="quiet">{t("versions.none")}</p>;
  return (
    <div className="dock-columns">
      <ul className="dock-list">
        {list.map((version) => (
          <Line
            key={version.revision}
            flow={flow}
            version={version}
            isCompared={compared === version.revision}
            onCompare={() => setCompared(compared === version.revision ? null : version.revision)}
          />
        ))}
      </ul>
      {compared !== null && (
        <Compared
          key={compared}
          flow={flow}
          revision={compared}
          title={t("versions.changes", { revision: compared })}
        />
      )}
    </div>
  );
}

function Line(props: { flow: FlowView; version: Version; isCompared: boolean; onCompare: () => void }) {
  const { flow, version, isCompared, onCompare } = props;
  const { t } = useTranslation("flows");
  const now = useNow(60_000);
  const queries = useQueryClient();
  const refresh = useRefreshFlows();
  const [busy, setBusy] = useState(false);
  const { revision } = version;
  const isLive = flow.live?.revision === revision;
  const back = async () => {
    setBusy(true);
    if (await rollBack(flow, revision)) {
      await refresh();
      await queries.invalidateQueries({ queryKey: ["flows", flow.id, "versions"] });
    }
    setBusy(false);
  };
  return (
    <li>
      <div className="dock-words">
        <b>{t("versions.revision", { revision })}</b>{" "}
        {isLive && <Badge tone="good">{t("versions.live")}</Badge>}{" "}
        {version.message || <span className="quiet">{t("versions.noMessage")}</span>}
        <div className="quiet">
          {t("versions.by", { name: version.by || t("versions.here"), when: moment(version.at, now) })}
        </div>
      </div>
      <span className="dock-acts">
        <IconButton
          icon={GitCompare}
          label={t("versions.compare")}
          aria-pressed={isCompared}
          onPress={onCompare}
        />
        <IconButton
          icon={History}
          label={t("versions.open")}
          onPress={() => void load(flow, revision, t("steps.load", { revision }))}
        />
        {!isLive && (
          <Button size="small" icon={RotateCcw} isDisabled={busy} onPress={() => void back()}>
            {t("versions.rollback")}
          </Button>
        )}
      </span>
    </li>
  );
}
