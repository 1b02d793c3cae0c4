// Written from the Rust types of the API; do not edit.

// ------------------------------------------------------------------ values

/** A moment: milliseconds since 1970, UTC. */
export type Millis = number;

/** A person of the office. Never reused. */
export type PersonId = number;

/** A phone, app or browser that registers. Never reused. */
export type DeviceId = number;

/** One call as the office sees it, with all its legs. */
export type CallId = number;

/** Someone who may sign in. */
export type UserId = number;

// ------------------------------------------------------------------ who asks

/** What a user may: everything; the running of the office; everybody's calls; their own. */
export type Role = "owner" | "admin" | "receptionist" | "staff";

/** Who asks, and what they may. */
export type Session = { user: UserId | null,
/** Empty for this computer's owner, who came with a ticket. */
name: string, role: Role,
/** The person of the office this user is. */
person: PersonId | null,
/** Whether the page was loaded over the network rather than on this computer. */
remote: boolean, };

/** `POST /api/session`; `DELETE /api/session` signs out; `GET /api/session` tells who is signed in. */
export type SignIn = { login: string, password: string, };

/** A one-time way in. */
export type TicketView = { ticket: string,
/** The path to open with it, on the address the ticket was asked for at. */
url: string, expiresInSeconds: number, };

// ------------------------------------------------------------------ the feed

/** One message of the feed. */
export type FeedMessage = { "type": "snapshot",
/** Names this run of the engine: numbers of another one mean nothing. */
epoch: string, seq: number, now: Millis, state: State, } | { "type": "changes", seq: number, now: Millis, changes: Array<Change>, };

/** Everything that is shown live. Staff get no devices, calls and attention. */
export type State = { engine: EngineState, office: OfficeView, people: Array<PersonView>, devices: Array<DeviceView>, calls: Array<LiveCallView>, attention: Array<AttentionView>, };

/** One thing of the state as it is now; `null` where it is gone. */
export type Change = { "kind": "engine", value: EngineState, } | { "kind": "office", value: OfficeView, } | { "kind": "person", id: PersonId, value: PersonView | null, } | { "kind": "device", id: DeviceId, value: DeviceView | null, } | { "kind": "call", id: CallId, value: LiveCallView | null, } | { "kind": "attention", id: string, value: AttentionView | null, } | { "kind": "callRecorded", id: CallId, };

/** The engine itself. */
export type EngineState = { version: string, startedAt: Millis, sip: Array<SipListener>,
/** False while the signalling thread hangs. */
well: boolean, lan: LanState, };

/** One address on which the engine takes SIP. */
export type SipListener = {
/** `udp`, `tcp`, `tls`, `ws` or `wss`. */
transport: "udp" | "tcp" | "tls" | "ws" | "wss",
/** Address and port. */
address: string, };

/** Whether other computers may open the window. */
export type LanState = {
/** Whether it is turned on. */
enabled: boolean,
/** Under which addresses they find it. */
urls: Array<string>,
/** Why it does not work though it is turned on. */
problem: string | null, };

/** What holds for the office as a whole. */
export type OfficeView = {
/** To be named in `If-Match` when changing the settings. */
revision: number, name: string, country: string | null, timeZone: string, language: string, ringSeconds: number, maxCalls: number, maxCallsPerPerson: number,
/** Whether the first-run wizard has been finished. */
setUp: boolean, };

/** A person as the API tells them. */
export type PersonView = { id: PersonId,
/** To be named in `If-Match` when changing the person. */
revision: number, name: string,
/** Free text that groups people on the board; empty for none. */
team: string,
/** The number they call from. */
extension: string | null,
/** Every number that leads to them. */
numbers: Array<string>,
/** Ring time of their own, in seconds. */
ringSeconds: number | null, wants: Wants, doing: Doing,
/** Whether any of their devices can be called. */
reachable: Reachable, };

/** What a person has said about being called. */
export type Wants = { state: WantsState,
/** In their own words, such as "back at two". */
note: string,
/** When it ends by itself. */
until: Millis | null, };

/** Whether a person wants to be called. */
export type WantsState = "available" | "doNotDisturb" | "away";

/** What a person is doing, as far as calls tell. */
export type Doing = "idle" | "ringing" | "calling" | "holding" | "talking";

/** Whether a person's devices can be called. */
export type Reachable = { state: Reach,
/** Since when; missing while unknown. */
since: Millis | null, };

/** How a person can be reached. */
export type Reach = "online" | "offline" | "noDevice";

/** A device as the API tells it; nothing of its secret. */
export type DeviceView = { id: DeviceId,
/** To be named in `If-Match` when changing the device. */
revision: number, person: PersonId, label: string, user: string, maxContacts: number, media: MediaPolicy,
/** Where it is registered, if it is. */
online: OnlineView | null,
/** When it was last registered; missing if never. */
lastSeen: Millis | null,
/** Sound format of its latest call, such as `G.722`. */
codec: string | null, };

/** A registration. */
export type OnlineView = { address: string, transport: string, userAgent: string, since: Millis, };

/** The way a device's sound takes: as fits, or always through the office. */
export type MediaPolicy = "auto" | "alwaysRelay";

/** Someone in a call. */
export type Party = { person: PersonId | null, device: DeviceId | null, name: string, number: string, };

/** A call that goes on. */
export type LiveCallView = { id: CallId, state: CallState, from: Party, dialled: string,
/** Who has answered. */
with: Party | null, ringing: Array<RingingView>, heldBy: Party | null, media: MediaPath | null, startedAt: Millis, answeredAt: Millis | null, };

/** How far a call is. */
export type CallState = "ringing" | "talking" | "held";

/** A device that is asked to ring. */
export type RingingView = { leg: number, party: Party,
/** Whether it has said that it rings. */
alerting: boolean, };

/** The way the sound of a call takes: straight between the phones, or through the office. */
export type MediaPath = "direct" | "relayed";

/** Something a person should look at. The words are the UI's, by `what` and its facts. */
export type AttentionView = { id: string, since: Millis, severity: Severity, } & ({ "what": "loginRefused", user: string,
/** Without the port. */
address: string,
/** The device of that user name. */
device: DeviceId | null, person: PersonId | null, reason: RefusedBecause, times: number, last: Millis, } | { "what": "phoneLost", device: DeviceId, person: PersonId,
/** `expired` or `connectionClosed`. */
reason: string, } | { "what": "check", check: CheckId, });

/** How much it matters. */
export type Severity = "info" | "warning" | "problem";

/** What there is to look at. */
export type Attention = { "what": "loginRefused", user: string,
/** Without the port. */
address: string,
/** The device of that user name. */
device: DeviceId | null, person: PersonId | null, reason: RefusedBecause, times: number, last: Millis, } | { "what": "phoneLost", device: DeviceId, person: PersonId,
/** `expired` or `connectionClosed`. */
reason: string, } | { "what": "check", check: CheckId, };

/** Why a login was refused. */
export type RefusedBecause = "wrongPassword" | "unknownUser" | "tooManyTries";

// ------------------------------------------------------------------ people and devices

/** A person as they are to be. `POST /api/people`; `PUT /api/people/{id}` with
 * `If-Match: "<revision>"`. */
export type PersonEdit = { name: string,
/** The number others dial, if they are to have one. */
extension: string | null,
/** Free text that groups people on the board; empty for none. */
team: string,
/** Ring time of their own, in seconds. */
ringSeconds: number | null, };

/** `POST /api/people/many`: all or none. */
export type PeopleBatch = { people: Array<PersonEdit>, };

/** A device to add. `POST /api/devices` */
export type DeviceAdd = {
/** Whose device it is. */
person: PersonId, label: string,
/** Its SIP user name; one is made if it is missing. */
user?: string, };

/** A device as it is to be. `PUT /api/devices/{id}` with `If-Match` */
export type DeviceEdit = { label: string, person: PersonId, maxContacts: number, media: MediaPolicy, };

/** A device with what to type into it. */
export type DeviceWithLogin = { device: DeviceView, login: LoginView, };

/** What to type into a phone. The password is shown this once: the office keeps only its hashes. */
export type LoginView = {
/** The user part of the address. */
user: string,
/** The user name in digest authentication. */
authUser: string, password: string, server: string | null, port: number, transport: string,
/** Other ways in, in the order to try them. */
ways: Array<SipListener>,
/** The same as a picture for a phone's camera: SVG. */
qr: string, };

/** `PUT /api/people/{id}/wants` */
export type WantsEdit = Wants;

// ------------------------------------------------------------------ calls

/** `POST /api/calls`: the person's phones ring first, then the number is called. */
export type CallStart = { person: PersonId, to: string, };

/** `POST /api/calls/{id}/transfer`: the side that is kept is put through to a number; the other is
 * let go once somebody answers there. */
export type CallTransfer = { keep: Side, to: string, };

/** One of the two sides of a call. */
export type Side = "caller" | "callee";

/** `POST /api/calls/{id}/take-over`: a call comes to this person's phones instead. */
export type CallTakeOver = { person: PersonId, };

/** The way the sound of a call is to take. */
export type MediaWish = { way: MediaPath, };

/** Answer to commands on calls. What comes of them is told by the feed. */
export type CallCommandTaken = { call: CallId | null, };

/** A page of the history, the newest call first. */
export type CallPage = { calls: Array<CallRow>,
/** To be given as `before` for the next page; missing on the last one. */
next: string | null, };

/** One line of the call history. */
export type CallRow = { id: CallId, startedAt: Millis, answeredAt: Millis | null,
/** Missing while the call goes on. */
endedAt: Millis | null, from: CallParty, to: CallParty,
/** While it goes on: `ringing` or `talking`. */
outcome: CallRowOutcome,
/** Why it ended, for support. */
reason: string | null, hungUpBy: HungUpBy | null, media: MediaPath | null, };

/** How a call went, or goes. */
export type CallRowOutcome = Outcome | GoingOn;

/** How a call went. */
export type Outcome = "answered" | "busy" | "declined" | "refused" | "transferred" | "nobodyAnswered" | "failed";

/** How far a call is that goes on. */
export type GoingOn = "ringing" | "talking";

/** Who ended a call. */
export type HungUpBy = "caller" | "callee" | "office";

/** One side of a call, as it was at the time. */
export type CallParty = { person: PersonId | null, number: string, name: string, };

/** A call with what happened in it. */
export type CallStory = { call: CallRow, steps: Array<CallStep>, };

/** One thing that happened. */
export type CallStep = {
/** Milliseconds since the call began. */
offset: number, kind: string,
/** The happening as the engine told it, `kind` included. */
detail: Record<string, unknown>, };

/** The messages of a call, in order. */
export type TraceView = { call: CallId,
/** When the call began. */
began: Millis,
/** Whether the call still goes on. */
live: boolean, legs: Array<TraceLeg>, messages: Array<TraceMessage>,
/** How many more messages there were. */
leftOut: number, };

/** One end of the call, as seen from the office. */
export type TraceLeg = { leg: number,
/** Who is there, as far as the office knows. */
name: string,
/** Where the messages went and came from: address and port. */
address: string, };

/** One SIP message. */
export type TraceMessage = {
/** Milliseconds since the call began. */
offset: number,
/** `in` for what the office received, `out` for what it sent. */
direction: "in" | "out", leg: number,
/** Transport and addresses: `udp 192.0.2.1:5060 - 192.0.2.7:5060`, the office first. */
flow: string,
/** Set in a request. */
method: string | null,
/** Set in a response. */
status: number | null,
/** Method of the transaction, for responses as well. */
cseqMethod: string,
/** Whether it describes sound. */
sdp: boolean,
/** The message; every secret is masked. */
text: string, };

// ------------------------------------------------------------------ health

/** The outcome of all checks. */
export type Health = { checks: Array<Check>, checkedAt: Millis, };

/** What can be checked. */
export type CheckId = "sipPorts" | "network" | "firewall" | "clock" | "disk" | "sleep" | "certificate" | "backup" | "phones" | "mediaPorts" | "lan";

/** One check and its outcome. */
export type Check = {
/** What was checked. */
id: CheckId,
/** How it went. */
state: CheckState,
/** Which sentence the UI shows, such as `portTaken`. */
finding: string,
/** What the sentence names: ports, programs, addresses, days. */
facts: { [key in string]: Fact }, };

/** How a check went. */
export type CheckState = "ok" | "warning" | "problem" | "unknown";

/** Something a sentence names. */
export type Fact = string | number | boolean | Array<string>;

// ------------------------------------------------------------------ settings

/** The settings as they are to be. `PUT /api/office` with `If-Match`. */
export type OfficeEdit = { name: string, country: string | null, timeZone: string, language: string, ringSeconds: number, maxCalls: number, maxCallsPerPerson: number, };

/** What the wizard proposes. */
export type SetupView = { finished: boolean,
/** Guessed from this computer's time zone where nobody has said it yet. */
country: string | null, timeZone: string,
/** By their IANA names. */
timeZones: Array<string>,
/** By their ISO 3166 codes. */
countries: Array<string>,
/** Languages the window speaks. */
languages: Array<string>, };

/** A user as the API tells them; nothing of their password. */
export type UserView = { id: UserId,
/** To be named in `If-Match` when changing the user. */
revision: number,
/** What they sign in with. */
login: string, role: Role,
/** The person of the office they are. */
person: PersonId | null, lastSignIn: Millis | null, };

/** A user as they are to be. Without a password, the old one stays. */
export type UserEdit = { login: string, role: Role, person: PersonId | null, password: string | null, };

/** Whether and how other computers reach the window. */
export type LanView = { enabled: boolean, port: number,
/** What to type into their browsers. */
urls: Array<string>,
/** Why it does not work though it is turned on, such as `portTaken`. */
problem: string | null,
/** Owners and others who could sign in; without an owner it cannot be turned on. */
usersWithPassword: number, };

/** Whether other computers may open the window, and at which TCP port. */
export type LanEdit = { enabled: boolean, port: number, };

/** The certificates that prove to phones and browsers who the engine is. */
export type CertificatesView = { authority: AuthorityView, server: ServerCertificateView, };

/** The office's own authority, which phones and browsers are told to trust. */
export type AuthorityView = {
/** SHA-256 of the certificate, as browsers show it: `AB:CD:…`. */
fingerprint: string, notAfter: Millis, };

/** What the engine shows when somebody connects. */
export type ServerCertificateView = {
/** The names and addresses it is good for. */
names: Array<string>, notAfter: Millis, };

/** A page of the audit log, the newest line first. */
export type AuditPage = { entries: Array<AuditEntry>,
/** To be given as `before` for the next page; missing on the last one. */
next: string | null, };

/** One line of the audit log. */
export type AuditEntry = { id: number, at: Millis,
/** Login of the user; empty for this computer's owner. */
by: string,
/** Where they were; empty for this computer. */
address: string,
/** Such as `person.edited`, `session.signedIn`. */
action: string, subject: string, before: unknown, after: unknown, };

/** The copies the engine makes by itself. */
export type BackupsView = {
/** Where they are. */
folder: string,
/** Where all of the office's data is. */
dataFolder: string, backups: Array<BackupView>, };

/** One copy. */
export type BackupView = { at: Millis, bytes: number,
/** Whether it was made because a new version was about to change the format. */
beforeUpdate: boolean, };

/** What the file is to be encrypted with. */
export type BackupExport = { passphrase: string, };

/** What restoring a file would change. */
export type BackupDiff = {
/** To be given to `POST /api/backups/restore`; good for ten minutes. */
restore: string, madeAt: Millis,
/** The name of the office in it. */
office: string, changes: Array<BackupChange>, };

/** What would become of one record. */
export type BackupChange = { subject: BackupSubject, change: BackupChangeWord, name: string, fields: Array<FieldChange>, };

/** A kind of record. */
export type BackupSubject = "person" | "device" | "extension" | "settings" | "user";

/** What would be done to it. */
export type BackupChangeWord = "added" | "removed" | "changed";

/** One field as it is, and as it would be; a secret only says that it differs. */
export type FieldChange = { field: string, now: string, then: string, };

/** Which file to restore, by the word its inspection gave. */
export type BackupRestore = { restore: string, };

// ------------------------------------------------------------------ errors

/** A problem document (RFC 9457): `application/problem+json`. */
export type ProblemDocument = {
/** Which kind of problem, as a URI that never changes. */
type: string,
/** The kind in words, the same for all of its kind. */
title: string,
/** The HTTP status. */
status: number,
/** What is wrong this time and what to do about it, for the office manager. */
detail: string,
/** The field of the request to mend. */
field?: string,
/** Which sentence the UI shows: never changes, is never translated. */
code: string, };
