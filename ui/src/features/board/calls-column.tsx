// The calls of this moment: ringing, talking, held.
import { CircleParking, PhoneForwarded, PhoneIncoming, PhoneOff } from "lucide-react";
import { memo, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { CallId, FlowId, LiveCallView, Millis } from "../../bindings/api";
import { Button, ComboBox, Duration, PresenceMark } from "../../design";
import { calleeOf, nameOf, queueName } from "../../live/names";
import { prefer } from "../../live/preferences";
import type { Presence } from "../../live/presence";
import { useCall, useLiveValue, usePeople } from "../../live/select";
import { useOwnPerson, useSession } from "../../live/session";
import { useLive } from "../../live/store";
import { list } from "../../text/format";
import { ListenButtons, ListenersSign } from "../calls/listen-buttons";
import { RecordButtons, RecordingSign } from "../calls/record-buttons";
import { visible } from "../calls/said";
import { RoomsOnBoard } from "../rooms/rooms-on-board";
import { hangUp, mayHandOver, park, takeOver } from "./actions";
import { startDrag } from "./drag";
import { ParkingOnBoard } from "./parking";
import { allCalls, callsIn, longestWait, queuesIn, setBoard, waitingIn } from "./state";
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
        <WaitingGroups current={current} stop={stop} />
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

type Chosen = { current: CallId | null; stop: CallId | null };

/** Who waits in a queue, above all others: each queue with its callers as they are served. */
function WaitingGroups({ current, stop }: Chosen) {
  const { t } = useTranslation("board");
  const queues = useLiveValue(queuesIn);
  if (queues.length === 0) return null;
  return (
    <section className="call-waits" aria-label={t("waits.title")}>
      <h2>{t("waits.title")}</h2>
      {queues.map((queue) => (
        <WaitingGroup key={queue} queue={queue} current={current} stop={stop} />
      ))}
    </section>
  );
}

function WaitingGroup({ queue, current, stop }: Chosen & { queue: FlowId }) {
  const { t } = useTranslation("board");
  const name = useLive((live) => queueName(queue, live));
  const ids = useLiveValue((live) => waitingIn(live, queue));
  const longest = useLive((live) => longestWait(live, ids));
  return (
    <div className="call-group">
      <h3>
        <bdi>{visible(name)}</bdi>
        <span className="quiet">
          {" · "}
          {t("waits.waiting", { count: ids.length })}
          {longest !== null && (
            // How long each has waited is at the callers; a running clock is not read out.
            <span aria-hidden="true">
              {` · ${t("waits.longest")} `}
              <Duration since={longest} />
            </span>
          )}
        </span>
      </h3>
      <ol>
        {ids.map((id, at) => (
          <CallItem key={id} id={id} place={at + 1} isCurrent={id === current} isStop={id === stop} />
        ))}
      </ol>
    </div>
  );
}

const PRESENCE: Record<LiveCallView["state"], Presence> = {
  ringing: "ringing",
  talking: "busy",
  held: "notNow",
  parked: "notNow",
};

const CallItem = memo(function CallItem(props: {
  id: CallId;
  /** The place in a queue. */
  place?: number;
  isCurrent: boolean;
  isStop: boolean;
}) {
  const { id, place, isCurrent, isStop } = props;
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
  // Nobody talks with those who ring or wait.
  const isTalk = call.state !== "ringing" && !call.waits;
  const canPark = hasSlots && isTalk && mayHandOver(call);
  const caller = nameOf(call.from);
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
        {place === undefined ? (
          <PresenceMark presence={PRESENCE[call.state]} />
        ) : (
          <span className="call-place number">
            <span aria-hidden="true">{place}</span>
            <span className="unseen">{t("waits.place", { place })}</span>
          </span>
        )}
        <span className="call-caller cut">{caller}</span>
        <Duration since={sinceOf(call)} />
        <span className="call-callee cut">
          {!isCurrent && <RecordingSign call={call} />}
          <ListenersSign call={call} />
          {towards(call, t)}
          {call.heldBy && ` · ${t("call.heldBy", { name: nameOf(call.heldBy) })}`}
        </span>
      </button>
      {isCurrent && (
        <div className="call-acts">
          {!isTalk && (
            <Button size="small" icon={PhoneIncoming} onPress={() => void takeOver(id)}>
              {t(call.waits ? "act.answerHere" : "act.takeOver")}
            </Button>
          )}
          {mayHandOver(call) && isTalk && <RecordButtons call={call} />}
          {isTalk && <ListenButtons call={call} />}
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

/** Since when it rings, or the caller waits, or the two talk. */
function sinceOf({ state, waits, startedAt, answeredAt }: LiveCallView): Millis {
  if (waits) return waits.since;
  return state === "ringing" ? startedAt : (answeredAt ?? startedAt);
}

/** With whom the caller talks, or whose phones ring. */
function towards(call: LiveCallView, t: ReturnType<typeof useTranslation<"board">>["t"]): string {
  if (!call.waits) {
    const name = calleeOf(call);
    return call.state === "ringing" ? t("call.toward", { name }) : t("call.with", { name });
  }
  const rung = new Set(call.ringing.map(({ party }) => nameOf(party)));
  return rung.size > 0 ? t("waits.ringsAt", { names: list([...rung]) }) : t("waits.nobodyRings");
}

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
