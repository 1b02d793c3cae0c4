// The callers who are in the open flow now, as numbers on its steps and on the ways between them.

import { create } from "zustand";
import type { CallId } from "../../bindings/api";
import { useLiveValue } from "../../live/select";
import { type Live, useLive } from "../../live/store";
import { type FlowId, liveAt } from "./api";

type Counts = ReadonlyMap<string, number>;

const keyOf = (flow: FlowId, node: string) => `${flow} ${node}`;

function countsOf(calls: Live["calls"]): Counts {
  const counts = new Map<string, number>();
  for (const call of calls.values()) {
    const at = liveAt(call);
    if (!at || at.flow === null) continue;
    const key = keyOf(at.flow, at.node);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

const watchers = new Map<string, Set<(count: number) => void>>();
let counts: Counts = new Map();
let stop: (() => void) | null = null;

function count({ calls }: Live, before: Pick<Live, "calls">): void {
  if (calls === before.calls) return;
  const old = counts;
  counts = countsOf(calls);
  for (const key of new Set([...old.keys(), ...counts.keys()])) {
    const now = counts.get(key) ?? 0;
    if (old.get(key) !== now) for (const tell of watchers.get(key) ?? []) tell(now);
  }
}

/**
 * Tells how many callers are at a step, now and whenever it changes; gives how to stop that.
 *
 * Who is where is counted once for every change, and only the steps whose number is another one hear of it: of a large
 * flow hundreds would each look through the calls whenever somebody goes on, and React through hundreds of steps.
 */
export function watchCallersAt(flow: FlowId, node: string, tell: (count: number) => void): () => void {
  if (!stop) {
    counts = countsOf(useLive.getState().calls);
    stop = useLive.subscribe(count);
  }
  const key = keyOf(flow, node);
  const all = watchers.get(key) ?? new Set();
  watchers.set(key, all.add(tell));
  tell(counts.get(key) ?? 0);
  return () => {
    all.delete(tell);
    if (all.size === 0 && watchers.get(key) === all) watchers.delete(key);
    if (watchers.size > 0) return;
    stop?.();
    stop = null;
  };
}

/** The ways by which callers came to the step they are at. */
export type Taken = { from: string; outcome: string; to: string };

const SEPARATOR = "\n";

export function useTaken(flow: FlowId | null): (Taken & { callers: number })[] {
  // As text, so that it is compared by what it says.
  const taken = useLiveValue((live) =>
    [...live.calls.values()].flatMap((call) => {
      const at = liveAt(call);
      return at?.by && flow !== null && at.flow === flow
        ? [[at.by.node, at.by.outcome, at.node].join(SEPARATOR)]
        : [];
    }),
  );
  return [...new Set(taken)].map((way) => {
    const [from = "", outcome = "", to = ""] = way.split(SEPARATOR);
    return { from, outcome, to, callers: taken.filter((one) => one === way).length };
  });
}

/** All callers in the flow. */
export function useCallersIn(flow: FlowId | null): CallId[] {
  return useLiveValue((live) =>
    [...live.calls.values()]
      .filter((call) => flow !== null && liveAt(call)?.flow === flow)
      .map(({ id }) => id),
  );
}

/** The one caller who is followed. */
export const useFollowed = create<{ call: CallId | null }>(() => ({ call: null }));

export function follow(call: CallId | null): void {
  useFollowed.setState({ call });
}
