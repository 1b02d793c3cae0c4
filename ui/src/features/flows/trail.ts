// A call that was played or has happened, drawn over the flow: where it went, and where it is at a moment.
import { create } from "zustand";
import type { TraceStep } from "./api";
import type { NodeId } from "./document";

export type Trail = {
  steps: readonly TraceStep[];
  /** How many of the steps are shown. */
  at: number;
};

export const useTrail = create<{ trail: Trail | null }>(() => ({ trail: null }));

export function showTrail(steps: readonly TraceStep[], at: number): void {
  useTrail.setState({ trail: { steps, at: Math.max(0, Math.min(at, steps.length)) } });
}

export function forgetTrail(): void {
  useTrail.setState({ trail: null });
}

export type OnTrail = "here" | "passed" | null;

export function nodeOnTrail({ trail }: { trail: Trail | null }, id: NodeId): OnTrail {
  if (!trail || trail.at === 0) return null;
  if (trail.steps[trail.at - 1]?.node === id) return "here";
  return trail.steps.slice(0, trail.at).some(({ node }) => node === id) ? "passed" : null;
}

/** Whether the call has left a step by an outcome. */
export function wayOnTrail({ trail }: { trail: Trail | null }, node: NodeId, outcome: string): boolean {
  return (
    trail?.steps
      .slice(0, trail.at)
      .some((step) => step.node === node && step.event === "outcome" && step.outcome === outcome) ?? false
  );
}
