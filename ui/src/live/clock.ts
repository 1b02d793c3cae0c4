// One clock for every duration on the screen: it ticks while somebody looks at it.
import { useSyncExternalStore } from "react";
import type { Millis } from "../bindings/api";
import { engineNow } from "./store";

type Tick = (now: Millis) => void;

const watching = new Set<Tick>();
let timer: ReturnType<typeof setTimeout> | undefined;

/** Calls `tick` at every full second of the engine's clock until the returned function is called. */
export function watchClock(tick: Tick): () => void {
  watching.add(tick);
  if (watching.size === 1) schedule();
  return () => {
    watching.delete(tick);
    if (watching.size === 0) clearTimeout(timer);
  };
}

/** The time of the engine, every `every` milliseconds. */
export function useNow(every: number = 1000): Millis {
  return useSyncExternalStore(watchClock, () => Math.floor(engineNow() / every) * every);
}

function schedule(): void {
  timer = setTimeout(
    () => {
      const now = engineNow();
      for (const tick of watching) tick(now);
      schedule();
    },
    1000 - (engineNow() % 1000),
  );
}
