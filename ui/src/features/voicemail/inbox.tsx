// The messages of one mailbox as rows to walk through, and the chosen one below them with its player.
import { Mail, MailWarning, Voicemail as Sign, UserRound } from "lucide-react";
import { useCallback, useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation, useSearch } from "wouter";
import type { MailboxView, MessageId, MessageView } from "../../bindings/sound";
import { Button, EmptyState, Notice, Waiting, WaveShape } from "../../design";
import { useNow } from "../../live/clock";
import { usePerson } from "../../live/select";
import { tellRefused } from "../../live/toasts";
import { dayAndTime, moment, running } from "../../text/format";
import { sentence } from "../../text/refusal";
import { visible } from "../calls/said";
import { saveBox } from "./box-edits";
import { MessageDock } from "./message-dock";
import { useMessageKeys } from "./message-keys";
import { type Shown, useMessageDeeds, useMessages } from "./messages";
import { numberOf, whoOf } from "./who";

export function Inbox({ box, shown }: { box: MailboxView; shown: Shown }) {
  const { t } = useTranslation(["voicemail", "common"]);
  const list = useId();
  const { messages, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useMessages(
    box,
    shown,
  );
  const asked = new URLSearchParams(useSearch()).get("message");
  const [chosenId, choose] = useState<MessageId | null>(null);
  /** The message that begins to play by itself, because that was asked for. */
  const [played, play] = useState<MessageId | null>(null);
  // `?message=12` or `?message=newest`, as a notice or the palette leads here.
  const newest = messages.find(({ state }) => state === "new")?.id ?? null;
  const askedId = asked === "newest" ? newest : Number(asked) || null;
  const answered = useRef<string | null>(null);
  useEffect(() => {
    if (askedId === null || answered.current === asked) return;
    answered.current = asked;
    choose(askedId);
    if (asked === "newest") play(askedId);
  }, [asked, askedId]);
  const chosen = messages.find(({ id }) => id === chosenId) ?? null;
  const deeds = useMessageDeeds();

  // What was deleted or brought back gives its place to the next one.
  const places = useRef<readonly MessageId[]>([]);
  useEffect(() => {
    if (chosenId !== null && !messages.some(({ id }) => id === chosenId)) {
      const place = places.current.indexOf(chosenId);
      if (place >= 0) choose((messages[place] ?? messages.at(-1))?.id ?? null);
    }
    places.current = messages.map(({ id }) => id);
  }, [messages, chosenId]);

  const select = useCallback((id: MessageId) => {
    play(null);
    choose(id);
  }, []);
  const move = (by: 1 | -1) => {
    const place = messages.findIndex(({ id }) => id === chosenId);
    const next = messages[place < 0 ? 0 : Math.max(0, Math.min(messages.length - 1, place + by))];
    if (next) select(next.id);
  };
  const playNewest = () => {
    const first = messages.find(({ state }) => state === "new") ?? messages[0];
    if (!first) return;
    choose(first.id);
    play(first.id);
  };
  const keys = useMessageKeys({ move, playNewest });

  if (messages.length === 0) {
    if (error) {
      return (
        <div className="voicemail-notice">
          <Notice
            severity="problem"
            title={t("refused")}
            actions={<Button onPress={() => void refetch()}>{t("common:retry")}</Button>}
          >
            {sentence(error)}
          </Notice>
        </div>
      );
    }
    return isPending ? <Waiting /> : <Nothing box={box} shown={shown} />;
  }
  return (
    <>
      <div className="message-list">
        {shown === "deleted" && <p className="message-list-note quiet">{t("deletedNote")}</p>}
        <div
          className="message-rows"
          role="listbox"
          id={list}
          tabIndex={0}
          aria-label={t(shown === "deleted" ? "deletedList" : "list")}
          aria-activedescendant={chosen ? `message-${chosen.id}` : undefined}
          onFocus={() => chosenId === null && messages[0] && choose(messages[0].id)}
        >
          {messages.map((message) => (
            <MessageRow
              key={message.id}
              message={message}
              isChosen={message.id === chosenId}
              onChoose={select}
            />
          ))}
        </div>
        {hasNextPage && (
          <div className="message-more">
            <Button tone="quiet" isDisabled={isFetchingNextPage} onPress={() => void fetchNextPage()}>
              {t("more")}
            </Button>
          </div>
        )}
      </div>
      {chosen ? (
        <MessageDock
          key={chosen.id}
          message={chosen}
          box={box}
          deeds={deeds}
          keys={keys}
          startsAtOnce={chosen.id === played}
        />
      ) : (
        <div className="message-dock message-dock-none quiet">{t("message.choose")}</div>
      )}
    </>
  );
}

function MessageRow(props: { message: MessageView; isChosen: boolean; onChoose: (id: MessageId) => void }) {
  const { message, isChosen, onChoose } = props;
  const { t } = useTranslation("voicemail");
  const now = useNow(60_000);
  const assigned = usePerson(message.assignedTo ?? -1);
  const row = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isChosen) row.current?.scrollIntoView?.({ block: "nearest" });
  }, [isChosen]);
  const who = whoOf(message.from);
  const number = numberOf(message.from);
  const { seconds, receivedAt, state, mail } = message;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are handled by the screen, the list keeps the focus
    <div
      ref={row}
      id={`message-${message.id}`}
      role="option"
      aria-selected={isChosen}
      className="message-row"
      data-state={state}
      onClick={() => onChoose(message.id)}
    >
      <span className="message-dot">
        <span className="unseen">{t(`states.${state}`)}</span>
      </span>
      <span className="message-who cut">
        <bdi>{who}</bdi>
        {number && <bdi className="quiet message-number"> {number}</bdi>}
      </span>
      <span className="message-notes cut quiet">
        {assigned && (
          <span className="message-sign" title={t("assigned", { name: assigned.name })}>
            <UserRound size={13} strokeWidth={1.75} aria-hidden="true" />
            <span className="cut">{visible(assigned.name)}</span>
          </span>
        )}
        {mail !== "none" && (
          <span className="message-sign" data-mail={mail} title={t(`mail.${mail}`)}>
            {mail === "failed" ? (
              <MailWarning size={13} strokeWidth={1.75} aria-hidden="true" />
            ) : (
              <Mail size={13} strokeWidth={1.75} aria-hidden="true" />
            )}
          </span>
        )}
        {message.note && <span className="cut">{visible(message.note)}</span>}
      </span>
      <span className="message-shape">
        <WaveShape peaks={message.peaks} />
      </span>
      <span className="message-length number quiet">{running(seconds * 1000)}</span>
      <time className="message-when quiet" title={dayAndTime(receivedAt)}>
        {moment(receivedAt, now)}
      </time>
    </div>
  );
}

function Nothing({ box, shown }: { box: MailboxView; shown: Shown }) {
  const { t } = useTranslation("voicemail");
  const [, navigate] = useLocation();
  if (shown === "deleted") {
    return <EmptyState title={t("empty.deleted")}>{t("empty.deletedBody")}</EmptyState>;
  }
  if (!box.enabled) {
    return (
      <EmptyState
        icon={Sign}
        title={t("empty.off")}
        action={
          <Button tone="accent" onPress={() => void saveBox(box, { enabled: true }).catch(tellRefused)}>
            {t("empty.turnOn")}
          </Button>
        }
      >
        {t("empty.offBody")}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={Sign}
      title={t("empty.title")}
      action={<Button onPress={() => navigate(`/voicemail/${box.id}/settings`)}>{t("empty.action")}</Button>}
    >
      {t("empty.body")}
    </EmptyState>
  );
}
