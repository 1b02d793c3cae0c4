// The steps of the wizard, their order, and where to go on after it was left.
import type { Live } from "../../live/store";

export const STEPS = ["ready", "office", "people", "phone", "call", "callers", "done"] as const;
export type StepId = (typeof STEPS)[number];

const KEPT = "cordboard.setup-step";
const CALLED = "cordboard.setup-called";

export function isStep(id: unknown): id is StepId {
  return (STEPS as readonly unknown[]).includes(id);
}

export function stepAfter(id: StepId): StepId {
  return STEPS[Math.min(STEPS.length - 1, STEPS.indexOf(id) + 1)] ?? "done";
}

export function stepBefore(id: StepId): StepId | null {
  return STEPS[STEPS.indexOf(id) - 1] ?? null;
}

export function keepStep(id: StepId): void {
  localStorage.setItem(KEPT, id);
}

/** Whether a step has what it is for: skipped steps have not. */
export function hasStep(id: StepId, live: Pick<Live, "office" | "people" | "devices" | "flows">): boolean {
  switch (id) {
    case "ready":
      return true;
    case "office":
      return Boolean(live.office?.name);
    case "people":
      return live.people.size > 0;
    case "phone":
      return [...live.devices.values()].some((device) => device.lastSeen !== null);
    case "call":
      return localStorage.getItem(CALLED) !== null;
    case "callers":
      return [...live.flows.values()].some((flow) => flow.live !== null);
    case "done":
      return live.office?.setUp === true;
  }
}

/** The test call went well. */
export function keepCalled(): void {
  localStorage.setItem(CALLED, "1");
}

/** Where the wizard was left; on another computer, what the office itself tells of it. */
export function stepToResume(live: Pick<Live, "office" | "people" | "devices">): StepId {
  if (live.office?.setUp) return "ready";
  const kept = localStorage.getItem(KEPT);
  if (isStep(kept) && kept !== "done") return kept;
  if (!live.office?.name || live.people.size === 0) return "ready";
  const online = [...live.devices.values()].some((device) => device.online);
  return online ? "call" : "phone";
}
