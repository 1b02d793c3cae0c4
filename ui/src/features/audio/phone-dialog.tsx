// Recording by phone: somebody's phones ring, and what is spoken there becomes a sound.
import { PhoneCall } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { SoundId, SoundView } from "../../bindings/sound";
import { Button, ComboBox, Dialog, Notice, TextField } from "../../design";
import { api } from "../../live/api";
import { usePeople } from "../../live/select";
import { useOwnPerson } from "../../live/session";
import { engineNow } from "../../live/store";
import { tell } from "../../live/toasts";
import { day } from "../../text/format";
import { fieldError, sentence } from "../../text/refusal";
import { visible } from "../calls/said";
import { usePlayer } from "./player";
import { PlayerBar } from "./player-bar";
import { useSounds } from "./sounds";

const ASK_MS = 1500;

export function PhoneDialog(props: { onAdded: (sound: SoundView) => void; onClose: () => void }) {
  const { onAdded, onClose } = props;
  const { t } = useTranslation(["audio", "common"]);
  const own = useOwnPerson();
  const people = usePeople();
  const [title, setTitle] = useState(() => t("add.suggested", { day: day(engineNow()) }));
  const [person, setPerson] = useState<string | null>(own === null ? null : String(own));
  const [isRinging, setRinging] = useState(false);
  const [refusal, setRefusal] = useState<unknown>(null);
  // What was recorded comes into the list; nobody tells when.
  const { data } = useSounds(undefined, isRinging ? ASK_MS : false);
  const before = useRef<ReadonlySet<SoundId>>(new Set());
  const arrived = isRinging
    ? data?.find(({ id, madeBy }) => madeBy === "phone" && !before.current.has(id))
    : undefined;
  const [sound, setSound] = useState<SoundView | null>(null);
  useEffect(() => {
    if (!arrived) return;
    setSound(arrived);
    setRinging(false);
  }, [arrived]);

  const ring = async () => {
    setRefusal(null);
    setSound(null);
    try {
      before.current = new Set((await api.sounds()).map(({ id }) => id));
      await api.soundByPhone({ title: title.trim(), person: Number(person) });
      setRinging(true);
    } catch (error) {
      setRefusal(error);
    }
  };
  const titleError = fieldError(refusal, "title");
  return (
    <Dialog
      title={t("phone.title")}
      isOpen
      isFirm={isRinging}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t("common:cancel")}</Button>
          {sound ? (
            <Button
              tone="accent"
              onPress={() => {
                tell({ text: t("add.added", { title: sound.title }) });
                onAdded(sound);
              }}
            >
              {t("common:done")}
            </Button>
          ) : (
            <Button
              tone="accent"
              icon={PhoneCall}
              isDisabled={person === null || !title.trim()}
              onPress={() => void ring()}
            >
              {t(isRinging ? "phone.ringAgain" : "phone.submit")}
            </Button>
          )}
        </>
      }
    >
      {refusal !== null && !titleError && <Notice severity="problem">{sentence(refusal)}</Notice>}
      <p className="quiet">{t("phone.lead")}</p>
      {!sound && (
        <>
          <TextField
            label={t("add.title")}
            value={title}
            onChange={setTitle}
            error={titleError}
            maxLength={80}
            isDisabled={isRinging}
          />
          <ComboBox
            label={t("phone.whose")}
            options={[...people.values()].map(({ id, name, extension }) => ({
              id: String(id),
              label: visible(name),
              ...(extension ? { description: extension } : {}),
            }))}
            value={person}
            onChange={setPerson}
            isDisabled={isRinging}
          />
        </>
      )}
      {isRinging && (
        <Notice title={t("phone.ringing", { name: visible(people.get(Number(person))?.name ?? "") })}>
          {t("phone.ringingNote")}
        </Notice>
      )}
      {sound && <Arrived sound={sound} />}
    </Dialog>
  );
}

function Arrived({ sound }: { sound: SoundView }) {
  const { t } = useTranslation("audio");
  const player = usePlayer({ src: api.soundFile(sound.id), seconds: sound.seconds });
  return (
    <>
      <p role="status">{t("phone.arrived")}</p>
      <PlayerBar player={player} peaks={sound.peaks} label={sound.title} />
    </>
  );
}
