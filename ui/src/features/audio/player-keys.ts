// What the keys do to a sound that can be played, on every screen that plays one.

export type PlayerDeed =
  | { do: "toggle" }
  | { do: "skip"; by: number }
  | { do: "speed"; to: Speed }
  | { do: "move"; by: 1 | -1 };

export const SPEEDS = [1, 1.5, 2] as const;
export type Speed = (typeof SPEEDS)[number];

export const SKIP_SECONDS = 5;

/** Space plays and pauses, left and right skip, 1 to 3 set the speed, J and K or the arrows move on. */
export function playerDeed({ key }: { key: string }): PlayerDeed | null {
  switch (key.length === 1 ? key.toLowerCase() : key) {
    case " ":
      return { do: "toggle" };
    case "ArrowLeft":
      return { do: "skip", by: -SKIP_SECONDS };
    case "ArrowRight":
      return { do: "skip", by: SKIP_SECONDS };
    case "1":
    case "2":
    case "3":
      return { do: "speed", to: SPEEDS[Number(key) - 1] as Speed };
    case "j":
    case "ArrowDown":
      return { do: "move", by: 1 };
    case "k":
    case "ArrowUp":
      return { do: "move", by: -1 };
    default:
      return null;
  }
}
