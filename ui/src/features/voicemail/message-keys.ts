// The keys of voicemail: the chosen message listens to them, wherever the focus is.
import { useMemo } from "react";
import { type PlayerDeed, playerDeed } from "../audio/player-keys";
import { useKeys } from "../audio/use-player-keys";

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
  /** Where no message is chosen yet, Space plays the newest. */
  playNewest: () => void;
}): MessageKeys {
  const acts = useMemo((): MessageKeys => ({ current: null }), []);
  useKeys((event, mayUseLetters) => {
    const meant = messageDeed(event, mayUseLetters);
    if (!meant) return false;
    if ("deed" in meant) acts.current?.deed(meant.deed);
    else if (meant.player.do === "move") list.move(meant.player.by);
    else if (acts.current) acts.current.player(meant.player);
    else if (meant.player.do === "toggle") list.playNewest();
    return true;
  });
  return acts;
}
