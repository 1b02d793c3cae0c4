// The differences to another version, marked on the drawing.
import { create } from "zustand";
import type { Change } from "./api";
import type { FlowDocument, FlowEdge, FlowNode } from "./document";

export type Mark = Change["kind"];

/** What the other version has and this one has not is drawn again where it was. */
type Overlay = {
  marks: ReadonlyMap<string, Mark>;
  gone: readonly FlowNode[];
  goneWays: readonly FlowEdge[];
} | null;

export const useOverlay = create<{ overlay: Overlay }>(() => ({ overlay: null }));

export function showOverlay(
  changes: readonly Change[],
  before: FlowDocument | null,
  now: FlowDocument,
): void {
  const marks = new Map<string, Mark>();
  for (const { kind, node } of changes) {
    if (node && marks.get(node) !== "added") marks.set(node, marks.has(node) ? "changed" : kind);
  }
  const gone = (before?.nodes ?? []).filter(({ id }) => marks.get(id) === "removed");
  // A way that leads elsewhere is one that is gone and another that is new.
  const [was, is] = [waysOf(before), waysOf(now)];
  for (const [way, { id }] of is) if (before && !was.has(way)) marks.set(id, "added");
  const goneWays = [...was].flatMap(([way, edge]) => (is.has(way) ? [] : [edge]));
  useOverlay.setState({ overlay: { marks, gone, goneWays } });
}

export function forgetOverlay(): void {
  useOverlay.setState({ overlay: null });
}

/** Which way an edge is does not depend on its id. */
function waysOf(document: FlowDocument | null): Map<string, FlowEdge> {
  const edges = document?.edges ?? [];
  return new Map(edges.map((edge) => [`${edge.source} ${edge.sourceHandle} ${edge.target}`, edge]));
}
