// What the engine tells of a call, as full sentences: one teller for each kind of happening.
import i18next from "i18next";
import type { CallRow, CallStep } from "../../bindings/api";
import { useLive } from "../../live/store";
import { count, lasting, weekdayAndTime } from "../../text/format";
import { isolated } from "./said";

/** A step as it is read: `note` is the smaller print. */
export type Told = { text: string; note?: string; weight: Weight };
/** `turn` are the steps that decide how a call goes. */
export type Weight = "plain" | "turn" | "problem";

type Detail = Record<string, unknown>;
/** Who is at the end of each leg, by what was told before. */
export type Cast = ReadonlyMap<number, string>;
/** What the steps of the call flow are called. */
export type NodeNames = ReadonlyMap<string, string>;
/** What the call is known to have had to do with the outside: its line by the name it had, its number as written. */
export type AtEdge = Pick<CallRow, "line" | "lineName" | "shown" | "shownAs">;
type Teller = (detail: Detail, cast: Cast, nodes: NodeNames, edge: AtEdge) => Told;

const NO_NAMES: NodeNames = new Map();
/** Of a way through a flow, its places and keys; the rest is seen over its drawing. */
const TOLD_OF_FLOWS = ["enter", "digit", "fault"];

/** All steps of a call as sentences, in order. */
export function tellAll(
  steps: readonly CallStep[],
  nodes = NO_NAMES,
  edge: AtEdge = {},
): (Told & { step: CallStep })[] {
  const cast = castOf(steps);
  return steps.filter(isTold).map((step) => ({ step, ...tell(step, cast, nodes, edge) }));
}

function isTold({ kind, detail }: CallStep): boolean {
  return kind !== "flowStep" || TOLD_OF_FLOWS.includes(String(asDetail(asDetail(detail).step).event));
}

export function tell(step: CallStep, cast: Cast, nodes = NO_NAMES, edge: AtEdge = {}): Told {
  const teller = Object.hasOwn(TELLERS, step.kind) ? TELLERS[step.kind] : undefined;
  if (teller) return teller(asDetail(step.detail), cast, nodes, edge);
  return plain(say("steps.unknown", { kind: isolated(step.kind) }));
}

export const TELLERS: Readonly<Record<string, Teller>> = {
  phoneCameOnline: (detail) => ({
    ...plain(say("steps.phoneCameOnline", { address: text(detail.address) })),
    note: say("steps.phoneCameOnlineNote", { userAgent: text(detail.userAgent) }),
  }),
  phoneWentOffline: (detail) => plain(because("steps.phoneWentOffline", detail.reason)),
  loginRefused: (detail) =>
    problem(
      because("steps.loginRefused", detail.reason, {
        user: text(detail.user),
        address: text(detail.address),
      }),
    ),
  loginForgiven: () => plain(say("steps.loginForgiven")),
  deviceRemoved: () => plain(say("steps.deviceRemoved")),
  callerArrived: (detail) =>
    turn(
      say(detail.fromBoard === true ? "steps.callerArrivedFromBoard" : "steps.callerArrived", {
        name: party(detail.from),
        dialled: text(detail.dialled),
      }),
    ),
  callerPickedUp: (detail) => turn(say("steps.callerPickedUp", { name: party(detail.by) })),
  callRefused: (detail) => problem(because("steps.callRefused", detail.reason)),
  lineChanged: (detail) => plain(because("steps.lineChanged", detail.state)),
  lineRemoved: () => plain(say("steps.lineRemoved")),
  numberCalled: (detail, _cast, _nodes, edge) => {
    const values = { number: numberAt(detail.number, edge), line: lineOf(detail, edge) };
    const told =
      detail.known === false
        ? problem(say("steps.numberCalledUnknown", values))
        : plain(say("steps.numberCalled", values));
    return noting(told, "steps.forwardedHere", detail.forwardedFrom, edge);
  },
  lineTried: (detail, _cast, _nodes, edge) => {
    const values = { number: numberAt(detail.number, edge), line: lineOf(detail, edge) };
    return detail.back ? turn(say("steps.lineTried", values)) : problem(say("steps.lineTriedInVain", values));
  },
  hoursClosed: (detail) => {
    const opens = typeof detail.opensUnixMs === "number";
    const values = {
      what: text(detail.what),
      schedule: text(detail.schedule),
      time: opens ? weekdayAndTime(Number(detail.opensUnixMs)) : "",
    };
    if (!detail.instead) {
      return turn(say(opens ? "steps.hoursClosedAwayUntil" : "steps.hoursClosedAway", values));
    }
    const instead = party(detail.instead);
    return turn(say(opens ? "steps.hoursClosedUntil" : "steps.hoursClosed", { ...values, instead }));
  },
  callerScreened: (detail) => turn(because("steps.callerScreened", detail.how)),
  lineChosen: (detail, _cast, _nodes, edge) =>
    noting(
      plain(
        detail.shows === null || detail.shows === undefined
          ? say("steps.lineChosenHidden", { line: lineOf(detail, edge) })
          : say("steps.lineChosen", { line: lineOf(detail, edge), shows: numberAt(detail.shows, edge) }),
      ),
      "steps.forwardedFor",
      detail.forwarded,
      edge,
    ),
  lineSkipped: (detail, _cast, _nodes, edge) =>
    plain(because("steps.lineSkipped", detail.reason, { line: lineOf(detail, edge) })),
  lineFailed: (detail, _cast, _nodes, edge) => {
    const { status } = asDetail(detail.reason);
    return problem(
      typeof status === "number"
        ? say("steps.lineFailed.status", { line: lineOf(detail, edge), status: statusWords(status) })
        : because("steps.lineFailed", detail.reason, { line: lineOf(detail, edge) }),
    );
  },
  peerNotEncrypted: (detail) => problem(say("steps.peerNotEncrypted", { name: party(detail.to) })),
  outsideRefused: (detail) => problem(say("steps.outsideRefused", { number: text(detail.number) })),
  fuseTripped: () => problem(say("steps.fuseTripped")),
  fusesMeasured: () => plain(say("steps.fusesMeasured")),
  explained: () => plain(say("steps.explained")),
  phoneMet: (detail) =>
    plain(
      detail.agent
        ? say("steps.phoneMet", { agent: text(detail.agent), address: text(detail.address) })
        : say("steps.phoneMetUnnamed", { address: text(detail.address) }),
    ),
  fuseReset: () => plain(say("steps.fuseReset")),
  emergencyCalled: (detail) => ({
    ...problem(say("steps.emergencyCalled", { name: party(detail.from), number: text(detail.number) })),
    ...(typeof detail.location === "string" && detail.location
      ? { note: say("steps.emergencyCalledNote", { location: isolated(detail.location) }) }
      : {}),
  }),
  emergencyEnded: () => turn(say("steps.emergencyEnded")),
  deviceCalled: (detail) => ({
    ...plain(say("steps.deviceCalled", { name: party(detail.to) })),
    ...(detail.media === "direct" || detail.media === "relayed"
      ? { note: say(`steps.deviceCalledMedia.${detail.media}`) }
      : {}),
  }),
  deviceRang: (detail, cast) => plain(say("steps.deviceRang", { name: atLeg(detail.leg, cast) })),
  deviceStopped: (detail, cast) => {
    const name = atLeg(detail.leg, cast);
    const refused = asDetail(detail.reason).refused;
    const sentence =
      typeof refused === "number"
        ? say("steps.deviceStopped.refused", { name, status: statusWords(refused) })
        : because("steps.deviceStopped", detail.reason, { name, status: statusWords(0) });
    const heavy = ["busy", "declined", "rangOut"].includes(String(detail.reason));
    const failed = typeof refused === "number" || detail.reason === "unreachable";
    return { text: sentence, weight: failed ? "problem" : heavy ? "turn" : "plain" };
  },
  callAnswered: (detail) =>
    turn(
      say(`steps.callAnswered.${detail.side === "caller" ? "caller" : "callee"}`, { name: party(detail.by) }),
    ),
  echoBegan: () => turn(say("steps.echoBegan")),
  officeAnswered: (detail) => turn(because("steps.officeAnswered", asDetail(detail.service).service)),
  lineTested: (detail) => turn(lineTested(asDetail(detail.result))),
  messageLeft: (detail) => {
    const { secs } = asDetail(detail.lasts);
    const seconds = Number(secs) || 0;
    return turn(
      seconds
        ? say("steps.messageLeft", { length: lasting(seconds * 1000) })
        : say("steps.messageLeftSomehow"),
    );
  },
  roomJoined: (detail) => ({
    ...turn(say(`steps.roomJoined.${detail.host === true ? "host" : "member"}`, { name: party(detail.by) })),
    ...(detail.waits === true
      ? { note: say("steps.roomJoinedNote.waits") }
      : detail.muted === true
        ? { note: say("steps.roomJoinedNote.muted") }
        : {}),
  }),
  roomRefused: (detail) => problem(because("steps.roomRefused", detail.reason)),
  roomLeft: (detail) => turn(say("steps.roomLeft", { name: party(detail.by) })),
  roomLocked: () => plain(say("steps.roomLocked")),
  roomUnlocked: () => plain(say("steps.roomUnlocked")),
  memberMuted: () => plain(say("steps.memberMuted")),
  memberUnmuted: () => plain(say("steps.memberUnmuted")),
  memberRemoved: () => turn(say("steps.memberRemoved")),
  roomRecordingBegan: () => plain(say("steps.roomRecordingBegan")),
  roomRecordingEnded: () => plain(say("steps.roomRecordingEnded")),
  somebodySpoke: () => plain(say("steps.somebodySpoke")),
  soundMeasured: () => plain(say("steps.soundMeasured")),
  mailboxOpened: () => turn(say("steps.mailboxOpened")),
  messageHeard: () => plain(say("steps.messageHeard")),
  messageDeleted: () => plain(say("steps.messageDeleted")),
  messageForwarded: () => plain(say("steps.messageForwarded")),
  mailboxLocked: () => problem(say("steps.mailboxLocked")),
  flowStep: (detail, _, nodes) => {
    const { node, event, digits } = asDetail(detail.step);
    const known = nodes.get(String(node));
    const name = known
      ? say("steps.flowStep.name", { name: isolated(known) })
      : say("steps.flowStep.unnamed");
    if (event === "digit") return turn(say("steps.flowStep.digit", { digits: text(digits), name }));
    return event === "fault"
      ? problem(say("steps.flowStep.fault", { name }))
      : plain(say("steps.flowStep.enter", { name }));
  },
  flowLeft: () => turn(say("steps.flowLeft")),
  callLabelled: () => plain(say("steps.callLabelled")),
  roomPinLocked: () => problem(say("steps.roomPinLocked")),
  mailboxUnlocked: () => plain(say("steps.mailboxUnlocked")),
  listenedTo: (detail) =>
    turn(because("steps.listenedTo", asDetail(detail.how).does, { name: party(detail.by) })),
  listenedToNoMore: (detail) => plain(say("steps.listenedToNoMore", { name: party(detail.by) })),
  recordingBegan: (detail) => ({
    ...turn(say("steps.recordingBegan")),
    note: say(detail.announced === true ? "steps.recordingAnnounced" : "steps.recordingNotAnnounced"),
  }),
  recordingPaused: (detail) => plain(byWhom("steps.recordingPaused", detail)),
  recordingResumed: (detail) => plain(byWhom("steps.recordingResumed", detail)),
  recordingEnded: (detail) => {
    const sentence = because("steps.recordingEnded", detail.why);
    return detail.why === "disk" ? problem(sentence) : plain(sentence);
  },
  recordingRefused: (detail) => problem(because("steps.recordingRefused", detail.why)),
  notKept: (detail) => ({
    ...problem(say("steps.notKept")),
    ...(typeof detail.why === "string" && detail.why ? { note: isolated(detail.why) } : {}),
  }),
  soundAgreed: (detail) => plain(say("steps.soundAgreed", { codec: text(detail.codec) })),
  callTakenOver: (detail) => turn(say("steps.callTakenOver", { name: party(detail.by) })),
  callHeld: (detail) => turn(say("steps.callHeld", { name: party(detail.by) })),
  callResumed: (detail) => turn(say("steps.callResumed", { name: party(detail.by) })),
  callParked: (detail) =>
    detail.by
      ? turn(say("steps.callParked", { name: party(detail.by), slot: text(detail.slot) }))
      : turn(say("steps.callParkedByFlow", { slot: text(detail.slot) })),
  callFetched: (detail) =>
    turn(say("steps.callFetched", { name: party(detail.by), slot: text(detail.slot) })),
  parkedCallCameBack: (detail) =>
    detail.to
      ? turn(say("steps.parkedCallCameBack", { name: party(detail.to), slot: text(detail.slot) }))
      : turn(say("steps.parkedCallCameBackToFlow", { slot: text(detail.slot) })),
  queueJoined: (detail) => {
    const name = queueName(detail);
    const { priority } = detail;
    return {
      ...turn(name ? say("steps.queueJoined", { name }) : say("steps.queueJoinedUnknown")),
      ...(typeof priority === "number" && priority !== 0
        ? { note: say("steps.queueJoinedNote", { priority: count(priority) }) }
        : {}),
    };
  },
  queueLeft: (detail) => {
    const time = lasting(Number(detail.waitedMs) || 0);
    return turn(
      detail.by
        ? say("steps.queueLeftAnswered", { name: party(detail.by), time })
        : say("steps.queueLeft", { time }),
    );
  },
  mediaMoved: (detail) => plain(because("steps.mediaMoved", detail.media)),
  transferBegan: (detail) => {
    const place = detail.fromBoard === true ? "board" : "phone";
    const key = `steps.transferBegan.${place}${detail.attended === true ? "Attended" : ""}`;
    return turn(say(key, { name: party(detail.by), to: text(detail.to) }));
  },
  transferDone: (detail) => turn(say("steps.transferDone", { name: party(detail.by), to: party(detail.to) })),
  transferFailed: (detail) =>
    problem(say("steps.transferFailed", { status: statusWords(Number(detail.status) || 0) })),
  legReplaced: (detail) =>
    turn(say("steps.legReplaced", { name: party(detail.by), replaced: party(detail.replaced) })),
  callEnded: (detail) => {
    const who = detail.by && typeof detail.by === "object" ? party(detail.by) : null;
    const named = who !== null && ["hungUp", "endedByOffice"].includes(String(detail.reason));
    const sentence = named
      ? say(`steps.callEnded.${detail.reason}By`, { name: who })
      : because("steps.callEnded", detail.reason);
    const bad = ["sessionExpired", "silent", "notAcknowledged", "failed", "fault", "unreachable"];
    return { text: sentence, weight: bad.includes(String(detail.reason)) ? "problem" : "turn" };
  },
  callFaulted: (detail) => ({
    ...problem(say("steps.callFaulted")),
    ...(typeof detail.fault === "string" && detail.fault ? { note: isolated(detail.fault) } : {}),
  }),
  officeChanged: () => plain(say("steps.officeChanged")),
  strangerRefused: (detail) =>
    problem(
      say("steps.strangerRefused", { from: text(detail.from), packets: count(Number(detail.packets) || 0) }),
    ),
  commandDone: (detail) => {
    const result = asDetail(detail.result);
    if (result.kind !== "refused") return plain(say("steps.commandTaken"));
    const asksForCall = Object.hasOwn(asDetail(result.reason), "call");
    return problem(because("steps.commandRefused", asksForCall ? "call" : result.reason));
  },
};

/** The names at the ends of the legs. */
export function castOf(steps: readonly CallStep[]): Cast {
  const cast = new Map<number, string>();
  for (const { kind, detail } of steps) {
    const { leg, to } = asDetail(detail);
    if (kind === "deviceCalled" && typeof leg === "number") cast.set(leg, party(to));
  }
  return cast;
}

/** A SIP status as the end of a sentence. */
export function statusWords(status: number): string {
  const key = `status.s${status}`;
  return i18next.exists(`calls:${key}`) ? say(key) : say("status.other", { status });
}

/** A sentence of this screen whose key is put together; the tests know all of them. */
export function say(key: string, values: Record<string, string | number> = {}): string {
  return i18next.t(`calls:${key}` as "calls:title", { ...values });
}

/** Name or number of a party, whatever it holds, set apart. */
export function party(value: unknown): string {
  const { name, number } = asDetail(value);
  for (const known of [name, number]) {
    if (typeof known === "string" && known.trim() && known !== "anonymous") return isolated(known);
  }
  return say("someone");
}

/** What the office calls a line; the one of the call as it was called at the time. */
function lineOf({ line }: Detail, edge: AtEdge): string {
  const atTheTime = typeof line === "number" && line === edge.line ? edge.lineName : null;
  const name = atTheTime || (typeof line === "number" ? useLive.getState().lines.get(line)?.name : null);
  return name ? isolated(name) : say("someLine");
}

/** What the office calls a queue, unless it is gone. */
export function queueName({ queue }: Detail): string {
  const name = typeof queue === "number" ? useLive.getState().flows.get(queue)?.name : undefined;
  return name ? isolated(name) : "";
}

/** A number of the office, written as people of its country do where that is known. */
function numberAt(number: unknown, { shown, shownAs }: AtEdge): string {
  return text(shownAs && number === shown ? shownAs : number);
}

/** The same with what is said of another number, if one is named. */
function noting(told: Told, sentence: string, number: unknown, edge: AtEdge): Told {
  return typeof number === "string" && number
    ? { ...told, note: say(sentence, { number: numberAt(number, edge) }) }
    : told;
}

function atLeg(leg: unknown, cast: Cast): string {
  return (typeof leg === "number" ? cast.get(leg) : undefined) ?? say("someone");
}

/** The sentence of a reason; a reason that is not known yet gets the one without a reason. */
function because(group: string, reason: unknown, values: Record<string, string | number> = {}): string {
  const known =
    typeof reason === "string" && /^\w+$/.test(reason) && i18next.exists(`calls:${group}.${reason}`);
  return say(`${group}.${known ? reason : "other"}`, values);
}

/** Done by somebody with the keys of their phone, or at the board. */
function byWhom(group: string, { by }: Detail): string {
  return by && typeof by === "object" ? say(`${group}.by`, { name: party(by) }) : say(`${group}.board`);
}

function lineTested(result: Detail): string {
  switch (result.test) {
    case "delay": {
      const { secs, nanos } = asDetail(result.thereAndBack);
      if (typeof secs !== "number") return say("steps.lineTested.delayUnknown");
      const milliseconds = count(Math.round(secs * 1000 + (Number(nanos) || 0) / 1e6));
      return say("steps.lineTested.delay", { milliseconds });
    }
    case "level":
      return say("steps.lineTested.level", { level: count(Math.round(Number(result.speech) || 0)) });
    case "keys":
      return result.keys
        ? say("steps.lineTested.keys", { keys: text(result.keys) })
        : say("steps.lineTested.noKeys");
    default:
      return say("steps.lineTested.other");
  }
}

function text(value: unknown): string {
  return typeof value === "string" && value ? isolated(value) : say("someone");
}

function asDetail(value: unknown): Detail {
  return value !== null && typeof value === "object" ? (value as Detail) : {};
}

const plain = (sentence: string): Told => ({ text: sentence, weight: "plain" });
const turn = (sentence: string): Told => ({ text: sentence, weight: "turn" });
const problem = (sentence: string): Told => ({ text: sentence, weight: "problem" });
