// Letting a voice speak a text: hear it first, then save it.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Volume2 } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { SoundSpeak, SoundView, VoiceView } from "../../bindings/sound";
import { Button, Dialog, Notice, Select, TextField, Waiting } from "../../design";
import { api } from "../../live/api";
import { useOffice } from "../../live/select";
import { engineNow } from "../../live/store";
import { tell } from "../../live/toasts";
import { locale } from "../../text";
import { day } from "../../text/format";
import { fieldError, sentence } from "../../text/refusal";
import { languageName } from "./language";
import { usePlayer } from "./player";
import { PlayerBar } from "./player-bar";
import { forgetSound, useTakeIn } from "./sounds";

type DialogProps = { onAdded: (sound: SoundView) => void; onClose: () => void };

export function SpeakDialog(props: DialogProps) {
  const { t } = useTranslation(["audio", "common"]);
  const voices = useQuery({ queryKey: ["voices"], queryFn: api.voices });
  if (voices.data?.length) return <Speak {...props} voices={voices.data} />;
  return (
    <Dialog title={t("text.title")} isOpen onClose={props.onClose}>
      {voices.error ? (
        <Notice severity="problem">{sentence(voices.error)}</Notice>
      ) : voices.data ? (
        <Notice>{t("text.noVoices")}</Notice>
      ) : (
        <Waiting />
      )}
    </Dialog>
  );
}

function Speak({ voices, onAdded, onClose }: DialogProps & { voices: readonly VoiceView[] }) {
  const { t } = useTranslation(["audio", "common"]);
  const queries = useQueryClient();
  const takeIn = useTakeIn();
  const office = useOffice()?.language ?? locale();
  const languages = [...new Set(voices.map(({ language }) => language))];
  const [language, setLanguage] = useState(() => closest(languages, office));
  const own = voices.filter((voice) => voice.language === language);
  const [voice, setVoice] = useState(own[0]?.id ?? "");
  const [title, setTitle] = useState(() => t("add.suggested", { day: day(engineNow()) }));
  const [text, setText] = useState("");
  const [refusal, setRefusal] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  // What was made to be heard: kept if it is saved as it is, thrown away otherwise.
  const [draft, setDraft] = useState<{ sound: SoundView; of: SoundSpeak } | null>(null);
  const isSaved = useRef(false);
  const wish: SoundSpeak = { title: title.trim(), text: text.trim(), voice };
  const isHeard = draft !== null && draft.of.text === wish.text && draft.of.voice === wish.voice;

  const make = async (): Promise<SoundView> => {
    if (draft && isHeard) return draft.sound;
    if (draft) await api.removeSound(draft.sound.id).catch(() => {});
    const sound = await api.speakSound(wish);
    setDraft({ sound, of: wish });
    return sound;
  };
  const run = async (act: () => Promise<void>) => {
    if (busy) return;
    setBusy(true);
    setRefusal(null);
    try {
      await act();
    } catch (error) {
      setRefusal(error);
    }
    setBusy(false);
  };
  const save = () =>
    run(async () => {
      const made = await make();
      const sound = made.title === wish.title ? made : await api.editSound(made.id, { title: wish.title });
      isSaved.current = true;
      takeIn(sound);
      tell({ text: t("add.added", { title: sound.title }) });
      onAdded(sound);
    });
  const close = () => {
    if (draft && !isSaved.current) {
      void api
        .removeSound(draft.sound.id)
        .catch(() => {})
        .then(() => forgetSound(queries, draft.sound.id));
    }
    onClose();
  };
  const fields = ["title", "text", "voice"] as const;
  const isFieldError = fields.some((field) => fieldError(refusal, field));
  return (
    <Dialog
      title={t("text.title")}
      isOpen
      isFirm={text !== ""}
      onClose={close}
      actions={
        <>
          <Button onPress={close}>{t("common:cancel")}</Button>
          <Button
            icon={Volume2}
            isDisabled={busy || isHeard || !wish.text}
            onPress={() => void run(async () => void (await make()))}
          >
            {t("text.listen")}
          </Button>
          <Button tone="accent" isDisabled={busy || !wish.text || !wish.title} onPress={() => void save()}>
            {t("text.save")}
          </Button>
        </>
      }
    >
      {refusal !== null && !isFieldError && <Notice severity="problem">{sentence(refusal)}</Notice>}
      <TextField
        label={t("text.text")}
        description={t("text.textNote")}
        placeholder={t("text.placeholder")}
        lines={4}
        value={text}
        onChange={setText}
        error={fieldError(refusal, "text")}
        maxLength={2000}
        autoFocus
      />
      <div className="speak-voice">
        <Select
          label={t("text.language")}
          options={languages.map((id) => ({ id, label: languageName(id) }))}
          value={language}
          onChange={(id) => {
            setLanguage(id);
            setVoice(voices.find((one) => one.language === id)?.id ?? "");
          }}
        />
        <Select
          label={t("text.voice")}
          options={own.map(({ id, name }) => ({ id, label: name }))}
          value={voice}
          onChange={setVoice}
          error={fieldError(refusal, "voice")}
        />
      </div>
      <TextField
        label={t("add.title")}
        value={title}
        onChange={setTitle}
        error={fieldError(refusal, "title")}
        maxLength={80}
      />
      {busy && <p role="status">{t("text.making")}</p>}
      {draft && isHeard && <Draft key={draft.sound.id} sound={draft.sound} />}
    </Dialog>
  );
}

function Draft({ sound }: { sound: SoundView }) {
  const player = usePlayer({ src: api.soundFile(sound.id), seconds: sound.seconds, startsAtOnce: true });
  return <PlayerBar player={player} peaks={sound.peaks} label={sound.title} />;
}

/** The language of the office, or one of the same family. */
function closest(languages: readonly string[], wanted: string): string {
  const [family] = wanted.split("-");
  return (
    languages.find((one) => one === wanted) ??
    languages.find((one) => one.split("-")[0] === family) ??
    languages[0] ??
    ""
  );
}
