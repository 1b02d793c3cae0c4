// The story of one call: its headline, every step as a sentence, and the messages behind it.
import { useQuery } from "@tanstack/react-query";
import { ArrowLeft, ChevronDown, ChevronUp, FileDown, X } from "lucide-react";
import { useEffect, useId, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { CallId, CallRow, CallStep, CallStory } from "../../bindings/api";
import { Badge, EmptyState, Facts, IconButton, Notice, Waiting } from "../../design";
import { api, Refused } from "../../live/api";
import { useNow } from "../../live/clock";
import { keptOf } from "../../live/recorded";
import { useCall } from "../../live/select";
import { useMay } from "../../live/session";
import { locale } from "../../text";
import { clockTimeExact, dayAndTime, lasting } from "../../text/format";
import { sentence } from "../../text/refusal";
import { usePlayer } from "../audio/player";
import { PlayerBar } from "../audio/player-bar";
import { ReplayLink } from "../flows/replay-link";
import { useNodeNames } from "../flows/walk-names";
import { whoOf } from "../voicemail/who";
import { CallerMenu } from "./caller-menu";
import { directionOf, numberOf, useLineName } from "./edge";
import { headline, talked, waited } from "./headline";
import { Ladder } from "./ladder";
import { RecordingPlayer } from "./recording-player";
import { isolated, Said } from "./said";
import { tellAll } from "./sentences";
import { Sound } from "./sound";
import "./story.css";

const MINUTE = 60_000;

export function Story(props: {
  id: CallId;
  onClose: () => void;
  /** To the rows beside; missing at the ends of the list. */
  onNewer?: (() => void) | undefined;
  onOlder?: (() => void) | undefined;
}) {
  const { id, onClose, onNewer, onOlder } = props;
  const { t } = useTranslation(["calls", "common"]);
  const live = useCall(id);
  const story = useQuery({
    // While the call goes on, each of its changes may have brought a step; when it ends, its story is whole.
    queryKey: ["call", id, live ?? null],
    queryFn: () => api.call(id),
    placeholderData: (before) => (before?.call.id === id ? before : undefined),
    // How it sounds is measured as often.
    refetchInterval: live ? 5000 : false,
  });
  const heading = useRef<HTMLHeadingElement>(null);
  const isLoaded = story.data !== undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each story is begun at its headline
  useEffect(() => heading.current?.focus({ preventScroll: true }), [id, isLoaded]);

  return (
    <section
      className="story"
      aria-label={t("story.label")}
      data-region=""
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.defaultPrevented) return;
        event.preventDefault();
        onClose();
      }}
    >
      <header className="story-bar">
        <span className="story-back">
          <IconButton icon={ArrowLeft} label={t("story.back")} keys="Esc" onPress={onClose} />
        </span>
        <IconButton
          icon={ChevronUp}
          label={t("story.newer")}
          onPress={() => onNewer?.()}
          isDisabled={!onNewer}
        />
        <IconButton
          icon={ChevronDown}
          label={t("story.older")}
          onPress={() => onOlder?.()}
          isDisabled={!onOlder}
        />
        {live && <Badge tone="accent">{t("story.live")}</Badge>}
        {story.data && <CallerMenu call={story.data.call} />}
        <span className="story-close">
          <IconButton icon={X} label={t("story.close")} keys="Esc" onPress={onClose} />
        </span>
      </header>
      <div className="story-body" key={id}>
        {story.data ? (
          <>
            <Headline story={story.data} headingRef={heading} />
            <ReplayLink story={story.data} />
            <Kept call={story.data.call} steps={story.data.steps} />
            <Sound sound={story.data.sound} />
            <Steps story={story.data} />
            <Messages id={id} call={story.data.call} version={live} />
          </>
        ) : story.error ? (
          <NoStory error={story.error} />
        ) : (
          <Waiting />
        )}
      </div>
    </section>
  );
}

function NoStory({ error }: { error: Error }) {
  const { t } = useTranslation("calls");
  if (error instanceof Refused && error.status === 404) {
    return <EmptyState title={t("story.gone")}>{t("story.goneBody")}</EmptyState>;
  }
  return <Notice severity="problem">{sentence(error)}</Notice>;
}

type StoryProps = { story: CallStory };

function Headline({ story, headingRef }: StoryProps & { headingRef: React.Ref<HTMLHeadingElement> }) {
  const { t } = useTranslation("calls");
  const { call } = story;
  const now = useNow(call.endedAt === null ? 1000 : MINUTE);
  const spoke = talked(call, now);
  const facts: [string, React.ReactNode][] = [
    [t("story.facts.when"), dayAndTime(call.startedAt)],
    [t("story.facts.waited"), lasting(waited(call, now))],
  ];
  if (spoke !== null) facts.push([t("story.facts.talked"), lasting(spoke)]);
  const line = useLineName(call);
  const direction = directionOf(call);
  if (direction !== "inside") {
    const words = line ? t(`story.edge.${direction}`, { line: isolated(line) }) : t(`direction.${direction}`);
    facts.push([t("story.facts.line"), <Said key="line" text={words} />]);
    const number = numberOf(call);
    if (number) facts.push([t(`story.facts.number.${direction}`), <bdi key="number">{number}</bdi>]);
  }
  if (call.media) facts.push([t("story.facts.media"), t(`story.media.${call.media}`)]);
  return (
    <div className="story-head" data-outcome={call.outcome}>
      <h2 className="story-headline" ref={headingRef} tabIndex={-1}>
        <Said text={headline(story, now)} />
      </h2>
      <Facts facts={facts} />
    </div>
  );
}

/** What can be heard of it: the recording, and the message that was left. */
function Kept({ call, steps }: { call: CallRow; steps: readonly CallStep[] }) {
  const { t } = useTranslation("recordings");
  const { recording, message } = keptOf(call);
  const names = { from: whoOf(call.from), to: whoOf(call.to) };
  return (
    <>
      {recording !== null && (
        <section className="story-part" aria-label={t("ofCall")}>
          <h3>{t("ofCall")}</h3>
          {hasGaps(steps) && <Notice severity="warning">{t("gapsNote")}</Notice>}
          <RecordingPlayer
            id={recording}
            seconds={(talked(call, call.endedAt ?? call.startedAt) ?? 0) / 1000}
            peaks={[]}
            label={t("label", names)}
          />
        </section>
      )}
      {message !== null && (
        <section className="story-part" aria-label={t("message")}>
          <h3>{t("message")}</h3>
          <MessagePlayer id={message} name={t("message")} />
        </section>
      )}
    </>
  );
}

/** Whether the disk was full or too slow while the call was recorded. */
function hasGaps(steps: readonly CallStep[]): boolean {
  return steps.some(({ kind, detail }) => kind === "recordingEnded" && detail.why === "disk");
}

function MessagePlayer({ id, name }: { id: number; name: string }) {
  const player = usePlayer({ src: api.messageFile(id), seconds: 0 });
  return <PlayerBar player={player} peaks={[]} label={name} />;
}

function Steps({ story }: StoryProps) {
  const { t } = useTranslation("calls");
  const title = useId();
  const told = tellAll(story.steps, useNodeNames(story), story.call);
  return (
    <section className="story-part" aria-labelledby={title}>
      <h3 id={title}>{t("story.steps")}</h3>
      {told.length === 0 && <p className="quiet">{t("story.noSteps")}</p>}
      <ol className="steps">
        {told.map(({ step, text, note, weight }, place) => (
          // Two steps may be alike in everything but their place.
          // biome-ignore lint/suspicious/noArrayIndexKey: steps are only ever added at the end
          <li key={place} data-weight={weight}>
            <time title={t("story.after", { time: offset(step.offset) })}>
              {clockTimeExact(story.call.startedAt + step.offset)}
            </time>
            <span className="step-dot" aria-hidden="true" />
            <div>
              <Said text={text} />
              {note && (
                <p className="step-note">
                  <Said text={note} />
                </p>
              )}
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Messages({ id, call, version }: { id: CallId; call: CallRow; version: unknown }) {
  const { t } = useTranslation("calls");
  const title = useId();
  const may = useMay("admin");
  const trace = useQuery({
    queryKey: ["trace", id, version ?? call.endedAt],
    queryFn: () => api.trace(id),
    enabled: may,
    placeholderData: (before) => (before?.call === id ? before : undefined),
  });
  if (!may) return null;
  const none = trace.error instanceof Refused && trace.error.status === 404;
  return (
    <section className="story-part" aria-labelledby={title}>
      <header className="story-part-head">
        <h3 id={title}>{t("ladder.title")}</h3>
        {trace.data && trace.data.messages.length > 0 && (
          <a className="button" data-tone="quiet" data-size="small" href={api.traceFile(id)} download>
            <FileDown size={15} strokeWidth={1.75} aria-hidden="true" />
            {t("ladder.pcap")}
          </a>
        )}
      </header>
      {trace.data ? (
        <Ladder trace={trace.data} />
      ) : none ? (
        <p className="quiet">{t("ladder.none")}</p>
      ) : trace.error ? (
        <Notice severity="problem">{sentence(trace.error)}</Notice>
      ) : (
        <Waiting />
      )}
    </section>
  );
}

/** Seconds with one decimal below a minute: what happens in a call is told apart by tenths. */
export function offset(milliseconds: number): string {
  const digits = milliseconds < 10_000 ? 2 : 1;
  return new Intl.NumberFormat(locale(), {
    style: "unit",
    unit: "second",
    unitDisplay: "narrow",
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(milliseconds / 1000);
}
