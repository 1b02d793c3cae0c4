// The states of a mode from the lines they are typed in: what call flows know a state by stays when it is renamed.
import type { ModeState } from "../hours/api";

/** A new state has no id yet: the engine chooses one. */
export function statesOf(text: string, before: readonly ModeState[]): ModeState[] {
  const names = [...new Set(text.split("\n").map((line) => line.trim()))].filter(Boolean);
  return names.map((name, place) => {
    const same = before.find((state) => state.name === name);
    if (same) return same;
    // A line in the place of one that is gone is that one with another name.
    const renamed = before[place];
    const isGone = renamed !== undefined && !names.includes(renamed.name);
    return { id: isGone ? renamed.id : "", name };
  });
}
