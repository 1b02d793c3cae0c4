// What callers hear: mailboxes, sounds, music, conference rooms, recordings, mail.

import type { CallId, CallParty, Millis, Party, PersonId } from "./api";

export type MailboxId = number; export type MessageId = number; export type SoundId = number;
export type RoomId = number; export type RecordingId = number;

// ---- mailboxes. Staff see their own person's box and group boxes they are members of.
/** `GET /api/mailboxes` -> MailboxView[]; live too: State.mailboxes, Change {kind:"mailbox"}. */
export type MailboxView = { id: MailboxId, revision: number,
  /** A person's own box, or a group's with a name. */
  person: PersonId | null, name: string, number: string | null, enabled: boolean,
  new: number, saved: number, 
  /** Seconds held of seconds allowed. */
  usedSeconds: number, quotaSeconds: number,
  hasPin: boolean, lockedUntil: Millis | null,
  language: string | null, maxMessageSeconds: number, keepSavedDays: number | null,
  greetings: { standard: SoundId | null, name: SoundId | null, busy: SoundId | null, closed: SoundId | null, away: { sound: SoundId, until: Millis } | null },
  email: { addresses: string[], attach: boolean, deleteAfterSending: boolean } | null,
  members: PersonId[] };
/** `PUT /api/mailboxes/{id}` If-Match; `POST /api/mailboxes` makes a group box; `DELETE` only group boxes. */
export type MailboxEdit = { name: string, number: string | null, enabled: boolean, language: string | null, maxMessageSeconds: number, keepSavedDays: number | null, email: MailboxView["email"], members: PersonId[], greetings: MailboxView["greetings"] };
/** `POST /api/mailboxes/{id}/pin`: a new random six-digit PIN, shown this once; also unlocks. */
export type PinView = { pin: string };

/** `GET /api/mailboxes/{id}/messages?state=new|saved|deleted&before=cursor` newest first. */
export type MessagePage = { messages: MessageView[], next: string | null };
export type MessageView = { id: MessageId, mailbox: MailboxId, from: CallParty, call: CallId | null, receivedAt: Millis, seconds: number,
  state: "new" | "saved" | "deleted", heardAt: Millis | null, assignedTo: PersonId | null, note: string,
  /** 0..100, 120 buckets, for the waveform. */
  peaks: number[],
  mail: "none" | "queued" | "sent" | "failed" };
/** `PUT /api/messages/{id}`; `DELETE /api/messages/{id}` (kept 7 days; `PUT state:"saved"` brings it back). */
export type MessageEdit = { state?: "new" | "saved", assignedTo?: PersonId | null, note?: string };
/** `POST /api/messages/{id}/forward` */ export type MessageForward = { mailboxes: MailboxId[] };
/** `POST /api/messages/{id}/call-back` (rings the person's own phones, then the caller) */ export type MessageCallBack = { person: PersonId };
// `GET /api/messages/{id}/sound.wav` (range requests; `?download` sets the file name)

// ---- sounds: greetings and music of the office
/** `GET /api/sounds` */
export type SoundView = { id: SoundId, title: string, kind: "greeting" | "music", madeBy: "upload" | "microphone" | "phone" | "text" | "builtIn", text: string | null, voice: string | null, seconds: number, bytes: number, addedAt: Millis, peaks: number[], usedBy: { what: "mailbox" | "music" | "room", id: number, name: string }[] };
// `POST /api/sounds?title=&kind=&from=upload|microphone` body: the file (any of WAV MP3 OGG FLAC, <= 20 MB) -> SoundView; problem documents name what is wrong
/** `POST /api/sounds/speak` -> SoundView */ export type SoundSpeak = { title: string, text: string, voice: string };
/** `POST /api/sounds/by-phone`: rings the person's phones; whoever picks up is asked to speak after the tone; the sound appears in the list. */ export type SoundByPhone = { title: string, person: PersonId };
/** `PUT /api/sounds/{id}` */ export type SoundEdit = { title: string, /** cut, in seconds */ from?: number, to?: number };
// `DELETE /api/sounds/{id}` (409 while used, names by whom); `GET /api/sounds/{id}/sound.wav?as=caller` (as=caller: as it sounds over G.711)
/** `GET /api/voices` */ export type VoiceView = { id: string, name: string, language: string };
/** `GET /api/prompts` system phrases; `GET /api/prompts/{language}/{id}/sound.wav` */ export type PromptView = { id: string, language: string, text: string };

// ---- music on hold
/** `GET /api/music`, `PUT /api/music` If-Match */
export type MusicView = { revision: number, office: SoundId[] /* empty: the default set */, people: { person: PersonId, sounds: SoundId[] }[] };

// ---- conference rooms
/** `GET /api/rooms`; live: State.rooms, Change {kind:"room"}. */
export type RoomView = { id: RoomId, revision: number, name: string, number: string, hasPin: boolean, hasHostPin: boolean, waitForHost: boolean, muteOnEntry: boolean, joinTone: boolean, maxMembers: number,
  /** Who is in it now. */
  live: { locked: boolean, recording: boolean, since: Millis, members: { call: CallId, party: Party, host: boolean, muted: boolean, speaking: boolean, since: Millis }[] } | null };
/** `POST /api/rooms`, `PUT /api/rooms/{id}`, `DELETE`; pins: `undefined` keeps, `null` removes, text sets (4-10 digits). */
export type RoomEdit = { name: string, number: string, pin?: string | null, hostPin?: string | null, waitForHost: boolean, muteOnEntry: boolean, joinTone: boolean, maxMembers: number };
// `POST /api/rooms/{id}/lock {locked}`, `/mute {call|null (everybody but hosts), muted}`, `/remove {call}`, `/invite {to}` (rings a number into the room), `/recording {on}`

// ---- recordings
/** person: PUT /api/people/{id} gains `recording: "never"|"onDemand"|"always"`; `GET/PUT /api/recording-settings` */
export type RecordingSettings = { revision: number, announce: boolean, keepDays: number | null };
/** `GET /api/recordings?person=&text=&before=` */
export type RecordingPage = { recordings: RecordingView[], next: string | null };
export type RecordingView = { id: RecordingId, call: CallId, startedAt: Millis, seconds: number, bytes: number, from: CallParty, to: CallParty, announced: boolean, complete: boolean, peaks: number[] };
// `GET /api/recordings/{id}/sound.wav` (two channels), `DELETE`; a call: `POST /api/calls/{id}/recording {action: "start"|"pause"|"resume"|"stop"}`; LiveCallView gains `recording: "off"|"on"|"paused"`; CallRow gains `recording: RecordingId|null`, `message: MessageId|null`.

// ---- mail
/** `GET/PUT /api/mail` If-Match; the password is never told. */
export type MailSettings = { revision: number, enabled: boolean, host: string, port: number, security: "tls" | "startTls" | "none", user: string, hasPassword: boolean, from: string };
export type MailSettingsEdit = { enabled: boolean, host: string, port: number, security: MailSettings["security"], user: string, password?: string | null, from: string };
/** `POST /api/mail/test {to}` -> 204, or a problem with the reason in a sentence's facts. */
/** `GET /api/mail/queue` */ export type MailItem = { id: number, to: string, subject: string, state: "queued" | "sent" | "failed", attempts: number, nextTryAt: Millis | null, lastError: string | null, createdAt: Millis };
// `POST /api/mail/queue/{id}/retry`, `DELETE /api/mail/queue/{id}`
