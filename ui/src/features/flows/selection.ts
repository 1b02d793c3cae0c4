// What is chosen in the builder: steps, the outcome the keys stand at, and how one came there.
import { create } from "zustand";
import type { NodeId } from "./document";

export type Selection = {
  /** Steps, frames and notes. */
  ids: ReadonlySet<string>;
  /** The one the keys stand at, and whose settings are shown. */
  at: NodeId | null;
  /** The outcome of it the keys stand at. */
  outcome: string | null;
  /** An edge that was pressed. */
  edge: string | null;
  /** The steps one came from by the arrow keys. */
  trail: readonly NodeId[];
};

const NOTHING: Selection = { ids: new Set(), at: null, outcome: null, edge: null, trail: [] };

export const useSelection = create<Selection>(() => NOTHING);

export const selection = (): Selection => useSelection.getState();

/** What is chosen by going somewhere: that alone, that as well, or what was chosen before. */
export type Choosing = "one" | "also" | "same";

function chosenBy(id: string, choosing: Choosing): ReadonlySet<string> {
  const { ids } = selection();
  return choosing === "one" ? new Set([id]) : choosing === "also" ? new Set([...ids, id]) : ids;
}

/** Stands at one thing, or at nothing. */
export function choose(id: string | null, outcome: string | null = null, choosing: Choosing = "one"): void {
  useSelection.setState({
    ...NOTHING,
    ...(id === null ? {} : { ids: chosenBy(id, choosing), at: id, outcome }),
  });
}

/** Follows the call to another step and remembers where one came from. */
export function walkTo(
  id: NodeId,
  outcome: string | null,
  from: NodeId | null,
  choosing: Choosing = "one",
): void {
  const { trail } = selection();
  useSelection.setState({
    ids: chosenBy(id, choosing),
    at: id,
    outcome,
    edge: null,
    trail: from === null ? trail.slice(0, -1) : [...trail, from].slice(-100),
  });
}

export function chooseOutcome(outcome: string | null): void {
  useSelection.setState({ outcome });
}

export function chooseMany(ids: readonly string[]): void {
  const { at } = selection();
  const kept = at !== null && ids.includes(at) ? at : (ids[0] ?? null);
  useSelection.setState({
    ids: new Set(ids),
    at: kept,
    edge: null,
    ...(kept === at ? {} : { outcome: null }),
  });
}

/** Adds what the keys stand at to what is chosen, or takes it away. They stay there. */
export function toggleChosen(): void {
  const { at, ids } = selection();
  if (at === null) return;
  const next = new Set(ids);
  if (!next.delete(at)) next.add(at);
  useSelection.setState({ ids: next, edge: null });
}

export function chooseEdge(edge: string | null): void {
  useSelection.setState({ ...NOTHING, edge });
}

export function forgetSelection(): void {
  useSelection.setState(NOTHING);
}
