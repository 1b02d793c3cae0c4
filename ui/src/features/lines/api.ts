// What the engine says of lines, numbers and calling out: the shapes of its routes, and the routes.
import type { CallId, DeviceId, Millis, PersonId } from "../../bindings/api";
import type { MailboxId, RoomId } from "../../bindings/sound";
import { get, post, put, remove } from "../../live/api";
import type { CallerListId, ScheduleId } from "../hours/api";

export type LineId = number;
export type PeerId = number;

/** Where callers go. */
export type RouteTarget =
  | { dest_kind: "user"; dest_id: PersonId }
  | { dest_kind: "extension"; dest_id: string }
  | { dest_kind: "voicemail"; dest_id: MailboxId }
  | { dest_kind: "conference"; dest_id: RoomId }
  | { dest_kind: "flow"; dest_id: number }
  | { dest_kind: "forward"; dest_id: string }
  | { dest_kind: "hangup" };

/** What is set on the way there. */
export type Xform = {
  /** Put before the caller's name on displays. */
  callerNamePrefix?: string;
  language?: string;
  /** Seconds. */
  ringFor?: number;
  variables?: Readonly<Record<string, string>>;
};
export type Route = RouteTarget & { dest_xform?: Xform };

export type Anonymous = "accept" | "challenge" | "refuse";
export type NumberEdit = {
  /** With `+`, or as it is written in the office's country. */
  number: string;
  label: string;
  line: LineId | null;
  route: Route;
  hours: { schedule: ScheduleId; whenClosed: Route } | null;
  channels: number | null;
  anonymous: Anonymous;
  challenge: boolean;
};
export type NumberView = NumberEdit & {
  revision: number;
  shown: string;
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
/** A step by the name of its sentence. */
export type NumberStep = { sentence: string; detail: string };
export type NumberTest = {
  steps: readonly NumberStep[];
  to: RouteTarget;
  rings: readonly { person: PersonId; name: string; online: number }[];
  flow: number | null;
};

export type LineTransport = "auto" | "udp" | "tcp" | "tls";
export type SipPlace = { host: string; port: number | null; transport: LineTransport };
export type LineIdentity = {
  authUser: string;
  fromUser: string;
  fromDomain: string | null;
  contactUser: string;
};
export type LineOutgoing = {
  numberFormat: "plusE164" | "digits" | "asDialled" | "internationalPrefix";
  prefix: string;
  callerId: "pAssertedIdentity" | "pPreferredIdentity" | "remotePartyId" | "from";
  hide: "anonymousFrom" | "privacy";
  userPhone: boolean;
  mainNumber: string | null;
  foreignCallerId: boolean;
};
export type LineIncoming = {
  calledIn: "requestUri" | "to" | "pCalledPartyId" | "diversion";
  assertedCaller: boolean;
};
export type LineEdit = {
  name: string;
  enabled: boolean;
  provider: string | null;
  server: SipPlace;
  outboundProxy: SipPlace | null;
  access: { kind: "register"; expires: number | null; bulk: boolean } | { kind: "address" };
  identity: LineIdentity;
  /** Left out, it stays as it is; `null` for none any more. */
  password?: string | null;
  realm: string | null;
  networks: readonly string[];
  calledPrefix: string;
  outgoing: LineOutgoing;
  incoming: LineIncoming;
  srtp: "off" | "required";
  /** The office's, if empty. */
  codecs: readonly string[];
  dtmf: "events" | "info" | "tones";
  probeSeconds: number | null;
  sessionExpires: number | null;
  channels: { all: number; incoming: number | null; outgoing: number | null };
  /** A minute, in hundredths of the smallest coin. */
  prices: { fixed: number; mobile: number; foreign: number; premium: number };
  emergency: boolean;
};
export type LineState = "off" | "starting" | "up" | "down" | "refused";
export type LineLive = {
  state: LineState;
  /** Why, by the name of its sentence. */
  sentence: string | null;
  /** What the far side said. */
  detail: string;
  since: Millis | null;
  nextTry: Millis | null;
  callsIn: number;
  callsOut: number;
};
export type LineView = Omit<LineEdit, "password"> & {
  id: LineId;
  revision: number;
  hasPassword: boolean;
  live: LineLive;
};
export type LineLogEntry = { at: Millis; state: LineState; sentence: string; detail: string };
export type CheckState = "running" | "good" | "warning" | "bad" | "skipped";
export type LineCheck = { check: string; state: CheckState; sentence: string; detail: string };
export type LineTest = { startedAt: Millis; finishedAt: Millis | null; checks: readonly LineCheck[] };

export type PresetAsk = {
  field: string;
  /** What the provider calls it. */
  name: string;
  example: string;
  optional: boolean;
  secret: boolean;
};
export type Preset = {
  id: string;
  name: string;
  /** Where it is sold; everywhere if empty. */
  countries: readonly string[];
  website: string;
  /** How sure it is that what it says is right: `documented`, `reported` or `assumed`. */
  confidence: string;
  source: string;
  registers: boolean;
  oneRegistrationOnly: boolean;
  asks: readonly PresetAsk[];
  /** Sentences by language. */
  notes: Readonly<Record<string, readonly string[]>>;
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
export type PeerView = Omit<PeerEdit, "password"> & { id: PeerId; revision: number; hasPassword: boolean };
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
  /** 0 for one that is new. */
  id: number;
  name: string;
  who: Whose;
  to: readonly Destination[];
  lines: readonly LineId[];
  shows: Shows;
};
export type Rules = { revision: number; rules: readonly Rule[] };

export type WhereAsk = { number: string; person: PersonId | null };
export type WhereStep = {
  /** The name of its sentence. */
  sentence: string;
  rule: number | null;
  line: LineId | null;
  /** What else it is about: a country, a fuse, why a line is passed over. */
  detail: string;
};
export type WhereView = {
  leads: "outside" | "inside" | "emergency" | "nowhere";
  inside: RouteTarget | null;
  readsAs: string | null;
  shown: string;
  kind: string | null;
  country: string | null;
  abroad: boolean;
  allowed: boolean;
  /** Why not, by the name of its sentence. */
  refusal: string | null;
  why: readonly WhereStep[];
  line: LineId | null;
  shows: string | null;
  hidden: boolean;
  showsBecause: string | null;
  atMostSeconds: number | null;
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

export type FuseView = {
  id: string;
  of: "office" | "person" | "line" | "peer";
  person: PersonId | null;
  line: LineId | null;
  peer: PeerId | null;
  what: "foreignMinutes" | "minutes" | "money" | "tries" | "newCountries";
  /** Seconds, hundredths of the smallest coin, or a count. */
  used: number;
  limit: number;
  /** Since when no such calls are made. */
  blownAt: Millis | null;
};

/** A phone that may not call abroad before somebody has said that it is the office's. */
export type NewPhone = {
  device: DeviceId;
  person: PersonId;
  /** What it says it is; may be empty. */
  agent: string;
  network: string;
  since: Millis;
};

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
};
/** What would happen if one of a person's phones called for help. */
export type DrillRow = {
  person: PersonId | null;
  name: string;
  line: LineId | null;
  shows: string | null;
  callback: string | null;
  location: string;
  alerts: readonly string[];
  /** What would go wrong, by the names of its sentences. */
  problems: readonly string[];
};
/** An emergency call, until somebody says that they have seen it. */
export type EmergencyView = {
  id: string;
  call: CallId;
  number: string;
  caller: string;
  /** The caller's number inside. */
  phone: string;
  person: PersonId | null;
  location: string;
  callback: string | null;
  line: LineId | null;
  startedAt: Millis;
  endedAt: Millis | null;
};

const part = (id: number | string) => encodeURIComponent(id);

export const lines = {
  addLine: (line: LineEdit) => post<LineView>("/lines", line),
  addFromPreset: (answers: PresetAnswers) => post<LineView>("/lines/from-preset", answers),
  editLine: (id: LineId, revision: number, line: LineEdit) => put<LineView>(`/lines/${id}`, line, revision),
  removeLine: (id: LineId) => remove(`/lines/${id}`),
  restoreLine: (id: LineId) => post<LineView>(`/lines/${id}/restore`),
  turnLine: (id: LineId, on: boolean) => post<LineView>(`/lines/${id}/switch`, { on }),
  /** Registers at once, whatever the line waits for. */
  tryLine: (id: LineId) => post<LineView>(`/lines/${id}/register`),
  /** Calls nobody. */
  testLine: (id: LineId) => post<LineTest>(`/lines/${id}/test`),
  lineTest: (id: LineId) => get<LineTest | null>(`/lines/${id}/test`),
  lineLog: (id: LineId) => get<LineLogEntry[]>(`/lines/${id}/log`),
  providers: () => get<Preset[]>("/providers"),

  numbers: () => get<NumberView[]>("/numbers"),
  addNumber: (number: NumberEdit) => post<NumberView>("/numbers", number),
  addNumbers: (numbers: readonly NumberEdit[]) => post<NumberView[]>("/numbers/many", { numbers }),
  editNumber: (number: string, revision: number, edit: NumberEdit) =>
    put<NumberView>(`/numbers/${part(number)}`, edit, revision),
  removeNumber: (number: string) => remove(`/numbers/${part(number)}`),
  restoreNumber: (number: string) => post<NumberView>(`/numbers/${part(number)}/restore`),
  /** Who would ring if somebody called it now. */
  tryNumber: (number: string) =>
    post<NumberTest>(`/numbers/${part(number)}/test`, { at: null, caller: null }),
  unknownNumbers: () => get<UnknownNumber[]>("/numbers/unknown"),

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
  where: (ask: WhereAsk) => post<WhereView>("/outbound/where", ask),
  allRights: () => get<CallingRights[]>("/calling-rights"),
  editRights: ({ person, revision, ...rights }: CallingRights) =>
    put<CallingRights>(`/calling-rights/${person}`, rights, revision),

  policy: () => get<Revised<CallingPolicy>>("/calling-policy"),
  editPolicy: ({ revision, ...policy }: Revised<CallingPolicy>) =>
    put<Revised<CallingPolicy>>("/calling-policy", policy, revision),
  admission: () => get<Revised<Admission>>("/outside-admission"),
  editAdmission: ({ revision, ...admission }: Revised<Admission>) =>
    put<Revised<Admission>>("/outside-admission", admission, revision),
  fuses: () => get<FuseView[]>("/fuses"),
  resetFuse: (id: string) => post<void>(`/fuses/${part(id)}/reset`),

  newPhones: () => get<NewPhone[]>("/new-phones"),
  /** All phones that use this login so far may call abroad. */
  clearPhone: (id: DeviceId) => post<void>(`/new-phones/${id}/clear`),

  emergencyPlan: () => get<EmergencyPlanView>("/emergency-plan"),
  editEmergencyPlan: ({ revision, ...plan }: Revised<EmergencyPlan>) =>
    put<EmergencyPlanView>("/emergency-plan", plan, revision),
  drill: () => post<DrillRow[]>("/emergency/drill"),
  dismissEmergency: (id: string) => post<void>(`/emergency/${part(id)}/dismiss`),
};
