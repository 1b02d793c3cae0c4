// What the UI asks of the engine: one typed line per route. Live state comes by the feed instead.
import type {
  AuditCheck,
  AuditPage,
  AuditSeries,
  BackupDiff,
  BackupExport,
  BackupRestore,
  BackupsView,
  CallCommandTaken,
  CallId,
  CallListen,
  CallPage,
  CallPark,
  CallStart,
  CallStory,
  CallTakeOver,
  CallTransfer,
  CertificatesView,
  DeviceAdd,
  DeviceEdit,
  DeviceId,
  DeviceView,
  DeviceWithLogin,
  Health,
  LanEdit,
  LanView,
  LineId,
  OfficeEdit,
  OfficeView,
  ParkingEdit,
  ParkingSettings,
  PeopleBatch,
  PersonEdit,
  PersonId,
  PersonView,
  ProblemDocument,
  Session,
  SetupView,
  SignIn,
  TraceView,
  UserEdit,
  UserId,
  UserView,
  WantsEdit,
} from "../bindings/api";
import type {
  MailboxEdit,
  MailboxId,
  MailboxView,
  MailItem,
  MailSettings,
  MailSettingsEdit,
  MessageCallBack,
  MessageEdit,
  MessageForward,
  MessageId,
  MessagePage,
  MessageView,
  MusicView,
  PinView,
  PromptView,
  RecordingId,
  RecordingPage,
  RecordingSettings,
  RoomEdit,
  RoomId,
  RoomView,
  SoundByPhone,
  SoundEdit,
  SoundId,
  SoundSpeak,
  SoundView,
  VoiceView,
} from "../bindings/sound";
import type {
  CalendarDay,
  CallerListEdit,
  CallerListId,
  CallerListView,
  Holiday,
  HolidayCountry,
  ModeEdit,
  ModeId,
  ModeView,
  OverrideEdit,
  PinSetEdit,
  PinSetId,
  PinSetView,
  ReadHours,
  ScheduleDocument,
  ScheduleId,
  SchedulePreview,
  ScheduleView,
} from "../features/hours/api";

export type CallSearch = {
  limit?: number;
  before?: string | undefined;
  q?: string;
  from?: number | undefined;
  to?: number | undefined;
  person?: PersonId | undefined;
  outcome?: string | undefined;
  direction?: "in" | "out" | "inside" | undefined;
  line?: LineId | undefined;
};

export const api = {
  session: () => get<Session>("/session"),
  signIn: (sign: SignIn) => post<Session>("/session", sign),
  signOut: () => remove("/session"),

  addPerson: (person: PersonEdit) => post<PersonView>("/people", person),
  addPeople: (batch: PeopleBatch) => post<PersonView[]>("/people/many", batch),
  editPerson: (id: PersonId, revision: number, person: PersonEdit) =>
    put<PersonView>(`/people/${id}`, person, revision),
  removePerson: (id: PersonId) => remove(`/people/${id}`),
  /** Brings somebody back who was removed, with their devices and number. */
  restorePerson: (id: PersonId) => post<void>(`/people/${id}/restore`),
  setWants: (id: PersonId, wants: WantsEdit) => put<void>(`/people/${id}/wants`, wants),

  addDevice: (device: DeviceAdd) => post<DeviceWithLogin>("/devices", device),
  editDevice: (id: DeviceId, revision: number, device: DeviceEdit) =>
    put<DeviceView>(`/devices/${id}`, device, revision),
  removeDevice: (id: DeviceId) => remove(`/devices/${id}`),
  restoreDevice: (id: DeviceId) => post<void>(`/devices/${id}/restore`),
  renewSecret: (id: DeviceId) => post<DeviceWithLogin>(`/devices/${id}/renew-secret`),

  /** Takes an item off the list until it happens anew. */
  dismissAttention: (id: string) => post<void>(`/attention/${encodeURIComponent(id)}/dismiss`),
  /** Lets who failed to sign in try again at once. */
  forgiveAttention: (id: string) => post<void>(`/attention/${encodeURIComponent(id)}/forgive`),

  startCall: (start: CallStart) => post<CallCommandTaken>("/calls", start),
  transferCall: (id: CallId, transfer: CallTransfer) =>
    post<CallCommandTaken>(`/calls/${id}/transfer`, transfer),
  parkCall: (id: CallId, park: CallPark) => post<CallCommandTaken>(`/calls/${id}/park`, park),
  listenTo: (id: CallId, how: CallListen) => post<CallCommandTaken>(`/calls/${id}/listen`, how),
  takeOverCall: (id: CallId, by: CallTakeOver) => post<CallCommandTaken>(`/calls/${id}/take-over`, by),
  hangUpCall: (id: CallId) => post<CallCommandTaken>(`/calls/${id}/hang-up`),

  calls: (search: CallSearch) => get<CallPage>(`/calls${asQuery(search)}`),
  callsFile: (search: CallSearch) => `/api/calls.csv${asQuery(search)}`,
  call: (id: CallId) => get<CallStory>(`/calls/${id}`),
  trace: (id: CallId) => get<TraceView>(`/calls/${id}/trace`),
  traceFile: (id: CallId) => `/api/calls/${id}/trace.pcap`,

  recordCall: (id: CallId, action: "start" | "pause" | "resume" | "stop") =>
    post<void>(`/calls/${id}/recording`, { action }),
  recordings: (search: { person?: PersonId | undefined; text?: string; before?: string | undefined }) =>
    get<RecordingPage>(`/recordings${asQuery(search)}`),
  recordingFile: (id: RecordingId) => `/api/recordings/${id}/sound.wav`,
  removeRecording: (id: RecordingId) => remove(`/recordings/${id}`),
  parking: () => get<ParkingSettings>("/parking"),
  editParking: (revision: number, parking: ParkingEdit) =>
    put<ParkingSettings>("/parking", parking, revision),
  recordingSettings: () => get<RecordingSettings>("/recording-settings"),
  editRecordingSettings: (revision: number, settings: Omit<RecordingSettings, "revision">) =>
    put<RecordingSettings>("/recording-settings", settings, revision),

  addMailbox: (mailbox: MailboxEdit) => post<MailboxView>("/mailboxes", mailbox),
  editMailbox: (id: MailboxId, revision: number, mailbox: MailboxEdit) =>
    put<MailboxView>(`/mailboxes/${id}`, mailbox, revision),
  removeMailbox: (id: MailboxId, revision: number) => remove(`/mailboxes/${id}`, revision),
  /** A new PIN, shown this once; it also unlocks the mailbox. */
  renewPin: (id: MailboxId) => post<PinView>(`/mailboxes/${id}/pin`),
  messages: (id: MailboxId, search: { state: MessageView["state"]; before?: string | undefined }) =>
    get<MessagePage>(`/mailboxes/${id}/messages${asQuery(search)}`),
  editMessage: (id: MessageId, edit: MessageEdit) => put<MessageView>(`/messages/${id}`, edit),
  /** Kept for a week: saving it brings it back. */
  removeMessage: (id: MessageId) => remove(`/messages/${id}`),
  forwardMessage: (id: MessageId, to: MessageForward) => post<void>(`/messages/${id}/forward`, to),
  /** The person's own phones ring first, then whoever left the message. */
  callBack: (id: MessageId, by: MessageCallBack) => post<void>(`/messages/${id}/call-back`, by),
  messageFile: (id: MessageId) => `/api/messages/${id}/sound.wav`,

  sounds: () => get<SoundView[]>("/sounds"),
  speakSound: (speak: SoundSpeak) => post<SoundView>("/sounds/speak", speak),
  /** Rings the person's phones; whoever picks up speaks after the tone. */
  soundByPhone: (by: SoundByPhone) => post<void>("/sounds/by-phone", by),
  editSound: (id: SoundId, sound: SoundEdit) => put<SoundView>(`/sounds/${id}`, sound),
  removeSound: (id: SoundId) => remove(`/sounds/${id}`),
  /** `asCaller`: as it sounds over a telephone line. */
  soundFile: (id: SoundId, asCaller = false) => `/api/sounds/${id}/sound.wav${asCaller ? "?as=caller" : ""}`,
  voices: () => get<VoiceView[]>("/voices"),
  prompts: () => get<PromptView[]>("/prompts"),
  promptFile: ({ language, id }: PromptView) => `/api/prompts/${language}/${id}/sound.wav`,

  music: () => get<MusicView>("/music"),
  editMusic: (revision: number, music: Omit<MusicView, "revision">) =>
    put<MusicView>("/music", music, revision),

  addRoom: (room: RoomEdit) => post<RoomView>("/rooms", room),
  editRoom: (id: RoomId, revision: number, room: RoomEdit) => put<RoomView>(`/rooms/${id}`, room, revision),
  removeRoom: (id: RoomId, revision: number) => remove(`/rooms/${id}`, revision),
  lockRoom: (id: RoomId, locked: boolean) => post<void>(`/rooms/${id}/lock`, { locked }),
  /** Without a call: everybody but the hosts. */
  muteInRoom: (id: RoomId, call: CallId | null, muted: boolean) =>
    post<void>(`/rooms/${id}/mute`, { call, muted }),
  removeFromRoom: (id: RoomId, call: CallId) => post<void>(`/rooms/${id}/remove`, { call }),
  inviteToRoom: (id: RoomId, to: string) => post<void>(`/rooms/${id}/invite`, { to }),
  recordRoom: (id: RoomId, on: boolean) => post<void>(`/rooms/${id}/recording`, { on }),

  addSchedule: (document: ScheduleDocument) => post<ScheduleView>("/schedules", { document }),
  editSchedule: (id: ScheduleId, version: number, document: ScheduleDocument) =>
    put<ScheduleView>(`/schedules/${id}`, { document }, version),
  removeSchedule: (id: ScheduleId, version: number) => remove(`/schedules/${id}`, version),
  /** Brings back one that was removed, with its number. */
  restoreSchedule: (id: ScheduleId) => post<ScheduleView>(`/schedules/${id}/restore`),
  /** What a document comes to from a moment on, saved or not. */
  previewSchedule: (document: ScheduleDocument, at: number, days: number) =>
    post<SchedulePreview>("/schedules/preview", { document, at, days }),
  /** Hours as somebody writes them: "Mon-Fri 9-17". */
  readHours: (text: string, language: string) => post<ReadHours>("/schedules/read", { text, language }),
  overrideSchedule: (id: ScheduleId, override: OverrideEdit) =>
    post<void>(`/schedules/${id}/override`, override),
  endOverride: (id: ScheduleId) => remove(`/schedules/${id}/override`),
  holidayCountries: () => get<HolidayCountry[]>("/holidays"),
  holidays: (country: string, search: { region?: string | undefined; from: string; to: string }) =>
    get<Holiday[]>(`/holidays/${country}${asQuery(search)}`),
  /** The days in a calendar file, to be confirmed. */
  readCalendar: (file: Blob) =>
    ask<CalendarDay[]>("POST", "/holidays/ical", {
      body: file,
      headers: { "content-type": "text/calendar" },
    }),

  addMode: (mode: ModeEdit) => post<ModeView>("/modes", mode),
  editMode: (id: ModeId, version: number, mode: ModeEdit) => put<ModeView>(`/modes/${id}`, mode, version),
  removeMode: (id: ModeId, version: number) => remove(`/modes/${id}`, version),
  restoreMode: (id: ModeId) => post<void>(`/modes/${id}/restore`),
  /** Without an end it stays until it is set again. */
  setMode: (id: ModeId, state: string, until?: number) => post<void>(`/modes/${id}/set`, { state, until }),
  pinSets: () => get<PinSetView[]>("/pin-sets"),
  addPinSet: (set: PinSetEdit) => post<PinSetView>("/pin-sets", set),
  editPinSet: (id: PinSetId, version: number, set: PinSetEdit) =>
    put<PinSetView>(`/pin-sets/${id}`, set, version),
  removePinSet: (id: PinSetId, version: number) => remove(`/pin-sets/${id}`, version),
  restorePinSet: (id: PinSetId) => post<void>(`/pin-sets/${id}/restore`),
  callerLists: () => get<CallerListView[]>("/caller-lists"),
  addCallerList: (list: CallerListEdit) => post<CallerListView>("/caller-lists", list),
  editCallerList: (id: CallerListId, version: number, list: CallerListEdit) =>
    put<CallerListView>(`/caller-lists/${id}`, list, version),
  removeCallerList: (id: CallerListId, version: number) => remove(`/caller-lists/${id}`, version),
  restoreCallerList: (id: CallerListId) => post<void>(`/caller-lists/${id}/restore`),

  mail: () => get<MailSettings>("/mail"),
  editMail: (revision: number, mail: MailSettingsEdit) => put<MailSettings>("/mail", mail, revision),
  testMail: (to: string) => post<void>("/mail/test", { to }),
  mailQueue: () => get<MailItem[]>("/mail/queue"),
  retryMail: (id: number) => post<void>(`/mail/queue/${id}/retry`),
  removeMail: (id: number) => remove(`/mail/queue/${id}`),

  health: () => get<Health>("/health"),

  setup: () => get<SetupView>("/setup"),
  finishSetup: () => post<void>("/setup/finish"),
  editOffice: (revision: number, office: OfficeEdit) => put<OfficeView>("/office", office, revision),

  users: () => get<UserView[]>("/users"),
  addUser: (user: UserEdit) => post<UserView>("/users", user),
  editUser: (id: UserId, revision: number, user: UserEdit) => put<UserView>(`/users/${id}`, user, revision),
  removeUser: (id: UserId, revision: number) => remove(`/users/${id}`, revision),

  lan: () => get<LanView>("/lan"),
  editLan: (lan: LanEdit) => put<LanView>("/lan", lan),
  certificates: () => get<CertificatesView>("/certificates"),
  authorityFile: "/api/certificates/authority.pem",

  auditCheck: () => get<AuditCheck>("/audit/check"),
  auditFile: "/api/audit.csv",
  audit: (search: { before?: string | undefined; limit?: number; series?: AuditSeries | undefined }) =>
    get<AuditPage>(`/audit${asQuery(search)}`),

  backups: () => get<BackupsView>("/backups"),
  exportBackup: (ask: BackupExport) => file("/backups/export", ask),
  inspectBackup: (content: Blob, passphrase: string) =>
    ask<BackupDiff>("POST", "/backups/inspect", {
      body: content,
      headers: {
        "content-type": "application/octet-stream",
        "x-passphrase": encodeURIComponent(passphrase),
      },
    }),
  restoreBackup: (restore: BackupRestore) => post<void>("/backups/restore", restore),
};

export type SoundUpload = { title: string; kind: SoundView["kind"]; from: "upload" | "microphone" };

/** Sends a sound file; `onProgress` is told the part that has arrived, 0 to 1. */
export function uploadSound(
  content: Blob,
  about: SoundUpload,
  onProgress: (part: number) => void,
  signal?: AbortSignal,
): Promise<SoundView> {
  // Of all ways to ask, only this one tells how far it has come.
  const request = new XMLHttpRequest();
  return new Promise((resolve, reject) => {
    request.upload.onprogress = ({ loaded, total }) => onProgress(total ? loaded / total : 0);
    request.onload = () => {
      if (request.status < 300) return resolve(JSON.parse(request.responseText) as SoundView);
      const isProblem = request.getResponseHeader("content-type")?.startsWith("application/problem+json");
      reject(
        new Refused(request.status, isProblem ? (JSON.parse(request.responseText) as ProblemDocument) : null),
      );
    };
    request.onerror = () => reject(new Refused(0, null));
    request.onabort = () => reject(new DOMException("given up", "AbortError"));
    signal?.addEventListener("abort", () => request.abort(), { once: true });
    request.open("POST", `/api/sounds${asQuery(about)}`);
    request.setRequestHeader("content-type", content.type || "application/octet-stream");
    request.send(content);
  });
}

/** The engine said no, or said nothing at all (`status` 0). */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly problem: ProblemDocument | null,
  ) {
    super(problem?.title ?? `status ${status}`);
  }

  get field(): string | undefined {
    return this.problem?.field;
  }

  get code(): string | undefined {
    return this.problem?.code;
  }
}

export function get<T>(path: string): Promise<T> {
  return ask<T>("GET", path, {});
}

export function post<T>(path: string, body?: unknown): Promise<T> {
  return ask<T>("POST", path, asJson(body ?? {}));
}

export function put<T>(path: string, body: unknown, revision?: number): Promise<T> {
  const { headers, ...rest } = asJson(body);
  const match = revision === undefined ? {} : { "if-match": `"${revision}"` };
  return ask<T>("PUT", path, { ...rest, headers: { ...headers, ...match } });
}

export function remove(path: string, revision?: number): Promise<void> {
  return ask<void>(
    "DELETE",
    path,
    revision === undefined ? {} : { headers: { "if-match": `"${revision}"` } },
  );
}

export async function file(path: string, body: unknown, stop?: AbortSignal): Promise<Blob> {
  return (await answer("POST", path, { ...asJson(body), signal: stop ?? null })).blob();
}

async function ask<T>(method: string, path: string, init: RequestInit): Promise<T> {
  const response = await answer(method, path, init);
  const said = await response.text();
  return (said ? JSON.parse(said) : undefined) as T;
}

async function answer(method: string, path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(`/api${path}`, { ...init, method });
  } catch {
    throw new Refused(0, null);
  }
  if (response.ok) return response;
  const isProblem = response.headers.get("content-type")?.startsWith("application/problem+json");
  throw new Refused(response.status, isProblem ? ((await response.json()) as ProblemDocument) : null);
}

function asJson(body: unknown): { body: string; headers: Record<string, string> } {
  return { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
}

function asQuery(search: Record<string, string | number | undefined>): string {
  const given = Object.entries(search).filter(([, value]) => value !== undefined && value !== "");
  return given.length ? `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}` : "";
}
