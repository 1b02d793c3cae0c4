// The calls of this moment: ringing, talking, held.
import { CircleParking, PhoneForwarded, PhoneIncoming, PhoneOff } from "lucide-react";
import { memo, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { CallId, LiveCallView } from "../../bindings/api";
import { Button, ComboBox, Duration, PresenceMark } from "../../design";
import { calleeOf, nameOf } from "../../live/names";
import { prefer } from "../../live/preferences";
import type { Presence } from "../../live/presence";
import { useCall, useLiveValue, usePeople } from "../../live/select";
import { useOwnPerson, useSession } from "../../live/session";
import { useLive } from "../../live/store";
import { ListenButtons, ListenersSign } from "../calls/listen-buttons";
import { RecordButtons, RecordingSign } from "../calls/record-buttons";
import { RoomsOnBoard } from "../rooms/rooms-on-board";
import { hangUp, mayHandOver, park, takeOver } from "./actions";
import { startDrag } from "./drag";
import { ParkingOnBoard } from "./parking";
import { allCalls, callsIn, setBoard } from "./state";
import "./calls-column.css";

const SECTIONS = [
  ["ringing", "incoming"],
  ["talking", "active"],
  ["held", "held"],
] as const;

export function CallsColumn({ current }: { current: CallId | null }) {
  const { t } = useTranslation("board");
  const none = useLiveValue((live) => live.calls.size === 0);
  const first = useLive((live) => allCalls(live)[0] ?? null);
  const stop = current ?? first;
  return (
    <section className="calls-column" aria-label={t("calls")} data-region="">
      <div className="calls-scroller">
        {none && (
          <div className="calls-none">
            <p>{t("noCalls")}</p>
            <p className="quiet">{t("noCallsHint")}</p>
          </div>
        )}
        {SECTIONS.map(([state, title]) => (
          <CallGroup key={state} state={state} title={t(title)} current={current} stop={stop} />
        ))}
      </div>
      <ParkingOnBoard current={current} />
      <RoomsOnBoard />
      <OwnPerson />
    </section>
  );
}

function CallGroup(props: {
  state: LiveCallView["state"];
  title: string;
  current: CallId | null;
  /** The one call that Tab leads to; the arrows lead to the others. */
  stop: CallId | null;
}) {
  const { state, title, current, stop } = props;
  const ids = useLiveValue((live) => callsIn(live, state));
  if (ids.length === 0) return null;
  return (
    <div className="call-group">
      <h2>
        {title} <span className="quiet">{ids.length}</span>
      </h2>
      <ul>
        {ids.map((id) => (
          <CallItem key={id} id={id} isCurrent={id === current} isStop={id === stop} />
        ))}
      </ul>
    </div>
  );
}

const PRESENCE: Record<LiveCallView["state"], Presence> = {
  ringing: "ringing",
  talking: "busy",
  held: "notNow",
  parked: "notNow",
};

const CallItem = memo(function CallItem(props: { id: CallId; isCurrent: boolean; isStop: boolean }) {
  const { id, isCurrent, isStop } = props;
  const { t } = useTranslation("board");
  const call = useCall(id);
  const own = useOwnPerson();
  const item = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (!isCurrent) return;
    item.current?.scrollIntoView?.({ block: "nearest" });
    // Who walks through the calls takes the focus along.
    const wasOnCall = document.activeElement?.classList.contains("call-choose");
    if (wasOnCall) item.current?.querySelector("button")?.focus();
  }, [isCurrent]);
  const hasSlots = useLive((live) => live.office?.parking !== undefined);
  if (!call) return null;
  const canPark = hasSlots && call.state !== "ringing" && mayHandOver(call);
  const caller = nameOf(call.from);
  const callee = calleeOf(call);
  const isOwn = own !== null && (call.from.person === own || call.with?.person === own);
  return (
    <li className="call-item" ref={item} data-current={isCurrent || undefined} data-own={isOwn || undefined}>
      <button
        type="button"
        className="call-choose"
        tabIndex={isStop ? 0 : -1}
        aria-pressed={isCurrent}
        onClick={() => setBoard({ call: isCurrent ? "none" : id })}
        onPointerDown={(event) => mayHandOver(call) && startDrag(event, { kind: "call", id })}
      >
        <PresenceMark presence={PRESENCE[call.state]} />
        <span className="call-caller cut">{caller}</span>
        <Duration since={call.state === "ringing" ? call.startedAt : (call.answeredAt ?? call.startedAt)} />
        <span className="call-callee cut">
          {!isCurrent && <RecordingSign call={call} />}
          <ListenersSign call={call} />
          {call.state === "ringing" ? t("call.toward", { name: callee }) : t("call.with", { name: callee })}
          {call.heldBy && ` · ${t("call.heldBy", { name: nameOf(call.heldBy) })}`}
        </span>
      </button>
      {isCurrent && (
        <div className="call-acts">
          {call.state === "ringing" && (
            <Button size="small" icon={PhoneIncoming} onPress={() => void takeOver(id)}>
              {t("act.takeOver")}
            </Button>
          )}
          {mayHandOver(call) && call.state !== "ringing" && <RecordButtons call={call} />}
          <ListenButtons call={call} />
          {canPark && (
            <Button size="small" icon={CircleParking} onPress={() => void park(id)}>
              {t("act.park")}
            </Button>
          )}
          {mayHandOver(call) && (
            <Button size="small" icon={PhoneOff} tone="danger" onPress={() => void hangUp(id)}>
              {t("act.hangUp")}
            </Button>
          )}
          <p className="call-hint">
            <PhoneForwarded size={13} strokeWidth={1.75} aria-hidden="true" />
            {t("call.choosePerson")}
          </p>
        </div>
      )}
    </li>
  );
});

/** Where the login says nothing of a person, one says who one is: calls begin at one's own phones. */
function OwnPerson() {
  const { t } = useTranslation("board");
  const fixed = useSession((now) => now.state === "signedIn" && now.session.person !== null);
  const own = useOwnPerson();
  const people = usePeople();
  if (fixed || people.size === 0) return null;
  return (
    <div className="own-person">
      <ComboBox
        label={t("own.label")}
        placeholder={t("own.choose")}
        {...(own === null ? { description: t("own.why") } : {})}
        options={[...people.values()].map((person) => ({
          id: String(person.id),
          label: person.name,
          ...(person.extension ? { description: person.extension } : {}),
        }))}
        value={own === null ? null : String(own)}
        onChange={(id) => prefer({ person: Number(id) })}
      />
    </div>
  );
}
