// The states of a mode from the lines they are typed in: what call flows know a state by stays when it is renamed.
import type { ModeState } from "../hours/api";

const LONGEST_ID = 32;

export function statesOf(text: string, before: readonly ModeState[]): ModeState[] {
  const names = [...new Set(text.split("\n").map((line) => line.trim()))].filter(Boolean);
  const taken = new Set<string>();
  const found = names.map((name): ModeState | null => {
    const same = before.find((state) => state.name === name);
    if (same) taken.add(same.id);
    return same ?? null;
  });
  return names.map((name, place) => {
    const same = found[place];
    if (same) return same;
    // A line in the place of one that is gone is that one with another name.
    const renamed = before[place];
    const id = renamed && !taken.has(renamed.id) ? renamed.id : freshId(name, taken, before);
    taken.add(id);
    return { id, name };
  });
}

/** Letters, digits and strokes; no two states have one. */
function freshId(name: string, taken: ReadonlySet<string>, before: readonly ModeState[]): string {
  const plain = name
    .normalize("NFD")
    .replace(/\p{Mark}/gu, "")
    .replace(/[^a-zA-Z0-9]+/g, "_");
  const base =
    plain
      .replace(/^_+|_+$/g, "")
      .toLowerCase()
      .slice(0, LONGEST_ID - 3) || "state";
  const isFree = (id: string) => !taken.has(id) && !before.some((state) => state.id === id);
  let id = base;
  for (let number = 2; !isFree(id); number += 1) id = `${base}_${number}`;
  return id;
}
