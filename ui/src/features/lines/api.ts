// What the engine says of lines, numbers and calling out: the shapes of its routes, and the routes.
import type { CallId, DeviceId, Millis, PersonId } from "../../bindings/api";
import type { MailboxId, RoomId } from "../../bindings/sound";
import { get, post, put, remove } from "../../live/api";
import type { CallerListId, ScheduleId } from "../hours/api";

export type LineId = number;
export type PeerId = number;

/** Where callers go. */
export type LeadsTo =
  | { kind: "person"; id: PersonId }
  | { kind: "extension"; id: string }
  | { kind: "mailbox"; id: MailboxId }
  | { kind: "room"; id: RoomId }
  | { kind: "flow"; id: number }
  | { kind: "outside"; id: string }
  | { kind: "hangup" };

/** Where callers go, and what is set on the way there. */
export type Route = {
  to: LeadsTo;
  /** Put before the caller's name on displays. */
  callerNamePrefix: string;
  language: string | null;
  ringSeconds: number | null;
  variables: Readonly<Record<string, string>>;
};

export type NumberEdit = {
  label: string;
  line: LineId | null;
  route: Route;
  hours: { schedule: ScheduleId; whenClosed: Route } | null;
  channels: number | null;
  anonymous: Anonymous;
  challenge: boolean;
};
export type Anonymous = "accept" | "challenge" | "refuse";
/** A number as it is written in the office's country, or with `+`. */
export type NumberAdd = NumberEdit & { number: string };
export type NumberView = NumberEdit & {
  number: string;
  shown: string;
  revision: number;
  lastCalled?: Millis | null;
};
/** Called, and nobody has set it up. */
export type UnknownNumber = {
  number: string;
  shown: string;
  line: LineId | null;
  times: number;
  last: Millis;
};
/** A reason by the name of its sentence. */
export type Because = { sentence: string; detail: string };
export type NumberTry = {
  open: boolean | null;
  to: LeadsTo;
  why: readonly Because[];
  rings: readonly { person: PersonId; name: string; devices: number; online: number; wants: string }[];
};

export type LineTransport = "auto" | "udp" | "tcp" | "tls";
export type SipPlace = { host: string; port: number | null; transport: LineTransport };
export type LineEdit = {
  name: string;
  enabled: boolean;
  provider: string | null;
  server: SipPlace;
  outboundProxy: SipPlace | null;
  access: { kind: "register"; expires: number | null; bulk: boolean } | { kind: "address" };
  authUser: string;
  fromUser: string;
  fromDomain: string | null;
  contactUser: string;
  /** Left out, it stays as it is; `null` for none any more. */
  password?: string | null;
  realm: string | null;
  networks: readonly string[];
  calledPrefix: string;
  numberFormat: "plusE164" | "digits" | "asDialled" | "internationalPrefix";
  prefix: string;
  callerId: "pAssertedIdentity" | "pPreferredIdentity" | "remotePartyId" | "from";
  hide: "anonymousFrom" | "privacy";
  userPhone: boolean;
  mainNumber: string | null;
  foreignCallerId: boolean;
  calledIn: "requestUri" | "to" | "pCalledPartyId" | "diversion";
  assertedCaller: boolean;
  srtp: "off" | "required";
  /** The office's, if empty. */
  codecs: readonly string[];
  dtmf: "events" | "info" | "tones";
  probeSeconds: number | null;
  sessionExpires: number | null;
  channels: number;
  channelsIn: number | null;
  channelsOut: number | null;
  /** A minute, in hundredths of the smallest coin. */
  prices: { fixed: number; mobile: number; foreign: number; premium: number };
  emergency: boolean;
};
export type LineState = "off" | "starting" | "up" | "down" | "refused";
export type LineLive = {
  state: LineState;
  /** Why, by the name of its sentence. */
  reason: string | null;
  /** What the far side said. */
  detail: string;
  since: Millis | null;
  nextTry: Millis | null;
  registered: boolean;
  channelsInUse: number;
  callsIn: number;
  callsOut: number;
};
export type LineView = Omit<LineEdit, "password"> & {
  id: LineId;
  revision: number;
  passwordSet: boolean;
  live: LineLive;
};
export type LogEntry = { at: Millis; state: LineState; reason: string; detail: string };
export type CheckState = "waiting" | "ok" | "warning" | "problem" | "skipped";
export type LineCheck = { check: string; state: CheckState; sentence: string; detail: string };
export type LineTest = { started: Millis; running: boolean; checks: readonly LineCheck[] };

export type PresetAsk = {
  field: string;
  label: string;
  hint: string;
  secret: boolean;
  needed: boolean;
};
export type Preset = {
  id: string;
  name: string;
  country: string | null;
  /** How sure it is that what it says is right. */
  confidence: string;
  note: string;
  url: string | null;
  asks: readonly PresetAsk[];
  line?: LineEdit;
};
export type PresetAnswers = { preset: string; name: string; answers: Readonly<Record<string, string>> };

export type PeerEdit = {
  name: string;
  enabled: boolean;
  place: SipPlace | null;
  networks: readonly string[];
  user: string;
  password?: string | null;
  prefixes: readonly string[];
  stripPrefix: boolean;
  mayCallOutside: boolean;
  channels: number;
};
export type PeerView = Omit<PeerEdit, "password"> & { id: PeerId; revision: number; passwordSet: boolean };
export type DomainRule = { domain: string; allow: readonly string[]; deny: readonly string[] };
export type DomainAccess = { revision: number; domains: readonly DomainRule[] };

export type Destination =
  | { kind: "fixed" | "mobile" | "freePhone" | "premium" | "abroad" | "any" }
  | { kind: "country" | "prefix"; value: string };
export type Whose =
  | { kind: "everybody" }
  | { kind: "persons"; value: readonly PersonId[] }
  | { kind: "teams"; value: readonly string[] };
export type Shows = { kind: "own" | "main" | "hidden" } | { kind: "number"; value: string };
export type Rule = {
  /** `null` for one that is new. */
  id: number | null;
  name: string;
  who: Whose;
  to: readonly Destination[];
  lines: readonly LineId[];
  shows: Shows;
};
export type Rules = { revision: number; rules: readonly Rule[] };

export type WhereAsk = { number: string; person: PersonId | null };
export type WhereAnswer = {
  number: string | null;
  shown: string;
  leads: "outside" | "inside" | "emergency" | "nowhere";
  inside: LeadsTo | null;
  kind: string | null;
  country: string | null;
  allowed: boolean;
  refused: { code: string; detail: string } | null;
  why: readonly {
    sentence: string;
    rule: number | null;
    line: LineId | null;
    name: string;
    detail: string;
  }[];
  line: LineId | null;
  shows: { number: string | null; hidden: boolean; from: string; why: string } | null;
};

export type Reach = "inside" | "country" | "everywhere";
export type CallingRights = {
  person: PersonId;
  /** 0 while the office's limits hold. */
  revision: number;
  shows: string | null;
  reach: Reach;
  abroadAfterHours: boolean;
  foreignMinutes: number | null;
  money: number | null;
};
export type CallingPolicy = {
  countries: readonly string[];
  premiumAllowed: readonly string[];
  foreignMinutesOffice: number;
  foreignMinutesPerson: number;
  foreignParallel: number;
  outsideParallelPerson: number;
  /** In hundredths of the smallest coin; 0 for no limit. */
  moneyOffice: number;
  moneyPerson: number;
  moneyLine: number;
  minutesLine: number;
  foreignHours: ScheduleId | null;
  foreignTries: number;
  newCountries: number;
  newDevicesAbroad: boolean;
  forwardAbroad: boolean;
  outsideToOutside: boolean;
  blocked: CallerListId | null;
  welcome: CallerListId | null;
  outsidePrefix: string | null;
  areaCode: string | null;
};
export type Admission = {
  maxIn: number | null;
  maxOut: number | null;
  maxDialer: number | null;
  rates: readonly Rate[];
};
export type RateScope = "allIn" | "allOut" | "personOut" | "numberIn" | "callerIn";
export type Rate = { of: RateScope; calls: number; seconds: number };
export type Revised<T> = T & { revision: number };

export type FuseLimit = "foreignMinutes" | "money" | "minutes" | "tries" | "newCountries" | "newDevice";
export type Fuse = {
  id: string;
  of: "office" | "person" | "line";
  person: PersonId | null;
  line: LineId | null;
  limit: FuseLimit;
  /** Seconds, hundredths of the smallest coin, or a count. */
  used: number;
  max: number;
  blown: Millis | null;
};
export type Fuses = { day: string; endsAt: Millis; fuses: readonly Fuse[] };

export type EmergencyPlan = {
  location: string;
  locations: readonly { person: PersonId; location: string }[];
  callback: string | null;
  line: LineId | null;
  alertPersons: readonly PersonId[];
  alertEmails: readonly string[];
};
export type EmergencyPlanView = Revised<EmergencyPlan> & {
  /** The country's. */
  numbers: readonly string[];
  /** Lines that may carry emergency calls. */
  lines: readonly LineId[];
};
export type Drill = {
  number: string;
  lines: readonly { line: LineId; name: string; state: LineState; full: boolean; sentence: string }[];
  location: string;
  callback: string | null;
  shows: string | null;
  alerts: { persons: readonly PersonId[]; emails: readonly string[] };
  /** What would go wrong, by the names of its sentences. */
  problems: readonly string[];
};
/** An emergency call, until somebody says that they have seen it. */
export type EmergencyView = {
  id: string;
  call: CallId;
  number: string;
  person: PersonId | null;
  name: string;
  phone: string;
  location: string;
  callback: string | null;
  line: LineId | null;
  since: Millis;
  ended: Millis | null;
};

const part = (id: number | string) => encodeURIComponent(id);

export const lines = {
  addLine: (line: LineEdit) => post<LineView>("/lines", line),
  addFromPreset: (answers: PresetAnswers) => post<LineView>("/lines/from-preset", answers),
  editLine: (id: LineId, revision: number, line: LineEdit) => put<LineView>(`/lines/${id}`, line, revision),
  removeLine: (id: LineId) => remove(`/lines/${id}`),
  restoreLine: (id: LineId) => post<LineView>(`/lines/${id}/restore`),
  turnLine: (id: LineId, on: boolean) => post<LineView>(`/lines/${id}/enable`, { on }),
  /** Registers at once, whatever the line waits for. */
  tryLine: (id: LineId) => post<LineView>(`/lines/${id}/register`),
  /** With a number to call, sound is checked as well, which may cost. */
  testLine: (id: LineId, call: string | null) => post<LineTest>(`/lines/${id}/test`, { call }),
  lineTest: (id: LineId) => get<LineTest>(`/lines/${id}/test`),
  lineLog: (id: LineId) => get<LogEntry[]>(`/lines/${id}/log`),
  providers: () => get<Preset[]>("/providers"),

  numbers: () => get<NumberView[]>("/numbers"),
  addNumber: (number: NumberAdd) => post<NumberView>("/numbers", number),
  addNumbers: (numbers: readonly NumberAdd[]) => post<NumberView[]>("/numbers/many", { numbers }),
  editNumber: (number: string, revision: number, edit: NumberEdit) =>
    put<NumberView>(`/numbers/${part(number)}`, edit, revision),
  removeNumber: (number: string) => remove(`/numbers/${part(number)}`),
  /** Who would ring if somebody called it now. */
  tryNumber: (number: string) => post<NumberTry>(`/numbers/${part(number)}/try`, { at: null, caller: null }),
  unknownNumbers: () => get<UnknownNumber[]>("/numbers/unknown"),
  forgetUnknown: (number: string) => post<void>(`/numbers/unknown/${part(number)}/forget`),

  peers: () => get<PeerView[]>("/peers"),
  addPeer: (peer: PeerEdit) => post<PeerView>("/peers", peer),
  editPeer: (id: PeerId, revision: number, peer: PeerEdit) => put<PeerView>(`/peers/${id}`, peer, revision),
  removePeer: (id: PeerId) => remove(`/peers/${id}`),
  restorePeer: (id: PeerId) => post<PeerView>(`/peers/${id}/restore`),
  domainAccess: () => get<DomainAccess>("/domain-access"),
  editDomainAccess: (revision: number, domains: readonly DomainRule[]) =>
    put<DomainAccess>("/domain-access", { domains }, revision),

  rules: () => get<Rules>("/outbound-rules"),
  editRules: (revision: number, rules: readonly Rule[]) => put<Rules>("/outbound-rules", { rules }, revision),
  where: (ask: WhereAsk) => post<WhereAnswer>("/outbound/where", ask),
  allRights: () => get<CallingRights[]>("/calling-rights"),
  editRights: ({ person, revision, ...rights }: CallingRights) =>
    put<CallingRights>(`/calling-rights/${person}`, rights, revision),
  removeRights: (person: PersonId) => remove(`/calling-rights/${person}`),

  policy: () => get<Revised<CallingPolicy>>("/calling-policy"),
  editPolicy: ({ revision, ...policy }: Revised<CallingPolicy>) =>
    put<Revised<CallingPolicy>>("/calling-policy", policy, revision),
  admission: () => get<Revised<Admission>>("/outside-admission"),
  editAdmission: ({ revision, ...admission }: Revised<Admission>) =>
    put<Revised<Admission>>("/outside-admission", admission, revision),
  fuses: () => get<Fuses>("/fuses"),
  resetFuse: (id: string) => post<void>(`/fuses/${part(id)}/reset`),
  countries: () => get<{ code: string; callingCode: string }[]>("/countries"),

  emergencyPlan: () => get<EmergencyPlanView>("/emergency-plan"),
  editEmergencyPlan: ({ revision, ...plan }: Revised<EmergencyPlan>) =>
    put<EmergencyPlanView>("/emergency-plan", plan, revision),
  drill: (person: PersonId | null, device: DeviceId | null) =>
    post<Drill>("/emergency/drill", { person, device, number: null }),
  dismissEmergency: (id: string) => post<void>(`/emergency/${part(id)}/dismiss`),
};
