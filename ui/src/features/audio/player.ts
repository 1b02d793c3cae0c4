// One sound that can be played: where it is, how fast, and whether it has been heard.
import { useCallback, useEffect, useRef, useState } from "react";
import { create } from "zustand";
import type { Speed } from "./player-keys";

export type Player = {
  state: "paused" | "playing" | "failed";
  /** In seconds. */
  position: number;
  seconds: number;
  speed: Speed;
  toggle: () => void;
  seek: (seconds: number) => void;
  skip: (by: number) => void;
  setSpeed: (speed: Speed) => void;
  /** The element that plays, for what is to be done to its sound; none before it was played. */
  sound: () => HTMLAudioElement | null;
};

export type Playable = {
  /** Where the sound is; nothing is fetched before it is played. */
  src: string | null;
  /** As far as it is known before. */
  seconds: number;
  /** What the sound is of: another file of the same goes on where the last one was. */
  of?: string | number;
  /** Called once for each sound: when it was played to its end, or for long enough to have been heard. */
  onHeard?: () => void;
  startsAtOnce?: boolean;
  /** What is kept of the sound when it is cut: only that is played. */
  range?: { from: number; to: number };
};

/** How long something has to be played to count as heard. */
export const HEARD_SECONDS = 3;
const FRAME_MS = 50;

/** The speed is kept from sound to sound. */
const useSpeed = create<{ speed: Speed }>(() => ({ speed: 1 }));
/** Only one sound is heard at a time. */
let heard: HTMLAudioElement | null = null;

export function usePlayer(playable: Playable): Player {
  const { src, seconds, of, range } = playable;
  const [state, setState] = useState<Player["state"]>("paused");
  const [position, setPosition] = useState(0);
  const [length, setLength] = useState(seconds);
  const speed = useSpeed((now) => now.speed);
  const latest = useRef(playable);
  latest.current = playable;
  const audio = useRef<HTMLAudioElement | null>(null);
  /** Makes the element: a list of hundreds of sounds has none before one of them is played. */
  const made = useRef<(() => HTMLAudioElement) | null>(null);
  const left = useRef<{ of: unknown; at: number; wasPlaying: boolean } | null>(null);

  useEffect(() => {
    const goesOn = of !== undefined && left.current?.of === of ? left.current : null;
    setState("paused");
    setPosition(goesOn?.at ?? 0);
    setLength(seconds);
    if (src === null) return;
    let timer: ReturnType<typeof setInterval> | undefined;
    made.current = () => {
      const sound = elementFor(src);
      audio.current = sound;
      const follow = followed(sound, setPosition, latest);
      sound.addEventListener("play", () => {
        if (heard !== sound) heard?.pause();
        heard = sound;
        setState("playing");
        clearInterval(timer);
        timer = setInterval(follow, FRAME_MS);
      });
      sound.addEventListener("pause", () => {
        clearInterval(timer);
        follow();
        setState((now) => (now === "failed" ? now : "paused"));
      });
      sound.addEventListener("ended", follow);
      sound.addEventListener("seeked", follow);
      sound.addEventListener("durationchange", () => {
        if (Number.isFinite(sound.duration) && sound.duration > 0) setLength(sound.duration);
      });
      sound.addEventListener("error", () => {
        clearInterval(timer);
        setState("failed");
      });
      return sound;
    };
    if (goesOn) goTo(made.current(), goesOn.at);
    if (latest.current.startsAtOnce || goesOn?.wasPlaying) begin(audio.current ?? made.current());
    return () => {
      clearInterval(timer);
      made.current = null;
      const sound = audio.current;
      audio.current = null;
      if (!sound) return;
      left.current = { of, at: sound.currentTime, wasPlaying: !sound.paused };
      letGo(sound);
    };
  }, [src, seconds, of]);

  useEffect(() => {
    if (audio.current) audio.current.playbackRate = speed;
  }, [speed]);

  const seek = useCallback(
    (to: number) => {
      const place = Math.min(length, Math.max(0, to));
      const sound = audio.current ?? made.current?.();
      if (!sound) return;
      setPosition(place);
      goTo(sound, place);
    },
    [length],
  );
  const from = range?.from;
  const to = range?.to;
  const toggle = useCallback(() => {
    const sound = audio.current ?? made.current?.();
    if (!sound) return;
    if (!sound.paused) return sound.pause();
    if (sound.error) {
      setState("paused");
      sound.load();
    }
    const isOutside = (end: number) => sound.currentTime < (from ?? 0) || sound.currentTime >= end - 0.05;
    if (from !== undefined && to !== undefined && isOutside(to)) seek(from);
    begin(sound);
  }, [seek, from, to]);

  return {
    state,
    position,
    seconds: length,
    speed,
    toggle,
    seek,
    skip: (by) => seek((audio.current?.currentTime ?? position) + by),
    setSpeed: (to) => useSpeed.setState({ speed: to }),
    sound: useCallback(() => audio.current, []),
  };
}

function elementFor(src: string): HTMLAudioElement {
  const sound = new Audio();
  sound.preload = "none";
  sound.src = src;
  sound.playbackRate = useSpeed.getState().speed;
  sound.preservesPitch = true;
  return sound;
}

/** Told how far the sound is, it says so, knows when it has been heard, and stops at the end of what is kept. */
function followed(
  sound: HTMLAudioElement,
  onPosition: (at: number) => void,
  latest: React.RefObject<Playable>,
): () => void {
  let played = 0;
  let before = 0;
  let isHeard = false;
  return () => {
    const at = sound.currentTime;
    onPosition(at);
    // Jumps do not count as listening.
    if (at > before && at - before < 1) played += at - before;
    before = at;
    if (!isHeard && (sound.ended || played >= HEARD_SECONDS)) {
      isHeard = true;
      latest.current.onHeard?.();
    }
    const end = latest.current.range?.to;
    if (end !== undefined && at >= end && !sound.paused) sound.pause();
  };
}

function begin(sound: HTMLAudioElement): void {
  // What keeps it from playing is told by its `error` event.
  void sound.play()?.catch(() => {});
}

function goTo(sound: HTMLAudioElement, place: number): void {
  if (sound.readyState > 0) {
    sound.currentTime = place;
    return;
  }
  // Before anything is known of the sound, its place can only be wished for.
  sound.addEventListener("loadedmetadata", () => (sound.currentTime = place), { once: true });
  sound.preload = "metadata";
  sound.load();
}

function letGo(sound: HTMLAudioElement): void {
  sound.pause();
  sound.removeAttribute("src");
  sound.load();
  if (heard === sound) heard = null;
}
