// Recording with the microphone of this computer: speak, hear it, save it.
import { Disc, Mic, Square } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { SoundView } from "../../bindings/sound";
import { Button, Dialog, Duration, Notice, TextField } from "../../design";
import { uploadSound } from "../../live/api";
import { engineNow } from "../../live/store";
import { tell } from "../../live/toasts";
import { day } from "../../text/format";
import { closeSentence, fieldError } from "../../text/refusal";
import { type MicrophoneProblem, type Recording, record } from "./microphone";
import { usePlayer } from "./player";
import { PlayerBar } from "./player-bar";
import { useTakeIn } from "./sounds";
import { peaksOf, SAMPLE_RATE, wavOf } from "./wav";

const MOST_MINUTES = 10;
/** What is not louder than this is no speech. */
const QUIET = 0.02;
const QUIET_AFTER_MS = 2500;

export function MicrophoneDialog(props: { onAdded: (sound: SoundView) => void; onClose: () => void }) {
  const { onAdded, onClose } = props;
  const { t } = useTranslation(["audio", "common"]);
  const takeIn = useTakeIn();
  const [title, setTitle] = useState(() => t("add.suggested", { day: day(engineNow()) }));
  const [recorded, setRecorded] = useState<Float32Array | null>(null);
  const [refusal, setRefusal] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const microphone = useMicrophone(setRecorded);

  const save = async () => {
    if (!recorded || busy) return;
    setBusy(true);
    setRefusal(null);
    try {
      const about = { title: title.trim(), kind: "greeting", from: "microphone" } as const;
      const sound = await uploadSound(wavOf(recorded), about, () => {});
      takeIn(sound);
      tell({ text: t("add.added", { title: sound.title }) });
      onAdded(sound);
    } catch (error) {
      setRefusal(error);
      setBusy(false);
    }
  };
  const titleError = fieldError(refusal, "title");
  return (
    <Dialog
      title={t("microphone.title")}
      isOpen
      isFirm={recorded !== null || microphone.since !== null}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t("common:cancel")}</Button>
          {recorded && (
            <>
              <Button icon={Mic} isDisabled={busy} onPress={() => void microphone.start()}>
                {t("microphone.again")}
              </Button>
              <Button tone="accent" autoFocus isDisabled={busy || !title.trim()} onPress={() => void save()}>
                {t("microphone.save")}
              </Button>
            </>
          )}
        </>
      }
    >
      {refusal !== null && !titleError && <Notice severity="problem">{closeSentence(refusal)}</Notice>}
      {microphone.problem && (
        <Notice severity="problem">{t(`microphone.problems.${microphone.problem}`)}</Notice>
      )}
      <p className="quiet">{t("microphone.lead")}</p>
      <TextField label={t("add.title")} value={title} onChange={setTitle} error={titleError} maxLength={80} />
      {recorded && microphone.since === null ? (
        <Recorded samples={recorded} />
      ) : (
        <div className="microphone">
          {microphone.since === null ? (
            <Button tone="accent" icon={Disc} autoFocus onPress={() => void microphone.start()}>
              {t("microphone.start")}
            </Button>
          ) : (
            <>
              <Button icon={Square} autoFocus onPress={() => void microphone.stop()}>
                {t("microphone.stop")}
              </Button>
              <span className="microphone-now" role="status">
                <span className="microphone-lamp" aria-hidden="true" /> {t("microphone.recording")}{" "}
                <Duration since={microphone.since} />
              </span>
              <meter
                min={0}
                max={1}
                low={QUIET * 5}
                high={0.98}
                optimum={0.5}
                value={microphone.level}
                aria-label={t("microphone.level")}
              />
            </>
          )}
          <p className="quiet">
            {microphone.isQuiet ? t("microphone.quiet") : t("microphone.longest", { minutes: MOST_MINUTES })}
          </p>
        </div>
      )}
    </Dialog>
  );
}

function Recorded({ samples }: { samples: Float32Array }) {
  const { t } = useTranslation("audio");
  const src = useBlobUrl(useMemo(() => wavOf(samples), [samples]));
  const peaks = useMemo(() => peaksOf(samples), [samples]);
  const player = usePlayer({ src, seconds: samples.length / SAMPLE_RATE });
  return <PlayerBar player={player} peaks={peaks} label={t("microphone.result")} />;
}

/** An address for something that is only in this page. */
function useBlobUrl(blob: Blob): string | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    const made = URL.createObjectURL(blob);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return url;
}

function useMicrophone(onRecorded: (samples: Float32Array | null) => void) {
  const [since, setSince] = useState<number | null>(null);
  const [level, setLevel] = useState(0);
  const [problem, setProblem] = useState<MicrophoneProblem | null>(null);
  const [isQuiet, setQuiet] = useState(false);
  const recording = useRef<Recording | null>(null);
  const isOpen = useRef(true);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const stop = async () => {
    clearTimeout(timer.current);
    const own = recording.current;
    recording.current = null;
    if (!own) return;
    try {
      onRecorded(await own.stop());
    } catch (found) {
      setProblem(found as MicrophoneProblem);
    }
    setSince(null);
    setLevel(0);
  };
  const start = async () => {
    setProblem(null);
    onRecorded(null);
    let loudAt = engineNow();
    try {
      const own = await record(
        (loud) => {
          if (loud > QUIET) loudAt = engineNow();
          setLevel(loud);
          setQuiet(engineNow() - loudAt > QUIET_AFTER_MS);
        },
        () => {
          setProblem("failed");
          void stop();
        },
      );
      // The dialog may have been closed while the system asked for permission.
      if (!isOpen.current) return own.drop();
      recording.current = own;
      setSince(engineNow());
      timer.current = setTimeout(() => void stop(), MOST_MINUTES * 60_000);
    } catch (found) {
      setProblem(found as MicrophoneProblem);
    }
  };
  useEffect(() => {
    isOpen.current = true;
    return () => {
      isOpen.current = false;
      clearTimeout(timer.current);
      recording.current?.drop();
      recording.current = null;
    };
  }, []);
  return { since, level, problem, isQuiet, start, stop };
}
