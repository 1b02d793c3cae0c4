// Hearing what is said at the step that is shown.
import { Square, Volume2 } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { SoundId } from "../../../bindings/api";
import { IconButton } from "../../../design";
import { api } from "../../../live/api";
import { useLive } from "../../../live/store";
import { tellRefused } from "../../../live/toasts";
import { SAMPLE_RATE, wavOf } from "../../audio/wav";
import { flowsApi, type Heard, type Sound } from "../api";
import { useSimulation } from "./store";

export function HearButton() {
  const { t } = useTranslation("flows");
  const { result, at } = useSimulation();
  const sounds = result
    ? heardUntil(result.hears, result.steps[at]?.tMs, result.steps[at - 1]?.tMs ?? 0)
    : [];
  const isSilent = !sounds.some(isHeard);
  const [isPlaying, setPlaying] = useState(false);
  const playing = useRef<AbortController | null>(null);
  // Another step, another call: what is being said belongs to the one before.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => () => playing.current?.abort(), [result, at]);
  const toggle = () => {
    if (isPlaying) return playing.current?.abort();
    const stop = new AbortController();
    playing.current = stop;
    setPlaying(true);
    void playAll(sounds, stop.signal)
      .catch((why) => stop.signal.aborted || tellRefused(why))
      .finally(() => setPlaying(false));
  };
  return (
    <IconButton
      icon={isPlaying ? Square : Volume2}
      label={t(isSilent ? "sim.nothingSaid" : isPlaying ? "prompts.stop" : "sim.hear")}
      isDisabled={isSilent}
      onPress={toggle}
    />
  );
}

/** What is heard from one moment on until the next step. */
export function heardUntil(hears: readonly Heard[], until: number | undefined, from: number): Sound[] {
  const heard = hears.filter(
    ({ atMs }) => atMs >= from && (until === undefined || atMs < Math.max(until, from + 1)),
  );
  return heard.flatMap(({ sounds }) => sounds);
}

/** What callers have said themselves in a call that is only tried is not there to be heard. */
function isHeard(sound: Sound): boolean {
  if (sound.kind === "ofMailbox") return greetingOf(sound) !== null;
  return sound.kind !== "silence" && sound.kind !== "clip" && sound.kind !== "ownMessage";
}

/** The sound of a mailbox's own greeting, or of its name; `null` once it has none any more. */
function greetingOf({ mailbox, greeting }: Sound & { kind: "ofMailbox" }): SoundId | null {
  const own = useLive.getState().mailboxes.get(mailbox)?.greetings;
  return (greeting === "away" ? own?.away?.sound : own?.[greeting]) ?? null;
}

/** One after the other, as callers hear it. */
async function playAll(sounds: readonly Sound[], stop: AbortSignal): Promise<void> {
  for (const sound of sounds) {
    if (stop.aborted) return;
    await heard(sound, stop);
  }
}

async function heard(sound: Sound, stop: AbortSignal): Promise<void> {
  switch (sound.kind) {
    case "uploaded":
      return played(api.soundFile(sound.sound), stop);
    case "phrase":
      return played(flowsApi.phraseFile(sound.file), stop);
    case "speech":
      return blob(await flowsApi.speech(sound, undefined, stop), stop);
    case "name":
      return blob(await flowsApi.speech(sound.speech, sound.person, stop), stop);
    case "ofMailbox": {
      const greeting = greetingOf(sound);
      return greeting === null ? undefined : played(api.soundFile(greeting), stop);
    }
    case "beep":
      return blob(tone(), stop);
    case "silence":
      return pause(sound.ms, stop);
    case "clip":
    case "ownMessage":
      return;
  }
}

async function blob(file: Blob, stop: AbortSignal): Promise<void> {
  if (stop.aborted) return;
  const address = URL.createObjectURL(file);
  try {
    await played(address, stop);
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** After which to speak. */
function tone(): Blob {
  const wave = (_: unknown, at: number) =>
    TONE_LOUDNESS * Math.sin((2 * Math.PI * TONE_HZ * at) / SAMPLE_RATE);
  return wavOf(Float32Array.from({ length: (SAMPLE_RATE * TONE_MS) / 1000 }, wave));
}

/** Until its end, until it is stopped, or at once if it cannot be played. */
function played(src: string, stop: AbortSignal): Promise<void> {
  const sound = new Audio(src);
  return new Promise((resolve) => {
    const over = () => {
      sound.pause();
      resolve();
    };
    sound.onended = over;
    sound.onerror = over;
    stop.addEventListener("abort", over, { once: true });
    sound.play().catch(over);
  });
}

function pause(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    stop.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}

/** As calls have it. */
const TONE_HZ = 1000;
const TONE_MS = 300;
const TONE_LOUDNESS = 0.25;
