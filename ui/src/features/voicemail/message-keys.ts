// The keys of voicemail: what is playing listens to them, wherever the focus is.
import { useEffect, useMemo, useRef } from "react";
import { isLetterKey, isTyping } from "../../shell/keys";
import { type PlayerDeed, playerDeed } from "../audio/player-keys";

export type MessageDeed = "callBack" | "save" | "forward" | "note" | "remove";
type Acts = { player: (deed: PlayerDeed) => void; deed: (deed: MessageDeed) => void };

/** What the chosen message does on a key; it signs itself up. */
export type MessageKeys = { current: Acts | null };

const DEEDS: Record<string, MessageDeed> = {
  c: "callBack",
  e: "save",
  f: "forward",
  n: "note",
  Delete: "remove",
};

/** What a key means here, or nothing. Letters and digits only count where nothing is typed. */
export function messageDeed(
  event: Pick<KeyboardEvent, "key">,
  mayUseLetters: boolean,
): { player: PlayerDeed } | { deed: MessageDeed } | null {
  const isLetter = event.key.length === 1 && event.key !== " ";
  if (isLetter && !mayUseLetters) return null;
  const deed = DEEDS[isLetter ? event.key.toLowerCase() : event.key];
  if (deed) return { deed };
  const player = playerDeed(event);
  return player && { player };
}

export function useMessageKeys(list: {
  move: (by: 1 | -1) => void;
  /** Chooses the first message when there is none yet. */
  begin: () => void;
  hasMessage: boolean;
}): MessageKeys {
  const acts = useMemo((): MessageKeys => ({ current: null }), []);
  const latest = useRef(list);
  latest.current = list;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || isElsewhere(event)) return;
      const meant = messageDeed(event, isLetterKey(event));
      if (!meant) return;
      const { move, begin, hasMessage } = latest.current;
      if ("player" in meant && meant.player.do === "move") move(meant.player.by);
      else if (!hasMessage) begin();
      else if ("player" in meant) acts.current?.player(meant.player);
      else acts.current?.deed(meant.deed);
      event.preventDefault();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, [acts]);
  return acts;
}

/** Whether the key belongs to what has the focus: a field, a button that is pressed, a menu. */
function isElsewhere(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return true;
  if (document.querySelector("[role=dialog], [role=alertdialog], [role=menu], .options")) return true;
  const { target, key } = event;
  if (!(target instanceof HTMLElement)) return false;
  if ((key === " " || key === "Enter") && target.closest("button, a, [role=switch]")) return true;
  return key.startsWith("Arrow") && target.closest("[role=radiogroup], [role=slider]") !== null;
}
