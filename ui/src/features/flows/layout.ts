// The layout itself: columns from left to right, what was at the upper left stays there.
import { layout as dagre, Graph } from "@dagrejs/dagre";
import type { Point } from "./document";

export type LayoutAsked = {
  nodes: { id: string; width: number; height: number; x: number; y: number }[];
  edges: [source: string, target: string][];
};
export type LayoutDone = { places: [id: string, place: Point][] };

const GAP = { columns: 80, rows: 32 };
const GRID = 8;

export function layout({ nodes, edges }: LayoutAsked): LayoutDone {
  if (nodes.length === 0) return { places: [] };
  const graph = new Graph();
  graph.setGraph({ rankdir: "LR", ranksep: GAP.columns, nodesep: GAP.rows, marginx: 0, marginy: 0 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id, width, height } of nodes) graph.setNode(id, { width, height });
  for (const [source, target] of edges) graph.setEdge(source, target);
  dagre(graph);
  const placed = nodes.map(({ id, width, height }) => {
    const at = graph.node(id) as { x: number; y: number };
    return { id, x: at.x - width / 2, y: at.y - height / 2 };
  });
  const corner = (list: readonly Point[]): Point => ({
    x: Math.min(...list.map(({ x }) => x)),
    y: Math.min(...list.map(({ y }) => y)),
  });
  const from = corner(placed);
  const to = corner(nodes);
  const snap = (value: number) => Math.round(value / GRID) * GRID;
  return {
    places: placed.map(({ id, x, y }) => [id, { x: snap(x - from.x + to.x), y: snap(y - from.y + to.y) }]),
  };
}
