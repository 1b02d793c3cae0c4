// Cutting a sound: which part of it is kept.

export type Cut = { from: number; to: number };

/** Less than this is no sound. */
export const LEAST_SECONDS = 0.5;

/** Moves one end; the ends never meet, and neither leaves the sound. Tenths of a second are enough. */
export function moved(cut: Cut, end: "from" | "to", to: number, seconds: number): Cut {
  const at = Math.round(to * 10) / 10;
  // A sound that is shorter than the least can only be kept whole.
  if (seconds <= LEAST_SECONDS) return whole(seconds);
  if (end === "from") return { ...cut, from: clamp(at, 0, cut.to - LEAST_SECONDS) };
  return { ...cut, to: clamp(at, cut.from + LEAST_SECONDS, seconds) };
}

export function whole(seconds: number): Cut {
  return { from: 0, to: seconds };
}

/** Whether nothing is cut away that one could hear. */
export function isWhole(cut: Cut, seconds: number): boolean {
  return cut.from < 0.05 && cut.to > seconds - 0.05;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
