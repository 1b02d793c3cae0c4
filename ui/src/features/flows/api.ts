// What the builder asks of the engine about call flows, and the shapes of the answers.
import type {
  CallId,
  CallStory,
  CallWalk,
  FlowAdded,
  FlowAt,
  FlowId,
  FlowView,
  LiveCallView,
  Millis,
  QueueEdit,
  RingGroupEdit,
  ScenarioOfCall,
  ScenarioReaches,
  SpeechAsk,
  FlowVersionView as Version,
} from "../../bindings/api";
import { file, get, post, put, remove } from "../../live/api";
import type { FlowDocument, NodeId, RouteTarget } from "./document";

export type { FlowId, FlowVersionView as Version, FlowView } from "../../bindings/api";

/** A JSON patch as immer makes it. */
export type Patch = { op: "add" | "remove" | "replace"; path: (string | number)[]; value?: unknown };
export type Step = { name: string; forward: Patch[]; back: Patch[] };
export type Draft = { document: FlowDocument; seq: number; history: { steps: Step[]; cursor: number } };

export type OutcomeClass = "required" | "optional" | "terminal";
/** Where callers really go by an outcome that leads nowhere: to a node, or out of the flow. */
export type Ghost = { to: NodeId | null; target: string | null };
export type Outcome = { name: string; class: OutcomeClass; label?: string | null; ghost?: Ghost | null };
export type NodeFacts = {
  outcomes: Outcome[];
  reachable: boolean;
  /** Here the call is answered: the caller starts paying. */
  answers: boolean;
};

export type Values = Record<string, string | number>;
/** A sentence by its id and what is filled in; the words are the UI's. */
export type Phrase = { id: string; params: Values };

export type Fix = { id: string; params: Values; patches: Patch[] };
export type Finding = {
  rule: string;
  level: "error" | "warning" | "info";
  node?: NodeId | null;
  edge?: string | null;
  outcome?: string | null;
  field?: string | null;
  params: Values;
  fixes: Fix[];
  /** A call that shows it. */
  example?: Rehearsal | null;
};
/** What came of playing every call there can be. What goes wrong stands among the findings. */
export type Proof = { paths: number; longestMs: number | null; complete: boolean };
export type CheckResult = {
  findings: Finding[];
  nodes: Record<NodeId, NodeFacts>;
  proof?: Proof | null;
};

export type ParamType =
  | "text"
  | "longText"
  | "template"
  | "integer"
  | "seconds"
  | "boolean"
  | "choice"
  | "ref"
  | "refs"
  | "prompts"
  | "hears"
  | "targets"
  | "options"
  | "exitKeys"
  | "rules"
  | "cases"
  | "expression"
  | "buckets"
  | "assignments"
  | "headers"
  | "saves"
  | "routeTarget"
  | "textList"
  | "language"
  | "digits"
  | "regex"
  | "queueSettings";

export type RefKind =
  | "person"
  | "device"
  | "mailbox"
  | "room"
  | "schedule"
  | "sound"
  | "flow"
  | "mode"
  | "pinSet"
  | "callerList"
  | "ringGroup"
  | "queue"
  | "lot"
  | "table";

export type Param = {
  name: string;
  type: ParamType;
  required: boolean;
  default?: unknown;
  min?: number | null;
  max?: number | null;
  values?: string[] | null;
  ref?: RefKind | null;
  advanced?: boolean;
};

export type KindGroup = "start" | "speak" | "ask" | "connect" | "decide" | "data";
export type Kind = {
  kind: string;
  group: KindGroup;
  icon: string;
  answers: boolean;
  params: Param[];
  /** Those it always has; the others depend on its settings and come with the check. */
  outcomes: { name: string; class: OutcomeClass }[];
};

export type Template = { id: string; name: string; sentence: string; document: FlowDocument };

export type Change = {
  kind: "added" | "removed" | "changed";
  node?: NodeId | null;
  edge?: string | null;
  sentence: Phrase;
};

export type RehearsedAct = { afterMs: number; key: string } | { afterMs: number; hangUp: true };
export type PhoneDoes = { answersAfterS: number } | "busy" | "off" | "declines" | "doNotDisturb" | "ringsOut";
/** A call that is only played through. */
export type Rehearsal = {
  at: Millis;
  caller: string | null;
  anonymous?: boolean;
  acts: RehearsedAct[];
  /** Without a `device`: all phones of the person that are not named themselves. */
  phones: { person: number; device?: number; does: PhoneDoes }[];
  /** Phones outside, by their number as the flow has it. */
  outside?: { number: string; does: PhoneDoes }[];
  /** Whether the PINs the caller dials are right; `right` where it is not told. */
  pins?: Pins;
  /** What modes and hours are set to by hand; those not named are as they are. */
  modes?: { mode: number; state: string }[];
  hours?: { schedule: number; state: HoursByHand }[];
  dice?: number;
  http?: HttpReply;
};
export type Pins = "right" | "wrong" | "locked" | { rightAfter: number };
export type HoursByHand = "open" | "closed" | "holiday";
/** What other programs reply. */
export type HttpReply = { replies: { status: number; body?: unknown } } | "timesOut" | "fails";
/** Whom or what a caller reaches. */
export type Reached = Exclude<ScenarioReaches, { kind: "nobody" }>;

/** Why something went as it did: the words are the UI's. */
export type Reason = { id: string; params?: Values };

export type TraceStep = {
  seq: number;
  tMs: number;
  /** In a flow that another flow uses. */
  flow?: FlowId;
  node: NodeId;
  event: "enter" | "prompt" | "digit" | "outcome" | "var" | "leg" | "fault";
  outcome?: string;
  digits?: string;
  variable?: string;
  value?: string;
  /** What became of a phone that rang. */
  leg?: string;
  person?: number;
  reason?: Reason;
};
/** A text that a voice speaks. */
export type Speech = { language: string; voice: string | null; text: string };
/** What a caller hears, piece by piece. */
export type Sound =
  | { kind: "uploaded"; sound: number }
  | { kind: "phrase"; file: string; words: string }
  | ({ kind: "speech" } & Speech)
  | { kind: "name"; person: number; speech: Speech }
  | { kind: "clip"; clip: number }
  | {
      kind: "ofMailbox";
      mailbox: number;
      greeting: "standard" | "name" | "busy" | "closed" | "away";
    }
  | { kind: "ownMessage"; ms: number }
  | { kind: "beep" }
  | { kind: "silence"; ms: number };
export type Heard = { atMs: number; forMs: number; sounds: Sound[] };
/** How a call ended: it hung up, it left for something else, or it was still waiting. */
export type Ended = {
  how: string;
  atMs?: number;
  cause?: string;
  target?: RouteTarget;
  text?: Phrase;
};
export type Rehearsed = {
  steps: TraceStep[];
  reached: Reached[];
  ended: Ended;
  hears: Heard[];
};

export type Scenario = {
  id: number;
  name: string;
  call: Rehearsal;
  expects: { ends: string | null; visits: NodeId[]; reaches: ScenarioReaches | null };
  last: { ok: boolean; why?: string | null; reached: readonly ScenarioReaches[] } | null;
};
export type NewScenario = Omit<Scenario, "id" | "last">;
type OfCall = ScenarioOfCall & { call: Rehearsal };

export type ImportFormat = "reactFlow" | "cordboard" | "routeTargets";

/** A call that was walked through a flow. */
export type Walked = Omit<CallWalk, "steps"> & { steps: TraceStep[] };

/** Where in which flow a caller is now; in none when every flow has failed them. */
export function liveAt(call: LiveCallView): FlowAt | null {
  return call.at ?? null;
}

const of = (id: FlowId) => `/flows/${id}`;

export const flowsApi = {
  flows: () => get<FlowView[]>("/flows"),
  add: (flow: { name: string; number?: string | null; template?: string; document?: FlowDocument }) =>
    post<FlowAdded>("/flows", flow),
  edit: (flow: FlowView, change: { name: string; number: string | null }) =>
    put<FlowView>(of(flow.id), change, flow.version),
  addRingGroup: (group: RingGroupEdit) => post<FlowView>("/ring-groups", group),
  editRingGroup: (flow: FlowView, group: RingGroupEdit) =>
    put<FlowView>(`/ring-groups/${flow.id}`, {
      ...group,
      ...(flow.live ? { madeFrom: flow.live.revision } : {}),
    }),
  addQueue: (queue: QueueEdit) => post<FlowView>("/queues", queue),
  editQueue: (flow: FlowView, queue: QueueEdit) =>
    put<FlowView>(`/queues/${flow.id}`, {
      ...queue,
      ...(flow.live ? { madeFrom: flow.live.revision } : {}),
    }),
  remove: (flow: FlowView) => remove(of(flow.id), flow.version),
  /** Brings back a flow that was removed, with its versions. */
  restore: (id: FlowId) => post<FlowView>(`${of(id)}/restore`),

  draft: (id: FlowId) => get<Draft>(`${of(id)}/draft`),
  /** A step takes the place of all that were taken back; without one, `cursor` tells how many are done. */
  saveDraft: (id: FlowId, save: { seq: number; document: FlowDocument; step?: Step; cursor: number }) =>
    put<{ seq: number; check: CheckResult }>(`${of(id)}/draft`, save),
  /** `flow`: which one the document is of, if it is kept; a flow may not use itself. */
  check: (document: FlowDocument, flow: FlowId | null, prove = false) =>
    post<CheckResult>("/flows/check", { document, prove, ...(flow === null ? {} : { flow }) }),

  catalogue: () => get<Kind[]>("/flows/catalogue"),
  templates: () => get<Template[]>("/flows/templates"),

  publish: (id: FlowId, publish: { message: string; seq: number }) =>
    post<FlowView>(`${of(id)}/publish`, publish),
  rollback: (id: FlowId, revision: number) => post<FlowView>(`${of(id)}/rollback`, { revision }),
  versions: (id: FlowId) => get<Version[]>(`${of(id)}/versions`),
  version: (id: FlowId, revision: number) => get<FlowDocument>(`${of(id)}/versions/${revision}`),
  compare: (before: FlowDocument, after: FlowDocument) =>
    post<{ changes: Change[] }>("/flows/compare", { before, after }),

  rehearse: (document: FlowDocument, call: Rehearsal, flow: FlowId) =>
    post<Rehearsed>("/flows/rehearse", { flow, document, call }),
  scenarios: (id: FlowId) => get<Scenario[]>(`${of(id)}/scenarios`),
  addScenario: (id: FlowId, scenario: NewScenario) => post<Scenario>(`${of(id)}/scenarios`, scenario),
  removeScenario: (id: FlowId, scenario: number) => remove(`${of(id)}/scenarios/${scenario}`),
  runScenarios: (id: FlowId, document: FlowDocument) =>
    post<Scenario[]>(`${of(id)}/scenarios/run`, { document }),

  /** A text as its voice speaks it in calls; the name of somebody as they have recorded it, if they have. */
  speech: ({ language, voice, text }: Speech, person?: number, stop?: AbortSignal) => {
    const ask: SpeechAsk = { language, text, ...(voice ? { voice } : {}), ...(person ? { person } : {}) };
    return file("/prompts/speech.wav", ask, stop);
  },
  /** Where a phrase is heard that is kept as `prompts/en/goodbye`. */
  phraseFile: (kept: string) => `/api/${kept}/sound.wav`,

  import: (format: ImportFormat, document: unknown) =>
    post<{ document: FlowDocument; notes: string[] }>("/flows/import", { format, document }),
  exportFile: (id: FlowId, format: ImportFormat) => `/api${of(id)}/export?format=${format}`,

  /** The scenario that plays a call again. */
  scenarioOf: (id: CallId) => get<OfCall>(`/calls/${id}/scenario`),
  walkOf: async (id: CallId): Promise<Walked | null> => (await get<CallStory>(`/calls/${id}`)).walk ?? null,
};
