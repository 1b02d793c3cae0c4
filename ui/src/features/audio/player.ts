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
  pause: () => void;
  seek: (seconds: number) => void;
  skip: (by: number) => void;
  setSpeed: (speed: Speed) => void;
  /** The element that plays, for what is to be done to its sound. */
  sound: () => HTMLAudioElement | null;
};

export type Playable = {
  /** Where the sound is; nothing is fetched before it is played. */
  src: string | null;
  /** As far as it is known before. */
  seconds: number;
  /** Called once for each sound: when it was played to its end, or for long enough to have been heard. */
  onHeard?: () => void;
  /** Plays as soon as this changes to true. */
  startsAtOnce?: boolean;
  /** What is kept of the sound when it is cut: playing stops there. */
  range?: { from: number; to: number };
};

/** How long something has to be played to count as heard. */
export const HEARD_SECONDS = 3;
const FRAME_MS = 50;

/** The speed is kept from sound to sound. */
const useSpeed = create<{ speed: Speed }>(() => ({ speed: 1 }));
/** Only one sound is heard at a time. */
let heard: HTMLAudioElement | null = null;

export function usePlayer({ src, seconds, onHeard, startsAtOnce = false, range }: Playable): Player {
  const [state, setState] = useState<Player["state"]>("paused");
  const [position, setPosition] = useState(0);
  const [length, setLength] = useState(seconds);
  const speed = useSpeed((now) => now.speed);
  const audio = useRef<HTMLAudioElement | null>(null);
  const latest = useRef({ onHeard, range });
  latest.current = { onHeard, range };
  const wishes = useRef(startsAtOnce);
  wishes.current = startsAtOnce;

  useEffect(() => {
    setState("paused");
    setPosition(0);
    setLength(seconds);
    if (src === null) return;
    const sound = new Audio();
    sound.preload = "none";
    sound.src = src;
    sound.playbackRate = useSpeed.getState().speed;
    sound.preservesPitch = true;
    audio.current = sound;
    let played = 0;
    let before = 0;
    let isHeard = false;
    let timer: ReturnType<typeof setInterval> | undefined;

    const follow = () => {
      const at = sound.currentTime;
      setPosition(at);
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
    const on = (name: string, act: () => void) => sound.addEventListener(name, act);
    on("play", () => {
      if (heard !== sound) heard?.pause();
      heard = sound;
      setState("playing");
      clearInterval(timer);
      timer = setInterval(follow, FRAME_MS);
    });
    on("pause", () => {
      clearInterval(timer);
      follow();
      setState((now) => (now === "failed" ? now : "paused"));
    });
    on("ended", follow);
    on("seeked", follow);
    on("durationchange", () => {
      if (Number.isFinite(sound.duration) && sound.duration > 0) setLength(sound.duration);
    });
    on("error", () => {
      clearInterval(timer);
      setState("failed");
    });
    if (wishes.current) void sound.play()?.catch(() => {});
    return () => {
      clearInterval(timer);
      sound.pause();
      sound.removeAttribute("src");
      sound.load();
      if (heard === sound) heard = null;
      audio.current = null;
    };
  }, [src, seconds]);

  useEffect(() => {
    if (audio.current) audio.current.playbackRate = speed;
  }, [speed]);

  const seek = useCallback(
    (to: number) => {
      const place = Math.min(length, Math.max(0, to));
      setPosition(place);
      const sound = audio.current;
      if (!sound) return;
      // Before anything is known of the sound, its place can only be wished for.
      if (sound.readyState > 0) sound.currentTime = place;
      else {
        sound.addEventListener("loadedmetadata", () => (sound.currentTime = place), { once: true });
        sound.preload = "metadata";
        sound.load();
      }
    },
    [length],
  );
  const toggle = useCallback(() => {
    const sound = audio.current;
    if (!sound) return;
    if (!sound.paused) return sound.pause();
    const { range } = latest.current;
    if (sound.error) {
      setState("paused");
      sound.load();
    }
    if (range && (sound.currentTime < range.from || sound.currentTime >= range.to - 0.05)) seek(range.from);
    void sound.play()?.catch(() => {});
  }, [seek]);

  return {
    state,
    position,
    seconds: length,
    speed,
    toggle,
    pause: useCallback(() => audio.current?.pause(), []),
    seek,
    skip: (by) => seek((audio.current?.currentTime ?? position) + by),
    setSpeed: (to) => useSpeed.setState({ speed: to }),
    sound: useCallback(() => audio.current, []),
  };
}
