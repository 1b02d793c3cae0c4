// How a way is drawn from its outcome to the next step.
import { type EdgeProps, getBezierPath, getSmoothStepPath } from "@xyflow/react";

type Ends = Pick<
  EdgeProps,
  "sourceX" | "sourceY" | "targetX" | "targetY" | "sourcePosition" | "targetPosition"
>;

/** Its path, and where its middle is. Who goes back goes round the steps instead of through them. */
export function wayPath({ sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition }: Ends) {
  const ends = { sourceX, sourceY, targetX, targetY, sourcePosition, targetPosition };
  return targetX > sourceX + 8
    ? getBezierPath({ ...ends, curvature: 0.3 })
    : getSmoothStepPath({ ...ends, borderRadius: 14, offset: 22 });
}
