// Short messages that go away by themselves: what was done, with a way back, and what was refused.
import { create } from "zustand";

export type Toast = {
  id: number;
  text: string;
  severity: "info" | "problem";
  /** Said of a step that was taken back. */
  undone: boolean;
  undo?: () => void;
  redo?: () => void;
};

const SHOWN_MS = 8000;
const MOST = 3;
let latest = 0;

export const useToasts = create<{ toasts: readonly Toast[] }>(() => ({ toasts: [] }));

export function tell(toast: { text: string } & Partial<Omit<Toast, "id" | "text">>): number {
  latest += 1;
  const id = latest;
  const whole: Toast = { id, severity: "info", undone: false, ...toast };
  useToasts.setState(({ toasts }) => ({ toasts: [...toasts, whole].slice(-MOST) }));
  setTimeout(() => dismiss(id), SHOWN_MS);
  return id;
}

export function dismiss(id: number): void {
  useToasts.setState(({ toasts }) => ({ toasts: toasts.filter((toast) => toast.id !== id) }));
}

/** Turns a refusal into a sentence; set once by the text, so that this file knows no words. */
let sentenceOf: (error: unknown) => string = String;

export function speakOfRefusals(speak: (error: unknown) => string): void {
  sentenceOf = speak;
}

export function tellRefused(error: unknown): void {
  tell({ text: sentenceOf(error), severity: "problem" });
}
