// The callers who are in the open flow now, as numbers on its steps and on the ways between them.

import { create } from "zustand";
import type { CallId } from "../../bindings/api";
import { useLiveValue } from "../../live/select";
import { type FlowId, liveAt } from "./api";

/** How many callers are at each step. */
export function useCallersAt(flow: FlowId | null, node: string): number {
  return useLiveValue((live) => {
    if (flow === null) return 0;
    let count = 0;
    for (const call of live.calls.values()) {
      const at = liveAt(call);
      if (at?.flow === flow && at.node === node) count += 1;
    }
    return count;
  });
}

/** How many callers came by a way and are at the step it leads to. */
export function useCallersBy(flow: FlowId | null, from: string, outcome: string, to: string): number {
  return useLiveValue((live) => {
    if (flow === null) return 0;
    let count = 0;
    for (const call of live.calls.values()) {
      const at = liveAt(call);
      if (at?.flow !== flow || at.node !== to) continue;
      if (at.by?.node === from && at.by.outcome === outcome) count += 1;
    }
    return count;
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
