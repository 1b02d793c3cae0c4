// The document as React Flow wants it. What did not change keeps its identity and is not drawn again.
import { type Edge, type Node, Position } from "@xyflow/react";
import type { CheckResult, NodeFacts } from "../api";
import { withWired } from "../catalogue";
import {
  type FlowDocument,
  type FlowEdge,
  type FlowNode,
  type Frame,
  type NodeId,
  nodeOf,
  type Point,
} from "../document";
import { shutAway } from "../edits";
import { order } from "./follow";
import { HEADER_PX, NODE_WIDTH, nodeHeight, rowMiddle } from "./size";

export type StepNode = Node<{ node: FlowNode; rows: number }, "step">;
export type FrameNode = Node<{ frame: Frame }, "frame" | "note">;
export type GoneNode = Node<{ node: FlowNode }, "gone">;
export type CanvasNode = StepNode | FrameNode | GoneNode;
/** `from` and `to` are the steps it joins, also where a collapsed frame stands for one. */
export type WayEdge = Edge<{ from: NodeId; outcome: string; to: NodeId; isGhost: boolean }, "way">;
export type GoneWay = Edge<{ outcome: string }, "gone">;

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

const goneId = (id: NodeId) => `gone ${id}`;

/** The ways that the other version has, between what is there of both. */
export function goneWaysOf(
  document: FlowDocument,
  facts: CheckResult["nodes"],
  gone: readonly FlowNode[],
  ways: readonly FlowEdge[],
): GoneWay[] {
  const shut = shutAway(document);
  const drawnAs = (id: NodeId) => {
    if (gone.some((node) => node.id === id)) return goneId(id);
    return nodeOf(document, id) ? (shut.get(id) ?? id) : null;
  };
  return ways.flatMap(({ id, source: from, sourceHandle: outcome, target: to }) => {
    const [source, target] = [drawnAs(from), drawnAs(to)];
    if (source === null || target === null || source === target) return [];
    const node = source === from ? nodeOf(document, from) : undefined;
    const rows = node ? withWired(node, facts[from]?.outcomes, document.edges).map(({ name }) => name) : [];
    // Where the outcome is gone as well, the way leaves its step at the first that is there.
    const sourceHandle = node ? (rows.includes(outcome) ? outcome : rows[0]) : "out";
    if (sourceHandle === undefined) return [];
    const made: GoneWay = {
      id: `gone ${id}`,
      type: "gone",
      source,
      sourceHandle,
      target,
      targetHandle: "in",
      selectable: false,
      focusable: false,
      deletable: false,
      data: { outcome },
    };
    return [made];
  });
}

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

const keptEdges = new Map<string, WayEdge>();

/** The ways that are drawn, and dashed those that callers take though nobody drew them. */
export function edgesOf(
  document: FlowDocument,
  facts: CheckResult["nodes"],
  chosen: string | null,
): WayEdge[] {
  const known = new Set(document.nodes.map(({ id }) => id));
  const drawn = document.edges
    .filter(({ source, target }) => known.has(source) && known.has(target))
    .map(({ id, source, sourceHandle, target }) =>
      way(id, source, sourceHandle, target, false, chosen === id),
    );
  const wired = new Set(document.edges.map(({ source, sourceHandle }) => `${source} ${sourceHandle}`));
  const ghosts = document.nodes.flatMap(({ id }) =>
    (facts[id]?.outcomes ?? []).flatMap(({ name, ghost }) =>
      ghost?.to && known.has(ghost.to) && !wired.has(`${id} ${name}`)
        ? [way(`ghost ${id} ${name}`, id, name, ghost.to, true, false)]
        : [],
    ),
  );
  const shut = shutAway(document);
  if (shut.size === 0) return [...ghosts, ...drawn];
  return [...ghosts, ...drawn].flatMap((edge) => aroundFrames(edge, shut));
}

/** A way between steps that are not drawn ends at the frame that stands for them; within one it is not drawn. */
function aroundFrames(edge: WayEdge, shut: ReadonlyMap<NodeId, string>): WayEdge[] {
  const [source, target] = [shut.get(edge.source), shut.get(edge.target)];
  if (source === undefined && target === undefined) return [edge];
  if (source === target) return [];
  return [
    {
      ...edge,
      ...(source === undefined ? {} : { source, sourceHandle: "out" }),
      ...(target === undefined ? {} : { target }),
    },
  ];
}

function way(
  id: string,
  source: string,
  outcome: string,
  target: string,
  isGhost: boolean,
  selected: boolean,
): WayEdge {
  const old = keptEdges.get(id);
  const isSame =
    old?.source === source &&
    old.target === target &&
    old.sourceHandle === outcome &&
    old.selected === selected;
  if (isSame) return old;
  const made: WayEdge = {
    id,
    type: "way",
    source,
    sourceHandle: outcome,
    target,
    targetHandle: "in",
    selected,
    selectable: !isGhost,
    focusable: false,
    deletable: false,
    data: { from: source, outcome, to: target, isGhost },
  };
  keptEdges.set(id, made);
  return made;
}
