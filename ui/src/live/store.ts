// Everything that is shown live: one store, filled by the feed, read by entity.
import { create } from "zustand";
import type {
  AttentionView,
  CallId,
  Change,
  DeviceId,
  DeviceView,
  EmergencyView,
  EngineState,
  FeedMessage,
  FuseView,
  LineId,
  LineView,
  LiveCallView,
  Millis,
  OfficeView,
  Party,
  PersonId,
  PersonView,
} from "../bindings/api";
import type { MailboxId, MailboxView, RoomId, RoomView } from "../bindings/sound";
import type { FlowId, FlowView } from "../features/flows/api";
import type { ModeId, ModeView, ScheduleId, ScheduleView } from "../features/hours/api";

/** `connecting` until the first snapshot; `reconnecting` shows the last known state. */
export type Connection = { state: "connecting" | "live" | "reconnecting"; since: Millis };

export type Live = {
  connection: Connection;
  /** Where the feed stands, so that it can be resumed. */
  epoch: string | null;
  seq: number;
  /** What is to be added to this computer's clock to get the engine's. */
  clockOffset: number;
  engine: EngineState | null;
  office: OfficeView | null;
  people: ReadonlyMap<PersonId, PersonView>;
  devices: ReadonlyMap<DeviceId, DeviceView>;
  calls: ReadonlyMap<CallId, LiveCallView>;
  attention: ReadonlyMap<string, AttentionView>;
  /** One's own mailbox and those of one's groups; for who manages, all of them. */
  mailboxes: ReadonlyMap<MailboxId, MailboxView>;
  rooms: ReadonlyMap<RoomId, RoomView>;
  schedules: ReadonlyMap<ScheduleId, ScheduleView>;
  modes: ReadonlyMap<ModeId, ModeView>;
  /** For who manages; nobody else is told of them. */
  flows: ReadonlyMap<FlowId, FlowView>;
  /** Nobody but who manages is told of lines, and of fuses that have blown. */
  lines: ReadonlyMap<LineId, LineView>;
  fuses: ReadonlyMap<string, FuseView>;
  /** Until somebody has seen them. */
  emergencies: ReadonlyMap<string, EmergencyView>;
  /** The calls each person has part in, oldest first. */
  callsOf: ReadonlyMap<PersonId, readonly CallId[]>;
  /** Grows with every call that is written to the history. */
  recorded: number;
};

const NOTHING: Live = {
  connection: { state: "connecting", since: Date.now() },
  epoch: null,
  seq: 0,
  clockOffset: 0,
  engine: null,
  office: null,
  people: new Map(),
  devices: new Map(),
  calls: new Map(),
  attention: new Map(),
  mailboxes: new Map(),
  rooms: new Map(),
  schedules: new Map(),
  modes: new Map(),
  flows: new Map(),
  lines: new Map(),
  fuses: new Map(),
  emergencies: new Map(),
  callsOf: new Map(),
  recorded: 0,
};

export const useLive = create<Live>(() => NOTHING);

/** Takes in a message. `false` if changes are missing before it: a new snapshot is needed. */
export function takeIn(message: FeedMessage, receivedAt: Millis = Date.now()): boolean {
  const live = useLive.getState();
  const connection: Connection =
    live.connection.state === "live" ? live.connection : { state: "live", since: receivedAt };
  const clockOffset = steadyOffset(live, message.now - receivedAt);
  if (message.type === "snapshot") {
    const { engine, office, people, devices, calls, attention, mailboxes, rooms } = message.state;
    const { schedules = [], modes = [] } = message.state as Hours;
    const { flows = [] } = message.state as { flows?: FlowView[] };
    const { lines = [], fuses = [], emergencies = [] } = message.state as Outside;
    const callMap = byId(calls);
    useLive.setState({
      connection,
      epoch: message.epoch,
      seq: message.seq,
      clockOffset,
      engine,
      office,
      people: keepSame(live.people, byId(people)),
      devices: keepSame(live.devices, byId(devices)),
      calls: keepSame(live.calls, callMap),
      attention: keepSame(live.attention, byId(attention)),
      mailboxes: keepSame(live.mailboxes, byId(mailboxes)),
      rooms: keepSame(live.rooms, byId(rooms)),
      schedules: keepSame(live.schedules, byId(schedules)),
      modes: keepSame(live.modes, byId(modes)),
      flows: keepSame(live.flows, byId(flows)),
      lines: keepSame(live.lines, byId(lines)),
      fuses: keepSame(live.fuses, byId(fuses)),
      emergencies: keepSame(live.emergencies, byId(emergencies)),
      callsOf: whoTakesPart(callMap, live.callsOf),
      recorded: live.recorded + 1,
    });
    return true;
  }
  // What was resumed may begin with what is known already.
  if (message.seq <= live.seq) return true;
  if (live.epoch === null || message.seq !== live.seq + 1) return false;
  useLive.setState({ connection, seq: message.seq, clockOffset, ...applied(live, message.changes) });
  return true;
}

/** The connection was lost: what is shown stays, and is known to be old. */
export function lose(now: Millis = Date.now()): void {
  const { connection } = useLive.getState();
  if (connection.state === "live") useLive.setState({ connection: { state: "reconnecting", since: now } });
}

/** The connection is back, and what is shown is up to date or about to be. */
export function findAgain(now: Millis = Date.now()): void {
  const { connection } = useLive.getState();
  if (connection.state === "reconnecting") useLive.setState({ connection: { state: "live", since: now } });
}

/** Forgets everything, as after signing out. */
export function forget(): void {
  useLive.setState({ ...NOTHING, connection: { state: "connecting", since: Date.now() } });
}

/** What time the engine has. */
export function engineNow(): Millis {
  return Date.now() + useLive.getState().clockOffset;
}

/** The people who have part in a call, each once. */
export function takesPart(call: LiveCallView): PersonId[] {
  const parties: (Party | null)[] = [call.from, call.with, ...call.ringing.map((ring) => ring.party)];
  const people = parties.flatMap((party) => party?.person ?? []);
  return [...new Set(people)];
}

/** What the feed says of call flows. */
type FlowChange = { kind: "flow"; id: FlowId; value: FlowView | null };

/** What the feed says of opening hours. */
type Hours = { schedules?: ScheduleView[]; modes?: ModeView[] };
type HoursChange =
  | { kind: "schedule"; id: ScheduleId; value: ScheduleView | null }
  | { kind: "mode"; id: ModeId; value: ModeView | null };

/** What the feed says of lines and the calls over them. */
type Outside = { lines?: LineView[]; fuses?: FuseView[]; emergencies?: EmergencyView[] };
type OutsideChange =
  | { kind: "line"; id: LineId; value: LineView | null }
  | { kind: "fuse"; id: string; value: FuseView | null }
  | { kind: "emergency"; id: string; value: EmergencyView | null };

function applied(live: Live, changes: Change[]): Partial<Live> {
  const next: {
    -readonly [Key in keyof Live]?: Live[Key] extends ReadonlyMap<infer Id, infer Value>
      ? Map<Id, Value>
      : Live[Key];
  } = {};
  for (const change of changes as (Change | FlowChange | HoursChange | OutsideChange)[]) {
    switch (change.kind) {
      case "engine":
        next.engine = change.value;
        break;
      case "office":
        next.office = change.value;
        break;
      case "person":
        next.people ??= new Map(live.people);
        put(next.people, change.id, change.value);
        break;
      case "device":
        next.devices ??= new Map(live.devices);
        put(next.devices, change.id, change.value);
        break;
      case "call":
        next.calls ??= new Map(live.calls);
        put(next.calls, change.id, change.value);
        break;
      case "attention":
        next.attention ??= new Map(live.attention);
        put(next.attention, change.id, change.value);
        break;
      case "mailbox":
        next.mailboxes ??= new Map(live.mailboxes);
        put(next.mailboxes, change.id, change.value);
        break;
      case "room":
        next.rooms ??= new Map(live.rooms);
        put(next.rooms, change.id, change.value);
        break;
      case "schedule":
        next.schedules ??= new Map(live.schedules);
        put(next.schedules, change.id, change.value);
        break;
      case "mode":
        next.modes ??= new Map(live.modes);
        put(next.modes, change.id, change.value);
        break;
      case "flow":
        next.flows ??= new Map(live.flows);
        put(next.flows, change.id, change.value);
        break;
      case "line":
        next.lines ??= new Map(live.lines);
        put(next.lines, change.id, change.value);
        break;
      case "fuse":
        next.fuses ??= new Map(live.fuses);
        put(next.fuses, change.id, change.value);
        break;
      case "emergency":
        next.emergencies ??= new Map(live.emergencies);
        put(next.emergencies, change.id, change.value);
        break;
      case "callRecorded":
        next.recorded = live.recorded + 1;
        break;
    }
  }
  if (next.calls) return { ...next, callsOf: whoTakesPart(next.calls, live.callsOf) } as Partial<Live>;
  return next as Partial<Live>;
}

function put<Id, Value>(map: Map<Id, Value>, id: Id, value: Value | null): void {
  if (value === null) map.delete(id);
  else map.set(id, value);
}

function byId<Value extends { id: unknown }>(values: Value[]): Map<Value["id"], Value> {
  return new Map(values.map((value) => [value.id, value]));
}

/** After a reconnection most is as it was: what is equal keeps its identity and is not drawn again. */
function keepSame<Id, Value>(
  before: ReadonlyMap<Id, Value>,
  after: ReadonlyMap<Id, Value>,
): ReadonlyMap<Id, Value> {
  if (before.size === 0) return after;
  const same = new Map<Id, Value>();
  for (const [id, value] of after) {
    const old = before.get(id);
    same.set(id, old !== undefined && JSON.stringify(old) === JSON.stringify(value) ? old : value);
  }
  return same;
}

function whoTakesPart(
  calls: ReadonlyMap<CallId, LiveCallView>,
  before: ReadonlyMap<PersonId, readonly CallId[]>,
): ReadonlyMap<PersonId, readonly CallId[]> {
  const part = new Map<PersonId, CallId[]>();
  for (const call of calls.values()) {
    for (const person of takesPart(call)) {
      const own = part.get(person);
      if (own) own.push(call.id);
      else part.set(person, [call.id]);
    }
  }
  const same = new Map<PersonId, readonly CallId[]>();
  for (const [person, own] of part) {
    const old = before.get(person);
    const equal = old?.length === own.length && old.every((id, place) => id === own[place]);
    same.set(person, equal && old ? old : own);
  }
  return same;
}

/** Clocks differ by a constant, messages are late by chance: only a clear difference counts. */
function steadyOffset(live: Live, measured: number): number {
  return live.epoch !== null && Math.abs(measured - live.clockOffset) < 250 ? live.clockOffset : measured;
}
