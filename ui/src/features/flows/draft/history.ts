// The steps of a draft: each has a name, the way forward and the way back, as patches of the document.
import { applyPatches, enablePatches, type Patch as ImmerPatch, produceWithPatches } from "immer";
import type { Step } from "../api";
import type { FlowDocument } from "../document";

enablePatches();

/** So many steps are kept; the engine keeps as many. */
export const MOST_STEPS = 500;

export type History = {
  readonly document: FlowDocument;
  readonly steps: readonly Step[];
  /** How many of the steps are done; those after it were taken back. */
  readonly cursor: number;
};

export type Recipe = (document: FlowDocument) => void;

/** `place` counts the steps with this one, before the oldest is dropped. */
export type Changed = { history: History; step: Step; place: number };

/** Changes the document by a named step. `null` if nothing changed. */
export function change(history: History, name: string, recipe: Recipe): Changed | null {
  const [document, forward, back] = produceWithPatches(history.document, (draft) => void recipe(draft));
  if (forward.length === 0) return null;
  const step = { name, forward: forward as Step["forward"], back: back as Step["back"] };
  return { history: { document, ...appended(history, step) }, step, place: history.cursor + 1 };
}

/** Joins a change with the step before it, as when a word is typed: taken back as one. */
export function extend(history: History, recipe: Recipe): Changed | null {
  const last = history.steps[history.cursor - 1];
  if (!last) return null;
  const [document, forward, back] = produceWithPatches(history.document, (draft) => void recipe(draft));
  if (forward.length === 0) return null;
  const step: Step = {
    name: last.name,
    forward: [...last.forward, ...(forward as Step["forward"])],
    back: [...(back as Step["back"]), ...last.back],
  };
  const steps = [...history.steps.slice(0, history.cursor - 1), step];
  return { history: { document, steps, cursor: steps.length }, step, place: steps.length };
}

/** The steps from a place on, as far as they are done, as one. */
export function joined(history: History, from: number): Changed | null {
  const { document, steps, cursor } = history;
  const parts = steps.slice(from, cursor);
  const last = parts.at(-1);
  if (!last) return null;
  const step: Step = {
    name: last.name,
    forward: parts.flatMap(({ forward }) => forward),
    back: parts.toReversed().flatMap(({ back }) => back),
  };
  // What was taken back stays to be done again.
  const all = [...steps.slice(0, from), step, ...steps.slice(cursor)];
  return { history: { document, steps: all, cursor: from + 1 }, step, place: from + 1 };
}

export function undo(history: History): History | null {
  const step = history.steps[history.cursor - 1];
  if (!step) return null;
  const document = applyPatches(history.document, step.back as ImmerPatch[]);
  return { ...history, document, cursor: history.cursor - 1 };
}

export function redo(history: History): History | null {
  const step = history.steps[history.cursor];
  if (!step) return null;
  const document = applyPatches(history.document, step.forward as ImmerPatch[]);
  return { ...history, document, cursor: history.cursor + 1 };
}

function appended({ steps, cursor }: History, step: Step): Pick<History, "steps" | "cursor"> {
  const all = [...steps.slice(0, cursor), step].slice(-MOST_STEPS);
  return { steps: all, cursor: all.length };
}
