// One sound beside the library: heard, renamed, cut, deleted.
import { useQueryClient } from "@tanstack/react-query";
import { Download, Scissors, Trash2, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { SoundView } from "../../bindings/sound";
import { AlertDialog, Button, Facts, IconButton, Notice, Section, Switch, TextField } from "../../design";
import { api } from "../../live/api";
import { tell, tellRefused } from "../../live/toasts";
import { perform } from "../../live/undo";
import { bytes, day, lasting, list } from "../../text/format";
import { visible } from "../calls/said";
import { useDraft } from "../settings/draft";
import { usePlayer } from "./player";
import { PlayerBar } from "./player-bar";
import { forgetSound, useTakeIn } from "./sounds";
import { isWhole, moved, whole } from "./trim";
import { usePlayerKeys } from "./use-player-keys";
import { useUsers } from "./used-by";

type EditorProps = {
  sound: SoundView;
  /** To the sound before or after it. */
  onMove: (by: 1 | -1) => void;
  onClose: () => void;
};

export function SoundEditor({ sound, onMove, onClose }: EditorProps) {
  const { t } = useTranslation("audio");
  const title = visible(sound.title);
  const isOurs = sound.madeBy !== "builtIn";
  const users = useUsers(sound);
  return (
    <aside
      className="sound-editor"
      aria-label={t("editor.label", { title })}
      data-region=""
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.defaultPrevented) return;
        event.preventDefault();
        onClose();
      }}
    >
      <header className="panel-head">
        <h2>
          <bdi>{title}</bdi>
        </h2>
        <IconButton icon={X} label={t("editor.close")} keys="Esc" onPress={onClose} />
      </header>
      <div className="sound-body">
        <Listen sound={sound} onMove={onMove} />
        {isOurs && <Title sound={sound} />}
        {sound.text && (
          <Section title={t("editor.text")}>
            <p className="sound-text">{visible(sound.text)}</p>
          </Section>
        )}
        <Facts
          facts={[
            [t("editor.facts.kind"), t(`kinds.${sound.kind}`)],
            [t("editor.facts.madeBy"), t(`madeBy.${sound.madeBy}`)],
            ...(sound.voice ? [[t("editor.facts.voice"), sound.voice] as const] : []),
            [t("editor.facts.length"), lasting(sound.seconds * 1000)],
            [t("editor.facts.size"), bytes(sound.bytes)],
            ...(isOurs ? [[t("editor.facts.added"), day(sound.addedAt)] as const] : []),
            [t("editor.usedBy"), users.length ? list(users) : t("unused")],
          ]}
        />
        <div className="sound-acts">
          <a
            className="button"
            data-tone="plain"
            href={api.soundFile(sound.id)}
            download={`${sound.title}.wav`}
          >
            <Download size={15} strokeWidth={1.75} aria-hidden="true" />
            <span className="button-text">{t("editor.download")}</span>
          </a>
          {isOurs && <Remove sound={sound} users={users} onRemoved={onClose} />}
        </div>
        {!isOurs && <p className="quiet">{t("editor.builtIn")}</p>}
      </div>
    </aside>
  );
}

function Listen({ sound, onMove }: Pick<EditorProps, "sound" | "onMove">) {
  const { t } = useTranslation("audio");
  const [asCaller, setAsCaller] = useState(false);
  const [cut, setCut] = useState(() => whole(sound.seconds));
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const takeIn = useTakeIn();
  // After it was cut it is another file: the address says so, lest a kept one be played.
  const src = `${api.soundFile(sound.id, asCaller)}${asCaller ? "&" : "?"}of=${sound.bytes}`;
  const player = usePlayer({
    src,
    seconds: sound.seconds,
    of: sound.bytes,
    range: cut,
  });
  usePlayerKeys((deed) => {
    if (deed.do === "toggle") player.toggle();
    else if (deed.do === "skip") player.skip(deed.by);
    else if (deed.do === "speed") player.setSpeed(deed.to);
    else onMove(deed.by);
  });
  const isOurs = sound.madeBy !== "builtIn";
  const isCut = !isWhole(cut, sound.seconds);
  const length = lasting((cut.to - cut.from) * 1000);
  const save = async () => {
    setBusy(true);
    try {
      const saved = await api.editSound(sound.id, { title: sound.title, from: cut.from, to: cut.to });
      takeIn(saved);
      setCut(whole(saved.seconds));
      tell({ text: t("told.cut", { title: visible(sound.title) }) });
    } catch (error) {
      tellRefused(error);
    }
    setBusy(false);
    setAsking(false);
  };
  return (
    <>
      <PlayerBar
        player={player}
        peaks={sound.peaks}
        label={visible(sound.title)}
        {...(isOurs
          ? {
              cut: {
                ...cut,
                onMove: (end, at) => setCut((now) => moved(now, end, at, sound.seconds)),
                labels: [t("editor.cutFrom"), t("editor.cutTo")],
              },
            }
          : {})}
      />
      {isOurs && (
        <div className="sound-cut">
          {isCut ? (
            <>
              <Button size="small" icon={Scissors} onPress={() => setAsking(true)}>
                {t("editor.cut", { length })}
              </Button>
              <Button size="small" tone="quiet" onPress={() => setCut(whole(sound.seconds))}>
                {t("editor.cutReset")}
              </Button>
            </>
          ) : (
            <p className="quiet">{t("editor.cutNote")}</p>
          )}
        </div>
      )}
      <Switch description={t("editor.asCallerNote")} isSelected={asCaller} onChange={setAsCaller}>
        {t("editor.asCaller")}
      </Switch>
      <AlertDialog
        title={t("editor.cutTitle", { title: visible(sound.title) })}
        isOpen={asking}
        onClose={() => setAsking(false)}
        action={t("editor.cut", { length })}
        onAction={() => void save()}
        isBusy={busy}
      >
        {t("editor.cutBody", { length })}
      </AlertDialog>
    </>
  );
}

function Title({ sound }: { sound: SoundView }) {
  const { t } = useTranslation("audio");
  const takeIn = useTakeIn();
  const draft = useDraft(sound.title, "title", async (typed) => {
    const title = typed.trim();
    const put = async (to: string) => takeIn(await api.editSound(sound.id, { title: to }));
    await perform({
      name: t("told.renamed", { title: visible(title) }),
      do: () => put(title),
      undo: () => put(sound.title),
    });
  });
  return (
    <TextField
      label={t("editor.title")}
      value={draft.value}
      onChange={draft.change}
      onBlur={draft.settle}
      onKeyDown={(event) => {
        if (event.key === "Enter") draft.settle();
        else if (event.key === "Escape") draft.drop();
        else event.continuePropagation();
      }}
      error={draft.error}
      maxLength={80}
    />
  );
}

function Remove(props: { sound: SoundView; users: readonly string[]; onRemoved: () => void }) {
  const { sound, users, onRemoved } = props;
  const { t } = useTranslation("audio");
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const title = visible(sound.title);
  const remove = async () => {
    setBusy(true);
    try {
      await api.removeSound(sound.id);
      tell({ text: t("told.removed", { title }) });
      onRemoved();
      forgetSound(queries, sound.id);
    } catch (error) {
      tellRefused(error);
      setBusy(false);
      setAsking(false);
      // Somebody has begun to use it: who, is told anew.
      void queries.invalidateQueries({ queryKey: ["sounds"] });
    }
  };
  return (
    <>
      <Button tone="danger" icon={Trash2} isDisabled={users.length > 0} onPress={() => setAsking(true)}>
        {t("editor.remove")}
      </Button>
      {users.length > 0 && <Notice>{t("editor.blocked", { names: list(users) })}</Notice>}
      <AlertDialog
        title={t("editor.removeTitle", { title })}
        isOpen={asking}
        onClose={() => setAsking(false)}
        action={t("editor.remove")}
        onAction={() => void remove()}
        isBusy={busy}
        danger
      >
        {t("editor.removeBody")}
      </AlertDialog>
    </>
  );
}
