// The log of what was done: each step has a name and a way back.
import { create } from "zustand";
import { dismiss, tell, tellRefused } from "./toasts";

export type Step = {
  /** What was done, as a sentence: "Ana removed". */
  name: string;
  do: () => Promise<unknown>;
  undo: () => Promise<unknown>;
};

const LONGEST = 100;
/** The message that offers to take a step back; it goes when the step does. */
const toasts = new WeakMap<Step, number>();

type Log = { done: readonly Step[]; undone: readonly Step[]; busy: boolean };
export const useLog = create<Log>(() => ({ done: [], undone: [], busy: false }));

/** Does it, remembers it and offers the way back. Throws what the engine refuses. */
export async function perform(step: Step): Promise<void> {
  await step.do();
  useLog.setState(({ done }) => ({ done: [...done, step].slice(-LONGEST), undone: [] }));
  toasts.set(step, tell({ text: step.name, undo: () => void undoStep(step) }));
}

/** Takes back the latest step. */
export async function undo(): Promise<void> {
  const last = useLog.getState().done.at(-1);
  if (last) await undoStep(last);
}

/** Does again what was taken back last. */
export async function redo(): Promise<void> {
  const { undone, busy } = useLog.getState();
  const next = undone.at(-1);
  if (!next || busy) return;
  await oneAtATime(next.do, () =>
    useLog.setState((log) => ({ done: [...log.done, next], undone: without(log.undone, next) })),
  );
}

export function forgetSteps(): void {
  useLog.setState({ done: [], undone: [], busy: false });
}

async function undoStep(step: Step): Promise<void> {
  const { done, busy } = useLog.getState();
  if (busy || !done.includes(step)) return;
  await oneAtATime(step.undo, () => {
    dismiss(toasts.get(step) ?? 0);
    useLog.setState((log) => ({ done: without(log.done, step), undone: [...log.undone, step] }));
    tell({ text: step.name, undone: true, redo: () => void redo() });
  });
}

async function oneAtATime(act: () => Promise<unknown>, then: () => void): Promise<void> {
  useLog.setState({ busy: true });
  try {
    await act();
    then();
  } catch (error) {
    tellRefused(error);
  } finally {
    useLog.setState({ busy: false });
  }
}

function without(steps: readonly Step[], step: Step): readonly Step[] {
  return steps.filter((other) => other !== step);
}
