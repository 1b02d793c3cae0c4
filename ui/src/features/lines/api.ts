// What the engine is asked of lines, numbers and calling out: one typed line per route.
import type {
  CallCommandTaken,
  CallId,
  CallingPolicyView,
  CallingRightsView,
  CallOnLine,
  CallStart,
  DeviceId,
  DomainAccess,
  DomainAccessView,
  DrillRow,
  EmergencyPlanView,
  ExtensionView,
  FuseView,
  LineEdit,
  LineFromPreset,
  LineId,
  LineLogEntry,
  LineSpendCap,
  LineTest,
  LineView,
  NewPhone,
  NumberEdit,
  NumberHours,
  NumberTest,
  NumberView,
  OutboundRule,
  OutboundRulesView,
  OutsideAdmissionView,
  PeerEdit,
  PeerId,
  PeerView,
  PresetView,
  RoundTripStart,
  UnknownNumber,
  WayOutView,
  WhereAsk,
  WhereView,
} from "../../bindings/api";
import { get, post, put, remove } from "../../live/api";

const part = (id: number | string) => encodeURIComponent(id);

export const lines = {
  addLine: (line: LineEdit) => post<LineView>("/lines", line),
  addFromPreset: (answers: LineFromPreset) => post<LineView>("/lines/from-preset", answers),
  editLine: (id: LineId, revision: number, line: LineEdit) => put<LineView>(`/lines/${id}`, line, revision),
  removeLine: (id: LineId) => remove(`/lines/${id}`),
  restoreLine: (id: LineId) => post<LineView>(`/lines/${id}/restore`),
  turnLine: (id: LineId, on: boolean) => post<LineView>(`/lines/${id}/switch`, { on }),
  answerSpendCap: (id: LineId, spendCap: LineSpendCap) =>
    post<LineView>(`/lines/${id}/spend-cap`, { spendCap }),
  /** Registers at once, whatever the line waits for. */
  tryLine: (id: LineId) => post<LineView>(`/lines/${id}/register`),
  /** Calls nobody. */
  testLine: (id: LineId) => post<LineTest>(`/lines/${id}/test`),
  lineTest: (id: LineId) => get<LineTest | null>(`/lines/${id}/test`),
  /** A call that goes out over this line or not at all. */
  testCall: (id: LineId, start: CallStart) => post<CallCommandTaken>(`/lines/${id}/calls`, start),
  /** A call from a line to one of its own numbers. */
  roundTrip: (id: LineId, start: RoundTripStart) => post<CallCommandTaken>(`/lines/${id}/round-trip`, start),
  /** What a call has shown of a line, as far as it has come. */
  callOnLine: (id: LineId, call: CallId) => get<CallOnLine>(`/lines/${id}/calls/${call}`),
  lineLog: (id: LineId) => get<LineLogEntry[]>(`/lines/${id}/log`),
  providers: () => get<PresetView[]>("/providers"),

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

  extensions: () => get<ExtensionView[]>("/extensions"),
  editExtensionHours: (number: string, revision: number, hours: NumberHours | null) =>
    put<ExtensionView>(`/extensions/${part(number)}/hours`, { hours }, revision),

  peers: () => get<PeerView[]>("/peers"),
  addPeer: (peer: PeerEdit) => post<PeerView>("/peers", peer),
  editPeer: (id: PeerId, revision: number, peer: PeerEdit) => put<PeerView>(`/peers/${id}`, peer, revision),
  removePeer: (id: PeerId) => remove(`/peers/${id}`),
  restorePeer: (id: PeerId) => post<PeerView>(`/peers/${id}/restore`),
  domainAccess: () => get<DomainAccessView>("/domain-access"),
  editDomainAccess: (revision: number, domains: readonly DomainAccess[]) =>
    put<DomainAccessView>("/domain-access", { domains }, revision),

  rules: () => get<OutboundRulesView>("/outbound-rules"),
  editRules: (revision: number, rules: readonly OutboundRule[]) =>
    put<OutboundRulesView>("/outbound-rules", { rules }, revision),
  where: (ask: WhereAsk) => post<WhereView>("/outbound/where", ask),
  allRights: () => get<CallingRightsView[]>("/calling-rights"),
  editRights: ({ person, revision, ...rights }: CallingRightsView) =>
    put<CallingRightsView>(`/calling-rights/${person}`, rights, revision),

  policy: () => get<CallingPolicyView>("/calling-policy"),
  editPolicy: ({ revision, ...policy }: CallingPolicyView) =>
    put<CallingPolicyView>("/calling-policy", policy, revision),
  admission: () => get<OutsideAdmissionView>("/outside-admission"),
  editAdmission: ({ revision, ...admission }: OutsideAdmissionView) =>
    put<OutsideAdmissionView>("/outside-admission", admission, revision),
  /** Everything that leads calls out of the office by itself. */
  waysOut: () => get<WayOutView[]>("/ways-out"),
  fuses: () => get<FuseView[]>("/fuses"),
  resetFuse: (id: string) => post<void>(`/fuses/${part(id)}/reset`),

  newPhones: () => get<NewPhone[]>("/new-phones"),
  /** All phones that use this login so far may call abroad. */
  clearPhone: (id: DeviceId) => post<void>(`/new-phones/${id}/clear`),

  emergencyPlan: () => get<EmergencyPlanView>("/emergency-plan"),
  editEmergencyPlan: ({ revision, ...plan }: Omit<EmergencyPlanView, "numbers">) =>
    put<EmergencyPlanView>("/emergency-plan", plan, revision),
  drill: () => post<DrillRow[]>("/emergency/drill"),
  dismissEmergency: (id: string) => post<void>(`/emergency/${part(id)}/dismiss`),
};
