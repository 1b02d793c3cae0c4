// The draft that is open: its document, its steps, what the engine found, and what is on its way to disk.
import { create } from "zustand";
import type { CheckResult, FlowId, NodeFacts, Step } from "../api";
import type { FlowDocument, FlowNode, NodeId } from "../document";
import { change, extend, type History, type Recipe, redo, undo } from "./history";
import { queueSave } from "./save";

export type SaveState = "saved" | "saving" | "failed";

export type DraftState = {
  flow: FlowId | null;
  history: History;
  seq: number;
  /** The document that is on disk, as far as is known here. */
  kept: FlowDocument;
  check: CheckResult;
  save: SaveState;
  /** What the open step belongs to: another change of the same is joined with it. */
  joining: string | null;
  /** Grows when another document is opened: what is kept about the old one is thrown away. */
  opened: number;
  isReadOnly: boolean;
};

const NO_DOCUMENT: FlowDocument = { schemaVersion: 1, id: "", name: "", entry: "", nodes: [], edges: [] };
const NO_CHECK: CheckResult = { findings: [], nodes: {} };

export const useDraft = create<DraftState>(() => ({
  flow: null,
  history: { document: NO_DOCUMENT, steps: [], cursor: 0 },
  seq: 0,
  kept: NO_DOCUMENT,
  check: NO_CHECK,
  save: "saved",
  joining: null,
  opened: 0,
  isReadOnly: false,
}));

export const openDocument = (): FlowDocument => useDraft.getState().history.document;
export const useDocument = (): FlowDocument => useDraft((draft) => draft.history.document);
export const useNode = (id: NodeId): FlowNode | undefined =>
  useDraft((draft) => draft.history.document.nodes.find((node) => node.id === id));
export const useFacts = (id: NodeId): NodeFacts | undefined => useDraft((draft) => draft.check.nodes[id]);

export function openDraft(flow: FlowId | null, history: History, seq: number, isReadOnly = false): void {
  useDraft.setState(({ opened }) => ({
    flow,
    history,
    seq,
    kept: history.document,
    check: NO_CHECK,
    save: "saved",
    joining: null,
    opened: opened + 1,
    isReadOnly,
  }));
}

/**
 * Changes the draft by a step of the given name. Changes that follow each other with the same `join`
 * are one step, as when a word is typed.
 */
export function edit(name: string, recipe: Recipe, join: string | null = null): void {
  const { history, joining, isReadOnly } = useDraft.getState();
  if (isReadOnly) return;
  const isSame =
    join !== null && join === joining && history.cursor > 0 && history.cursor === history.steps.length;
  const done = isSame ? extend(history, recipe) : change(history, name, recipe);
  if (!done) return;
  useDraft.setState({ history: done.history, joining: join });
  queueSave(done, isSame, join !== null);
}

/** The next change begins a step of its own. */
export function closeStep(): void {
  useDraft.setState({ joining: null });
}

export function undoEdit(): Step | null {
  const { history, isReadOnly } = useDraft.getState();
  const before = isReadOnly ? null : undo(history);
  if (!before) return null;
  useDraft.setState({ history: before, joining: null });
  queueSave(null);
  return history.steps[history.cursor - 1] ?? null;
}

export function redoEdit(): Step | null {
  const { history, isReadOnly } = useDraft.getState();
  const after = isReadOnly ? null : redo(history);
  if (!after) return null;
  useDraft.setState({ history: after, joining: null });
  queueSave(null);
  return history.steps[history.cursor] ?? null;
}
