// The sounds of the office, asked once and kept for every screen that offers them.
import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Millis } from "../../bindings/api";
import type { SoundId, SoundView } from "../../bindings/sound";
import { api } from "../../live/api";
import { engineNow } from "../../live/store";

const SOUNDS = ["sounds"] as const;
const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** The shape of a sound that has just come is still being looked at: it is asked for again. */
const SHAPE_MS = 2000;
const SHAPED_WITHIN_MS = 60_000;

export function isBeingShaped(peaks: readonly number[], since: Millis): boolean {
  return peaks.length === 0 && engineNow() - since < SHAPED_WITHIN_MS;
}

export function useSounds(kind?: SoundView["kind"], askEvery: number | false = false) {
  const query = useQuery({
    queryKey: SOUNDS,
    queryFn: api.sounds,
    refetchInterval: ({ state }) => {
      const isUnfinished = state.data?.some(({ peaks, addedAt }) => isBeingShaped(peaks, addedAt));
      return askEvery || (isUnfinished ? SHAPE_MS : false);
    },
  });
  const sounds = useMemo(
    () =>
      (query.data ?? [])
        .filter((sound) => !kind || sound.kind === kind)
        .sort((a, b) => collator.compare(a.title, b.title)),
    [query.data, kind],
  );
  return { ...query, sounds };
}

export function useSound(id: SoundId | null): SoundView | undefined {
  return useSounds().data?.find((sound) => sound.id === id);
}

/** Puts a sound that is new or changed into what is known, before it is asked for again. */
export function useTakeIn(): (sound: SoundView) => void {
  const queries = useQueryClient();
  return (sound) => {
    queries.setQueryData<SoundView[]>(SOUNDS, (old) =>
      old ? [...old.filter(({ id }) => id !== sound.id), sound] : old,
    );
    void queries.invalidateQueries({ queryKey: SOUNDS });
  };
}

export function forgetSound(queries: QueryClient, gone: SoundId): void {
  queries.setQueryData<SoundView[]>(SOUNDS, (old) => old?.filter(({ id }) => id !== gone));
  void queries.invalidateQueries({ queryKey: SOUNDS });
}
