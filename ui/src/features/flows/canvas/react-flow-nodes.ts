// The document as React Flow wants it. What did not change keeps its identity and is not drawn again.
import { type Node, Position } from "@xyflow/react";
import type { CheckResult, NodeFacts } from "../api";
import { withWired } from "../catalogue";
import type { FlowDocument, FlowNode, Frame, NodeId, Point } from "../document";
import { shutAway } from "../edits";
import { order } from "./follow";
import { HEADER_PX, NODE_WIDTH, nodeHeight, rowMiddle } from "./size";

export type StepNode = Node<{ node: FlowNode; rows: number }, "step">;
export type FrameNode = Node<{ frame: Frame }, "frame" | "note">;
export type GoneNode = Node<{ node: FlowNode }, "gone">;
export type CanvasNode = StepNode | FrameNode | GoneNode;

type Kept = { node: FlowNode; rows: string; made: StepNode };
const kept = new Map<string, Kept>();
const keptFrames = new Map<string, { frame: Frame; selected: boolean; made: FrameNode }>();

export function nodesOf(
  document: FlowDocument,
  facts: CheckResult["nodes"],
  selected: ReadonlySet<string>,
  dragged: ReadonlyMap<string, Point>,
): CanvasNode[] {
  const byId = new Map(document.nodes.map((node) => [node.id, node]));
  const frames = (document.frames ?? []).map((frame) =>
    frameOf(frame, selected.has(frame.id), dragged.get(frame.id)),
  );
  const shut = shutAway(document);
  const steps = order(document).flatMap((id) => {
    const node = byId.get(id);
    return node && !shut.has(id)
      ? [stepOf(document, node, facts[id], selected.has(id), dragged.get(id))]
      : [];
  });
  return [...frames, ...steps];
}

function stepOf(
  document: FlowDocument,
  node: FlowNode,
  facts: NodeFacts | undefined,
  selected: boolean,
  at: Point | undefined,
): StepNode {
  const names = withWired(node, facts?.outcomes, document.edges).map(({ name }) => name);
  const rows = names.join(" ");
  const old = kept.get(node.id);
  const place = at ?? node.position;
  const isSame =
    old?.node === node &&
    old.rows === rows &&
    old.made.selected === selected &&
    old.made.position.x === place.x &&
    old.made.position.y === place.y;
  if (isSame) return old.made;
  const height = nodeHeight(names.length);
  const made: StepNode = {
    id: node.id,
    type: "step",
    position: place,
    data: { node, rows: names.length },
    selected,
    width: NODE_WIDTH,
    height,
    measured: { width: NODE_WIDTH, height },
    deletable: false,
    // Known beforehand, so that nothing has to be measured on the page.
    handles: [
      ...(node.id === document.entry
        ? []
        : [
            {
              id: "in",
              type: "target" as const,
              position: Position.Left,
              x: -4,
              y: HEADER_PX / 2 - 4,
              width: 8,
              height: 8,
            },
          ]),
      ...names.map((id, row) => ({
        id,
        type: "source" as const,
        position: Position.Right,
        x: NODE_WIDTH - 5,
        y: rowMiddle(row) - 5,
        width: 10,
        height: 10,
      })),
    ],
  };
  kept.set(node.id, { node, rows, made });
  return made;
}

function frameOf(frame: Frame, selected: boolean, at: Point | undefined): FrameNode {
  const old = keptFrames.get(frame.id);
  const place = at ?? { x: frame.x, y: frame.y };
  const isSame =
    old?.frame === frame &&
    old.selected === selected &&
    old.made.position.x === place.x &&
    old.made.position.y === place.y;
  if (isSame) return old.made;
  const size = frame.collapsed
    ? { width: NODE_WIDTH, height: HEADER_PX }
    : { width: frame.width, height: frame.height };
  const made: FrameNode = {
    id: frame.id,
    type: frame.kind,
    position: place,
    data: { frame },
    selected,
    ...size,
    measured: size,
    ...(frame.collapsed ? { handles: SHUT_ENDS } : { zIndex: frame.kind === "frame" ? -2 : -1 }),
    connectable: false,
    deletable: false,
  };
  keptFrames.set(frame.id, { frame, selected, made });
  return made;
}

/** A step that the other version has. */
export function goneNode(node: FlowNode): GoneNode {
  const size = { width: NODE_WIDTH, height: HEADER_PX };
  return {
    id: goneId(node.id),
    type: "gone",
    position: node.position,
    data: { node },
    ...size,
    measured: size,
    handles: SHUT_ENDS,
    selectable: false,
    draggable: false,
    connectable: false,
  };
}

/** What stands on the page for a step that is gone. */
export const goneId = (id: NodeId) => `gone ${id}`;

/** Where the ways of its steps come to a collapsed frame, and where they leave it. */
const SHUT_ENDS = [
  {
    id: "in",
    type: "target" as const,
    position: Position.Left,
    x: -4,
    y: HEADER_PX / 2 - 4,
    width: 8,
    height: 8,
  },
  {
    id: "out",
    type: "source" as const,
    position: Position.Right,
    x: NODE_WIDTH - 4,
    y: HEADER_PX / 2 - 4,
    width: 8,
    height: 8,
  },
];
