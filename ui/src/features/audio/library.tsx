// The library: all sounds as rows, and beside them the one that is listened to and cut.
import { MicVocal, Music2, Music as Sign } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation, useSearch } from "wouter";
import type { SoundId, SoundView } from "../../bindings/sound";
import { Button, EmptyState, Notice, RadioGroup, SearchField, Waiting, WaveShape } from "../../design";
import { matches } from "../../shell/match";
import { list, running } from "../../text/format";
import { sentence } from "../../text/refusal";
import { visible } from "../calls/said";
import { AddSoundButton, type Source, SourceDialog, useSource } from "./add-sound";
import { SoundEditor } from "./sound-editor";
import { useSounds } from "./sounds";
import { Uploads, useUploads } from "./uploads";
import { useDropFiles } from "./use-drop-files";
import { useUsers } from "./used-by";

type Kind = "all" | SoundView["kind"];

export function Library({ chosen }: { chosen: SoundId | null }) {
  const { t } = useTranslation(["audio", "common"]);
  const [path, navigate] = useLocation();
  const search = new URLSearchParams(useSearch());
  const { sounds, error, isPending, refetch } = useSounds();
  const [query, setQuery] = useState("");
  const [kind, setKind] = useState<Kind>(search.get("kind") === "music" ? "music" : "all");
  const open = (id: SoundId | null) => navigate(id === null ? "/audio" : `/audio/${id}`);
  const uploads = useUploads(kind === "music" ? "music" : "greeting", ({ id }) => open(id));
  const [source, setSource] = useSource();
  const isOver = useDropFiles(uploads.add);
  const listBox = useRef<HTMLDivElement>(null);

  // `?add=text`, as the palette leads here.
  const asked = search.get("add");
  useEffect(() => {
    if (asked !== "microphone" && asked !== "phone" && asked !== "text") return;
    setSource(asked satisfies Source);
    navigate(path, { replace: true });
  }, [asked, path, navigate, setSource]);

  const shown = sounds.filter(
    (sound) =>
      (kind === "all" || sound.kind === kind) &&
      (!query.trim() || matches(query, sound.title, sound.text ?? "") > 0),
  );
  const sound = sounds.find(({ id }) => id === chosen);
  const add = (
    <AddSoundButton
      kind={kind === "music" ? "music" : "greeting"}
      onFiles={uploads.add}
      onSource={setSource}
    />
  );
  return (
    <div className="audio" data-panel={sound !== undefined || undefined}>
      <div className="audio-main">
        {sounds.length > 0 && (
          <div className="audio-tools">
            <SearchField label={t("find")} value={query} onChange={setQuery} />
            <RadioGroup
              bare
              segments
              label={t("filters.label")}
              options={(["all", "greeting", "music"] as const).map((id) => ({
                id,
                label: t(`filters.${id}`),
              }))}
              value={kind}
              onChange={setKind}
            />
            <span className="audio-add">{add}</span>
          </div>
        )}
        <Uploads uploads={uploads} />
        {error && sounds.length === 0 && (
          <div className="audio-notice">
            <Notice
              severity="problem"
              title={t("refused")}
              actions={<Button onPress={() => void refetch()}>{t("common:retry")}</Button>}
            >
              {sentence(error)}
            </Notice>
          </div>
        )}
        {isPending && <Waiting />}
        {!isPending && !error && sounds.length === 0 && (
          <EmptyState icon={Sign} title={t("empty.title")} action={add}>
            {t("empty.body")}
          </EmptyState>
        )}
        {sounds.length > 0 && shown.length === 0 && (
          <EmptyState
            title={t("empty.noMatch")}
            action={
              <Button
                onPress={() => {
                  setQuery("");
                  setKind("all");
                }}
              >
                {t("empty.showAll")}
              </Button>
            }
          >
            {t("empty.noMatchBody")}
          </EmptyState>
        )}
        {shown.length > 0 && <SoundRows sounds={shown} chosen={chosen} onChoose={open} listRef={listBox} />}
      </div>
      {sound && (
        <SoundEditor
          key={sound.id}
          sound={sound}
          onMove={(by) => {
            const next = shown[shown.indexOf(sound) + by];
            if (next) open(next.id);
          }}
          onClose={() => {
            open(null);
            listBox.current?.focus();
          }}
        />
      )}
      {isOver && <div className="audio-drop">{t("dropHere")}</div>}
      {source && (
        <SourceDialog
          source={source}
          onClose={() => setSource(null)}
          onAdded={({ id }) => {
            setSource(null);
            open(id);
          }}
        />
      )}
    </div>
  );
}

const KIND_SIGNS = { greeting: MicVocal, music: Music2 } as const;

function SoundRows(props: {
  sounds: readonly SoundView[];
  chosen: SoundId | null;
  onChoose: (id: SoundId) => void;
  listRef: React.Ref<HTMLDivElement>;
}) {
  const { sounds, chosen, onChoose, listRef } = props;
  const { t } = useTranslation("audio");
  const onKeyDown = (event: React.KeyboardEvent) => {
    const place = sounds.findIndex(({ id }) => id === chosen);
    const end = sounds.length - 1;
    const to = {
      ArrowDown: Math.min(end, place + 1),
      ArrowUp: Math.max(0, place - 1),
      Home: 0,
      End: end,
    }[event.key];
    const next = to === undefined ? undefined : sounds[to];
    if (!next) return;
    event.preventDefault();
    onChoose(next.id);
  };
  return (
    <div className="sound-list">
      <div className="sound-heads sound-grid" aria-hidden="true">
        <span>{t("columns.title")}</span>
        <span />
        <span className="sound-length">{t("columns.length")}</span>
        <span className="sound-made">{t("columns.madeBy")}</span>
        <span>{t("columns.usedBy")}</span>
      </div>
      <div
        className="sound-rows"
        ref={listRef}
        role="listbox"
        tabIndex={0}
        aria-label={t("list")}
        aria-activedescendant={sounds.some(({ id }) => id === chosen) ? `sound-${chosen}` : undefined}
        onKeyDown={onKeyDown}
      >
        {sounds.map((sound) => (
          <SoundRow key={sound.id} sound={sound} isChosen={sound.id === chosen} onChoose={onChoose} />
        ))}
      </div>
    </div>
  );
}

function SoundRow(props: { sound: SoundView; isChosen: boolean; onChoose: (id: SoundId) => void }) {
  const { sound, isChosen, onChoose } = props;
  const { t } = useTranslation("audio");
  const users = useUsers(sound);
  const Kind = KIND_SIGNS[sound.kind];
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are handled by the list, which keeps the focus
    <div
      id={`sound-${sound.id}`}
      role="option"
      aria-selected={isChosen}
      className="sound-row sound-grid"
      onClick={() => onChoose(sound.id)}
    >
      <span className="sound-title">
        <Kind size={15} strokeWidth={1.75} aria-hidden="true" />
        <span className="unseen">{t(`kinds.${sound.kind}`)}</span>
        <bdi className="cut">{visible(sound.title)}</bdi>
      </span>
      <span className="sound-shape">
        <WaveShape peaks={sound.peaks} />
      </span>
      <span className="sound-length number quiet">{running(sound.seconds * 1000)}</span>
      <span className="sound-made cut quiet">{t(`madeBy.${sound.madeBy}`)}</span>
      <span className="cut quiet">{users.length ? list(users) : t("unused")}</span>
    </div>
  );
}
