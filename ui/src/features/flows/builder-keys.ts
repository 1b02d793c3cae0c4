// The keys that work in the whole builder.
import { useCallback, useEffect } from "react";
import { isTyping } from "../../shell/keys";
import { focusPane } from "./canvas/camera";
import { canvasDeed } from "./canvas/keys";
import { redoStep, undoStep } from "./deeds";
import { show, useView } from "./view";

export function useBuilderKeys(): (event: React.KeyboardEvent) => void {
  useEffect(() => {
    // What had the focus may be gone, as after a step back: then the keys are those of the drawing.
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.target !== document.body) return;
      const isCanvas = useView.getState().mode === "canvas";
      const deed = builderDeed(event) ?? (isCanvas ? canvasDeed(event) : null);
      if (!deed) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      focusPane();
      deed();
    };
    window.addEventListener("keydown", onKeyDown, true);
    return () => window.removeEventListener("keydown", onKeyDown, true);
  }, []);
  return useCallback((event) => {
    if (event.defaultPrevented || event.nativeEvent.isComposing) return;
    const deed = builderDeed(event);
    if (!deed) return;
    event.preventDefault();
    event.stopPropagation();
    deed();
  }, []);
}

export function builderDeed(event: KeyboardEvent | React.KeyboardEvent): (() => void) | null {
  const key = event.key.toLowerCase();
  const main = event.ctrlKey || event.metaKey;
  const view = useView.getState();
  if (key === "f5") {
    return () => {
      toggleSimulate();
      if (view.simulate) requestAnimationFrame(focusPane);
    };
  }
  if (key === "escape" && (view.simulate || view.inspector || view.dock)) {
    return () => {
      show(view.simulate ? { simulate: false } : view.inspector ? { inspector: false } : { dock: null });
      requestAnimationFrame(focusPane);
    };
  }
  if (!main || event.altKey) return null;
  if (event.shiftKey && key === "e") return toggleOutline;
  if (key === "f" && !event.shiftKey) return () => show({ picking: { what: "goTo" } });
  if (key === "enter") return () => show({ publishing: true });
  // In a text field these undo what was typed.
  if (isTyping(event.target)) return null;
  if (key === "z") return event.shiftKey ? redoStep : undoStep;
  return key === "y" ? redoStep : null;
}

export function toggleOutline(): void {
  show({ mode: useView.getState().mode === "canvas" ? "outline" : "canvas" });
}

export function toggleSimulate(): void {
  const { simulate } = useView.getState();
  show(simulate ? { simulate: false } : { simulate: true, dock: null });
}
