// The callers who are in the flow now: where each is, and following one.
import { LocateFixed, LocateOff } from "lucide-react";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import type { CallId } from "../../../bindings/api";
import { Button, Duration } from "../../../design";
import { nameOf } from "../../../live/names";
import { useCall } from "../../../live/select";
import { visible } from "../../calls/said";
import { type FlowView, liveAt } from "../api";
import { follow, useCallersIn, useFollowed } from "../callers";
import { land } from "../canvas/keys";
import { fullName } from "../catalogue";
import { nodeOf } from "../document";
import { useDocument } from "../draft/store";

export function LiveCalls({ flow }: { flow: FlowView }) {
  const { t } = useTranslation("flows");
  const calls = useCallersIn(flow.id);
  const followed = useFollowed((now) => now.call);
  useFollowing(flow);
  return (
    <>
      {calls.length === 0 && <p className="quiet">{t("live.none")}</p>}
      {followed !== null && !calls.includes(followed) && (
        <p className="quiet" role="status">
          {t("live.gone")}
        </p>
      )}
      <ul className="dock-list">
        {calls.map((id) => (
          <Line key={id} id={id} flow={flow} isFollowed={followed === id} />
        ))}
      </ul>
    </>
  );
}

function Line({ id, flow, isFollowed }: { id: CallId; flow: FlowView; isFollowed: boolean }) {
  const { t } = useTranslation("flows");
  const call = useCall(id);
  const document = useDocument();
  const at = call && liveAt(call);
  if (!call || !at) return null;
  const node = nodeOf(document, at.node);
  const name = visible(nameOf(call.from));
  return (
    <li data-followed={isFollowed || undefined}>
      <span className="dock-words">
        <b>
          <bdi>{name}</bdi>
        </b>{" "}
        {node && t("live.here", { name: fullName(node) })}{" "}
        {at.revision !== flow.live?.revision && (
          <span className="quiet">{t("live.oldRevision", { revision: at.revision })}</span>
        )}
      </span>
      <Duration since={at.since} />
      <span className="dock-acts">
        <Button
          size="small"
          icon={isFollowed ? LocateOff : LocateFixed}
          aria-pressed={isFollowed}
          onPress={() => follow(isFollowed ? null : id)}
        >
          {t(isFollowed ? "live.unfollow" : "live.follow")}
        </Button>
        <Link href={`/board?call=${id}`}>{t("live.open")}</Link>
      </span>
    </li>
  );
}

/** The drawing goes where the followed caller goes. */
function useFollowing(flow: FlowView): void {
  const followed = useFollowed((now) => now.call);
  const call = useCall(followed ?? -1);
  const at = call && liveAt(call);
  const node = at?.flow === flow.id ? at.node : null;
  useEffect(() => {
    if (followed !== null && node !== null) land(node);
  }, [followed, node]);
  useEffect(() => () => follow(null), []);
}
