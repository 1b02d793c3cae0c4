// The keys that work on every screen.
import { useEffect } from "react";
import { showOverrideMenu } from "../features/hours/override";
import { usePreferences } from "../live/preferences";
import { redo, undo } from "../live/undo";
import { showPalette } from "./palette";
import { visibleScreens } from "./rail";
import { showShortcuts } from "./shortcuts";

export function useGlobalKeys(navigate: (path: string) => void): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const act = action(event, navigate);
      if (!act) return;
      event.preventDefault();
      act();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [navigate]);
}

function action(event: KeyboardEvent, navigate: (path: string) => void): (() => void) | undefined {
  const key = event.key.toLowerCase();
  const main = event.ctrlKey || event.metaKey;
  if (main && !event.altKey) {
    if (key === "k" && !event.shiftKey) return showPalette;
    if (key === "o" && event.shiftKey) return showOverrideMenu;
    if (/^[1-9]$/.test(key)) {
      const screen = visibleScreens()[Number(key) - 1];
      return screen && (() => navigate(screen.path));
    }
    // Nine screens have a number of their own; the settings come last, and are looked for most.
    if (key === "0") {
      const settings = visibleScreens().find(({ id }) => id === "settings");
      return settings && (() => navigate(settings.path));
    }
    // In a text field these undo what was typed.
    if (isTyping(event.target)) return undefined;
    if (key === "z") return () => void (event.shiftKey ? redo() : undo());
    if (key === "y") return () => void redo();
    return undefined;
  }
  if (event.altKey && key === "arrowleft") return () => history.back();
  if (event.altKey && key === "arrowright") return () => history.forward();
  if (key === "f6") return () => nextRegion(event.shiftKey ? -1 : 1);
  if (key === "?" && isLetterKey(event)) return showShortcuts;
  return undefined;
}

/** Whether a single letter pressed here is meant as a shortcut. */
export function isLetterKey(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return false;
  return usePreferences.getState().letterKeys && !document.querySelector("[role=dialog], [role=alertdialog]");
}

/** Whether what is pressed goes into a field. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) {
    return !["checkbox", "radio", "button", "range", "submit"].includes(target.type);
  }
  return target instanceof HTMLTextAreaElement || target.isContentEditable;
}

/** Moves the focus to the next part of the window; parts are marked by `data-region`. */
function nextRegion(step: 1 | -1): void {
  const regions = [...document.querySelectorAll<HTMLElement>("[data-region]")];
  const here = regions.findLastIndex((region) => region.contains(document.activeElement));
  const from = here < 0 && step < 0 ? 0 : here;
  const next = regions[(from + step + regions.length) % regions.length];
  if (!next) return;
  // What is marked as current may be words only: then the first thing that takes the focus.
  const goals = ["[aria-current]", "input, [tabindex='0'], a[href], button:not([disabled])"].flatMap(
    (goal) => [...next.querySelectorAll<HTMLElement>(goal)],
  );
  const takesFocus = (goal: HTMLElement) => {
    goal.focus();
    return document.activeElement === goal;
  };
  if (!goals.some(takesFocus)) next.focus();
}
