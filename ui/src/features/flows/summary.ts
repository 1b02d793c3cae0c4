// What a node does in a few words, for the second line on the canvas.
import i18next from "i18next";
import { lasting, list } from "../../text/format";
import type { Param, RefKind } from "./api";
import { isAsked, kindOf } from "./catalogue";
import { type FlowNode, listOf, type Prompt, type RouteTarget } from "./document";
import { nameOfRef, type useThings } from "./names";
import { agentsOf, isOwnQueue } from "./queues/own";
import { say } from "./say";

type Things = ReturnType<typeof useThings.getState>["things"];
export type Target = { type: string; id: string; delay?: number };

const SHOWN = 3;

export function summaryOf(node: FlowNode, things: Things): string {
  const { data } = node;
  const kind = kindOf(data.kind);
  const parts: string[] = [];
  for (const param of kind?.params ?? []) {
    if (!isAsked(param, node)) continue;
    const said = saidOf(param, data[param.name], things);
    if (said) parts.push(said);
    if (parts.length === 2) break;
  }
  return parts.join(" · ");
}

/** Only what tells nodes of one kind apart is said. */
function saidOf(param: Param, value: unknown, things: Things): string {
  switch (param.type) {
    case "prompts":
      return param.required ? promptText(value, things) : "";
    case "targets":
      return targetsText(value, things);
    case "ref":
      return param.required || value ? nameOfRef(things, param.ref ?? "person", value) : "";
    case "refs":
      return some(listOf<string>(value).map((id) => nameOfRef(things, param.ref ?? "person", id)));
    case "queueSettings":
      return isOwnQueue(value) ? some(agentsOf(value).map(({ id }) => nameOfRef(things, "person", id))) : "";
    case "routeTarget":
      return routeText(value as RouteTarget | undefined, things);
    case "seconds":
      return TOLD_SECONDS.has(param.name) && typeof value === "number" ? lasting(value * 1000) : "";
    case "assignments":
      return some(listOf<{ name: string }>(value).map(({ name }) => name));
    case "textList":
      return some(listOf<string>(value));
    case "language":
      return typeof value === "string" ? languageName(value) : "";
    case "template":
    case "text":
      return param.required || TOLD_TEXTS.has(param.name) ? String(value ?? "") : "";
    case "choice":
      return TOLD_CHOICES.has(param.name) && value
        ? say(`values.${param.name}.${value}`, {}, String(value))
        : "";
    case "integer":
      return param.name === "times" ? i18next.t("flows:summary.times", { count: Number(value ?? 0) }) : "";
    default:
      return "";
  }
}

const TOLD_SECONDS = new Set(["ringTime", "duration", "max"]);
const TOLD_TEXTS = new Set(["prefix", "variable", "name"]);
const TOLD_CHOICES = new Set(["action", "cause", "need"]);

export function targetsText(targets: unknown, things: Things): string {
  return some(listOf<Target>(targets).map((target) => targetName(target, things)));
}

const TARGET_REFS: Record<string, RefKind> = {
  device: "device",
  ring_group: "ringGroup",
  ringGroup: "ringGroup",
  queue: "queue",
};

export function targetName({ type, id }: Target, things: Things): string {
  if (type === "number") return id;
  return nameOfRef(things, TARGET_REFS[type] ?? "person", id);
}

const ROUTE_REFS: Record<string, RefKind> = {
  flow: "flow",
  user: "person",
  voicemail: "mailbox",
  conference: "room",
  ring_group: "ringGroup",
  queue: "queue",
};

export function routeRef(kind: string): RefKind | undefined {
  return ROUTE_REFS[kind];
}

export function routeText(target: RouteTarget | undefined, things: Things): string {
  if (!target?.kind) return "";
  const ref = ROUTE_REFS[target.kind];
  const what = say(`routes.${target.kind}`, {}, target.kind);
  if (!ref) return target.id ? `${what} ${target.id}` : what;
  return nameOfRef(things, ref, target.id);
}

export function promptText(prompts: unknown, things: Things): string {
  const said = listOf<Prompt>(prompts).map((prompt) => {
    if (prompt.source === "tts") return prompt.text;
    if (prompt.source === "audio") return nameOfRef(things, "sound", prompt.mediaId);
    return prompt.source === "value" ? prompt.value : "";
  });
  return said.filter(Boolean).join(" ");
}

export function languageName(tag: string): string {
  try {
    return (
      new Intl.DisplayNames(i18next.language === "de" ? "de" : "en", { type: "language" }).of(tag) ?? tag
    );
  } catch {
    return tag;
  }
}

/** The first few by name: "Ana, Ben and 3 more". */
export function some(names: readonly string[]): string {
  if (names.length === 0) return "";
  if (names.length <= SHOWN) return list(names);
  return i18next.t("flows:summary.more", {
    names: names.slice(0, SHOWN - 1).join(", "),
    count: names.length - SHOWN + 1,
  });
}
