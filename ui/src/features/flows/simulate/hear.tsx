// Hearing what is said at the step that is shown, as far as it is there as sound.
import { Square, Volume2 } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../../../design";
import { api } from "../../../live/api";
import type { Heard, Sound } from "../api";
import { useSimulation } from "./store";

export function HearButton() {
  const { t } = useTranslation("flows");
  const { result, at } = useSimulation();
  const files = result
    ? filesOf(heardUntil(result.hears, result.steps[at]?.tMs, result.steps[at - 1]?.tMs ?? 0))
    : [];
  const [isPlaying, setPlaying] = useState(false);
  const stop = useRef<() => void>(() => {});
  useEffect(() => () => stop.current(), []);
  const toggle = () => {
    if (isPlaying) return stop.current();
    setPlaying(true);
    stop.current = playAll(files, () => setPlaying(false));
  };
  return (
    <IconButton
      icon={isPlaying ? Square : Volume2}
      label={files.length > 0 ? t(isPlaying ? "prompts.stop" : "sim.hear") : t("prompts.noVoice")}
      isDisabled={files.length === 0}
      onPress={toggle}
    />
  );
}

/** What is heard from one moment on until the next step. */
function heardUntil(hears: readonly Heard[], until: number | undefined, from: number): Sound[] {
  const heard = hears.filter(
    ({ atMs }) => atMs >= from && (until === undefined || atMs < Math.max(until, from + 1)),
  );
  return heard.flatMap(({ sounds }) => sounds);
}

function filesOf(sounds: readonly Sound[]): string[] {
  return sounds.flatMap((sound) => {
    if (sound.kind === "uploaded") return [api.soundFile(sound.sound)];
    if (sound.kind !== "phrase") return [];
    const [language, id] = sound.file
      .replace(/\.\w+$/, "")
      .split("/")
      .slice(-2);
    return language && id ? [`/api/prompts/${language}/${id}/sound.wav`] : [];
  });
}

/** One after the other; what cannot be played is left out. */
function playAll(files: readonly string[], onEnd: () => void): () => void {
  const left = [...files];
  let sound: HTMLAudioElement | null = null;
  const next = () => {
    const file = left.shift();
    if (file === undefined) return onEnd();
    sound = new Audio(file);
    sound.onended = next;
    sound.onerror = next;
    void sound.play()?.catch(next);
  };
  next();
  return () => {
    left.length = 0;
    sound?.pause();
    onEnd();
  };
}
