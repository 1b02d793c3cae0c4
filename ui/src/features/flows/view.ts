// What of the builder is open: drawing or outline, panels, dialogs.
import { create } from "zustand";
import type { From } from "./edits";

export type Dock = "problems" | "scenarios" | "changes" | "versions" | "live";

/** A list to choose from by typing. */
export type Picking =
  | { what: "add"; from: From | null; at: { x: number; y: number } | null }
  | { what: "insert"; edge: string }
  | { what: "connect"; from: From }
  | { what: "goTo" };

export type View = {
  mode: "canvas" | "outline";
  inspector: boolean;
  simulate: boolean;
  dock: Dock | null;
  minimap: boolean;
  picking: Picking | null;
  /** The step whose name is being typed. */
  renaming: string | null;
  /** The steps that are moved by the arrow keys. */
  moving: boolean;
  publishing: boolean;
  keys: boolean;
  /** Steps that are about to be removed, where they could be bridged. */
  removing: readonly string[] | null;
};

const CLOSED: View = {
  mode: "canvas",
  inspector: false,
  simulate: false,
  dock: null,
  minimap: false,
  picking: null,
  renaming: null,
  moving: false,
  publishing: false,
  keys: false,
  removing: null,
};

export const useView = create<View>(() => CLOSED);

export function show(change: Partial<View>): void {
  useView.setState(change);
}

export function resetView(): void {
  useView.setState(CLOSED);
}

export function toggleDock(dock: Dock): void {
  useView.setState((view) => ({ dock: view.dock === dock ? null : dock }));
}

/** Opens the settings of what is chosen and goes to their first field. */
export function openInspector(): void {
  show({ inspector: true, simulate: false });
  requestAnimationFrame(() =>
    document
      .querySelector<HTMLElement>(".inspector-body :is(input, textarea, button, [tabindex='0'])")
      ?.focus(),
  );
}
