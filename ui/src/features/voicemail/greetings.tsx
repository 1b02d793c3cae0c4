// What callers hear of a mailbox: one greeting for each occasion, chosen, recorded, uploaded or spoken.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearch } from "wouter";
import type { MailboxView, SoundId, SoundView } from "../../bindings/sound";
import { Button, Dialog, EmptyState, Notice, RowItem, Rows, Section, TextField, Waiting } from "../../design";
import { api } from "../../live/api";
import { engineNow } from "../../live/store";
import { tellRefused } from "../../live/toasts";
import { day, running } from "../../text/format";
import { sentence } from "../../text/refusal";
import { AddSoundButton, SourceDialog, useSource } from "../audio/add-sound";
import { usePlayer } from "../audio/player";
import { PlayButton } from "../audio/player-bar";
import { useSound, useSounds } from "../audio/sounds";
import { Uploads, useUploads } from "../audio/uploads";
import { visible } from "../calls/said";
import { saveBox } from "./box-edits";
import { dateOf, endOfDay } from "./days";

const KINDS = ["standard", "name", "busy", "closed", "away"] as const;
export type GreetingKind = (typeof KINDS)[number];

export function Greetings({ box }: { box: MailboxView }) {
  const { t } = useTranslation("voicemail");
  return (
    <Section title={t("settings.greetings")} lead={t("settings.greetingsLead")}>
      <Rows label={t("settings.greetings")}>
        {KINDS.map((kind) => (
          <Greeting key={kind} box={box} kind={kind} />
        ))}
      </Rows>
    </Section>
  );
}

function soundIn(box: MailboxView, kind: GreetingKind): SoundId | null {
  return kind === "away" ? (box.greetings.away?.sound ?? null) : box.greetings[kind];
}

function Greeting({ box, kind }: { box: MailboxView; kind: GreetingKind }) {
  const { t } = useTranslation("voicemail");
  const sound = useSound(soundIn(box, kind));
  const asked = new URLSearchParams(useSearch()).get("greeting");
  const [choosing, setChoosing] = useState(asked === kind);
  const { away } = box.greetings;
  const until = kind === "away" && away?.until ? t("settings.awayUntil", { day: day(away.until) }) : "";
  const usual = {
    standard: t("settings.none"),
    name: t("settings.none"),
    busy: t("settings.asStandard"),
    closed: t("settings.asStandard"),
    away: t("settings.noneAway"),
  }[kind];
  return (
    <RowItem title={t(`settings.kinds.${kind}`)} note={t(`settings.kindNotes.${kind}`)}>
      <span className="greeting-now cut">
        {sound ? (
          <>
            {visible(sound.title)}
            <span className="quiet"> {until || running(sound.seconds * 1000)}</span>
          </>
        ) : (
          <span className="quiet">{usual}</span>
        )}
      </span>
      {sound && <PlaySound sound={sound} />}
      <Button
        size="small"
        aria-label={`${t("settings.choose")}: ${t(`settings.kinds.${kind}`)}`}
        onPress={() => setChoosing(true)}
      >
        {t("settings.choose")}
      </Button>
      {choosing && <ChooseGreeting box={box} kind={kind} onClose={() => setChoosing(false)} />}
    </RowItem>
  );
}

function PlaySound({ sound }: { sound: SoundView }) {
  const player = usePlayer({ src: api.soundFile(sound.id), seconds: sound.seconds });
  return <PlayButton player={player} name={visible(sound.title)} />;
}

function ChooseGreeting(props: { box: MailboxView; kind: GreetingKind; onClose: () => void }) {
  const { box, kind, onClose } = props;
  const { t } = useTranslation(["voicemail", "common"]);
  const { sounds, error, isPending } = useSounds("greeting");
  const now = soundIn(box, kind);
  const [chosen, setChosen] = useState<SoundId | null>(now);
  const [until, setUntil] = useState(() => dateOf(box.greetings.away?.until ?? engineNow() + 7 * 86_400_000));
  const [source, setSource] = useSource();
  const uploads = useUploads("greeting", (sound) => setChosen(sound.id));
  const end = endOfDay(until);
  const canUse = chosen !== null && (kind !== "away" || (end !== null && end > engineNow()));

  const use = (sound: SoundId | null) => {
    const greetings = { ...box.greetings };
    if (kind !== "away") greetings[kind] = sound;
    else greetings.away = sound !== null && end !== null ? { sound, until: end } : null;
    void saveBox(box, { greetings }).then(onClose, tellRefused);
  };
  return (
    <Dialog
      title={t("settings.chooseTitle", { kind: t(`settings.kinds.${kind}`), name: box.name })}
      isOpen
      onClose={onClose}
      actions={
        <>
          {now !== null && (
            <Button tone="quiet" onPress={() => use(null)}>
              {t("settings.usual")}
            </Button>
          )}
          <Button onPress={onClose}>{t("common:cancel")}</Button>
          <Button tone="accent" isDisabled={!canUse} onPress={() => chosen !== null && use(chosen)}>
            {t("settings.use")}
          </Button>
        </>
      }
    >
      <div className="greeting-head">
        <span className="field-label">{t("settings.library")}</span>
        <AddSoundButton
          kind="greeting"
          tone="plain"
          label={t("settings.newOne")}
          onFiles={uploads.add}
          onSource={setSource}
        />
      </div>
      <Uploads uploads={uploads} />
      {error && <Notice severity="problem">{sentence(error)}</Notice>}
      {isPending && <Waiting />}
      {sounds.length === 0 && !isPending && !error && <EmptyState title={t("settings.noSounds")} />}
      {sounds.length > 0 && (
        <div className="greeting-choice" role="radiogroup" aria-label={t("settings.library")}>
          {sounds.map((sound) => (
            <div key={sound.id} className="greeting-line">
              <label className="tick" data-selected={chosen === sound.id || undefined}>
                <input
                  type="radio"
                  className="unseen"
                  name="greeting"
                  checked={chosen === sound.id}
                  onChange={() => setChosen(sound.id)}
                />
                <span className="tick-box radio-box" />
                <span>
                  {visible(sound.title)} <span className="quiet number">{running(sound.seconds * 1000)}</span>
                </span>
              </label>
              <PlaySound sound={sound} />
            </div>
          ))}
        </div>
      )}
      {kind === "away" && (
        <TextField
          label={t("settings.until")}
          description={t("settings.untilNote")}
          type="date"
          value={until}
          onChange={setUntil}
        />
      )}
      {source && (
        <SourceDialog
          source={source}
          onClose={() => setSource(null)}
          onAdded={(sound) => {
            setSource(null);
            setChosen(sound.id);
          }}
        />
      )}
    </Dialog>
  );
}
