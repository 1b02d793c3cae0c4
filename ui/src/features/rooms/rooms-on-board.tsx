// The conference rooms on the board: who is in each, who speaks, and what can be done about it.
import {
  Circle,
  Disc,
  Lock,
  LockOpen,
  Mic,
  MicOff,
  MoreHorizontal,
  Square,
  UserRoundPlus,
  X,
} from "lucide-react";
import { memo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { PersonId } from "../../bindings/api";
import type { RoomId, RoomView } from "../../bindings/sound";
import { Button, ComboBox, Duration, IconButton, Menu, Popover } from "../../design";
import { nameOf } from "../../live/names";
import { useLiveValue, usePeople, useRoom } from "../../live/select";
import { useMay, useOwnPerson } from "../../live/session";
import { visible } from "../calls/said";
import { invite, lock, mute, muteAll, recordRoom, removeMember } from "./deeds";
import "./rooms.css";

/** So many empty rooms are shown without asking. */
const FEW = 4;

export function RoomsOnBoard() {
  const { t } = useTranslation("rooms");
  // Staff are not told who is in a room, so nothing is said of it being empty.
  const mayDirect = useMay("receptionist");
  const [open, empty] = useLiveValue((live) => {
    const rooms = [...live.rooms.values()].sort((a, b) => a.name.localeCompare(b.name));
    const ids = (isOpen: boolean) =>
      rooms.filter(({ live }) => (live !== null) === isOpen).map(({ id }) => id);
    return [ids(true).join(), ids(false).join()];
  }).map((ids) => (ids ? ids.split(",").map(Number) : [])) as [RoomId[], RoomId[]];
  if (open.length + empty.length === 0) return null;
  return (
    <section className="rooms" aria-label={t("title")}>
      <h2>{t("title")}</h2>
      {open.map((id) => (
        <RoomCard key={id} id={id} />
      ))}
      {!mayDirect && empty.map((id) => <EmptyRoom key={id} id={id} />)}
      {mayDirect && empty.length > 0 && (
        <details open={empty.length <= FEW}>
          <summary>{t("empty", { count: empty.length })}</summary>
          {empty.map((id) => (
            <EmptyRoom key={id} id={id} />
          ))}
        </details>
      )}
    </section>
  );
}

/** Who steers a room: the reception, and whoever is its host. */
function useMaySteer(room: RoomView | undefined): boolean {
  const mayDirect = useMay("receptionist");
  const own = useOwnPerson();
  return (
    mayDirect ||
    (own !== null && room?.live?.members.some((one) => one.host && one.party.person === own)) === true
  );
}

const RoomCard = memo(function RoomCard({ id }: { id: RoomId }) {
  const { t } = useTranslation("rooms");
  const room = useRoom(id);
  const maySteer = useMaySteer(room);
  if (!room?.live) return null;
  const { live } = room;
  return (
    <article className="room" data-drop-room={id} aria-label={room.name}>
      <header>
        <h3 className="cut">
          <bdi>{visible(room.name)}</bdi> <span className="quiet number">{room.number}</span>
        </h3>
        {live.recording && (
          <span className="room-sign" data-sign="recording" title={t("state.recording")}>
            <Circle size={10} fill="currentColor" aria-hidden="true" />
            <span className="unseen">{t("state.recording")}</span>
          </span>
        )}
        {live.locked && (
          <span className="room-sign" title={t("state.locked")}>
            <Lock size={13} strokeWidth={1.75} aria-hidden="true" />
            <span className="unseen">{t("state.locked")}</span>
          </span>
        )}
        <Duration since={live.since} />
      </header>
      <ul aria-label={t("members", { count: live.members.length })}>
        {live.members.map((member) => (
          <Member key={member.call} room={room} member={member} maySteer={maySteer} />
        ))}
      </ul>
      {maySteer && <RoomActs room={room} live={live} />}
    </article>
  );
});

type Live = NonNullable<RoomView["live"]>;

function Member(props: { room: RoomView; member: Live["members"][number]; maySteer: boolean }) {
  const { room, member, maySteer } = props;
  const { t } = useTranslation("rooms");
  const name = visible(nameOf(member.party));
  const words = [
    ...(member.host ? [t("state.host")] : []),
    ...(member.speaking ? [t("state.speaking")] : []),
    ...(member.muted ? [t("state.muted")] : []),
  ];
  return (
    <li
      className="room-member"
      data-speaking={member.speaking || undefined}
      data-muted={member.muted || undefined}
    >
      <span className="room-voice" aria-hidden="true">
        {initials(name)}
      </span>
      <span className="room-name">
        <bdi className="cut">{name}</bdi>
        {words.length > 0 && <span className="quiet cut">{words.join(" · ")}</span>}
      </span>
      {maySteer && (
        <span className="room-member-acts">
          <IconButton
            icon={member.muted ? MicOff : Mic}
            label={t(member.muted ? "act.unmute" : "act.mute", { name })}
            onPress={() => void mute(room, member.call, !member.muted)}
          />
          <IconButton
            icon={X}
            label={t("act.remove", { name })}
            onPress={() => void removeMember(room, member.call, name)}
          />
        </span>
      )}
    </li>
  );
}

function RoomActs({ room, live }: { room: RoomView; live: Live }) {
  const { t } = useTranslation("rooms");
  const others = live.members.filter(({ host }) => !host);
  const allMuted = others.length > 0 && others.every(({ muted }) => muted);
  return (
    <div className="room-acts">
      <Invite room={room} />
      <Menu
        label={t("act.more", { room: room.name })}
        trigger={<IconButton icon={MoreHorizontal} label={t("act.more", { room: room.name })} />}
        entries={[
          {
            id: "mute",
            label: t(allMuted ? "act.unmuteAll" : "act.muteAll"),
            icon: allMuted ? Mic : MicOff,
            onAction: () => void muteAll(room, !allMuted),
          },
          {
            id: "lock",
            label: t(live.locked ? "act.unlock" : "act.lock"),
            icon: live.locked ? LockOpen : Lock,
            onAction: () => void lock(room, !live.locked),
          },
          {
            id: "record",
            label: t(live.recording ? "act.stopRecording" : "act.record"),
            icon: live.recording ? Square : Disc,
            onAction: () => void recordRoom(room, !live.recording),
          },
        ]}
      />
    </div>
  );
}

function EmptyRoom({ id }: { id: RoomId }) {
  const room = useRoom(id);
  const maySteer = useMaySteer(room);
  if (!room) return null;
  return (
    <div className="room-empty" data-drop-room={id}>
      <span className="cut">
        <bdi>{visible(room.name)}</bdi> <span className="quiet number">{room.number}</span>
      </span>
      {maySteer && <Invite room={room} isSmall />}
    </div>
  );
}

function Invite({ room, isSmall = false }: { room: RoomView; isSmall?: boolean }) {
  const { t } = useTranslation("rooms");
  const label = t("act.inviteTo", { room: room.name });
  return (
    <Popover
      label={label}
      trigger={
        isSmall ? (
          <IconButton icon={UserRoundPlus} label={label} />
        ) : (
          <Button size="small" icon={UserRoundPlus} aria-label={label}>
            {t("act.invite")}
          </Button>
        )
      }
    >
      {(close) => <InviteForm room={room} onDone={close} />}
    </Popover>
  );
}

/** Somebody of the office by name, or any number. */
function InviteForm({ room, onDone }: { room: RoomView; onDone: () => void }) {
  const { t } = useTranslation("rooms");
  const people = usePeople();
  const inside = new Set(room.live?.members.map(({ party }) => party.person));
  const [typed, setTyped] = useState("");
  const options = [...people.values()]
    .filter(({ id, extension }) => extension !== null && !inside.has(id))
    .sort((a, b) => a.name.localeCompare(b.name))
    .map(({ id, name, extension }) => ({
      id: String(id),
      label: visible(name),
      description: extension ?? "",
    }));
  const number = dialable(typed);
  const ring = (to: string, name: string) => {
    onDone();
    void invite(room, to, name);
  };
  return (
    <form
      className="room-invite"
      onSubmit={(event) => {
        event.preventDefault();
        if (number) ring(number, number);
      }}
    >
      <ComboBox
        label={t("act.who")}
        options={options}
        value={null}
        onInputChange={setTyped}
        allowsCustomValue
        onChange={(id) => {
          const person = people.get(Number(id) as PersonId);
          if (person?.extension) ring(person.extension, person.name);
        }}
      />
      {number && (
        <Button type="submit" tone="accent">
          {t("act.ring")}
        </Button>
      )}
    </form>
  );
}

/** The number in what was typed; nothing if it is a name. */
export function dialable(typed: string): string | null {
  const number = typed.replace(/[\s()/.-]/g, "");
  return /^\+?[\d*#]{2,}$/.test(number) ? number : null;
}

/** `JM` for Jana Moreau; a number has none. */
function initials(name: string): string {
  const letters = name.split(/\s+/).flatMap((word) => [...word][0]?.match(/\p{L}/u) ?? []);
  return letters.slice(0, 2).join("").toLocaleUpperCase() || "#";
}
