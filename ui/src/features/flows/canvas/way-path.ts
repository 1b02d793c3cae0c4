// How a way is drawn from its outcome to the next step.
import { getBezierPath, getSmoothStepPath, Position } from "@xyflow/react";
import type { Point } from "../document";

/** Its path, and where its middle is. Who goes back goes round the steps instead of through them. */
export function wayPath(from: Point, to: Point): [path: string, x: number, y: number] {
  const ends = {
    sourceX: from.x,
    sourceY: from.y,
    targetX: to.x,
    targetY: to.y,
    sourcePosition: Position.Right,
    targetPosition: Position.Left,
  };
  const [path, x, y] =
    to.x > from.x + 8
      ? getBezierPath({ ...ends, curvature: 0.3 })
      : getSmoothStepPath({ ...ends, borderRadius: 14, offset: 22 });
  return [path, x, y];
}
