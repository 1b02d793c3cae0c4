// The way from an outcome to the next step; dashed where nobody drew it.
import { BaseEdge, type EdgeProps, getBezierPath, getSmoothStepPath } from "@xyflow/react";
import { memo } from "react";
import { useOverlay } from "../overlay";
import { useSelection } from "../selection";
import { useTrail, wayOnTrail } from "../trail";
import type { WayEdge as WayEdgeType } from "./react-flow-nodes";

const TOUCH_PX = 18;

export const WayEdge = memo(function WayEdge(props: EdgeProps<WayEdgeType>) {
  const { id, data, selected, sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition } = props;
  const from = data?.from ?? "";
  const outcome = data?.outcome ?? "";
  const isGhost = data?.isGhost ?? false;
  const onTrail = useTrail((now) => wayOnTrail(now, from, outcome));
  const mark = useOverlay(({ overlay }) => overlay?.marks.get(id) ?? null);
  const isAt = useSelection((now) => now.at === from && now.outcome === outcome);
  const ends = { sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition };
  // Who goes back goes round the steps instead of through them.
  const [path] =
    targetX > sourceX + 8
      ? getBezierPath({ ...ends, curvature: 0.3 })
      : getSmoothStepPath({ ...ends, borderRadius: 14, offset: 22 });
  return (
    <g
      className="way"
      data-edge={isGhost ? undefined : id}
      data-ghost={isGhost || undefined}
      data-selected={selected || isAt || undefined}
      data-trail={onTrail || undefined}
      data-mark={mark ?? undefined}
    >
      <BaseEdge path={path} interactionWidth={isGhost ? 0 : TOUCH_PX} />
    </g>
  );
});
