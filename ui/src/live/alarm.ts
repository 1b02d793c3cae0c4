// The alarm of this window: it sounds once when a fuse blows or somebody calls for help, and can be silenced.
import { create } from "zustand";
import { type Live, useLive } from "./store";

/** How long it sounds, in seconds. */
const LASTS = 8;
/** Two tones in turn, as of a siren: they are heard beside a telephone that rings. */
const TONES_HZ = [880, 660] as const;
const TONE_SECONDS = 0.4;
const LOUDNESS = 0.25;

/** Whether it sounds now. */
export const useAlarm = create<{ sounds: boolean }>(() => ({ sounds: false }));

let stop: (() => void) | null = null;

/** Watches what the engine tells; gives the way to stop watching. */
export function watchForAlarms(sound: () => () => void = siren): () => void {
  let known: ReadonlySet<string> | null = null;
  let before: Live | null = null;
  const look = (live: Live) => {
    // Nothing is known before the first snapshot.
    if (live.epoch === null) return;
    if (before?.fuses === live.fuses && before.emergencies === live.emergencies) return;
    before = live;
    const all = alarmsIn(live);
    // What had blown before this window opened is shown, and alarms nobody now. Help is another matter.
    const isNew = all.some((id) => (known ? !known.has(id) : id.startsWith(HELP)));
    known = new Set(all);
    if (isNew) begin(sound);
  };
  look(useLive.getState());
  const unsubscribe = useLive.subscribe(look);
  return () => {
    unsubscribe();
    silence();
  };
}

/** Ends the sound; what it was for is still to be seen. */
export function silence(): void {
  stop?.();
  stop = null;
  useAlarm.setState({ sounds: false });
}

const HELP = "help ";

function alarmsIn({ fuses, emergencies }: Live): string[] {
  const blown = [...fuses.values()].filter((fuse) => fuse.blown).map(({ id }) => `fuse ${id}`);
  const help = [...emergencies.values()].filter(({ endedAt }) => endedAt === null);
  return [...blown, ...help.map(({ id }) => HELP + id)];
}

function begin(sound: () => () => void): void {
  silence();
  const end = sound();
  const over = setTimeout(silence, LASTS * 1000);
  stop = () => {
    clearTimeout(over);
    end();
  };
  useAlarm.setState({ sounds: true });
}

/** Sounds until it is told to end; a browser that plays nothing before the first click keeps silent. */
function siren(): () => void {
  if (typeof AudioContext === "undefined") return () => {};
  const context = new AudioContext();
  const tone = context.createOscillator();
  const gain = context.createGain();
  gain.gain.value = LOUDNESS;
  for (let at = 0; at < LASTS / TONE_SECONDS; at += 1) {
    tone.frequency.setValueAtTime(TONES_HZ[at % 2] ?? TONES_HZ[0], context.currentTime + at * TONE_SECONDS);
  }
  tone.connect(gain).connect(context.destination);
  tone.start();
  void context.resume().catch(() => {});
  return () => void context.close().catch(() => {});
}
