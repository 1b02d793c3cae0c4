// The way from an outcome to the next step; dashed where nobody drew it.
import { BaseEdge, type EdgeProps } from "@xyflow/react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { useCallersBy } from "../callers";
import { useDraft } from "../draft/store";
import { useOverlay } from "../overlay";
import { useSelection } from "../selection";
import { useTrail, wayOnTrail } from "../trail";
import type { WayEdge as WayEdgeType } from "./react-flow-nodes";
import { wayPath } from "./way-path";

const TOUCH_PX = 18;
const BADGE_PX = 20;

export const WayEdge = memo(function WayEdge(props: EdgeProps<WayEdgeType>) {
  const { id, data, selected } = props;
  const from = data?.from ?? "";
  const outcome = data?.outcome ?? "";
  const isGhost = data?.isGhost ?? false;
  const { t } = useTranslation("flows");
  const flow = useDraft((draft) => draft.flow);
  const callers = useCallersBy(flow, from, outcome, data?.to ?? "");
  const onTrail = useTrail((now) => wayOnTrail(now, from, outcome));
  const mark = useOverlay(({ overlay }) => overlay?.marks.get(id) ?? null);
  const isAt = useSelection((now) => now.at === from && now.outcome === outcome);
  const [path, middleX, middleY] = wayPath(props);
  return (
    <g
      className="way"
      data-edge={isGhost ? undefined : id}
      data-ghost={isGhost || undefined}
      data-selected={selected || isAt || undefined}
      data-trail={onTrail || undefined}
      data-mark={mark ?? undefined}
      data-live={callers > 0 || undefined}
    >
      <BaseEdge path={path} interactionWidth={isGhost ? 0 : TOUCH_PX} />
      {callers > 0 && (
        <g className="way-callers" transform={`translate(${middleX} ${middleY})`}>
          <title>{t("canvas.cameThisWay", { count: callers })}</title>
          <circle r={BADGE_PX / 2} />
          <text>{callers}</text>
        </g>
      )}
    </g>
  );
});
