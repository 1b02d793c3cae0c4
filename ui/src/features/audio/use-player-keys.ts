// The keys of a player work wherever the focus is, unless they belong to what has it.
import { useEffect, useRef } from "react";
import { isLetterKey, isTyping } from "../../shell/keys";
import { type PlayerDeed, playerDeed } from "./player-keys";

export function usePlayerKeys(act: (deed: PlayerDeed) => void): void {
  useKeys((event, mayUseLetters) => {
    const isLetter = event.key.length === 1 && event.key !== " ";
    const deed = isLetter && !mayUseLetters ? null : playerDeed(event);
    if (deed) act(deed);
    return deed !== null;
  });
}

/** Calls `act` on each key that is free; `true` says that it was used. */
export function useKeys(act: (event: KeyboardEvent, mayUseLetters: boolean) => boolean): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || isElsewhere(event)) return;
      if (latest.current(event, isLetterKey(event))) event.preventDefault();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, []);
}

/** Whether the key belongs to what has the focus: a field, a button that is pressed, a menu. */
function isElsewhere(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return true;
  if (document.querySelector("[role=dialog], [role=alertdialog], [role=menu], .options")) return true;
  const { target, key } = event;
  if (!(target instanceof HTMLElement)) return false;
  if (key === " " && target.closest("button, a, label, summary, [role=switch]")) return true;
  return key.startsWith("Arrow") && target.closest("[role=radiogroup], [role=slider]") !== null;
}
