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

/** A mailbox of a person or group. Never reused. */
export type MailboxId = number;

/** A message in a mailbox. Never reused. */
export type MessageId = number;

/** Someone who may sign in. */
export type UserId = number;

/** A greeting or a piece of music. */
export type SoundId = number;

/** A conference room. Never reused. */
export type RoomId = number;

/** A recorded call. Never reused. */
export type RecordingId = number;

/** A schedule of the office. Never reused. */
export type ScheduleId = number;

/** A call flow. Never reused. */
export type FlowId = number;

/** A mode of the office. Never reused. */
export type ModeId = number;

/** A set of PINs. Never reused. */
export type PinSetId = number;

/** A list of callers. Never reused. */
export type CallerListId = number;

/** A line to the telephone network. Never reused. */
export type LineId = number;

/** Another telephone system. Never reused. */
export type PeerId = number;

/** A rule for calls that go out. Never reused; 0 for one that is new. */
export type RuleId = number;

/** A further office of the engine. Never reused. */
export type FurtherOfficeId = number;

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

/** Everything that is shown live. Staff get no devices, calls and attention; all but those who run
 * the office get only the mailboxes they hear. */
export type State = { engine: EngineState, office: OfficeView, people: Array<PersonView>, devices: Array<DeviceView>, calls: Array<LiveCallView>, attention: Array<AttentionView>, mailboxes: Array<MailboxView>,
/** For staff without who is in them. */
rooms: Array<RoomView>, schedules?: Array<ScheduleView>, modes?: Array<ModeView>,
/** None for staff. */
flows?: Array<FlowView>,
/** None for staff. */
lines?: Array<LineView>,
/** Those that have blown; none for staff. */
fuses?: Array<FuseView>,
/** Those nobody has said yet that they have seen. */
emergencies?: Array<EmergencyView>, };

/** One thing of the state as it is now; `null` where it is gone. */
export type Change = { "kind": "engine", value: EngineState, } | { "kind": "office", value: OfficeView, } | { "kind": "person", id: PersonId, value: PersonView | null, } | { "kind": "device", id: DeviceId, value: DeviceView | null, } | { "kind": "call", id: CallId, value: LiveCallView | null, } | { "kind": "attention", id: string, value: AttentionView | null, } | { "kind": "mailbox", id: MailboxId, value: MailboxView | null, } | { "kind": "room", id: RoomId, value: RoomView | null, } | { "kind": "schedule", id: ScheduleId, value: ScheduleView | null, } | { "kind": "mode", id: ModeId, value: ModeView | null, } | { "kind": "flow", id: FlowId, value: FlowView | null, } | { "kind": "line", id: LineId, value: LineView | null, } | { "kind": "fuse", id: string, value: FuseView | null, } | { "kind": "emergency", id: string, value: EmergencyView | null, } | { "kind": "callRecorded", id: CallId, };

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
/** Where calls can be parked; missing where they cannot. */
parking?: ParkingView,
/** Whether those who run the office may listen to calls of others. */
listening?: boolean,
/** Whether the first-run wizard has been finished. */
setUp: boolean,
/** What its phones may register at besides the addresses of this computer. */
domains: Array<string>,
/** The colour its window is told by among those of other offices, as `#rrggbb`. */
accent?: string, };

/** The slots in which calls can be parked. */
export type ParkingView = { first: number, slots: number, };

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
ringSeconds: number | null,
/** Whether their calls are recorded. */
recording: RecordingRule,
/** When they take calls; missing for always. */
hours?: PersonHours | null, wants: Wants, doing: Doing,
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
export type Party = { person: PersonId | null, device: DeviceId | null, name: string, number: string,
/** Whether they are no phone of the office. */
outside?: boolean,
/** The line they are on. */
line?: LineId | null, };

/** A call that goes on. */
export type LiveCallView = { id: CallId, state: CallState, from: Party, dialled: string,
/** Who has answered. */
with: Party | null, ringing: Array<RingingView>, heldBy: Party | null, media: MediaPath | null, recording: RecordingState, startedAt: Millis, answeredAt: Millis | null,
/** Whether it came in from outside or goes there; neither within the office. */
direction?: CallWay | null,
/** The line it takes, if it crosses the office's edge on one. */
line?: LineId | null,
/** Where in a call flow the caller is. */
at?: FlowAt | null,
/** Where it is parked. */
parked?: ParkedView | null,
/** In which queue the caller waits. */
waits?: WaitsView | null,
/** Who listens to it or takes part, besides the two. */
listeners?: Array<ListenerView>, };

/** Somebody with authority in a talk of others. */
export type ListenerView = { party: Party, how: ListeningView, };

/** How somebody with authority takes part in a talk of others: hearing both, whispering to one of them,
 * or talking with both. */
export type ListeningView = "hears" | "whispersToCaller" | "whispersToCallee" | "talks";

/** A slot in which one side of a call waits. */
export type ParkedView = { slot: number,
/** Who waits. */
who: Party,
/** Who has parked them; a call flow for `null`. */
by: Party | null, since: Millis, };

/** A queue in which a caller waits. */
export type WaitsView = {
/** The call flow that it is. */
queue: FlowId,
/** Who has a higher one is served before all who have less. */
priority: number, since: Millis, };

/** Where in a call flow a caller is. */
export type FlowAt = {
/** `null` when no flow could go on and the call is led to the last resort. */
flow: FlowId | null,
/** The version the call keeps; 0 for a draft. */
revision: number, node: string,
/** How they came there; `null` at the beginning of a flow. */
by?: FlowWay | null, since: Millis, };

/** A way from one step of a flow to the next. */
export type FlowWay = {
/** The step it leaves. */
node: string, outcome: string, };

/** How far a call is. */
export type CallState = "ringing" | "talking" | "held" | "parked";

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
reason: string, } | { "what": "check", check: CheckId,
/** Which sentence says how, as in the check itself. */
finding: string,
/** What that sentence names. */
facts: { [key in string]: Fact }, } | { "what": "mailboxFull", mailbox: MailboxId, } | { "what": "mailboxLocked", mailbox: MailboxId, } | { "what": "mailFailed",
/** To whom. */
to: string, } | { "what": "lineDown", line: LineId, } | { "what": "fuseBlown", fuse: string, } | { "what": "unknownNumber", number: string,
/** As people of the office's country write it. */
shown: string, line: LineId, } | { "what": "flowFault", flow: FlowId,
/** What the flow is called. */
name: string, node: string,
/** What the step is called, if it has a name of its own. */
title: string,
/** What kind of step it is. */
kind: string,
/** Why, as steps of calls have it. */
reason: string,
/** What belongs into the reason's sentence. */
params: { [key in string]: string }, times: number, last: Millis,
/** In which call it happened last. */
call: CallId, } | { "what": "hoursFault", schedule: ScheduleId,
/** What it is called. */
name: string, } | { "what": "flowNotice",
/** What it says. */
text: string, });

/** How much it matters. */
export type Severity = "info" | "warning" | "problem";

/** What there is to look at. */
export type Attention = { "what": "loginRefused", user: string,
/** Without the port. */
address: string,
/** The device of that user name. */
device: DeviceId | null, person: PersonId | null, reason: RefusedBecause, times: number, last: Millis, } | { "what": "phoneLost", device: DeviceId, person: PersonId,
/** `expired` or `connectionClosed`. */
reason: string, } | { "what": "check", check: CheckId,
/** Which sentence says how, as in the check itself. */
finding: string,
/** What that sentence names. */
facts: { [key in string]: Fact }, } | { "what": "mailboxFull", mailbox: MailboxId, } | { "what": "mailboxLocked", mailbox: MailboxId, } | { "what": "mailFailed",
/** To whom. */
to: string, } | { "what": "lineDown", line: LineId, } | { "what": "fuseBlown", fuse: string, } | { "what": "unknownNumber", number: string,
/** As people of the office's country write it. */
shown: string, line: LineId, } | { "what": "flowFault", flow: FlowId,
/** What the flow is called. */
name: string, node: string,
/** What the step is called, if it has a name of its own. */
title: string,
/** What kind of step it is. */
kind: string,
/** Why, as steps of calls have it. */
reason: string,
/** What belongs into the reason's sentence. */
params: { [key in string]: string }, times: number, last: Millis,
/** In which call it happened last. */
call: CallId, } | { "what": "hoursFault", schedule: ScheduleId,
/** What it is called. */
name: string, } | { "what": "flowNotice",
/** What it says. */
text: string, };

/** Why a login was refused. */
export type RefusedBecause = "wrongPassword" | "unknownUser" | "tooManyTries" | "notFromThere";

// ------------------------------------------------------------------ people and devices

/** When a person takes calls. */
export type PersonHours = {
/** They ring while it is open. */
schedule: ScheduleId,
/** Where callers go at other times. */
whenClosed: LeadsTo, };

/** Where a call can go next. */
export type LeadsTo = { "kind": "person", "id": PersonId } | { "kind": "extension", "id": string } | { "kind": "mailbox", "id": MailboxId } | { "kind": "room", "id": RoomId } | { "kind": "flow", "id": FlowId } | { "kind": "outside", "id": string } | { "kind": "hangup" };

/** A person as they are to be. `POST /api/people`; `PUT /api/people/{id}` with
 * `If-Match: "<revision>"`. */
export type PersonEdit = { name: string,
/** The number others dial, if they are to have one. */
extension: string | null,
/** Free text that groups people on the board; empty for none. */
team: string,
/** Ring time of their own, in seconds. */
ringSeconds: number | null,
/** Whether their calls are recorded; as it is where it is missing. */
recording?: RecordingRule,
/** When they take calls; `null` for always, as it is where it is missing. */
hours?: PersonHours | null, };

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
authUser: string, password: string,
/** The SIP domain, where the office answers for one; `server` is where requests for it go, the
 * outbound proxy in phones that ask for both. */
domain: string | null, server: string | null, port: number, transport: string,
/** Other ways in, in the order to try them. */
ways: Array<SipListener>,
/** The same as a picture for a phone's camera: SVG. */
qr: string, };

/** `PUT /api/people/{id}/wants` */
export type WantsEdit = Wants;

// ------------------------------------------------------------------ calls

/** `POST /api/calls`, `POST /api/lines/{id}/calls`: the person's phones ring first, then the number
 * is called. */
export type CallStart = { person: PersonId, to: string, };

/** `POST /api/calls/{id}/transfer`: the side that is kept is put through to a number; the other is
 * let go once somebody answers there. */
export type CallTransfer = { keep: Side, to: string, };

/** `POST /api/calls/{id}/park`: the side that is kept waits in a slot until somebody fetches it. */
export type CallPark = { keep: Side,
/** The next free one where none is named. */
slot?: number | null, };

/** One of the two sides of a call. */
export type Side = "caller" | "callee";

/** `POST /api/calls/{id}/take-over`: a call comes to this person's phones instead. */
export type CallTakeOver = { person: PersonId, };

/** `POST /api/calls/{id}/listen`: a person hears a talk of others, or takes part in it. */
export type CallListen = { person: PersonId, how: ListeningView, };

/** The way the sound of a call is to take. */
export type MediaWish = { way: MediaPath, };

/** Answer to commands on calls. What comes of them is told by the feed. */
export type CallCommandTaken = { call: CallId | null, };

/** `POST /api/lines/{id}/round-trip`: the office calls one of its own numbers over a line. */
export type RoundTripStart = {
/** Who pays for the call: what they may not call is not called. */
person: PersonId,
/** The number of the office to call; the line's main number, or else its first, for `null`. */
number?: string | null, };

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
reason: string | null, hungUpBy: HungUpBy | null, media: MediaPath | null,
/** Whether it came in from outside or went there; neither within the office. */
direction?: CallWay | null,
/** The line it took, if it crossed the office's edge on one. */
line?: LineId | null,
/** What that line was called. */
lineName?: string | null,
/** The number of the office that was called, or that whom it called was shown. */
shown?: string | null,
/** That number as people of the office's country write it. */
shownAs?: string | null,
/** The newest recording of it, for those who may hear it. */
recording: RecordingId | null,
/** The message the caller left, for those who may hear it. */
message: MessageId | null, };

/** How a call went, or goes. */
export type CallRowOutcome = Outcome | GoingOn;

/** How a call went. */
export type Outcome = "answered" | "busy" | "declined" | "refused" | "transferred" | "nobodyAnswered" | "failed";

/** How far a call is that goes on. */
export type GoingOn = "ringing" | "talking";

/** Which way a call crossed the office's edge. */
export type CallWay = "in" | "out";

/** Who ended a call. */
export type HungUpBy = "caller" | "callee" | "office";

/** One side of a call, as it was at the time. */
export type CallParty = { person: PersonId | null, number: string, name: string, };

/** A call with what happened in it. */
export type CallStory = { call: CallRow,
/** How its parties were heard, where the sound came through the office for some seconds. */
sound: Array<CallSound>, steps: Array<CallStep>,
/** The way it took through a call flow. */
walk?: CallWalk | null, };

/** The way of a call through call flows. */
export type CallWalk = {
/** The flow that was dialled. */
flow: FlowId,
/** The version the call kept; 0 for a draft. */
revision: number,
/** Step by step, as a rehearsal tells it. */
steps: any[], };

/** One thing that happened. */
export type CallStep = {
/** Milliseconds since the call began. */
offset: number, kind: string,
/** The happening as the engine told it, `kind` included. */
detail: Record<string, unknown>, };

/** How one party of a call was heard; measured at the office every five seconds while the sound came
 * through it. */
export type CallSound = { party: CallParty,
/** Estimated opinion of a listener from 1 (bad) to 4.5 (as good as it gets), by a simplified
 * E-model (ITU-T G.107), in the mean. */
mos: number,
/** The same in the worst five seconds. */
worstMos: number,
/** Share of packets that were lost, 0 to 1. */
loss: number,
/** How unevenly packets came, in milliseconds, in the mean. */
jitterMs: number,
/** Packets to the phone and back, in milliseconds, in the mean; missing where the phone does not
 * report it. */
roundTripMs: number | null, };

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

// ------------------------------------------------------------------ rooms

/** A conference room. */
export type RoomView = { id: RoomId,
/** To be named in `If-Match` when changing the room. */
revision: number, name: string, number: string, hasPin: boolean, hasHostPin: boolean,
/** Whether members hear music until the host has come. */
waitForHost: boolean, muteOnEntry: boolean, joinTone: boolean, maxMembers: number,
/** Who is in it now; missing while nobody is, and for staff. */
live: RoomLive | null, };

/** A conference room with somebody in it. */
export type RoomLive = {
/** Whether nobody but its host is let in. */
locked: boolean, recording: boolean, since: Millis, members: Array<RoomMember>, };

/** Somebody in a conference room. */
export type RoomMember = { call: CallId, party: Party, host: boolean, muted: boolean, speaking: boolean, since: Millis, };

/** A conference room as it is to be. `POST /api/rooms`; `PUT /api/rooms/{id}` with `If-Match`. */
export type RoomEdit = { name: string,
/** What is dialled to enter it. */
number: string,
/** What members dial to be let in. Missing: it stays; `null`: there is none any more. */
pin?: string | null,
/** What the host dials, likewise. */
hostPin?: string | null, waitForHost: boolean, muteOnEntry: boolean, joinTone: boolean, maxMembers: number, };

/** `POST /api/rooms/{id}/lock`: nobody but the host is let in, or everybody again. */
export type RoomLock = { locked: boolean, };

/** `POST /api/rooms/{id}/mute` */
export type RoomMute = {
/** Whom; everybody but the hosts for `null`. */
call: CallId | null, muted: boolean, };

/** `POST /api/rooms/{id}/remove` */
export type RoomRemove = { call: CallId, };

/** `POST /api/rooms/{id}/invite`: rings a number; whoever picks up is in the room. */
export type RoomInvite = { to: string, };

/** `POST /api/rooms/{id}/recording` */
export type RoomRecording = { on: boolean, };

// ------------------------------------------------------------------ recordings

/** Whether a call is recorded at this moment. */
export type RecordingState = "off" | "on" | "paused";

/** Whether the calls of a person are recorded. */
export type RecordingRule = "never" | "onDemand" | "always";

/** How calls are recorded. */
export type RecordingSettings = {
/** To be named in `If-Match` when changing them: that of the office's settings. */
revision: number,
/** Whether those recorded are told so before it begins. */
announce: boolean,
/** After how many days a recording is deleted by itself; missing for never. */
keepDays: number | null,
/** Whether those who run the office may listen to calls of others. */
listening: boolean, };

/** How calls are to be recorded, and whether they may be listened to. `PUT /api/recording-settings` with `If-Match`. */
export type RecordingSettingsEdit = { announce: boolean,
/** `null` to keep recordings until somebody deletes them. */
keepDays: number | null,
/** Whether those who run the office may listen to calls of others. */
listening: boolean, };

/** A page of the recordings, the newest first. */
export type RecordingPage = { recordings: Array<RecordingView>,
/** To be given as `before` for the next page; missing on the last one. */
next: string | null, };

/** A recorded call, or the part of it that was recorded. */
export type RecordingView = { id: RecordingId,
/** None if it came from the backup of another office, whose calls are not known here. */
call: CallId | null, startedAt: Millis, seconds: number,
/** Of the file. */
bytes: number, from: CallParty, to: CallParty,
/** Whether those recorded were told so. */
announced: boolean,
/** Whether its file is there and can be read. */
complete: boolean,
/** Whether the disk was full or too slow while it was made: something is missing. */
gaps: boolean,
/** The loudest moment of each of 120 equal parts, 0 to 100; empty while it is being looked at. */
peaks: Array<number>, };

/** `POST /api/calls/{id}/recording` */
export type CallRecord = { action: RecordAction, };

/** What to do with the recording of a call. */
export type RecordAction = "start" | "pause" | "resume" | "stop";

// ------------------------------------------------------------------ music

/** The music of the office and of people who have their own. */
export type MusicView = {
/** To be named in `If-Match` when changing it: that of the office's settings. */
revision: number,
/** One after the other; empty for the music that comes with Cordboard. */
office: Array<SoundId>,
/** Who has music of their own. None at all is the music that comes with Cordboard. */
people: Array<PersonMusic>, };

/** The music as it is to be. `PUT /api/music` with `If-Match`. */
export type MusicEdit = {
/** Empty for the music that comes with Cordboard. */
office: Array<SoundId>, people: Array<PersonMusic>, };

/** What those hear whom a person put on hold. */
export type PersonMusic = { person: PersonId, sounds: Array<SoundId>, };

// ------------------------------------------------------------------ sounds

/** A greeting or a piece of music. */
export type SoundView = { id: SoundId, title: string, kind: SoundKind, madeBy: SoundMadeBy,
/** What is said, if the computer has spoken it. */
text: string | null,
/** Which voice has spoken it. */
voice: string | null, seconds: number,
/** Of the file. */
bytes: number, addedAt: Millis,
/** The loudest moment of each of 120 equal parts, 0 to 100; empty while it is being looked at. */
peaks: Array<number>, usedBy: Array<SoundUser>, };

/** What a sound is for. */
export type SoundKind = "greeting" | "music";

/** How a sound came to the office. */
export type SoundMadeBy = "upload" | "microphone" | "phone" | "text" | "builtIn";

/** Where a sound is heard. */
export type SoundUser = { what: SoundUse,
/** Of the mailbox, the schedule, or the person whose music it is; 0 for the office. */
id: number,
/** Whose mailbox or music, or the schedule's own; empty for the music of the office. */
name: string, };

/** What a sound is heard in. */
export type SoundUse = "mailbox" | "hours" | "music";

/** `POST /api/sounds/speak`: a greeting the computer speaks. */
export type SoundSpeak = { title: string, text: string, voice: string, };

/** `POST /api/sounds/by-phone`: rings the person's phones; whoever picks up is asked to speak after
 * the tone; the sound appears in the list. */
export type SoundByPhone = { title: string, person: PersonId, };

/** `PUT /api/sounds/{id}`: another title; only a part of the sound is kept where one is named. */
export type SoundEdit = { title: string,
/** Where the part begins that is kept, in seconds. */
from?: number,
/** Where it ends. */
to?: number, };

/** A voice that speaks texts. */
export type VoiceView = { id: string,
/** In its own language. */
name: string, language: string, };

/** A phrase of the office. */
export type PromptView = { id: string, language: string, text: string, };

/** `POST /api/prompts/speech.wav`: what a flow says. */
export type SpeechAsk = {
/** Of the flow at that step, such as `de`. */
language: string,
/** Whose voice; that of the language without one. */
voice?: string, text: string,
/** Whose name the text is: it is heard as they have recorded it, if they have. */
person?: PersonId, };

// ------------------------------------------------------------------ voicemail

/** A mailbox as the API tells it. */
export type MailboxView = { id: MailboxId,
/** To be named in `If-Match` when changing the mailbox. */
revision: number,
/** Whose it is; missing for that of a group. */
person: PersonId | null,
/** Its person's, or that of the group. */
name: string,
/** What is dialled to leave a message at once. */
number: string | null,
/** Whether it takes messages. */
enabled: boolean,
/** Messages nobody has heard. */
new: number,
/** Messages heard and kept. */
saved: number,
/** How long all its messages are together. */
usedSeconds: number,
/** How long they may be. */
quotaSeconds: number,
/** How many there may be. */
quotaMessages: number, hasPin: boolean,
/** Until when it takes no PIN because wrong ones were tried. */
lockedUntil: Millis | null,
/** The language callers hear; missing for the office's. */
language: string | null, maxMessageSeconds: number,
/** After how many days a message that was heard is deleted; missing for never. */
keepSavedDays: number | null, greetings: MailboxGreetings, email: MailboxEmail | null,
/** Who else hears that of a group. */
members: Array<PersonId>, };

/** What callers of a mailbox hear; where nothing is set, the office's own words. */
export type MailboxGreetings = { standard: SoundId | null,
/** Only the name, put into the office's own words. */
name: SoundId | null, busy: SoundId | null, closed: SoundId | null,
/** Instead of all others, until a moment. */
away: MailboxAway | null, };

/** The greeting of a holiday. */
export type MailboxAway = { sound: SoundId,
/** When it ends by itself; missing for when somebody says so. */
until: Millis | null, };

/** Where the messages of a mailbox are sent. */
export type MailboxEmail = { addresses: Array<string>,
/** Whether the message goes along. */
attach: boolean,
/** Whether it is deleted here once it was sent. */
deleteAfterSending: boolean, };

/** A mailbox as it is to be. `POST /api/mailboxes` adds that of a group; `PUT /api/mailboxes/{id}`
 * with `If-Match: "<revision>"`. The name of a person's mailbox is the person's and stays. */
export type MailboxEdit = { name: string, number: string | null, enabled: boolean, language: string | null, maxMessageSeconds: number,
/** How many messages it holds. */
quotaMessages: number,
/** How long all of them may be together, in seconds. */
quotaSeconds: number, keepSavedDays: number | null, email: MailboxEmail | null, members: Array<PersonId>, greetings: MailboxGreetings, };

/** A new PIN, shown this once. */
export type PinView = { pin: string, };

/** A page of a mailbox, the newest message first. */
export type MessagePage = { messages: Array<MessageView>,
/** To be given as `before` for the next page; missing on the last one. */
next: string | null, };

/** A message a caller left. */
export type MessageView = { id: MessageId, mailbox: MailboxId,
/** Who left it, as they were shown at the time. */
from: CallParty,
/** The call in which it was left; none if it came from the backup of another office. */
call: CallId | null, receivedAt: Millis, seconds: number, state: MessageState, heardAt: Millis | null,
/** Who has taken it upon themselves to call back. */
assignedTo: PersonId | null, note: string,
/** The loudest moment of each of 120 equal parts, 0 to 100; empty while it is being looked at. */
peaks: Array<number>, mail: MessageMail, };

/** Where a message is. */
export type MessageState = "new" | "saved" | "deleted";

/** What became of the letters that tell of a message. */
export type MessageMail = "none" | "queued" | "sent" | "failed";

/** What is to become of a message; what is left out stays. `PUT /api/messages/{id}`. A state brings
 * back one that was deleted. */
export type MessageEdit = {
/** `saved`: it was heard. `new`: it is to count as not heard. */
state?: "new" | "saved",
/** Who calls back; `null` for nobody. */
assignedTo?: PersonId | null, note?: string, };

/** `POST /api/messages/{id}/forward`: a copy for each of these mailboxes. */
export type MessageForward = { mailboxes: Array<MailboxId>, };

/** `POST /api/messages/{id}/call-back`: this person's phones ring first, then whoever left the
 * message is called. */
export type MessageCallBack = { person: PersonId, };

// ------------------------------------------------------------------ mail

/** How mail is sent. The password is never told. */
export type MailSettings = {
/** To be named in `If-Match` when changing them; 0 until they were set up. */
revision: number,
/** While it is not, letters wait. */
enabled: boolean,
/** The mail server's name or address; empty until it was set up. */
host: string, port: number, security: MailSecurity,
/** What to sign in with; empty to send without. */
user: string, hasPassword: boolean,
/** Whom letters come from, as `Office <office@example.com>` or the address alone. */
from: string, };

/** How the way to the mail server is protected. */
export type MailSecurity = "tls" | "startTls" | "none";

/** How mail is to be sent. `PUT /api/mail` with `If-Match`, which is 0 the first time. */
export type MailSettingsEdit = { enabled: boolean, host: string, port: number, security: MailSecurity, user: string,
/** Left out: the one that is kept stays; `null` forgets it. */
password?: string | null, from: string, };

/** `POST /api/mail/test`: a letter that shows that mail works. */
export type MailTest = { to: string, };

/** A letter to one address. */
export type MailItem = { id: number, to: string, subject: string, state: MailItemState,
/** How often it was tried. */
attempts: number, nextTryAt: Millis | null,
/** Why the last try failed, as a sentence. */
lastError: string | null, createdAt: Millis, };

/** How far a letter has come. */
export type MailItemState = "queued" | "sent" | "failed";

// ------------------------------------------------------------------ opening hours

/** A schedule with what holds at this moment. */
export type ScheduleView = { id: ScheduleId,
/** To be named in `If-Match` when changing the schedule. */
version: number, name: string,
/** The document as it is written; `null` for one that cannot be read any more. */
document: any,
/** The zone its times are in. */
timeZone: string, openness: Openness, usedBy: readonly UsedBy[], };

/** Who goes by something. */
export type UsedBy = {
/** `flow`, `person`, `extension` or `number`, one of the office's in the telephone network. */
kind: string, id: number, name: string, };

/** What holds at a moment, why, and when that changes. */
export type Openness = { state: OpenState, label: string | null, since: Millis | null, next: NextOpenness | null, because: Because, };

/** What a schedule can be. */
export type OpenState = "open" | "closed" | "holiday" | "break";

/** When something else holds, and what. */
export type NextOpenness = { at: Millis, state: OpenState, };

/** Which rule decided. */
export type Because = { kind: BecauseKind,
/** The exception or the holiday. */
id: string | null, label: string | null, };

/** The kinds of rules that decide. */
export type BecauseKind = "override" | "exception" | "holiday" | "weekly" | "noRule" | "fault";

/** A schedule as it is to be. `POST /api/schedules`; `PUT /api/schedules/{id}` with `If-Match`. What
 * is set by hand is left as it is. */
export type ScheduleEdit = { document: any, };

/** `POST /api/schedules/{id}/override`: what holds until a moment, above all rules. */
export type OverrideEdit = { state: OverrideState,
/** When the rules hold again. It always ends. */
until: Millis,
/** Why, in somebody's own words. */
reason?: string, };

/** What can be set by hand. */
export type OverrideState = "open" | "closed" | "holiday";

/** `POST /api/schedules/preview`: what a document comes to, saved or not. */
export type PreviewAsk = { document: any, at: Millis,
/** How many days from that one on, 1 to 400. */
days: number, };

/** What a document comes to. */
export type SchedulePreview = { openness: Openness,
/** From the midnight before on, without gaps. */
spans: Array<PreviewSpan>, clockChanges: Array<ClockChange>,
/** Holidays on which it is open though nobody has said so. */
surprises: Array<Surprise>, };

/** A time during which one thing holds. */
export type PreviewSpan = { from: Millis, to: Millis, state: OpenState, because: Because, };

/** When the clocks are put forward or back. */
export type ClockChange = { at: Millis, byMinutes: number, };

/** A holiday on which it is open. */
export type Surprise = { date: string, holiday: string, state: OpenState, };

/** `POST /api/schedules/read`: hours as somebody writes them, such as `Mon-Fri 9-17`. */
export type HoursTyped = { text: string, language: string, };

/** What was understood of it. */
export type HoursRead = { weekly: any,
/** The same in words. */
said: string, };

/** A country whose holidays are known. */
export type HolidayCountry = { country: string, name: string,
/** Those with holidays of their own. */
regions: Array<HolidayRegion>, };

/** A part of a country. */
export type HolidayRegion = { code: string, name: string, };

/** A holiday on its date. */
export type HolidayView = { date: string, id: string,
/** In the country's language. */
name: string, english: string, type: "public" | "bank" | "observance", };

/** A day of a calendar file. */
export type CalendarDay = { date: string, name: string, };

/** A mode. */
export type ModeView = { id: ModeId,
/** To be named in `If-Match` when changing the mode. */
version: number, name: string,
/** Its positions; it rests in the first. */
states: readonly ModeState[],
/** The position it is in now, by its identity. */
state: string,
/** What somebody has set; `null` while it rests. */
set: ModeSetting | null, usedBy: readonly UsedBy[], };

/** A position of a mode. */
export type ModeState = {
/** By what flows know it. An empty one of a new position is chosen by the engine. */
id: string, name: string, };

/** What somebody has set a mode to. */
export type ModeSetting = { state: string, by: string, since: Millis,
/** When it goes back by itself. */
until: Millis | null, };

/** A mode as it is to be. `POST /api/modes`; `PUT /api/modes/{id}` with `If-Match`. */
export type ModeEdit = { name: string,
/** Its positions, each of another name; it rests in the first. One that keeps its identity stays
 * the same to flows. */
states: Array<ModeState>, };

/** `POST /api/modes/{id}/set` */
export type ModeSet = {
/** The identity of a position. */
state: string,
/** When it goes back by itself; without, when somebody says so. */
until?: Millis, };

// ------------------------------------------------------------------ call flows

/** A call flow, without its documents. */
export type FlowView = { id: FlowId,
/** To be named in `If-Match` when changing name or number. */
version: number, name: string,
/** What is dialled to come here. */
number: string | null,
/** What callers get now; `null` until the first was published. */
live: FlowVersionView | null,
/** Whether the draft would do something else to calls. */
draftDiffers: boolean,
/** How many findings keep the draft from being published. */
errors: number, warnings: number,
/** Calls that began today by the office's clock and came here. */
callsToday: number, usedBy: Array<UsedBy>,
/** What its form shows, if what is live (of a flow never published: its draft) is a ring group and
 * nothing more. */
ringGroup: RingGroup | null,
/** The same of a queue. */
queue: Queue | null, };

/** A published version. */
export type FlowVersionView = { revision: number, at: Millis,
/** The login of who published it; empty for this computer's owner. */
by: string, message: string,
/** Equal where two documents do the same to calls. */
semanticHash: string, };

/** `POST /api/flows`: empty, from a template, or from a document. */
export type FlowAdd = { name: string, number?: string,
/** The identity of a template. */
template?: string, document?: any, };

/** A flow is added. */
export type FlowAdded = {
/** The hours that were added with it: its template goes by some, and the office had none. */
schedule: ScheduleId | null, id: FlowId,
/** To be named in `If-Match` when changing name or number. */
version: number, name: string,
/** What is dialled to come here. */
number: string | null,
/** What callers get now; `null` until the first was published. */
live: FlowVersionView | null,
/** Whether the draft would do something else to calls. */
draftDiffers: boolean,
/** How many findings keep the draft from being published. */
errors: number, warnings: number,
/** Calls that began today by the office's clock and came here. */
callsToday: number, usedBy: Array<UsedBy>,
/** What its form shows, if what is live (of a flow never published: its draft) is a ring group and
 * nothing more. */
ringGroup: RingGroup | null,
/** The same of a queue. */
queue: Queue | null, };

/** `PUT /api/flows/{id}` with `If-Match`. */
export type FlowEdit = { name: string, number: string | null, };

/** The draft of a flow. */
export type FlowDraftView = { document: any,
/** To be named when saving it the next time. */
seq: number, history: DraftHistory, };

/** What led to a draft. */
export type DraftHistory = { steps: Array<DraftStep>,
/** How many of the steps are in the document; the others were taken back. */
cursor: number, };

/** One step of editing. */
export type DraftStep = { name: string,
/** Patches that do it again. */
forward: any[],
/** Patches that take it back. */
back: any[], };

/** `PUT /api/flows/{id}/draft` */
export type FlowDraftSave = {
/** That of the draft this was made from. */
seq: number, document: any,
/** What was done; it takes the place of steps that were taken back. */
step?: DraftStep,
/** How many steps are in the document. */
cursor: number, };

/** A draft is saved. */
export type FlowDraftSaved = {
/** To be named when saving it the next time. */
seq: number,
/** How many of the steps that are kept are in the document. */
cursor: number,
/** What a check says of it. */
check: any, };

/** `POST /api/flows/check` */
export type FlowCheck = { document: any,
/** Whether all ways callers may take are looked through as well. */
prove?: boolean,
/** The flow it belongs to, if it is kept. */
flow?: FlowId, };

/** `POST /api/flows/rehearse` */
export type FlowRehearse = {
/** The flow it belongs to, if it is kept. */
flow?: FlowId, document: any,
/** Who calls when, and what they and the phones do. */
call: any, };

/** `POST /api/flows/compare` */
export type FlowCompare = { before: any, after: any, };

/** `POST /api/flows/{id}/publish` */
export type FlowPublish = {
/** What is said about it. */
message: string,
/** The save of the draft that is published. */
seq: number, };

/** `POST /api/flows/{id}/rollback` */
export type FlowRollback = {
/** The version that is live from now on. */
revision: number, };

/** Several people who are rung for one call. */
export type RingGroup = {
/** Whom, in their order: 1 to 50. */
members: Array<RingGroupMember>, strategy: RingStrategy,
/** How long, 5 to 300 seconds; one after the other each. */
ringFor: number,
/** Callers hear music meanwhile; otherwise they hear it ring. */
music: boolean,
/** Stands before the caller's name on phones that ring; empty for nothing. */
prefix: string,
/** Talks are recorded from their beginning. */
records: boolean,
/** When it rings; always if `null`. */
hours: RingGroupHours | null,
/** Where callers go when nobody answers. */
otherwise: LeadsTo, };

/** Somebody in a ring group. */
export type RingGroupMember = { person: PersonId,
/** How many seconds later than the others, where all ring; up to 120. */
delay: number, };

/** In which order a ring group rings. */
export type RingStrategy = "all" | "order" | "random";

/** When a ring group rings, or a queue takes calls. */
export type RingGroupHours = {
/** While this is open. */
schedule: ScheduleId,
/** Where callers go at other times. */
whenClosed: LeadsTo, };

/** `POST /api/ring-groups` and `PUT /api/ring-groups/{id}` */
export type RingGroupEdit = { name: string,
/** What is dialled to call it. */
number?: string, group: RingGroup,
/** The publication this was made from; left out for a new one. */
madeFrom?: number, };

/** Callers wait here in order until one of its agents takes their call. */
export type Queue = {
/** Whom callers wait for, in their order: 1 to 50. */
agents: Array<QueueAgent>, strategy: QueueStrategy,
/** How long each agent is rung, 5 to 120 seconds. */
ringFor: number,
/** How long an agent is left alone after a talk, 0 to 600 seconds. */
wrapUp: number,
/** After how many seconds of waiting agents of the next tier are asked, too: 0 to 600. */
tierAfter: number,
/** What callers hear while they wait: one of the office's sounds; `null` for the office's music. */
music: SoundId | null,
/** Callers are told their place. */
saysPlace: boolean,
/** Callers are told how long it will take about. */
saysWait: boolean,
/** How often they are told again, 15 to 600 seconds; 0 for only once. */
saysEvery: number,
/** A voice says this as well, each time callers are told; empty for nothing. */
alsoSays: string,
/** Most callers that wait, 1 to 100. */
maxWaiting: number,
/** The longest anybody waits, 10 to 7200 seconds. */
maxWait: number,
/** Nobody is let in who would wait longer than this, 60 to 7200 seconds; 0 for no bound. */
maxEstimate: number,
/** Callers wait even while no agent can be called. */
waitsForAgents: boolean,
/** Stands before the caller's name on phones that ring; empty for nothing. */
prefix: string,
/** Talks are recorded from their beginning. */
records: boolean,
/** When it takes calls; always if `null`. */
hours: RingGroupHours | null,
/** A key that leads callers out while they wait. */
exit: QueueExit | null,
/** Where callers go whom nobody takes. */
otherwise: LeadsTo, };

/** Somebody who takes calls of a queue. */
export type QueueAgent = { person: PersonId,
/** 1 is asked first; up to 5. */
tier: number, };

/** Who of those who are free is asked. */
export type QueueStrategy = "all" | "order" | "roundRobin" | "longestIdle" | "fewestCalls" | "leastTalk" | "random";

/** A key that leads callers out of a queue. */
export type QueueExit = {
/** `0` to `9`, `*` or `#`. */
key: string, leadsTo: LeadsTo, };

/** `POST /api/queues` and `PUT /api/queues/{id}` */
export type QueueEdit = { name: string,
/** What is dialled to call it. */
number?: string, queue: Queue,
/** The publication this was made from; left out for a new one. */
madeFrom?: number, };

/** `POST /api/flows/import` */
export type FlowImport = { format: FlowFormat, document: any, };

/** A document that came in. */
export type FlowImported = { document: any,
/** What was changed on the way. */
notes: Array<string>, };

/** A form of documents. */
export type FlowFormat = "cordboard" | "reactFlow" | "routeTargets";

/** A scenario, and whether it goes as it must. */
export type ScenarioView = { id: number, name: string, call: any, expects: ScenarioExpects, last: ScenarioRun | null, };

/** What must become of the call. */
export type ScenarioExpects = {
/** How it ends, as a rehearsal says it; `null` for however. */
ends: string | null,
/** The nodes it comes to, in this order; others may lie between. */
visits: Array<string>,
/** Whom or what the caller reaches, whoever they reach besides; `null` for whomever. */
reaches: ScenarioReaches | null, };

/** Whom or what a caller reaches. */
export type ScenarioReaches = { "kind": "nobody" } | { "kind": "person",
/** Who. */
id: number, } | { "kind": "number",
/** The number, as the flow has it. */
number: string, } | { "kind": "mailbox",
/** Which mailbox. */
id: number, } | { "kind": "room",
/** Which room. */
id: number, };

/** What a scenario has to be so that a flow goes on doing what it did in a call. */
export type ScenarioOfCall = {
/** The flow that was dialled. */
flow: FlowId,
/** What is rehearsed. */
call: any,
/** What must become of it. */
expects: ScenarioExpects,
/** Whether it goes all the way as the call went; if not, only as far as `expects` says. */
whole: boolean, };

/** How it went. */
export type ScenarioRun = { ok: boolean,
/** What was otherwise: `reaches`, `ends`, or `visits` with the first node it did not come to. */
why: string | null,
/** Whom or what the caller reached, in order. */
reached: Array<ScenarioReaches>, };

/** A scenario as it is to be. `POST /api/flows/{id}/scenarios`. */
export type ScenarioEdit = { name: string, call: any, expects: ScenarioExpects, };

/** `POST /api/flows/{id}/scenarios/run` */
export type ScenariosRun = { document: any, };

/** A set of PINs. */
export type PinSetView = { id: PinSetId,
/** To be named in `If-Match` when changing the set. */
version: number, name: string, pins: Array<NamedPin>, usedBy: readonly UsedBy[], };

/** One PIN: whose it is, not what it is. */
export type NamedPin = { name: string, };

/** A set of PINs as it is to be. `POST /api/pin-sets`; `PUT /api/pin-sets/{id}` with `If-Match`. */
export type PinSetEdit = { name: string, pins: Array<NamedPinEdit>, };

/** One PIN of a set. */
export type NamedPinEdit = {
/** Whose it is. */
name: string,
/** Missing: the PIN of that name stays. */
pin?: string, };

/** A list of callers. */
export type CallerListView = { id: CallerListId,
/** To be named in `If-Match` when changing the list. */
version: number, name: string,
/** What is kept of each caller besides number and name. */
columns: Array<string>, callers: Array<ListedCaller>, usedBy: readonly UsedBy[], };

/** A caller in a list. */
export type ListedCaller = {
/** As somebody typed it. */
number: string,
/** As callers bring it, by which they are told apart: read by the engine, whatever is sent. */
compared?: string, name: string,
/** One for each column; what is missing at the end is empty. */
values?: Array<string>, };

/** A list as it is to be. `POST /api/caller-lists`; `PUT /api/caller-lists/{id}` with `If-Match`. */
export type CallerListEdit = { name: string,
/** What is kept of each caller besides number and name. */
columns: Array<string>,
/** None of them twice, however their number is written. */
callers: Array<ListedCaller>, };

/** What flows may ask of other programs. */
export type WebAccessView = {
/** Whether they may ask programs within the office's own network, and unencrypted. */
privateNetworks: boolean,
/** The names of the secrets they may show. A value is never shown again. */
keys: Array<string>, };

/** `PUT /api/web-access` */
export type WebAccessEdit = { privateNetworks: boolean, };

/** `PUT /api/web-access/keys/{name}` */
export type WebKeyEdit = { value: string, };

// ------------------------------------------------------------------ lines

/** A line. */
export type LineView = { id: LineId,
/** To be named in `If-Match` when changing the line. */
revision: number, hasPassword: boolean,
/** `POST /api/lines/{id}/spend-cap` answers it. */
spendCap: LineSpendCap, live: LineLive, name: string, enabled: boolean,
/** The preset it was set up from. */
provider: string | null, server: SipPlace,
/** Where every request goes first, if not straight to the server. */
outboundProxy: SipPlace | null, access: LineAccess, identity: LineIdentity,
/** Missing: it stays; `null`: there is none any more. It is never told. */
password?: string | null,
/** The only realm whose challenges are answered; whichever the server names first for `null`. */
realm: string | null,
/** Where calls may come from besides the server's own addresses. */
networks: string[],
/** Our numbers on it begin with this. */
calledPrefix: string, outgoing: LineOutgoing, incoming: LineIncoming, srtp: LineSrtp,
/** The best first; none for what the office offers. */
codecs: Array<string>, dtmf: LineDtmf,
/** Seconds between two asks whether the server is there; `null` to ask never. */
probeSeconds: number | null,
/** In seconds; `null` for the office's. */
sessionExpires: number | null, channels: LineChannels, prices: LinePrices,
/** Whether emergency calls may go out here. */
emergency: boolean,
/** What those hear who are on this line and wait, one after the other; none for the music of
 * whoever holds them. */
music?: Array<SoundId>,
/** Whether its calls are recorded; as those have it who talk for `null`. Never holds for all. */
recording?: RecordingRule | null, };

/** A line as it is to be. `POST /api/lines`; `PUT /api/lines/{id}` with `If-Match`. */
export type LineEdit = { name: string, enabled: boolean,
/** The preset it was set up from. */
provider: string | null, server: SipPlace,
/** Where every request goes first, if not straight to the server. */
outboundProxy: SipPlace | null, access: LineAccess, identity: LineIdentity,
/** Missing: it stays; `null`: there is none any more. It is never told. */
password?: string | null,
/** The only realm whose challenges are answered; whichever the server names first for `null`. */
realm: string | null,
/** Where calls may come from besides the server's own addresses. */
networks: string[],
/** Our numbers on it begin with this. */
calledPrefix: string, outgoing: LineOutgoing, incoming: LineIncoming, srtp: LineSrtp,
/** The best first; none for what the office offers. */
codecs: Array<string>, dtmf: LineDtmf,
/** Seconds between two asks whether the server is there; `null` to ask never. */
probeSeconds: number | null,
/** In seconds; `null` for the office's. */
sessionExpires: number | null, channels: LineChannels, prices: LinePrices,
/** Whether emergency calls may go out here. */
emergency: boolean,
/** What those hear who are on this line and wait, one after the other; none for the music of
 * whoever holds them. */
music?: Array<SoundId>,
/** Whether its calls are recorded; as those have it who talk for `null`. Never holds for all. */
recording?: RecordingRule | null, };

/** How a line is right now. */
export type LineLive = { state: LineState,
/** Why, by the name of its sentence. */
sentence: string | null,
/** What the far side said. */
detail: string, since: Millis | null,
/** When it tries again, if it waits. */
nextTry: Millis | null,
/** Calls that came in over it and go on. */
callsIn: number,
/** Calls that go out over it. */
callsOut: number, };

/** Whether a line can be used. */
export type LineState = "off" | "starting" | "up" | "down" | "refused";

/** A SIP server. */
export type SipPlace = {
/** Its name or address. */
host: string,
/** Without, the name service says. */
port: number | null, transport: LineTransport, };

/** How SIP messages travel on a line. */
export type LineTransport = "auto" | "udp" | "tcp" | "tls";

/** How the provider knows us. */
export type LineAccess = { "kind": "register",
/** How long a registration is to last, in seconds. */
expires: number | null,
/** One registration for a block of numbers (RFC 6140). */
bulk: boolean, } | { "kind": "address" };

/** Who we are at a provider. */
export type LineIdentity = {
/** The digest user name. */
authUser: string,
/** The user of From; `authUser` if empty. */
fromUser: string,
/** The host of From; the server's if `null`. */
fromDomain: string | null,
/** The user of our Contact; `fromUser` if empty. */
contactUser: string, };

/** What goes out in the calls of a line. */
export type LineOutgoing = { numberFormat: NumberFormat,
/** Put before a number, which then has no `+`. */
prefix: string, callerId: CallerIdHeader, hide: HideBy,
/** Whether `user=phone` is added to numbers. */
userPhone: boolean,
/** The number shown where nothing else says so. */
mainNumber: string | null,
/** Whether numbers that are not the office's may be shown. */
foreignCallerId: boolean,
/** Missing for `nothing`. */
forwardedBy: ForwardedBy, };

/** How a provider wants numbers written. */
export type NumberFormat = "plusE164" | "digits" | "asDialled" | "internationalPrefix";

/** The header a provider reads the caller's number from. */
export type CallerIdHeader = "pAssertedIdentity" | "pPreferredIdentity" | "remotePartyId" | "from";

/** How the caller's number is kept from whom is called. */
export type HideBy = "anonymousFrom" | "privacy";

/** How a provider is told that a call was for a number of the office, which forwards it. */
export type ForwardedBy = "nothing" | "diversion" | "historyInfo";

/** Where to look in the calls that come in over a line. */
export type LineIncoming = { calledIn: CalledNumberIn,
/** Whether the provider's asserted caller is believed before From. */
assertedCaller: boolean, };

/** Where the called number of an incoming call stands. */
export type CalledNumberIn = "requestUri" | "to" | "pCalledPartyId" | "diversion";

/** Whether the sound of a line, or with another telephone system, is encrypted. */
export type LineSrtp = "off" | "optional" | "required";

/** How key presses travel on a line. */
export type LineDtmf = "events" | "info" | "tones";

/** How many calls a line carries at a time; `null` for as many as there are. */
export type LineChannels = { all: number, incoming: number | null, outgoing: number | null, };

/** What a minute costs, in hundredths of the smallest coin. */
export type LinePrices = { fixed: number, mobile: number, foreign: number, premium: number, };

/** `POST /api/lines/{id}/switch`: turns a line on or off. */
export type LineSwitch = { on: boolean, };

/** Whether the provider of a line stops calls abroad at a sum. */
export type LineSpendCap = "notAnswered" | "on" | "none";

/** `POST /api/lines/{id}/spend-cap`: says whether the provider stops calls abroad at a sum. */
export type LineSpendCapAnswer = { spendCap: LineSpendCap, };

/** Something that happened to a line. */
export type LineLogEntry = { at: Millis, state: LineState,
/** Why, by the name of its sentence. */
sentence: string,
/** What the far side said. */
detail: string, };

/** The test of a line, as far as it has come. */
export type LineTest = { startedAt: Millis,
/** Missing while it goes on. */
finishedAt: Millis | null, checks: Array<LineCheck>, };

/** What a call has shown of a line. */
export type CallOnLine = { call: CallId, over: boolean, checks: Array<LineCheck>, };

/** One thing that was asked of a line. */
export type LineCheck = { check: LineCheckWord, state: LineCheckState,
/** The name of the sentence that says what was found and what to do; empty while it goes on. */
sentence: string, detail: string,
/** When a real call has shown it, if one has. */
at: Millis | null, };

/** What is asked of a line. */
export type LineCheckWord = "name" | "reachable" | "register" | "inbound" | "callerId" | "codecs" | "dtmf" | "earlyMedia" | "line" | "ringing" | "sound" | "ended";

/** What was found. */
export type LineCheckState = "running" | "good" | "warning" | "bad" | "skipped";

/** A preset of a provider. `POST /api/lines/from-preset` makes a line of it. */
export type PresetView = { id: string, name: string,
/** Where it is sold; everywhere if empty. */
countries: Array<string>,
/** The provider's own page; empty if there is none. */
website: string,
/** `documented`, `reported` or `assumed`. */
confidence: string,
/** Where it is from. */
source: string,
/** Whether it registers; else the provider knows us by our address. */
registers: boolean,
/** Whether a second registration throws out the first. */
oneRegistrationOnly: boolean,
/** What is to be filled in, in its order. */
asks: Array<PresetAsk>,
/** What is good to know: sentences by language. */
notes: { [key in string]: Array<string> },
/** How it stops calls abroad at a sum, or at all, where that is known. */
spendCap: SpendCapHint | null, };

/** Something to be filled in. */
export type PresetAsk = {
/** Under which name the answer is sent. */
field: string,
/** What the provider calls it. */
name: string,
/** What it looks like. */
example: string, optional: boolean,
/** Whether it is not to be shown while it is typed. */
secret: boolean, };

/** What is known of how a provider limits what calls abroad may cost. */
export type SpendCapHint = {
/** `documented`, `reported` or `assumed`. */
confidence: string,
/** The page it was read on; empty if there is none. */
link: string,
/** Where to look and what to turn on: a sentence by language. */
where: { [key in string]: string }, };

/** `POST /api/lines/from-preset` */
export type LineFromPreset = {
/** Which preset. */
preset: string,
/** What the office calls the line. */
name: string,
/** What was filled in, by the fields of what the preset asks. */
answers: { [key in string]: string }, };

/** Another telephone system. */
export type PeerView = { id: PeerId,
/** To be named in `If-Match` when changing it. */
revision: number, hasPassword: boolean, name: string, enabled: boolean,
/** Where it is; `null` for one that only calls. */
place: SipPlace | null,
/** Addresses that are it without further proof. */
networks: string[],
/** The digest name it proves itself with; empty for none. */
user: string,
/** Missing: it stays; `null`: there is none any more. It is never told. */
password?: string | null,
/** Numbers that begin so are its own. */
prefixes: Array<string>,
/** Whether the prefix is taken off before. */
stripPrefix: boolean, mayCallOutside: boolean,
/** How many calls with it at a time. */
channels: number, srtp: LineSrtp, };

/** Another telephone system as it is to be. `POST /api/peers`; `PUT /api/peers/{id}` with
 * `If-Match`. */
export type PeerEdit = { name: string, enabled: boolean,
/** Where it is; `null` for one that only calls. */
place: SipPlace | null,
/** Addresses that are it without further proof. */
networks: string[],
/** The digest name it proves itself with; empty for none. */
user: string,
/** Missing: it stays; `null`: there is none any more. It is never told. */
password?: string | null,
/** Numbers that begin so are its own. */
prefixes: Array<string>,
/** Whether the prefix is taken off before. */
stripPrefix: boolean, mayCallOutside: boolean,
/** How many calls with it at a time. */
channels: number, srtp: LineSrtp, };

/** Who may talk to the office under one of its domains. */
export type DomainAccess = { domain: string,
/** Only from here, if any is named. */
allow: string[],
/** Never from here. */
deny: string[], };

/** Who may talk to the office, domain by domain; where nothing is set everybody may who proves
 * who they are. */
export type DomainAccessView = {
/** To be named in `If-Match` when changing it. */
revision: number, domains: Array<DomainAccess>, };

/** `PUT /api/domain-access` with `If-Match`: all domains for which something is set. */
export type DomainAccessEdit = { domains: Array<DomainAccess>, };

// ------------------------------------------------------------------ numbers

/** A number of the office. */
export type NumberView = {
/** To be named in `If-Match` when changing the number. */
revision: number,
/** As people of the office's country write it. */
shown: string,
/** When somebody called it last; missing if not since the month before this one began. */
lastCalled?: Millis | null,
/** With `+` and country code, or as people write it in the office's country. */
number: string,
/** What it is for. */
label: string,
/** The line it comes in on; any for `null`. */
line: LineId | null,
/** Where its callers go. */
route: Route,
/** When that holds, and where they go otherwise; always for `null`. */
hours: NumberHours | null,
/** How many of its calls at a time; `null` for as many as the line carries. */
channels: number | null, anonymous: Anonymous,
/** Whether callers nobody knows are asked to press a key first. */
challenge: boolean, };

/** A number as it is to be. `POST /api/numbers`; `PUT /api/numbers/{number}` with `If-Match`. */
export type NumberEdit = {
/** With `+` and country code, or as people write it in the office's country. */
number: string,
/** What it is for. */
label: string,
/** The line it comes in on; any for `null`. */
line: LineId | null,
/** Where its callers go. */
route: Route,
/** When that holds, and where they go otherwise; always for `null`. */
hours: NumberHours | null,
/** How many of its calls at a time; `null` for as many as the line carries. */
channels: number | null, anonymous: Anonymous,
/** Whether callers nobody knows are asked to press a key first. */
challenge: boolean, };

/** Where callers go, and what is set on the way. */
export type Route = { dest_xform?: Xform, } & ({ "dest_kind": "user", "dest_id": PersonId } | { "dest_kind": "extension", "dest_id": string } | { "dest_kind": "voicemail", "dest_id": MailboxId } | { "dest_kind": "conference", "dest_id": RoomId } | { "dest_kind": "flow", "dest_id": FlowId } | { "dest_kind": "forward", "dest_id": string } | { "dest_kind": "hangup" });

/** Where callers go. */
export type RouteTarget = { "dest_kind": "user", "dest_id": PersonId } | { "dest_kind": "extension", "dest_id": string } | { "dest_kind": "voicemail", "dest_id": MailboxId } | { "dest_kind": "conference", "dest_id": RoomId } | { "dest_kind": "flow", "dest_id": FlowId } | { "dest_kind": "forward", "dest_id": string } | { "dest_kind": "hangup" };

/** What is set on the way to a destination. */
export type Xform = {
/** Put before the caller's name on displays. */
callerNamePrefix?: string,
/** The language the caller hears. */
language?: string,
/** How many seconds it rings there. */
ringFor?: number,
/** Variables of a call flow, by name. */
variables?: { [key in string]: string }, };

/** When a number or extension leads where it leads, and where its callers go at other times. */
export type NumberHours = { schedule: ScheduleId, whenClosed: Route, };

/** What becomes of callers who hide their number. */
export type Anonymous = "accept" | "challenge" | "refuse";

/** `POST /api/numbers/many`: all of them are added, or none. */
export type NumberBatch = { numbers: Array<NumberEdit>, };

/** A number that was called though nobody set it up. */
export type UnknownNumber = { number: string,
/** As people of the office's country write it. */
shown: string, line: LineId | null, times: number, last: Millis, };

/** `POST /api/numbers/{number}/test` */
export type NumberTestAsk = {
/** When it would be called; now for `null`. */
at: Millis | null,
/** Who would call; somebody nobody knows for `null`, somebody who hides for an empty text. */
caller: string | null, };

/** Who would ring, and why. */
export type NumberTest = {
/** What happens to the caller, in its order. */
steps: Array<NumberStep>,
/** Where the number leads then. */
to: RouteTarget,
/** Those whose phones would ring. */
rings: Array<NumberRings>,
/** The flow that would go on with the caller: it can be rehearsed. */
flow: FlowId | null, };

/** One thing that happens to the caller. */
export type NumberStep = {
/** The name of its sentence. */
sentence: string,
/** What it is about: a name, why the office is closed. */
detail: string, };

/** Somebody whose phones would ring. */
export type NumberRings = { person: PersonId, name: string,
/** How many of their phones are registered. */
online: number, };

/** An extension of the office. */
export type ExtensionView = { number: string,
/** To be named in `If-Match` when changing it. */
revision: number,
/** Where it leads while it is open. */
leadsTo: RouteTarget,
/** When that holds, and where its callers go otherwise; always for `null`. */
hours: NumberHours | null, };

/** `PUT /api/extensions/{number}/hours` */
export type ExtensionHours = {
/** When it leads where it leads, and where its callers go otherwise; always for `null`. */
hours: NumberHours | null, };

// ------------------------------------------------------------------ calling out

/** The rules for calls that go out, the first that fits first. */
export type OutboundRulesView = {
/** To be named in `If-Match` when changing the rules. */
revision: number, rules: Array<OutboundRule>, };

/** `PUT /api/outbound-rules` with `If-Match`: all of them, in their order. */
export type OutboundRulesEdit = { rules: Array<OutboundRule>, };

/** A rule for calls that go out: whose calls where take which lines. */
export type OutboundRule = {
/** 0 for one that is new. */
id: RuleId, name: string, who: Whose,
/** Calls where to: any of these. */
to: Array<Destination>,
/** The best first. */
lines: Array<LineId>, shows: Shown, };

/** Whose calls a rule is for. */
export type Whose = { "kind": "everybody" } | { "kind": "persons", "value": Array<PersonId> } | { "kind": "teams", "value": Array<string> } | { "kind": "peers", "value": Array<PeerId> };

/** Where a call goes, as far as its price and danger go. */
export type Destination = { "kind": "fixed" } | { "kind": "mobile" } | { "kind": "freePhone" } | { "kind": "premium" } | { "kind": "abroad" } | { "kind": "country", "value": string } | { "kind": "prefix", "value": string } | { "kind": "any" };

/** The number whom somebody calls is shown. */
export type Shown = { "kind": "own" } | { "kind": "main" } | { "kind": "number", "value": string } | { "kind": "hidden" };

/** What one person may do outside. */
export type CallingRightsView = { person: PersonId,
/** To be named in `If-Match` when changing them; 0 while they are those of everybody. */
revision: number,
/** The number they are shown with outside; the line's main number for `null`. */
shows: string | null, reach: CallingReach,
/** Whether they may call abroad while the office is closed. */
abroadAfterHours: boolean,
/** A day; `null` for what the office has set. */
foreignMinutes: number | null,
/** A day, in hundredths of the smallest coin; `null` for what the office has set. */
money: number | null, };

/** What one person may do outside. `PUT /api/calling-rights/{person}` with `If-Match`. */
export type CallingRightsEdit = {
/** The number they are shown with outside; the line's main number for `null`. */
shows: string | null, reach: CallingReach,
/** Whether they may call abroad while the office is closed. */
abroadAfterHours: boolean,
/** A day; `null` for what the office has set. */
foreignMinutes: number | null,
/** A day, in hundredths of the smallest coin; `null` for what the office has set. */
money: number | null, };

/** How far somebody may call. */
export type CallingReach = "inside" | "country" | "everywhere";

/** What stops a bill from growing. */
export type CallingPolicyView = {
/** To be named in `If-Match` when changing it. */
revision: number,
/** Countries that may be called besides the office's own. */
countries: string[],
/** Numbers that may be called although they cost extra. */
premiumAllowed: string[],
/** A day. */
foreignMinutesOffice: number,
/** A day. */
foreignMinutesPerson: number,
/** Calls abroad at a time. */
foreignParallel: number,
/** Calls outside at a time. */
outsideParallelPerson: number,
/** A day, in hundredths of the smallest coin; 0 for no limit. */
moneyOffice: number, moneyPerson: number, moneyLine: number,
/** A day; 0 for no limit. */
minutesLine: number,
/** When calls abroad may be made; at any time for `null`. */
foreignHours: ScheduleId | null,
/** Tries abroad within ten minutes by one person, after which abroad is shut for them. */
foreignTries: number,
/** New countries a day by one person, after which abroad is shut for them. */
newCountries: number,
/** Whether a phone that is new may call abroad before somebody has said so. */
newDevicesAbroad: boolean, forwardAbroad: boolean,
/** Whether a call from outside may go out again. */
outsideToOutside: boolean,
/** Callers who are turned away. */
blocked: CallerListId | null,
/** Callers who are never asked to press a key, nor turned away. */
welcome: CallerListId | null,
/** The digit before numbers outside, where the office dials one. */
outsidePrefix: string | null,
/** The area code for numbers dialled without one. */
areaCode: string | null, };

/** What stops a bill from growing. `PUT /api/calling-policy` with `If-Match`. */
export type CallingPolicy = {
/** Countries that may be called besides the office's own. */
countries: string[],
/** Numbers that may be called although they cost extra. */
premiumAllowed: string[],
/** A day. */
foreignMinutesOffice: number,
/** A day. */
foreignMinutesPerson: number,
/** Calls abroad at a time. */
foreignParallel: number,
/** Calls outside at a time. */
outsideParallelPerson: number,
/** A day, in hundredths of the smallest coin; 0 for no limit. */
moneyOffice: number, moneyPerson: number, moneyLine: number,
/** A day; 0 for no limit. */
minutesLine: number,
/** When calls abroad may be made; at any time for `null`. */
foreignHours: ScheduleId | null,
/** Tries abroad within ten minutes by one person, after which abroad is shut for them. */
foreignTries: number,
/** New countries a day by one person, after which abroad is shut for them. */
newCountries: number,
/** Whether a phone that is new may call abroad before somebody has said so. */
newDevicesAbroad: boolean, forwardAbroad: boolean,
/** Whether a call from outside may go out again. */
outsideToOutside: boolean,
/** Callers who are turned away. */
blocked: CallerListId | null,
/** Callers who are never asked to press a key, nor turned away. */
welcome: CallerListId | null,
/** The digit before numbers outside, where the office dials one. */
outsidePrefix: string | null,
/** The area code for numbers dialled without one. */
areaCode: string | null, };

/** How many calls go in and out at a time, and how fast. */
export type OutsideAdmissionView = {
/** To be named in `If-Match` when changing it. */
revision: number, maxIn: number | null, maxOut: number | null,
/** Of those to outside that the interface for programs began. */
maxDialer: number | null,
/** Limits on how many begin in a span of time. */
rates: Array<RateLimit>, };

/** How many calls go in and out at a time, and how fast. `PUT /api/outside-admission` with
 * `If-Match`. `null` for as many as the lines carry. */
export type OutsideAdmission = { maxIn: number | null, maxOut: number | null,
/** Of those to outside that the interface for programs began. */
maxDialer: number | null,
/** Limits on how many begin in a span of time. */
rates: Array<RateLimit>, };

/** At most so many calls may begin in any span of that length. */
export type RateLimit = { of: RateScope, calls: number, seconds: number, };

/** What calls a rate limit counts together. */
export type RateScope = "allIn" | "allOut" | "personOut" | "numberIn" | "callerIn";

/** What is ready for an emergency call. */
export type EmergencyPlanView = {
/** To be named in `If-Match` when changing it. */
revision: number,
/** The emergency numbers of the office's country. */
numbers: Array<string>,
/** Where the office is, as one would say it to the ambulance. */
location: string,
/** Where a person's phones are, if elsewhere. */
locations: Array<PersonLocation>,
/** The number the emergency service calls back; the main number of the line for `null`. */
callback: string | null,
/** The line emergency calls take first. */
line: LineId | null,
/** Whose phones ring and say so. */
alertPersons: Array<PersonId>,
/** Who is written to. */
alertEmails: string[], };

/** What is ready for an emergency call. `PUT /api/emergency-plan` with `If-Match`. */
export type EmergencyPlan = {
/** Where the office is, as one would say it to the ambulance. */
location: string,
/** Where a person's phones are, if elsewhere. */
locations: Array<PersonLocation>,
/** The number the emergency service calls back; the main number of the line for `null`. */
callback: string | null,
/** The line emergency calls take first. */
line: LineId | null,
/** Whose phones ring and say so. */
alertPersons: Array<PersonId>,
/** Who is written to. */
alertEmails: string[], };

/** Where a person's phones are. */
export type PersonLocation = { person: PersonId, location: string, };

/** `POST /api/outbound/where` */
export type WhereAsk = {
/** As it would be dialled. */
number: string,
/** Who would call; the office itself for `null`. */
person: PersonId | null,
/** The other telephone system that would call, if it is one. */
peer?: PeerId | null,
/** Whether the caller's number is to be hidden. */
hidden?: boolean,
/** By the hours of which moment; of now if none is named. Lines and the limits of the day are
 * always as they are now. */
at?: Millis | null,
/** The only line it would be let out on, if it is about that one. */
line?: LineId | null,
/** Who calls from outside whose call the office itself would pass on; only without `person` and
 * `peer`. */
caller?: string | null,
/** The number of the office they have called; a line's main number if none is named. */
called?: string | null, };

/** Where a number would go. */
export type WhereView = { leads: WhereLeads,
/** Whom it reaches inside. */
inside: RouteTarget | null,
/** With `+` and country code, or the emergency number; missing if it is no number. */
readsAs: string | null,
/** As people of the office's country write it. */
shown: string,
/** `fixed`, `mobile`, `fixedOrMobile`, `freePhone`, `sharedCost`, `premium`, `satellite`,
 * `short` or `other`. */
kind: string | null, country: string | null, abroad: boolean, allowed: boolean,
/** Why not, by the name of its sentence. */
refusal: string | null,
/** How that was found, in order. */
why: Array<WhereStep>,
/** The line it would take. */
line: LineId | null,
/** The number the far side would see; missing if the provider shows what it likes. */
shows: string | null,
/** Whether that is kept from the far side. */
hidden: boolean,
/** Why it is shown that: `rule`, `person`, `main`, `caller`, `callBack` or `account`. */
showsBecause: string | null,
/** The number of the office the far side is told the call was for; missing where it is not
 * forwarded, or the line does not say so. */
forwardedFor: string | null,
/** How long it could last before a fuse blows, in seconds. */
atMostSeconds: number | null, };

/** Whether a number leads out of the office. */
export type WhereLeads = "inside" | "outside" | "emergency" | "nowhere";

/** One step of the reasoning. */
export type WhereStep = {
/** The name of its sentence. */
sentence: string, rule: RuleId | null, line: LineId | null,
/** What else it is about: a country, a fuse, why a line is passed over. */
detail: string, };

/** One way out of the office that nobody has to dial. */
export type WayOutView = { kind: WayOutKind,
/** What leads outside: a number of the office, an extension, a person, a call flow, another system. */
name: string,
/** The number or extension, where it is one. */
number: string | null, person: PersonId | null, flow: FlowId | null, peer: PeerId | null,
/** The step of the call flow; missing for where its calls go when everything else has failed. */
node: string | null,
/** What the step is called. */
step: string | null,
/** The number outside, as people of the office's country write it; missing where it may be any. */
to: string | null,
/** The country it is in, if it is known. */
country: string | null, abroad: boolean,
/** Why no such call is made as things are, by the name of its sentence. */
refusal: string | null,
/** Who set it last; missing where the audit log does not know. */
set: WasSet | null, };

/** What leads outside. */
export type WayOutKind = "number" | "numberWhenClosed" | "extension" | "extensionWhenClosed" | "personWhenClosed" | "callFlow" | "otherSystem";

/** Who set something, and when. */
export type WasSet = { at: Millis,
/** Login of the user; empty for this computer's owner. */
by: string,
/** Where they were; empty for this computer. */
address: string, };

/** A limit of the day: how much of it is used, and whether it has blown. */
export type FuseView = { id: string, of: FuseOf, person: PersonId | null, line: LineId | null, peer: PeerId | null, what: FuseWord,
/** Seconds; money in hundredths of the smallest coin; tries; countries. */
used: number, limit: number,
/** Whether no such calls are made. */
blown: boolean,
/** Since when; missing while they are made, and where it was before the engine was started anew. */
blownAt: Millis | null, };

/** Whose fuse it is. */
export type FuseOf = "office" | "person" | "line" | "peer";

/** What a fuse counts. */
export type FuseWord = "foreignMinutes" | "minutes" | "money" | "tries" | "newCountries";

/** An emergency call, until somebody says that they have seen it. */
export type EmergencyView = { id: string, call: CallId,
/** What was called. */
number: string,
/** Who called. */
caller: string,
/** Their number inside the office. */
phone: string, person: PersonId | null,
/** Where they are, as far as the office knows. */
location: string,
/** The number the emergency service calls back. */
callback: string | null,
/** The line it went out on; `null` when none took it. */
line: LineId | null, startedAt: Millis, endedAt: Millis | null, };

/** A phone that is new for the login it uses. */
export type NewPhone = {
/** Whose login it uses. */
device: DeviceId, person: PersonId,
/** What it says it is; may be empty. */
agent: string,
/** The network it is in. */
network: string, since: Millis, };

/** What would happen if somebody called for help. */
export type DrillRow = { person: PersonId, name: string,
/** The line the call would take. */
line: LineId | null,
/** The number the emergency service would see. */
shows: string | null,
/** The number it would call back. */
callback: string | null,
/** Where the rescuers would be sent. */
location: string,
/** Who would be told. */
alerts: Array<string>,
/** What would go wrong: `noLine`, `noLocation`, `noCallback`, `noAlert`,
 * `lineNotForEmergency`, `lineDown`. */
problems: Array<string>, };

// ------------------------------------------------------------------ health

/** The outcome of all checks. */
export type Health = { checks: Array<Check>, checkedAt: Millis, };

/** What can be checked. */
export type CheckId = "sipPorts" | "network" | "firewall" | "clock" | "disk" | "sleep" | "certificate" | "backup" | "phones" | "emergency" | "prices" | "spendCap" | "auditLog" | "mediaPorts" | "sound" | "lan";

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
export type OfficeEdit = { name: string, country: string | null, timeZone: string, language: string, ringSeconds: number, maxCalls: number, maxCallsPerPerson: number,
/** What its phones may register at besides the addresses of this computer; left out, it stays.
 * Those of a further office are changed in the first. */
domains?: Array<string>, };

/** Where calls are parked, and when they come back. */
export type ParkingSettings = {
/** To be named in `If-Match` when changing them: that of the office's settings. */
revision: number,
/** Whether calls can be parked. */
on: boolean,
/** The number of the first slot. */
first: number,
/** How many there are. */
slots: number,
/** After how many seconds a parked call comes back to whoever has parked it. */
backSeconds: number,
/** What is dialled to park in the next free slot. */
anywhere: string, };

/** Where calls are to be parked. `PUT /api/parking` with `If-Match`. */
export type ParkingEdit = { on: boolean, first: number, slots: number, backSeconds: number, };

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

/** Lines that are chained with each other, and kept for as long as there is room for their like. */
export type AuditSeries = "deeds" | "signIns" | "calls" | "refusedCalls";

/** Whether the audit log is as it was written. */
export type AuditCheck = { checkedAt: Millis,
/** Whether all of it is. */
whole: boolean, series: Array<AuditSeriesCheck>, };

/** The same of a series. */
export type AuditSeriesCheck = { series: AuditSeries, lines: number,
/** The hash of the newest line, in 64 hex digits. Whoever keeps it elsewhere can tell later whether the
 * log was written anew. */
last: string, whole: boolean,
/** The line that was changed, or before which one is missing or was put in; missing where that was
 * at the end, or nowhere. */
brokenLine: BrokenLine | null, };

/** A line of the audit log that does not follow from the one before it. */
export type BrokenLine = { id: number, at: Millis, };

/** The copies the engine makes by itself. */
export type BackupsView = {
/** Where they are. */
folder: string,
/** Where all of the office's data is. */
dataFolder: string, backups: Array<BackupView>,
/** What a backup file could hold. */
contents: BackupContents, };

/** One copy. */
export type BackupView = { at: Millis, bytes: number,
/** Whether it was made because a new version was about to change the format. */
beforeUpdate: boolean, };

/** The sounds a backup file could hold, and how large it may become. */
export type BackupContents = {
/** Greetings and music, which are always in it. */
sounds: SoundsOnDisk, messages: SoundsOnDisk, recordings: SoundsOnDisk,
/** So many bytes fit into a file. */
most: number, };

/** So many sounds of a kind, and how large they are together. */
export type SoundsOnDisk = { count: number, bytes: number, };

/** What the file is to be encrypted with, and what is in it beside the office, its greetings and
 * its music. */
export type BackupExport = { passphrase: string,
/** Whether messages in mailboxes go along. */
messages: boolean,
/** Whether recorded calls go along. */
recordings: boolean, };

/** What restoring a file would change. */
export type BackupDiff = {
/** To be given to `POST /api/backups/restore`; good for ten minutes. */
restore: string, madeAt: Millis,
/** The name of the office in it. */
office: string, changes: Array<BackupChange>,
/** How many messages would come back. */
messages: number,
/** How many recordings would come back. */
recordings: number, };

/** What would become of one record. */
export type BackupChange = { subject: BackupSubject, change: BackupChangeWord, name: string, fields: Array<FieldChange>, };

/** A kind of record. */
export type BackupSubject = "person" | "device" | "extension" | "settings" | "mailbox" | "room" | "sound" | "schedule" | "flow" | "mode" | "pinSet" | "callerList" | "trunk" | "peer" | "phoneNumber" | "outboundRule" | "callingRights" | "callingPolicy" | "outsideAdmission" | "emergencyPlan" | "domainAccess" | "mail" | "user";

/** What would be done to it. */
export type BackupChangeWord = "added" | "removed" | "changed";

/** One field as it is, and as it would be; a secret only says that it differs. */
export type FieldChange = { field: string, now: string, then: string, };

/** Which file to restore, by the word its inspection gave. */
export type BackupRestore = { restore: string, };

/** A further office. */
export type FurtherOfficeView = { id: FurtherOfficeId,
/** To be named in `If-Match` when changing it. */
version: number, name: string,
/** Its folder below `offices` in the data folder of the first office; it stays when the office is
 * removed. */
folder: string,
/** The office it is a part of. */
parent: FurtherOfficeId | null,
/** The colour its window is told by, as `#rrggbb`. */
accent: string | null, language: string, timeZone: string,
/** What its phones register at. */
domains: Array<string>, enabled: boolean, state: FurtherOfficeState,
/** Why it does not run though it should, as a sentence. */
trouble: string | null,
/** Phones that are registered. */
phones: number,
/** Calls going on. */
calls: number,
/** Where its window is, on the engine's computer. */
window: string | null,
/** How its people and those of the first office call each other; none where they cannot. */
joined: OfficesJoined | null, };

/** How two offices call each other. */
export type OfficesJoined = {
/** What is dialled here before an extension of the other office. */
prefix: string,
/** What is dialled there before an extension of this one; none while that office is off. */
prefixThere: string | null, };

/** How a further office is. */
export type FurtherOfficeState = "running" | "off" | "failed";

/** An office to be added: it begins at once. `POST /api/offices`. */
export type FurtherOfficeAdd = { name: string,
/** At least one; no other office of the engine has one of them. */
domains: Array<string>, parent?: FurtherOfficeId,
/** As `#rrggbb`. */
accent?: string,
/** Where it is left out, that of the first office. */
language?: string,
/** Where it is left out, that of the first office. */
timeZone?: string, };

/** An office as it is to be. `PUT /api/offices/{id}` with `If-Match`. Turned off, it ends its calls
 * and its phones find nobody; turned on, it begins at once. */
export type FurtherOfficeEdit = { name: string, domains: Array<string>, parent: FurtherOfficeId | null, accent: string | null, enabled: boolean, };

/** A one-time way into the window of another office. */
export type OfficeLink = {
/** To be opened in a browser of the engine's computer. */
url: string, expiresInSeconds: number, };

/** How two offices call each other. `PUT /api/offices/{id}/joined`. */
export type OfficesJoin = {
/** What is dialled here before an extension of the other office. */
prefix: string,
/** What is dialled there before an extension of this one. */
prefixThere: string, };

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
code: string,
/** Where in a text that cannot be understood, in characters from its start. */
at?: number,
/** What the check of a flow found that keeps it from being published. */
findings?: any[],
/** The scenarios of a flow that would not go as they must. */
scenarios?: any[],
/** What is to be mended in which row of a list, all of it. */
rows?: Array<RowProblem>, };

/** What is to be mended in one row of a list. */
export type RowProblem = {
/** Counted from 0. */
row: number,
/** The field to mend. */
field: string | null,
/** Which sentence the UI shows. */
code: string,
/** What is wrong, for the office manager. */
detail: string, };
