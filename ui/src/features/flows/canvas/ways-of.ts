// The ways between the steps of a document, and where each begins and ends. What did not change keeps its identity
// and is not drawn again.
import { Position } from "@xyflow/react";
import type { CheckResult } from "../api";
import { withWired } from "../catalogue";
import {
  type FlowDocument,
  type FlowEdge,
  type FlowNode,
  type NodeId,
  nodeOf,
  type Point,
} from "../document";
import { shutAway } from "../edits";
import { type CanvasNode, goneId } from "./react-flow-nodes";
import { wayPath } from "./way-path";

/** `source` and `target` are what is drawn: the steps `from` and `to`, or the collapsed frame that stands for one. */
export type Way = {
  id: string;
  source: string;
  sourceHandle: string;
  target: string;
  from: NodeId;
  outcome: string;
  to: NodeId;
  isGhost: boolean;
  isSelected: boolean;
};

/** A way that the other version has and this one has not. */
export type GoneWay = Pick<Way, "id" | "source" | "sourceHandle" | "target" | "outcome">;

/** A way and how it is drawn: its path, and where its middle is. */
export type Placed<Drawn> = { way: Drawn; path: string; x: number; y: number };

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
    return [{ id: `gone ${id}`, source, sourceHandle, target, outcome }];
  });
}

const kept = new Map<string, Way>();

/** The ways that are drawn, and dashed those that callers take though nobody drew them. */
export function waysOf(document: FlowDocument, facts: CheckResult["nodes"], chosen: string | null): Way[] {
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
  return [...ghosts, ...drawn].flatMap((one) => aroundFrames(one, shut));
}

/** A way between steps that are not drawn ends at the frame that stands for them; within one it is not drawn. */
function aroundFrames(way: Way, shut: ReadonlyMap<NodeId, string>): Way[] {
  const [source, target] = [shut.get(way.source), shut.get(way.target)];
  if (source === undefined && target === undefined) return [way];
  if (source === target) return [];
  return [
    {
      ...way,
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
  isSelected: boolean,
): Way {
  const old = kept.get(id);
  const isSame =
    old?.source === source &&
    old.target === target &&
    old.sourceHandle === outcome &&
    old.isSelected === isSelected;
  if (isSame) return old;
  const made: Way = {
    id,
    source,
    sourceHandle: outcome,
    target,
    from: source,
    outcome,
    to: target,
    isGhost,
    isSelected,
  };
  kept.set(id, made);
  return made;
}

const places = new Map<string, { ends: string; placed: Placed<Pick<Way, "id">> }>();

/** Where ways run between the nodes as they stand now; one whose ends are not drawn is left out. */
export function placedWays<Drawn extends Omit<GoneWay, "outcome">>(
  ways: readonly Drawn[],
  nodes: ReadonlyMap<string, CanvasNode>,
): Placed<Drawn>[] {
  return ways.flatMap((way) => {
    const from = endOf(nodes.get(way.source), way.sourceHandle);
    const to = endOf(nodes.get(way.target), "in");
    if (!from || !to) return [];
    const ends = `${from.x} ${from.y} ${to.x} ${to.y}`;
    const old = places.get(way.id);
    if (old?.ends === ends && old.placed.way === way) return [old.placed as Placed<Drawn>];
    const [path, x, y] = wayPath(from, to);
    const placed = { way, path, x, y };
    places.set(way.id, { ends, placed });
    return [placed];
  });
}

/** Where a way leaves a node on its right, or comes to it on its left. */
function endOf(node: CanvasNode | undefined, handle: string): Point | null {
  const end = node?.handles?.find(({ id }) => id === handle);
  if (!node || !end) return null;
  const x = end.position === Position.Right ? end.x + (end.width ?? 0) : end.x;
  return { x: node.position.x + x, y: node.position.y + end.y + (end.height ?? 0) / 2 };
}
