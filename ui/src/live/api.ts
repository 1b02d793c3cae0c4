// What the UI asks of the engine: one typed line per route. Live state comes by the feed instead.
import type {
  AuditPage,
  BackupDiff,
  BackupExport,
  BackupRestore,
  BackupsView,
  CallCommandTaken,
  CallId,
  CallPage,
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
  OfficeEdit,
  OfficeView,
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

export type CallSearch = {
  limit?: number;
  before?: string | undefined;
  q?: string;
  from?: number | undefined;
  to?: number | undefined;
  person?: PersonId | undefined;
  outcome?: string | undefined;
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
  takeOverCall: (id: CallId, by: CallTakeOver) => post<CallCommandTaken>(`/calls/${id}/take-over`, by),
  hangUpCall: (id: CallId) => post<CallCommandTaken>(`/calls/${id}/hang-up`),

  calls: (search: CallSearch) => get<CallPage>(`/calls${asQuery(search)}`),
  callsFile: (search: CallSearch) => `/api/calls.csv${asQuery(search)}`,
  call: (id: CallId) => get<CallStory>(`/calls/${id}`),
  trace: (id: CallId) => get<TraceView>(`/calls/${id}/trace`),
  traceFile: (id: CallId) => `/api/calls/${id}/trace.pcap`,

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

  audit: (search: { before?: string | undefined; limit?: number }) =>
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

function get<T>(path: string): Promise<T> {
  return ask<T>("GET", path, {});
}

function post<T>(path: string, body?: unknown): Promise<T> {
  return ask<T>("POST", path, asJson(body ?? {}));
}

function put<T>(path: string, body: unknown, revision?: number): Promise<T> {
  const { headers, ...rest } = asJson(body);
  const match = revision === undefined ? {} : { "if-match": `"${revision}"` };
  return ask<T>("PUT", path, { ...rest, headers: { ...headers, ...match } });
}

function remove(path: string, revision?: number): Promise<void> {
  return ask<void>(
    "DELETE",
    path,
    revision === undefined ? {} : { headers: { "if-match": `"${revision}"` } },
  );
}

async function file(path: string, body: unknown): Promise<Blob> {
  return (await answer("POST", path, asJson(body))).blob();
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
