// The kinds of nodes: what the engine offers, with their signs and words.
import { useQuery } from "@tanstack/react-query";
import i18next from "i18next";
import {
  Activity,
  Bell,
  Binary,
  CircleParking,
  Clock,
  ContactRound,
  CornerUpRight,
  Disc,
  GitBranch,
  Globe,
  Grid3x3,
  IdCard,
  Languages,
  ListOrdered,
  LockKeyhole,
  type LucideIcon,
  Mic,
  PhoneCall,
  PhoneIncoming,
  PhoneOff,
  Repeat,
  Search,
  Split,
  Tag,
  Timer,
  ToggleLeft,
  Undo2,
  Users,
  UsersRound,
  Variable,
  Voicemail,
  Volume2,
  Workflow,
} from "lucide-react";
import { matches } from "../../shell/match";
import { flowsApi, type Kind, type KindGroup, type Outcome, type Param } from "./api";
import type { FlowNode } from "./document";
import { useDraft } from "./draft/store";
import { isOwnQueue } from "./queues/own";
import { say } from "./say";

const ICONS: Record<string, LucideIcon> = {
  entry: PhoneIncoming,
  hangup: PhoneOff,
  goto: CornerUpRight,
  return: Undo2,
  play: Volume2,
  pause: Timer,
  setLanguage: Languages,
  menu: Grid3x3,
  collect: Binary,
  pin: LockKeyhole,
  directory: ContactRound,
  record: Mic,
  dial: PhoneCall,
  ringGroup: UsersRound,
  enqueue: ListOrdered,
  voicemail: Voicemail,
  conference: Users,
  park: CircleParking,
  timeCondition: Clock,
  modeSwitch: ToggleLeft,
  callerMatch: IdCard,
  condition: GitBranch,
  availability: Activity,
  split: Split,
  loop: Repeat,
  setVar: Variable,
  label: Tag,
  httpRequest: Globe,
  lookup: Search,
  notify: Bell,
  callRecording: Disc,
  subflow: Workflow,
};

export const GROUPS: readonly KindGroup[] = ["speak", "ask", "connect", "decide", "data", "start"];

const FOREVER = Number.POSITIVE_INFINITY;

export function useCatalogue() {
  return useQuery({ queryKey: ["flows", "catalogue"], queryFn: flowsApi.catalogue, staleTime: FOREVER });
}

const byKind = new Map<string, Kind>();

/** Keeps the catalogue for everything that is no component. */
export function keepCatalogue(kinds: readonly Kind[]): void {
  byKind.clear();
  for (const kind of kinds) byKind.set(kind.kind, kind);
}

export function kindOf(kind: string): Kind | undefined {
  return byKind.get(kind);
}

export function allKinds(): Kind[] {
  return [...byKind.values()];
}

export function iconOf(kind: string): LucideIcon {
  return ICONS[kind] ?? Workflow;
}

export function kindName(kind: string): string {
  return say(`kinds.${kind}.name`, {}, kind);
}

export function kindAbout(kind: string): string {
  return say(`kinds.${kind}.about`, {}, "");
}

/** What a node is called: its own title, or what it is. */
export function nodeName(node: FlowNode): string {
  return node.data.title?.trim() || kindName(node.data.kind);
}

/** Its kind and its own title: "Menu Welcome". */
export function fullName(node: FlowNode): string {
  const title = node.data.title?.trim();
  return title ? `${kindName(node.data.kind)} ${title}` : kindName(node.data.kind);
}

/** The outcomes of a node: what the check says, and before it has, what the kind always has. */
export function outcomesOf(node: FlowNode): Outcome[] {
  const { check, history } = useDraft.getState();
  return withWired(node, check.nodes[node.id]?.outcomes, history.document.edges);
}

/** An edge whose outcome is gone keeps its row until somebody decides. */
export function withWired(
  node: FlowNode,
  checked: readonly Outcome[] | undefined,
  edges: readonly { source: string; sourceHandle: string }[],
): Outcome[] {
  const known = checked ?? kindOf(node.data.kind)?.outcomes ?? [];
  const gone = edges.filter(
    ({ source, sourceHandle }) => source === node.id && !known.some(({ name }) => name === sourceHandle),
  );
  const lost = gone.map(({ sourceHandle }): Outcome => ({ name: sourceHandle, class: "optional" }));
  return [...known.filter((outcome) => outcome.class !== "terminal"), ...lost];
}

/** What an outcome is called: "No answer", "1 Sales". Steps of some kinds have words of their own for it. */
export function outcomeName(outcome: Pick<Outcome, "name" | "label">, node?: FlowNode): string {
  const [name = "", part] = outcome.name.split(":");
  const label = outcome.label?.trim();
  if (name === "digit" || name === "key")
    return label ? `${part} ${label}` : say("outcomes.digit", { digit: part ?? "" });
  if (part !== undefined) return label || part;
  const words = say(`outcomes.${name}`, {}, label || name);
  return node ? say(`outcomes.${node.data.kind}_${name}`, {}, words) : words;
}

/** The kinds that what was typed finds: by name, by another word for it, by what it does. */
export function searchKinds(kinds: readonly Kind[], query: string): Kind[] {
  const wanted = query.trim();
  const offered = kinds.filter(({ kind }) => kind !== "entry");
  if (!wanted) return offered;
  return offered
    .map((kind) => ({
      kind,
      weight: matches(wanted, kindName(kind.kind), say(`kinds.${kind.kind}.synonyms`, {}, "")),
    }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .map(({ kind }) => kind);
}

/** What usually comes next after an outcome, the likeliest first. */
export function suggested(outcome: string): string[] {
  const [name = ""] = outcome.split(":");
  return SUGGESTED[name] ?? ["menu", "dial", "voicemail"];
}

const SUGGESTED: Record<string, string[]> = {
  no_answer: ["voicemail", "dial", "hangup"],
  busy: ["voicemail", "dial"],
  timeout: ["dial", "voicemail", "play"],
  invalid: ["dial", "voicemail"],
  out_of_hours: ["voicemail", "play", "hangup"],
  holiday: ["play", "voicemail"],
  break: ["voicemail", "play"],
  in_hours: ["menu", "dial", "play"],
  default: ["timeCondition", "menu", "dial", "play"],
  digit: ["dial", "voicemail", "menu", "goto"],
  answered: ["play", "hangup"],
  saved: ["hangup", "play"],
  operator: ["dial"],
  full: ["play", "hangup"],
  denied: ["hangup", "dial"],
  ok: ["dial", "conference"],
  error: ["dial", "voicemail"],
};

/** Settings that say nothing beside another one are left out. */
export function isAsked(param: Param, { data }: FlowNode): boolean {
  if (param.name === "callerIdNumber") return data.callerId === "custom";
  if (param.name === "value" && data.kind === "availability") return data.need === "waiting_below";
  if (param.name === "goodbye") return data.cause === undefined || data.cause === "normal";
  // A queue of its own takes the place of one of the office's; only its form makes one.
  if (param.type === "queueSettings") return isOwnQueue(data[param.name]);
  if (param.ref === "queue" && data.kind === "enqueue") return !isOwnQueue(data.own);
  return true;
}

/** The settings a new node begins with: those of the catalogue, and one of what a list needs at least. */
export function startingData(kind: string): FlowNode["data"] {
  const data: FlowNode["data"] = { kind };
  for (const param of byKind.get(kind)?.params ?? []) {
    if (param.default !== undefined && param.default !== null) data[param.name] = param.default;
    else if (param.type === "prompts" && param.required) {
      data[param.name] = [
        { source: "tts", text: i18next.t(`flows:start.${kind === "menu" ? "menuText" : "text"}`) },
      ];
    } else if (param.type === "options" && param.required) {
      data[param.name] = ["1", "2"].map((digit) => ({
        digit,
        label: i18next.t(`flows:start.${digit === "1" ? "first" : "second"}`),
      }));
    }
  }
  return data;
}
