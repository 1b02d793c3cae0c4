// The keys of the board: which key means what, whatever has the focus.

export type Deed =
  | { do: "move"; by: number }
  | { do: "moveTo"; end: "first" | "last" }
  | { do: "switchCall"; by: 1 | -1 }
  | { do: "act" | "menu" | "takeOver" | "hangUp" | "park" | "clearQuery" | "letGo" };

type Key = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey">;

const PAGE = 10;

/** What a key means; `null` where it means nothing here. Up and down are rows, also among tiles. */
export function deedOf(key: Key, now: { query: string; hasCall: boolean }): Deed | null {
  const main = key.ctrlKey || key.metaKey;
  if (key.altKey) return null;
  switch (key.key) {
    case "ArrowDown":
      return main ? { do: "switchCall", by: 1 } : { do: "move", by: 1 };
    case "ArrowUp":
      return main ? { do: "switchCall", by: -1 } : { do: "move", by: -1 };
  }
  if (main) return null;
  switch (key.key) {
    case "Enter":
      return { do: "act" };
    case "F2":
      return { do: "takeOver" };
    case "F4":
      return { do: "hangUp" };
    case "F8":
      return { do: "park" };
    case "F10":
      return key.shiftKey ? { do: "menu" } : null;
    case "ContextMenu":
      return { do: "menu" };
    case "PageDown":
      return { do: "move", by: PAGE };
    case "PageUp":
      return { do: "move", by: -PAGE };
    case "Home":
      return now.query ? null : { do: "moveTo", end: "first" };
    case "End":
      return now.query ? null : { do: "moveTo", end: "last" };
    case "Escape":
      if (now.query) return { do: "clearQuery" };
      return now.hasCall ? { do: "letGo" } : null;
    default:
      return null;
  }
}

/** Whether a key begins a search wherever the focus is. */
export function beginsSearch(key: string): boolean {
  return /^[\p{L}\p{N}+]$/u.test(key);
}
