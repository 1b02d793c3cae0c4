// Where the drawing is looked at: moved only as far as needed, and at once.
import type { ReactFlowInstance } from "@xyflow/react";
import { outcomesOf } from "../catalogue";
import type { Point } from "../document";
import { nodeOf } from "../document";
import { openDocument } from "../draft/store";
import { shutAway } from "../edits";
import type { CanvasNode } from "./react-flow-nodes";
import { HEADER_PX, NODE_WIDTH, nodeHeight } from "./size";

type Flow = Pick<
  ReactFlowInstance<CanvasNode>,
  "fitView" | "getViewport" | "setViewport" | "screenToFlowPosition" | "zoomIn" | "zoomOut"
>;
let flow: Flow | null = null;
let pane: HTMLElement | null = null;

export function keepCamera(instance: Flow | null, element: HTMLElement | null): void {
  flow = instance;
  pane = element;
}

const EDGE_PX = 48;

export function showAll(): void {
  void flow?.fitView({ padding: 0.12, maxZoom: 1 });
}

export function showThese(ids: readonly string[]): void {
  if (ids.length > 0) void flow?.fitView({ nodes: ids.map((id) => ({ id })), padding: 0.3, maxZoom: 1 });
}

export function zoom(step: 1 | -1): void {
  void (step > 0 ? flow?.zoomIn() : flow?.zoomOut());
}

/** Moves the drawing so that a step is seen whole. Nothing moves if it is. */
export function bringIntoView(id: string): void {
  const document = openDocument();
  const node = nodeOf(document, id);
  const shutIn = shutAway(document).get(id);
  const frame = document.frames?.find((one) => one.id === (shutIn ?? id));
  if (!flow || !pane || !(frame || node)) return;
  const place = frame ?? node?.position ?? { x: 0, y: 0 };
  const height = frame || !node ? HEADER_PX : nodeHeight(outcomesOf(node).length);
  const { x, y, zoom: scale } = flow.getViewport();
  const box = pane.getBoundingClientRect();
  const left = place.x * scale + x;
  const top = place.y * scale + y;
  const right = left + NODE_WIDTH * scale;
  const bottom = top + height * scale;
  const dx = left < EDGE_PX ? EDGE_PX - left : right > box.width - EDGE_PX ? box.width - EDGE_PX - right : 0;
  const dy =
    top < EDGE_PX ? EDGE_PX - top : bottom > box.height - EDGE_PX ? box.height - EDGE_PX - bottom : 0;
  if (dx !== 0 || dy !== 0) void flow.setViewport({ x: x + dx, y: y + dy, zoom: scale });
}

/** The place of the drawing under a point of the window. */
export function placeAt(point: Point): Point {
  return flow?.screenToFlowPosition(point) ?? { x: 0, y: 0 };
}

/** The place in the middle of what is seen. */
export function middle(): Point {
  const box = pane?.getBoundingClientRect();
  return box ? placeAt({ x: box.left + box.width / 2, y: box.top + box.height / 3 }) : { x: 0, y: 0 };
}

/** Whether a point of the window is over the drawing. */
export function isOverPane({ x, y }: Point): boolean {
  const box = pane?.getBoundingClientRect();
  return box !== undefined && x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
}

export function focusPane(): void {
  pane?.focus({ preventScroll: true });
}
