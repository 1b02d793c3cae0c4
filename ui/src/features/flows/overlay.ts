// The differences to another version, marked on the drawing.
import { create } from "zustand";
import type { Change } from "./api";
import type { FlowDocument, FlowNode } from "./document";

export type Mark = Change["kind"];

type Overlay = { marks: ReadonlyMap<string, Mark>; gone: readonly FlowNode[] } | null;

export const useOverlay = create<{ overlay: Overlay }>(() => ({ overlay: null }));

export function showOverlay(changes: readonly Change[], before: FlowDocument | null): void {
  const marks = new Map<string, Mark>();
  for (const { kind, node, edge } of changes) {
    if (node && marks.get(node) !== "added") marks.set(node, marks.has(node) ? "changed" : kind);
    if (edge) marks.set(edge, kind);
  }
  const gone = (before?.nodes ?? []).filter(({ id }) => marks.get(id) === "removed");
  useOverlay.setState({ overlay: { marks, gone } });
}

export function forgetOverlay(): void {
  useOverlay.setState({ overlay: null });
}
