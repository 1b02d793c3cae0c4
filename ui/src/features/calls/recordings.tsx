// All recordings as rows, and the chosen one below them with its player.
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { Disc, Trash2 } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import type { RecordingId, RecordingView } from "../../bindings/sound";
import {
  AlertDialog,
  Badge,
  Button,
  EmptyState,
  Notice,
  SearchField,
  Waiting,
  WaveShape,
} from "../../design";
import { api } from "../../live/api";
import { useNow } from "../../live/clock";
import { useMay } from "../../live/session";
import { tell, tellRefused } from "../../live/toasts";
import { dayAndTime, moment, running } from "../../text/format";
import { sentence } from "../../text/refusal";
import type { Player } from "../audio/player";
import { usePlayerKeys } from "../audio/use-player-keys";
import { whoOf } from "../voicemail/who";
import { Who } from "./calls-list";
import { RecordingPlayer } from "./recording-player";
import "./recordings.css";

const TYPING_MS = 200;

export function Recordings() {
  const { t } = useTranslation(["recordings", "common"]);
  const [, navigate] = useLocation();
  const [typed, setTyped] = useState("");
  const [text, setText] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setText(typed.trim()), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const query = useInfiniteQuery({
    queryKey: ["recordings", text],
    queryFn: ({ pageParam }) => api.recordings({ text, before: pageParam }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: (before) => before,
  });
  const rows = query.data?.pages.flatMap((page) => page.recordings) ?? [];
  const [chosenId, choose] = useState<RecordingId | null>(null);
  const chosen = rows.find(({ id }) => id === chosenId);
  const player = useRef<Player | null>(null);
  usePlayerKeys((deed) => {
    if (deed.do === "toggle") player.current?.toggle();
    else if (deed.do === "skip") player.current?.skip(deed.by);
    else if (deed.do === "speed") player.current?.setSpeed(deed.to);
    else {
      const place = rows.findIndex(({ id }) => id === chosenId);
      const next = rows[place < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, place + deed.by))];
      if (next) choose(next.id);
    }
  });
  const mayManage = useMay("admin");

  return (
    <div className="recordings">
      <header className="calls-tools">
        <div className="calls-search">
          <SearchField label={t("find")} placeholder={t("findHint")} value={typed} onChange={setTyped} />
        </div>
        <CallViews />
      </header>
      {rows.length > 0 ? (
        <div className="recording-list">
          <div
            className="recording-rows"
            role="listbox"
            tabIndex={0}
            aria-label={t("list")}
            aria-activedescendant={chosen ? `recording-${chosen.id}` : undefined}
            onFocus={() => chosenId === null && rows[0] && choose(rows[0].id)}
          >
            {rows.map((recording) => (
              <RecordingRow
                key={recording.id}
                recording={recording}
                isChosen={recording.id === chosenId}
                onChoose={choose}
              />
            ))}
          </div>
          {query.hasNextPage && (
            <div className="recording-more">
              <Button
                tone="quiet"
                isDisabled={query.isFetchingNextPage}
                onPress={() => void query.fetchNextPage()}
              >
                {t("more")}
              </Button>
            </div>
          )}
        </div>
      ) : query.error ? (
        <div className="calls-notice">
          <Notice
            severity="problem"
            title={t("refused")}
            actions={<Button onPress={() => void query.refetch()}>{t("common:retry")}</Button>}
          >
            {sentence(query.error)}
          </Notice>
        </div>
      ) : query.isPending ? (
        <Waiting />
      ) : text ? (
        <EmptyState title={t("noMatch")}>{t("noMatchBody")}</EmptyState>
      ) : (
        <EmptyState
          icon={Disc}
          title={t("empty")}
          action={
            mayManage && <Button onPress={() => navigate("/settings/recording")}>{t("emptyAction")}</Button>
          }
        >
          {t("emptyBody")}
        </EmptyState>
      )}
      {chosen ? (
        <RecordingDock
          key={chosen.id}
          recording={chosen}
          onPlayer={(now) => {
            player.current = now;
          }}
        />
      ) : (
        rows.length > 0 && <div className="recording-dock recording-dock-none quiet">{t("choose")}</div>
      )}
    </div>
  );
}

/** From the history to the recordings and back. */
export function CallViews() {
  const { t } = useTranslation("recordings");
  const [path] = useLocation();
  const isHere = path === "/calls/recordings";
  return (
    <nav className="view-links" aria-label={t("views")}>
      <Link href="/calls" aria-current={isHere ? undefined : "page"}>
        {t("calls")}
      </Link>
      <Link href="/calls/recordings" aria-current={isHere ? "page" : undefined}>
        {t("title")}
      </Link>
    </nav>
  );
}

function RecordingRow(props: {
  recording: RecordingView;
  isChosen: boolean;
  onChoose: (id: RecordingId) => void;
}) {
  const { recording, isChosen, onChoose } = props;
  const { t } = useTranslation("recordings");
  const now = useNow(60_000);
  const row = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isChosen) row.current?.scrollIntoView?.({ block: "nearest" });
  }, [isChosen]);
  const { from, to, startedAt, seconds, announced, complete, gaps, peaks } = recording;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are handled by the screen, the list keeps the focus
    <div
      ref={row}
      id={`recording-${recording.id}`}
      role="option"
      aria-selected={isChosen}
      className="recording-row"
      onClick={() => onChoose(recording.id)}
    >
      <time className="quiet" title={dayAndTime(startedAt)}>
        {moment(startedAt, now)}
      </time>
      <Who party={from} />
      <Who party={to} />
      <span className="recording-signs">
        {!announced && <Badge>{t("notAnnounced")}</Badge>}
        {(gaps || !complete) && <Badge tone="warning">{t("incomplete")}</Badge>}
      </span>
      <span className="recording-shape">
        <WaveShape peaks={peaks} />
      </span>
      <span className="recording-length number quiet">{running(seconds * 1000)}</span>
    </div>
  );
}

function RecordingDock(props: { recording: RecordingView; onPlayer: (player: Player) => void }) {
  const { recording, onPlayer } = props;
  const { t } = useTranslation("recordings");
  const { id, call, from, to, startedAt, seconds, peaks, complete, gaps } = recording;
  const names = { from: whoOf(from), to: whoOf(to) };
  return (
    <section className="recording-dock" aria-label={t("label", names)} data-region="">
      <header>
        <h2 className="cut">{t("between", names)}</h2>
        <time className="quiet">{dayAndTime(startedAt)}</time>
        {call !== null && <Link href={`/calls/${call}`}>{t("story")}</Link>}
        <RemoveRecording id={id} />
      </header>
      <RecordingPlayer
        id={id}
        seconds={seconds}
        peaks={peaks}
        label={t("label", names)}
        onPlayer={onPlayer}
      />
      {gaps && <Notice severity="warning">{t("gapsNote")}</Notice>}
      {!complete && !gaps && <p className="quiet">{t("incompleteNote")}</p>}
    </section>
  );
}

function RemoveRecording({ id }: { id: RecordingId }) {
  const { t } = useTranslation("recordings");
  const queries = useQueryClient();
  const mayManage = useMay("admin");
  const [asking, setAsking] = useState(false);
  if (!mayManage) return null;
  const remove = async () => {
    setAsking(false);
    try {
      await api.removeRecording(id);
      tell({ text: t("removed") });
    } catch (error) {
      tellRefused(error);
    }
    void queries.invalidateQueries({ queryKey: ["recordings"] });
  };
  return (
    <>
      <Button size="small" tone="danger" icon={Trash2} onPress={() => setAsking(true)}>
        {t("remove")}
      </Button>
      <AlertDialog
        title={t("removeTitle")}
        isOpen={asking}
        onClose={() => setAsking(false)}
        action={t("remove")}
        onAction={() => void remove()}
        danger
      >
        {t("removeBody")}
      </AlertDialog>
    </>
  );
}
