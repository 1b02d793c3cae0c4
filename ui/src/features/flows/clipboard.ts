// Copying parts of a flow: as JSON, so that they can be pasted into another flow or another office.
import i18next from "i18next";
import { allKinds } from "./catalogue";
import {
  type FlowDocument,
  type FlowEdge,
  type FlowNode,
  type Frame,
  listOf,
  type NodeId,
  newId,
  type Point,
} from "./document";
import { edit, openDocument } from "./draft/store";
import { withInside } from "./edits";
import { isOwnQueue } from "./queues/own";

const MARK = "cordboard/flow-part";
const MOST_NODES = 1000;

/** What lies on the clipboard. `names` say what the references meant where they come from. */
export type Part = {
  format: typeof MARK;
  nodes: FlowNode[];
  edges: FlowEdge[];
  frames: Frame[];
  names: Record<string, string>;
};

/** The nodes with the edges among them. `nameOf` names what a reference stands for. */
export function copied(
  document: FlowDocument,
  ids: readonly string[],
  nameOf: (ref: string, id: string) => string,
): Part {
  const chosen = new Set(withInside(document, ids));
  const nodes = document.nodes.filter(({ id }) => chosen.has(id) && id !== document.entry);
  const kept = new Set(nodes.map(({ id }) => id));
  const names: Record<string, string> = {};
  for (const node of nodes) {
    eachReference(node, (ref, id) => {
      names[`${ref} ${id}`] = nameOf(ref, id);
      return id;
    });
  }
  return {
    format: MARK,
    nodes,
    edges: document.edges.filter(({ source, target }) => kept.has(source) && kept.has(target)),
    frames: (document.frames ?? []).filter(({ id }) => chosen.has(id)),
    names,
  };
}

/** What was copied, if that is what the text is. */
export function readPart(text: string): Part | null {
  try {
    const part = JSON.parse(text) as Partial<Part> | null;
    if (part?.format !== MARK || !Array.isArray(part.nodes) || !Array.isArray(part.edges)) return null;
    const nodes = part.nodes.filter(isNode).slice(0, MOST_NODES);
    if (nodes.length === 0 && !part.frames?.length) return null;
    return { format: MARK, nodes, edges: part.edges, frames: part.frames ?? [], names: part.names ?? {} };
  } catch {
    return null;
  }
}

function isNode(node: unknown): node is FlowNode {
  const { id, data, position } = (node ?? {}) as Partial<FlowNode>;
  return (
    typeof id === "string" &&
    typeof data?.kind === "string" &&
    Number.isFinite(position?.x) &&
    Number.isFinite(position?.y)
  );
}

/** Whether the office has what a reference names, by the same name. */
export type Knows = (ref: string, id: string, name: string | undefined) => boolean;

/** Pastes at a place as one step: new ids, and placeholders for what this office does not have. */
export function paste(part: Part, at: Point, knows: Knows): string[] {
  const document = openDocument();
  const ids = new Map<NodeId, NodeId>();
  const taken: FlowDocument = { ...document, nodes: [...document.nodes], edges: [...document.edges] };
  const left = Math.min(
    ...[...part.nodes.map(({ position }) => position.x), ...part.frames.map(({ x }) => x)],
  );
  const top = Math.min(
    ...[...part.nodes.map(({ position }) => position.y), ...part.frames.map(({ y }) => y)],
  );
  const moved = ({ x, y }: Point): Point => ({ x: at.x + x - left, y: at.y + y - top });
  const nodes = part.nodes.map((node): FlowNode => {
    const id = newId(taken, "n");
    ids.set(node.id, id);
    const copy = { ...structuredClone(node), id, position: moved(node.position) };
    eachReference(copy, (ref, old) => {
      const name = part.names[`${ref} ${old}`];
      return knows(ref, old, name) ? old : `?${name ?? old}`;
    });
    taken.nodes.push(copy);
    return copy;
  });
  const edges = part.edges.flatMap((edge): FlowEdge[] => {
    const source = ids.get(edge.source);
    const target = ids.get(edge.target);
    if (source === undefined || target === undefined) return [];
    const copy = { ...edge, id: newId(taken, "e"), source, target };
    taken.edges.push(copy);
    return [copy];
  });
  const frames = part.frames.map((frame): Frame => {
    const copy: Frame = { ...frame, id: newId(taken, "f"), ...moved(frame) };
    if (frame.collapsed) copy.collapsed = frame.collapsed.flatMap((id) => ids.get(id) ?? []);
    taken.frames = [...(taken.frames ?? []), copy];
    return copy;
  });
  edit(i18next.t("flows:steps.paste", { count: nodes.length + frames.length }), (draft) => {
    draft.nodes.push(...nodes);
    draft.edges.push(...edges);
    if (frames.length > 0) draft.frames = [...(draft.frames ?? []), ...frames];
  });
  return [...nodes.map(({ id }) => id), ...frames.map(({ id }) => id)];
}

const TARGET_REFS: Record<string, string> = { user: "person", device: "device", queue: "queue" };
const ROUTE_REFS: Record<string, string> = {
  user: "person",
  voicemail: "mailbox",
  conference: "room",
  flow: "flow",
  queue: "queue",
};

/** Goes over every reference of a node; what is returned takes its place. */
export function eachReference(node: FlowNode, at: (ref: string, id: string) => string): void {
  const { data } = node;
  const isId = (id: unknown): id is string => typeof id === "string" && /^\d+$/.test(id);
  const kind = allKinds().find((one) => one.kind === data.kind);
  for (const param of kind?.params ?? []) {
    const value = data[param.name];
    const one = (owner: Record<string, unknown>, key: string, ref: string | undefined) => {
      const id = owner[key];
      if (!ref || !isId(id)) return;
      const next = at(ref, id);
      if (next !== id) owner[key] = next;
    };
    if (param.type === "ref") one(data, param.name, param.ref ?? undefined);
    if (value === undefined || value === null) continue;
    if (param.type === "refs" && Array.isArray(value) && param.ref) {
      const ref = param.ref;
      const next = value.map((id) => (isId(id) ? at(ref, id) : id));
      if (next.some((id, place) => id !== value[place])) data[param.name] = next;
    }
    if (param.type === "routeTarget") {
      const route = value as Record<string, unknown>;
      one(route, "id", ROUTE_REFS[String(route.kind)]);
    }
    if (param.type === "queueSettings" && isOwnQueue(value)) {
      if (isOwnQueue(value.music)) one(value.music, "mediaId", "sound");
      for (const agent of listOf<Record<string, unknown>>(value.agents)) one(agent, "id", "person");
    }
    if (!Array.isArray(value)) continue;
    for (const item of value as Record<string, unknown>[]) {
      if (param.type === "targets") one(item, "id", TARGET_REFS[String(item.type)]);
      if (param.type === "prompts" && item.source === "audio") one(item, "mediaId", "sound");
      if (param.type === "rules") one(item, "list", "callerList");
    }
  }
}
