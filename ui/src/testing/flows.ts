// A call flow to try the builder on, and as much of the catalogue as it needs.
import type { FlowView, Queue, RingGroup } from "../bindings/api";
import type { CheckResult, Kind, NodeFacts, Param } from "../features/flows/api";
import { keepCatalogue } from "../features/flows/catalogue";
import { type FlowDocument, listOf } from "../features/flows/document";
import { openDraft, useDraft } from "../features/flows/draft/store";

const param = (name: string, type: Param["type"], rest: Partial<Param> = {}): Param => ({
  name,
  type,
  required: false,
  default: null,
  ...rest,
});
const required = (...names: string[]) => names.map((name) => ({ name, class: "required" as const }));
const optional = (...names: string[]) => names.map((name) => ({ name, class: "optional" as const }));

export const KINDS: Kind[] = [
  kind(
    "entry",
    "start",
    [param("trigger", "choice", { values: ["inbound", "internal"], default: "inbound" })],
    required("default"),
  ),
  kind("hangup", "start", [param("goodbye", "prompts")], []),
  kind("goto", "start", [param("target", "routeTarget", { required: true })], optional("failed")),
  kind(
    "play",
    "speak",
    [param("prompts", "prompts", { required: true }), param("bargeIn", "boolean", { default: false })],
    required("default"),
  ),
  kind(
    "menu",
    "ask",
    [
      param("prompts", "prompts", { required: true }),
      param("options", "options", { required: true }),
      param("timeout", "seconds", { default: 5, min: 1, max: 60 }),
    ],
    [...required("timeout"), ...optional("invalid")],
  ),
  kind(
    "dial",
    "connect",
    [
      param("targets", "targets", { required: true }),
      param("strategy", "choice", { values: ["all", "order", "random"], default: "all" }),
      param("ringTime", "seconds", { default: 25, min: 5, max: 300 }),
      param("hears", "hears", { default: "ringback" }),
      param("prefix", "template", { max: 40, advanced: true }),
      param("record", "boolean", { default: false, advanced: true }),
    ],
    [...optional("answered"), ...required("no_answer"), ...optional("busy")],
  ),
  kind(
    "voicemail",
    "connect",
    [param("mailbox", "ref", { ref: "mailbox", required: true })],
    optional("saved", "full"),
  ),
  kind(
    "timeCondition",
    "decide",
    [param("schedule", "ref", { ref: "schedule", required: true })],
    [...required("in_hours", "out_of_hours"), ...optional("holiday")],
  ),
  kind("condition", "decide", [param("cases", "cases", { required: true })], required("else")),
  kind("callerMatch", "decide", [param("rules", "rules", { required: true })], required("else")),
  kind("split", "decide", [param("buckets", "buckets", { required: true })], []),
  kind("setVar", "data", [param("assign", "assignments", { required: true })], required("default")),
  kind(
    "label",
    "data",
    [param("prefix", "text"), param("tags", "textList"), param("note", "template")],
    required("default"),
  ),
  kind(
    "httpRequest",
    "data",
    [
      param("url", "template", { required: true }),
      param("headers", "headers"),
      param("save", "saves"),
      param("key", "expression"),
      param("language", "language"),
      param("pattern", "regex"),
      param("body", "longText"),
      param("pin", "digits"),
      param("times", "integer", { min: 1, max: 20, default: 3 }),
    ],
    required("success", "error"),
  ),
  kind(
    "directory",
    "ask",
    [param("scope", "refs", { ref: "person" }), param("exitKeys", "exitKeys")],
    required("no_answer"),
  ),
  kind(
    "ringGroup",
    "connect",
    [param("group", "ref", { ref: "ringGroup", required: true })],
    required("no_answer"),
  ),
  kind(
    "enqueue",
    "connect",
    [
      param("queue", "ref", { ref: "queue", required: true }),
      param("own", "queueSettings"),
      param("maxWait", "seconds", { min: 5, max: 7200 }),
      param("exitKeys", "exitKeys"),
      param("prompts", "prompts"),
    ],
    [...optional("answered"), ...required("timeout"), ...optional("no_agents", "queue_full", "ewt")],
  ),
  kind("park", "connect", [param("lot", "ref", { ref: "lot", required: true })], required("timeout")),
  kind(
    "availability",
    "decide",
    [
      param("of", "targets", { required: true }),
      param("need", "choice", { values: ["any_free", "any_reachable"], default: "any_free" }),
    ],
    required("yes", "no"),
  ),
];

function kind(name: string, group: Kind["group"], params: Param[], outcomes: Kind["outcomes"]): Kind {
  return { kind: name, group, icon: "circle", answers: group === "ask", params, outcomes };
}

/** A flow as the list has it, live and without a number. */
export function flowView(id: number, name: string, rest: Partial<FlowView> = {}): FlowView {
  return {
    id,
    version: 1,
    name,
    number: null,
    live: { revision: 3, at: 0, by: "", message: "", semanticHash: "" },
    draftDiffers: false,
    errors: 0,
    warnings: 0,
    callsToday: 0,
    usedBy: [],
    ringGroup: null,
    queue: null,
    ...rest,
  };
}

/** Rings the first two people at once, the second one a little later. */
export function ringGroup(rest: Partial<RingGroup> = {}): RingGroup {
  return {
    members: [
      { person: 1, delay: 0 },
      { person: 2, delay: 10 },
    ],
    strategy: "all",
    ringFor: 25,
    music: false,
    prefix: "",
    records: false,
    hours: null,
    otherwise: { kind: "mailbox", id: 5 },
    ...rest,
  };
}

/** The first two people take calls; everything else is as it is in a new one. */
export function queue(rest: Partial<Queue> = {}): Queue {
  return {
    agents: [
      { person: 1, tier: 1 },
      { person: 2, tier: 1 },
    ],
    strategy: "longestIdle",
    ringFor: 20,
    wrapUp: 10,
    tierAfter: 60,
    music: null,
    saysPlace: true,
    saysWait: false,
    saysEvery: 60,
    alsoSays: "",
    maxWaiting: 20,
    maxWait: 600,
    maxEstimate: 0,
    waitsForAgents: false,
    prefix: "",
    records: false,
    hours: null,
    exit: null,
    otherwise: { kind: "mailbox", id: 5 },
    ...rest,
  };
}

/** Hours, then a menu with two keys; closed, a mailbox. */
export function menuFlow(): FlowDocument {
  const edges: [string, string, string][] = [
    ["n_start", "default", "n_hours"],
    ["n_hours", "in_hours", "n_menu"],
    ["n_hours", "out_of_hours", "n_mail"],
    ["n_menu", "digit:1", "n_sales"],
    ["n_menu", "digit:2", "n_help"],
    ["n_menu", "timeout", "n_sales"],
    ["n_sales", "no_answer", "n_mail"],
    ["n_help", "no_answer", "n_mail"],
  ];
  return {
    schemaVersion: 1,
    id: "flow_main01",
    name: "Main number",
    entry: "n_start",
    settings: { language: "en" },
    variables: [],
    nodes: [
      // Not in reading order: the order of a file means nothing.
      step("n_mail", "voicemail", 1200, 100, { mailbox: "2" }),
      step("n_start", "entry", 0, 0, { trigger: "inbound" }),
      step("n_help", "dial", 900, 200, { title: "Help", targets: [{ type: "user", id: "2" }], ringTime: 40 }),
      step("n_sales", "dial", 900, 0, { title: "Sales", targets: [{ type: "user", id: "1" }], ringTime: 25 }),
      step("n_hours", "timeCondition", 300, 0, { schedule: "1" }),
      step("n_menu", "menu", 600, 0, {
        title: "Welcome",
        prompts: [{ source: "tts", text: "For sales press 1, for help press 2." }],
        options: [
          { digit: "1", label: "Sales" },
          { digit: "2", label: "Help" },
        ],
        timeout: 5,
      }),
    ],
    edges: edges.map(([source, sourceHandle, target], at) => ({
      id: `e_${at}`,
      source,
      sourceHandle,
      target,
    })),
  };
}

function step(id: string, type: string, x: number, y: number, data: Record<string, unknown>) {
  return { id, type, position: { x, y }, data: { kind: type, ...data } };
}

/** What the engine would say of each step. */
export function factsOf(document: FlowDocument): CheckResult["nodes"] {
  return Object.fromEntries(
    document.nodes.map((node): [string, NodeFacts] => {
      const fixed = KINDS.find((one) => one.kind === node.data.kind)?.outcomes ?? [];
      const keys = listOf<{ digit: string; label: string }>(node.data.options).map(({ digit, label }) => ({
        name: `digit:${digit}`,
        class: "required" as const,
        label,
      }));
      return [node.id, { outcomes: [...keys, ...fixed], reachable: true, answers: false }];
    }),
  );
}

/** Opens a flow in the builder's store, checked. */
export function openFlow(document: FlowDocument = menuFlow(), rest: Partial<CheckResult> = {}): void {
  keepCatalogue(KINDS);
  openDraft(1, { document, steps: [], cursor: 0 }, 1);
  useDraft.setState({ check: { findings: [], nodes: factsOf(document), ...rest } });
}
