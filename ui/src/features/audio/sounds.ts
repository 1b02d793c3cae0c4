// The sounds of the office, asked once and kept for every screen that offers them.
import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import type { SoundId, SoundView } from "../../bindings/sound";
import { api } from "../../live/api";

const SOUNDS = ["sounds"] as const;
const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

export function useSounds(kind?: SoundView["kind"], refetchInterval: number | false = false) {
  const query = useQuery({ queryKey: SOUNDS, queryFn: api.sounds, refetchInterval });
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
