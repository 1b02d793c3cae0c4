// The chosen message: who, when, its player, and everything that can be done with it.
import { Download, Forward, MailOpen, Phone, RotateCcw, Save, Trash2 } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import type { MailboxView, MessageView } from "../../bindings/sound";
import { Badge, Button, Select, TextField } from "../../design";
import { api } from "../../live/api";
import { usePeople } from "../../live/select";
import { useMay, useOwnPerson } from "../../live/session";
import { dayAndTime } from "../../text/format";
import { usePlayer } from "../audio/player";
import { PlayerBar } from "../audio/player-bar";
import { visible } from "../calls/said";
import { CallBackDialog } from "./call-back";
import { ForwardDialog } from "./forward";
import type { MessageKeys } from "./message-keys";
import type { MessageDeeds } from "./messages";
import { numberOf, whoOf } from "./who";

type DockProps = {
  message: MessageView;
  box: MailboxView;
  deeds: MessageDeeds;
  keys: MessageKeys;
  startsAtOnce: boolean;
};

export function MessageDock({ message, box, deeds, keys, startsAtOnce }: DockProps) {
  const { t } = useTranslation("voicemail");
  const own = useOwnPerson();
  const mayRead = useMay("receptionist");
  const who = whoOf(message.from);
  const number = numberOf(message.from);
  const isDeleted = message.state === "deleted";
  const [open, setOpen] = useState<"callBack" | "forward" | null>(null);
  const dock = useRef<HTMLElement>(null);
  const player = usePlayer({
    src: api.messageFile(message.id),
    seconds: message.seconds,
    startsAtOnce,
    onHeard: () => void deeds.heard(message),
  });
  const callBack = () => {
    if (own === null) setOpen("callBack");
    else void deeds.callBack(message, own);
  };
  const canCallBack = message.from.number !== "" && message.from.number !== "anonymous";

  useEffect(() => {
    keys.current = {
      player: (deed) => {
        if (deed.do === "toggle") player.toggle();
        else if (deed.do === "skip") player.skip(deed.by);
        else if (deed.do === "speed") player.setSpeed(deed.to);
      },
      deed: (deed) => {
        if (isDeleted) return;
        if (deed === "callBack" && canCallBack) callBack();
        else if (deed === "save") void deeds.save(message);
        else if (deed === "remove") void deeds.remove(message);
        else if (deed === "forward") setOpen("forward");
        else if (deed === "note") dock.current?.querySelector<HTMLElement>(".message-note input")?.focus();
      },
    };
    return () => {
      keys.current = null;
    };
  });

  return (
    <section className="message-dock" ref={dock} aria-label={t("message.label", { who })} data-region="">
      <header className="message-head">
        <h3 className="cut">
          <bdi>{who}</bdi>
          {number && <bdi className="quiet number"> {number}</bdi>}
        </h3>
        {message.state !== "saved" && (
          <Badge tone={message.state === "new" ? "accent" : "plain"}>
            {t(message.state === "new" ? "isNew" : "isDeleted")}
          </Badge>
        )}
        {message.mail !== "none" && (
          <Badge tone={message.mail === "failed" ? "problem" : "plain"}>{t(`mail.${message.mail}`)}</Badge>
        )}
        <span className="message-head-when quiet">
          {mayRead && message.call !== null && (
            <Link href={`/calls/${message.call}`}>{t("message.showCall")}</Link>
          )}
          <time>{dayAndTime(message.receivedAt)}</time>
        </span>
      </header>
      <PlayerBar player={player} peaks={message.peaks} label={t("message.label", { who })} />
      {isDeleted ? (
        <div className="message-acts">
          <Button icon={RotateCcw} tone="accent" onPress={() => void deeds.bringBack(message)}>
            {t("message.bringBack")}
          </Button>
        </div>
      ) : (
        <>
          <div className="message-acts">
            {canCallBack && (
              <Button icon={Phone} tone="accent" onPress={callBack}>
                {t("message.callBack")}
              </Button>
            )}
            <Button icon={message.state === "new" ? Save : MailOpen} onPress={() => void deeds.save(message)}>
              {t(message.state === "new" ? "message.saved" : "message.markNew")}
            </Button>
            <Button icon={Forward} onPress={() => setOpen("forward")}>
              {t("message.forward")}
            </Button>
            <a className="button" data-tone="plain" href={`${api.messageFile(message.id)}?download`} download>
              <Download size={15} strokeWidth={1.75} aria-hidden="true" />
              <span className="button-text">{t("message.download")}</span>
            </a>
            <Button icon={Trash2} tone="danger" onPress={() => void deeds.remove(message)}>
              {t("message.remove")}
            </Button>
          </div>
          <div className="message-fields">
            <Assigned message={message} box={box} deeds={deeds} />
            <Note message={message} deeds={deeds} />
          </div>
        </>
      )}
      {open === "callBack" && (
        <CallBackDialog message={message} deeds={deeds} onClose={() => setOpen(null)} />
      )}
      {open === "forward" && <ForwardDialog message={message} deeds={deeds} onClose={() => setOpen(null)} />}
    </section>
  );
}

/** Who sees to it: a member of the group, or anybody of the office where it is one person's own. */
function Assigned({ message, box, deeds }: Omit<DockProps, "keys" | "startsAtOnce">) {
  const { t } = useTranslation("voicemail");
  const people = usePeople();
  const may = box.person === null && box.members.length > 0 ? box.members : [...people.keys()];
  const ids = [...new Set([...may, ...(message.assignedTo === null ? [] : [message.assignedTo])])];
  const names = ids
    .map((id) => ({ id: String(id), label: visible(people.get(id)?.name ?? String(id)) }))
    .sort((a, b) => a.label.localeCompare(b.label));
  return (
    <div className="message-for">
      <span aria-hidden="true">{t("message.assign")}</span>
      <Select
        bare
        label={t("message.assign")}
        options={[{ id: "nobody", label: t("message.nobody") }, ...names]}
        value={message.assignedTo === null ? "nobody" : String(message.assignedTo)}
        onChange={(id) => {
          const person = id === "nobody" ? null : Number(id);
          if (person !== message.assignedTo) void deeds.assign(message, person);
        }}
      />
    </div>
  );
}

function Note({ message, deeds }: Pick<DockProps, "message" | "deeds">) {
  const { t } = useTranslation("voicemail");
  const [draft, setDraft] = useState<string | null>(null);
  const settle = () => {
    if (draft !== null && draft.trim() !== message.note) void deeds.note(message, draft.trim());
    setDraft(null);
  };
  return (
    <div className="message-note">
      <TextField
        label={t("message.note")}
        placeholder={t("message.notePlaceholder")}
        value={draft ?? message.note}
        onChange={setDraft}
        onBlur={settle}
        onKeyDown={(event) => {
          if (event.key === "Enter") settle();
          else if (event.key === "Escape") setDraft(null);
        }}
        maxLength={500}
      />
    </div>
  );
}
