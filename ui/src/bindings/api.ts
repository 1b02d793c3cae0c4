// Written from the Rust types of the API; do not edit.

export type Millis = number;

/** Who asks, and what they may. */
export type Role = "owner" | "admin" | "receptionist" | "staff";
export type Session = {
  user: UserId | null;
  /** Empty for this computer's owner, who came with a ticket. */
  name: string;
  role: Role;
  /** The person of the office this user is. */
  person: PersonId | null;
  /** Whether the page was loaded over the network rather than on this computer. */
  remote: boolean;
};

export type PersonId = number;
export type DeviceId = number;
export type CallId = number;
export type UserId = number;

// ---------------------------------------------------------------- the feed

export type FeedMessage =
  | { type: "snapshot"; epoch: string; seq: number; now: Millis; state: State }
  | { type: "changes"; seq: number; now: Millis; changes: Change[] };

/** Everything that is shown live. */
export type State = {
  engine: EngineState;
  office: OfficeView;
  people: PersonView[];
  devices: DeviceView[];
  calls: LiveCallView[];
  attention: AttentionView[];
};

/** One thing of the state as it is now; `null` where it is gone. */
export type Change =
  | { kind: "engine"; value: EngineState }
  | { kind: "office"; value: OfficeView }
  | { kind: "person"; id: PersonId; value: PersonView | null }
  | { kind: "device"; id: DeviceId; value: DeviceView | null }
  | { kind: "call"; id: CallId; value: LiveCallView | null }
  | { kind: "attention"; id: string; value: AttentionView | null }
  /** The history has a new row: lists of past calls may be asked for again. */
  | { kind: "callRecorded"; id: CallId };

export type EngineState = {
  version: string;
  startedAt: Millis;
  sip: SipListener[];
  /** False while the signalling thread hangs. */
  well: boolean;
  lan: LanState;
};
export type SipListener = { transport: "udp" | "tcp" | "tls" | "ws" | "wss"; address: string };
export type LanState = { enabled: boolean; urls: string[]; problem: string | null };

export type OfficeView = {
  revision: number;
  name: string;
  country: string | null;
  timeZone: string;
  language: string;
  ringSeconds: number;
  maxCalls: number;
  maxCallsPerPerson: number;
  /** Whether the first-run wizard has been finished. */
  setUp: boolean;
};

export type PersonView = {
  id: PersonId;
  revision: number;
  name: string;
  /** Free text that groups people on the board; empty for none. */
  team: string;
  /** The number they call from. */
  extension: string | null;
  /** Every number that leads to them. */
  numbers: string[];
  /** Ring time of their own, in seconds. */
  ringSeconds: number | null;
  wants: Wants;
  doing: Doing;
  /** Whether any of their devices can be called. */
  reachable: Reachable;
};
export type Wants = {
  state: "available" | "doNotDisturb" | "away";
  note: string;
  /** When it ends by itself. */
  until: Millis | null;
};
export type Doing = "idle" | "ringing" | "calling" | "talking" | "holding";
export type Reachable = {
  state: "online" | "offline" | "noDevice";
  /** Since when; missing while unknown. */
  since: Millis | null;
};

export type DeviceView = {
  id: DeviceId;
  revision: number;
  person: PersonId;
  label: string;
  user: string;
  maxContacts: number;
  media: "auto" | "alwaysRelay";
  online: OnlineView | null;
  /** When it was last registered; missing if never. */
  lastSeen: Millis | null;
  /** Sound format of its latest call, such as `G.722`. */
  codec: string | null;
};
export type OnlineView = { address: string; transport: string; userAgent: string; since: Millis };

export type Party = { person: PersonId | null; device: DeviceId | null; name: string; number: string };

export type LiveCallView = {
  id: CallId;
  state: "ringing" | "talking" | "held";
  from: Party;
  dialled: string;
  with: Party | null;
  ringing: { leg: number; party: Party; alerting: boolean }[];
  heldBy: Party | null;
  media: "direct" | "relayed" | null;
  startedAt: Millis;
  answeredAt: Millis | null;
};

/** Something a person should look at. The words are the UI's, by `what` and its facts. */
export type AttentionView = { id: string; since: Millis; severity: "info" | "warning" | "problem" } & Attention;
export type Attention =
  | {
      what: "loginRefused";
      user: string;
      address: string;
      device: DeviceId | null;
      person: PersonId | null;
      reason: "wrongPassword" | "unknownUser" | "tooManyTries";
      times: number;
      last: Millis;
    }
  | { what: "phoneLost"; device: DeviceId; person: PersonId; reason: string }
  | { what: "check"; check: CheckId };

// ---------------------------------------------------------------- people and devices

/** `POST /api/people`; `PUT /api/people/{id}` with `If-Match: "<revision>"`. */
export type PersonEdit = { name: string; extension: string | null; team: string; ringSeconds: number | null };
/** `POST /api/people/many`: all or none. A problem's `field` is such as `people[3].extension`. */
export type PeopleBatch = { people: PersonEdit[] };
/** `PUT /api/people/{id}/wants` */
export type WantsEdit = Wants;
/** `POST /api/devices` */
export type DeviceAdd = {
  person: PersonId;
  label: string;
  /** Its SIP user name; one is made if it is missing. */
  user?: string;
};
/** `PUT /api/devices/{id}` with `If-Match` */
export type DeviceEdit = { label: string; person: PersonId; maxContacts: number; media: "auto" | "alwaysRelay" };
/** Answer to `POST /api/devices` and `POST /api/devices/{id}/renew-secret`: the only time the password is shown. */
export type DeviceWithLogin = { device: DeviceView; login: LoginView };
export type LoginView = {
  user: string;
  authUser: string;
  password: string;
  server: string | null;
  port: number;
  transport: string;
  /** Other ways in, in the order to try them. */
  ways: SipListener[];
  /** The same as a picture for a phone's camera: SVG. */
  qr: string;
};

// ---------------------------------------------------------------- calls

/** `POST /api/calls`: the person's phones ring first, then the number is called. */
export type CallStart = { person: PersonId; to: string };
/** `POST /api/calls/{id}/transfer`: the side that is kept is the one other than `by`; to whom by number. */
export type CallTransfer = { keep: "caller" | "callee"; to: string };
/** `POST /api/calls/{id}/take-over`: a ringing call rings at this person's phones instead. */
export type CallTakeOver = { person: PersonId };
/** Answer to commands on calls. */
export type CallCommandTaken = { call: CallId | null };

/** `GET /api/calls?limit&before&q&from&to&person&outcome` */
export type CallPage = { calls: CallRow[]; next: string | null };
export type CallRow = {
  id: CallId;
  startedAt: Millis;
  answeredAt: Millis | null;
  /** Missing while the call goes on. */
  endedAt: Millis | null;
  from: CallParty;
  to: CallParty;
  /** While it goes on: `ringing` or `talking`. */
  outcome: Outcome | "ringing" | "talking";
  reason: string | null;
  hungUpBy: "caller" | "callee" | "office" | null;
  media: "direct" | "relayed" | null;
};
export type Outcome =
  | "answered"
  | "busy"
  | "declined"
  | "refused"
  | "transferred"
  | "nobodyAnswered"
  | "failed";
export type CallParty = { person: PersonId | null; number: string; name: string };

/** `GET /api/calls/{id}` */
export type CallStory = { call: CallRow; steps: CallStep[] };
/** `detail` is the happening as the engine told it, `kind` included. */
export type CallStep = { offset: number; kind: string; detail: Record<string, unknown> };

/** `GET /api/calls/{id}/trace`; the file for Wireshark is at `/api/calls/{id}/trace.pcap`. */
export type TraceView = {
  call: CallId;
  began: Millis;
  live: boolean;
  legs: { leg: number; name: string; address: string }[];
  messages: TraceMessage[];
  leftOut: number;
};
export type TraceMessage = {
  offset: number;
  direction: "in" | "out";
  leg: number;
  flow: string;
  /** Set in a request. */
  method: string | null;
  /** Set in a response. */
  status: number | null;
  /** Method of the transaction, for responses as well. */
  cseqMethod: string;
  /** Whether it describes sound. */
  sdp: boolean;
  /** The message; every secret is masked. */
  text: string;
};

// ---------------------------------------------------------------- health

/** `GET /api/health` */
export type Health = { checks: Check[]; checkedAt: Millis };
export type CheckId =
  | "sipPorts"
  | "network"
  | "firewall"
  | "clock"
  | "disk"
  | "sleep"
  | "certificate"
  | "backup"
  | "phones"
  | "mediaPorts"
  | "lan";
export type Check = {
  id: CheckId;
  state: "ok" | "warning" | "problem" | "unknown";
  /** Which sentence the UI shows, such as `portTaken`. */
  finding: string;
  /** What the sentence names: ports, programs, addresses, days. */
  facts: Record<string, string | number | boolean | string[]>;
};

// ---------------------------------------------------------------- settings

/** `PUT /api/office` with `If-Match`. */
export type OfficeEdit = {
  name: string;
  country: string | null;
  timeZone: string;
  language: string;
  ringSeconds: number;
  maxCalls: number;
  maxCallsPerPerson: number;
};
/** `GET /api/setup`: what the wizard proposes. `POST /api/setup/finish` ends it. */
export type SetupView = {
  finished: boolean;
  country: string | null;
  timeZone: string;
  timeZones: string[];
  countries: string[];
  languages: string[];
};

/** `GET /api/users`, `POST /api/users`, `PUT /api/users/{id}`, `DELETE /api/users/{id}` */
export type UserView = {
  id: UserId;
  revision: number;
  /** What they sign in with. */
  login: string;
  role: Role;
  person: PersonId | null;
  lastSignIn: Millis | null;
};
/** Without a password, the old one stays. */
export type UserEdit = { login: string; role: Role; person: PersonId | null; password: string | null };
/** `POST /api/session`; `DELETE /api/session` signs out; `GET /api/session` tells who is signed in. */
export type SignIn = { login: string; password: string };

/** `GET /api/lan`, `PUT /api/lan` */
export type LanView = { enabled: boolean; port: number; urls: string[]; problem: string | null; usersWithPassword: number };
export type LanEdit = { enabled: boolean; port: number };

/** `GET /api/certificates`; the authority itself is at `/api/certificates/authority.pem`. */
export type CertificatesView = {
  authority: { fingerprint: string; notAfter: Millis };
  server: { names: string[]; notAfter: Millis };
};

/** `GET /api/audit?before&limit` */
export type AuditPage = { entries: AuditEntry[]; next: string | null };
export type AuditEntry = {
  id: number;
  at: Millis;
  /** Login of the user; empty for this computer's owner. */
  by: string;
  address: string;
  /** Such as `person.edited`, `session.signedIn`. */
  action: string;
  subject: string;
  before: unknown;
  after: unknown;
};

/** `GET /api/backups` */
export type BackupsView = { folder: string; dataFolder: string; backups: { at: Millis; bytes: number; beforeUpdate: boolean }[] };
/** `POST /api/backups/export` answers with the file. */
export type BackupExport = { passphrase: string };
/** `POST /api/backups/inspect` (the file, `application/octet-stream`, passphrase in `X-Passphrase`, percent-encoded). */
export type BackupDiff = {
  /** To be given to `POST /api/backups/restore`; good for ten minutes. */
  restore: string;
  madeAt: Millis;
  office: string;
  changes: BackupChange[];
};
export type BackupChange = {
  subject: "person" | "device" | "extension" | "settings" | "user";
  change: "added" | "removed" | "changed";
  name: string;
  fields: { field: string; now: string; then: string }[];
};
export type BackupRestore = { restore: string };

// ---------------------------------------------------------------- errors

/** RFC 9457. */
export type ProblemDocument = {
  type: string;
  title: string;
  status: number;
  detail: string;
  /** Such as `extension`. */
  field?: string;
  /** Which sentence the UI shows. */
  code?: string;
};
