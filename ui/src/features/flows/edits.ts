// Everything that can be done to the document, each as one named step.
import i18next from "i18next";
import { HEADER_PX, NODE_WIDTH, nodeHeight } from "./canvas/size";
import { kindName, nodeName, outcomeName, outcomesOf, startingData } from "./catalogue";
import {
  edgeFrom,
  edgesInto,
  type FlowDocument,
  type FlowNode,
  type FlowSettings,
  type Frame,
  listOf,
  type NodeId,
  newId,
  nodeOf,
  type Point,
} from "./document";
import { edit, openDocument } from "./draft/store";

const t = i18next.getFixedT(null, "flows");

export type From = { node: NodeId; outcome: string };

const GAP = { x: 72, y: 32 };

/** Where a new node stands: right of the one it follows, where nothing is yet. */
export function placeAfter(document: FlowDocument, from: From): Point {
  const node = nodeOf(document, from.node);
  if (!node) return freePlace(document, { x: 0, y: 0 });
  const row = outcomesOf(node).findIndex(({ name }) => name === from.outcome);
  return freePlace(document, {
    x: node.position.x + NODE_WIDTH + GAP.x,
    y: node.position.y + Math.max(0, row) * 24,
  });
}

/** The nearest place below that no node covers. */
export function freePlace(document: FlowDocument, wanted: Point): Point {
  const place = { x: Math.round(wanted.x / 8) * 8, y: Math.round(wanted.y / 8) * 8 };
  const covers = (node: FlowNode) =>
    Math.abs(node.position.x - place.x) < NODE_WIDTH + 8 &&
    place.y < node.position.y + nodeHeight(outcomesOf(node).length) + GAP.y / 2 &&
    node.position.y < place.y + HEADER_PX + 56 + GAP.y / 2;
  for (let tries = 0; tries < 200 && document.nodes.some(covers); tries += 1) place.y += 16;
  return place;
}

/** Adds a node; after an outcome it is connected, and what came next there comes next after it. */
export function addNode(kind: string, at: Point | null, from: From | null): NodeId {
  const document = openDocument();
  const id = newId(document, "n");
  const place = at ?? (from ? placeAfter(document, from) : freePlace(document, { x: 0, y: 0 }));
  edit(t("steps.add", { name: kindName(kind) }), (draft) => {
    draft.nodes.push({ id, type: kind, position: place, data: startingData(kind) });
    if (from) insertAfter(draft, id, kind, from);
  });
  return id;
}

function insertAfter(draft: FlowDocument, id: NodeId, kind: string, from: From): void {
  const before = edgeFrom(draft, from.node, from.outcome);
  const next = before?.target;
  if (before) before.target = id;
  else draft.edges.push({ id: newId(draft, "e"), source: from.node, sourceHandle: from.outcome, target: id });
  const node = nodeOf(draft, id);
  const way = node && outcomesOf({ ...node, data: { ...node.data, kind } })[0];
  if (next && way)
    draft.edges.push({ id: newId(draft, "e"), source: id, sourceHandle: way.name, target: next });
}

export function connect(from: From, target: NodeId): void {
  const document = openDocument();
  const source = nodeOf(document, from.node);
  const to = nodeOf(document, target);
  if (!source || !to || target === document.entry) return;
  const name = t("steps.connect", { outcome: wayName(source, from.outcome), to: nodeName(to) });
  edit(name, (draft) => {
    const edge = edgeFrom(draft, from.node, from.outcome);
    if (edge) edge.target = target;
    else draft.edges.push({ id: newId(draft, "e"), source: from.node, sourceHandle: from.outcome, target });
  });
}

export function disconnect(from: From): void {
  const source = nodeOf(openDocument(), from.node);
  if (!source) return;
  edit(t("steps.disconnect", { outcome: wayName(source, from.outcome) }), (draft) => {
    draft.edges = draft.edges.filter(
      (edge) => !(edge.source === from.node && edge.sourceHandle === from.outcome),
    );
  });
}

function wayName(node: FlowNode, outcome: string): string {
  return outcomeName(outcomesOf(node).find(({ name }) => name === outcome) ?? { name: outcome }, node);
}

/** Where those who came to a node would go if it were bridged: the only way out it has. */
export function bridgeOver(document: FlowDocument, id: NodeId): NodeId | null {
  const targets = new Set(document.edges.filter(({ source }) => source === id).map(({ target }) => target));
  const [only] = targets;
  return targets.size === 1 && only !== undefined && only !== id ? only : null;
}

/** Removes nodes and frames. `bridge`: whoever came to a node goes on to where it led. */
export function removeThings(ids: readonly string[], bridge: boolean): void {
  const document = openDocument();
  const gone = new Set(ids.filter((id) => id !== document.entry));
  if (gone.size === 0) return;
  const [first] = gone;
  const node = first === undefined ? undefined : nodeOf(document, first);
  const name =
    gone.size === 1 && node
      ? t("steps.remove", { name: nodeName(node) })
      : t("steps.removeMany", { count: gone.size });
  edit(name, (draft) => {
    for (const id of gone) {
      const next = bridge ? bridgeOver(draft, id) : null;
      if (next === null || gone.has(next)) continue;
      for (const edge of edgesInto(draft, id)) if (edge.source !== next) edge.target = next;
    }
    draft.nodes = draft.nodes.filter(({ id }) => !gone.has(id));
    draft.edges = draft.edges.filter(({ source, target }) => !gone.has(source) && !gone.has(target));
    if (draft.frames) draft.frames = draft.frames.filter(({ id }) => !gone.has(id));
    for (const field of ["onError", "onCallerHangup"] as const) {
      const id = draft.settings?.[field];
      if (draft.settings && id && gone.has(id)) delete draft.settings[field];
    }
  });
}

export function moveThings(places: ReadonlyMap<string, Point>, name = t("steps.move"), join?: string): void {
  edit(
    name,
    (draft) => {
      for (const node of draft.nodes) {
        const place = places.get(node.id);
        if (place && (place.x !== node.position.x || place.y !== node.position.y)) node.position = place;
      }
      for (const frame of draft.frames ?? []) {
        const place = places.get(frame.id);
        if (place) Object.assign(frame, place);
      }
    },
    join ?? null,
  );
}

/** Changes a setting of a node. Typing in one field is one step. */
export function setParam(id: NodeId, param: string, value: unknown, isTyping = false): void {
  const node = nodeOf(openDocument(), id);
  if (!node) return;
  const what = i18next.exists(`flows:params.${param}`)
    ? i18next.t(`flows:params.${param}` as "flows:title")
    : param;
  edit(
    t("steps.set", { what, name: nodeName(node) }),
    (draft) => {
      const data = nodeOf(draft, id)?.data;
      if (!data) return;
      if (value === undefined) delete data[param];
      else data[param] = value;
      const removed = param === "options" || param === "exitKeys" ? goneKeys(node, param, value) : [];
      draft.edges = draft.edges.filter(
        ({ source, sourceHandle }) => source !== id || !removed.includes(sourceHandle),
      );
    },
    isTyping ? `${id}.${param}` : null,
  );
}

/** The ways of keys that were taken away: their edges go with them. */
function goneKeys(node: FlowNode, param: string, value: unknown): string[] {
  const digits = (list: unknown) => listOf<{ digit: string }>(list).map(({ digit }) => String(digit));
  const left = new Set(digits(value));
  const prefix = param === "options" ? "digit" : "key";
  return digits(node.data[param])
    .filter((digit) => !left.has(digit))
    .map((digit) => `${prefix}:${digit}`);
}

export function rename(id: NodeId, title: string): void {
  const node = nodeOf(openDocument(), id);
  if (!node || (node.data.title ?? "") === title.trim()) return;
  edit(t("steps.rename", { name: nodeName(node) }), (draft) => {
    const data = nodeOf(draft, id)?.data;
    if (!data) return;
    if (title.trim()) data.title = title.trim();
    else delete data.title;
  });
}

export function setSettings(change: FlowSettings, join: string | null = null): void {
  edit(
    t("steps.settings"),
    (draft) => {
      const settings: FlowSettings = { ...draft.settings, ...change };
      for (const key of Object.keys(settings) as (keyof FlowSettings)[]) {
        if (settings[key] === undefined) delete settings[key];
      }
      draft.settings = settings;
    },
    join,
  );
}

export function setDisabled(id: NodeId, disabled: boolean): void {
  edit(t("steps.disable"), (draft) => {
    const data = nodeOf(draft, id)?.data;
    if (!data) return;
    if (disabled) data.disabled = true;
    else delete data.disabled;
  });
}

/** A frame around nodes, or a note at a place. */
export function addFrame(kind: Frame["kind"], around: readonly NodeId[], at: Point): string {
  const document = openDocument();
  const id = newId(document, "f");
  const box = kind === "frame" ? boxAround(document, around) : null;
  const place = box ?? { ...at, width: kind === "note" ? 208 : 480, height: kind === "note" ? 112 : 280 };
  edit(t(kind === "note" ? "steps.note" : "steps.frame"), (draft) => {
    draft.frames = [
      ...(draft.frames ?? []),
      { id, kind, text: kind === "frame" ? t("frame.name") : "", ...place },
    ];
  });
  return id;
}

export function editFrame(id: string, change: Partial<Frame>, join: string | null = null): void {
  edit(
    t("steps.editFrame"),
    (draft) => {
      const frame = draft.frames?.find((one) => one.id === id);
      if (frame) Object.assign(frame, change);
    },
    join,
  );
}

function boxAround(document: FlowDocument, ids: readonly NodeId[]) {
  const nodes = document.nodes.filter(({ id }) => ids.includes(id));
  if (nodes.length === 0) return null;
  const left = Math.min(...nodes.map(({ position }) => position.x)) - 24;
  const top = Math.min(...nodes.map(({ position }) => position.y)) - 44;
  const right = Math.max(...nodes.map(({ position }) => position.x + NODE_WIDTH)) + 24;
  const bottom = Math.max(...nodes.map((node) => node.position.y + nodeHeight(outcomesOf(node).length))) + 24;
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** A frame is drawn as one, or its steps are seen again. */
export function collapseFrame(id: string, isCollapsed: boolean): void {
  const document = openDocument();
  const frame = framesOf(document).find((one) => one.id === id);
  if (!frame) return;
  const others = shutAway(document);
  const inside = insideFrame(document, frame).filter((node) => !others.has(node));
  // A frame without steps would stand for nothing.
  if (isCollapsed && inside.length === 0) return;
  edit(t(isCollapsed ? "steps.collapse" : "steps.expand"), (draft) => {
    const changed = draft.frames?.find((one) => one.id === id);
    if (!changed) return;
    if (isCollapsed) changed.collapsed = inside;
    else delete changed.collapsed;
  });
}

/** All steps of a frame are passed over, or none of them. */
export function disableFrame(id: string, isDisabled: boolean): void {
  const document = openDocument();
  const frame = framesOf(document).find((one) => one.id === id);
  const inside = new Set(frame ? insideFrame(document, frame) : []);
  edit(t("steps.disable"), (draft) => {
    for (const node of draft.nodes) {
      if (!inside.has(node.id) || node.id === draft.entry) continue;
      if (isDisabled) node.data.disabled = true;
      else delete node.data.disabled;
    }
  });
}

/** Whether callers pass over all steps of a frame. */
export function isFrameDisabled(document: FlowDocument, frame: Frame): boolean {
  const inside = new Set(insideFrame(document, frame));
  const nodes = document.nodes.filter(({ id }) => inside.has(id) && id !== document.entry);
  return nodes.length > 0 && nodes.every(({ data }) => data.disabled);
}

/** The frames around steps; notes are none. */
export function framesOf(document: FlowDocument): Frame[] {
  return (document.frames ?? []).filter(({ kind }) => kind === "frame");
}

/** The innermost frame in which a step stands. */
export function frameAround(document: FlowDocument, id: NodeId): Frame | null {
  const around = framesOf(document).filter((frame) => insideFrame(document, frame).includes(id));
  const area = ({ width, height }: Frame) => width * height;
  const shut = around.find(({ collapsed }) => collapsed);
  return shut ?? around.sort((a, b) => area(a) - area(b))[0] ?? null;
}

/** The steps that are not drawn, each with the collapsed frame that stands for it. */
export function shutAway(document: FlowDocument): ReadonlyMap<NodeId, string> {
  return new Map(
    framesOf(document).flatMap(({ id, collapsed }) => (collapsed ?? []).map((node) => [node, id] as const)),
  );
}

/** What is chosen, with the steps of the frames among it. */
export function withInside(document: FlowDocument, ids: readonly string[]): string[] {
  const frames = framesOf(document).filter(({ id }) => ids.includes(id));
  return [...new Set([...ids, ...frames.flatMap((frame) => insideFrame(document, frame))])];
}

/** The nodes that stand in a frame: they go where it goes. */
export function insideFrame(document: FlowDocument, frame: Frame): NodeId[] {
  const { collapsed } = frame;
  if (collapsed) return document.nodes.map(({ id }) => id).filter((id) => collapsed.includes(id));
  return document.nodes
    .filter(
      ({ position: { x, y } }) =>
        x >= frame.x - 8 &&
        y >= frame.y - 8 &&
        x + NODE_WIDTH <= frame.x + frame.width + 8 &&
        y + HEADER_PX <= frame.y + frame.height + 8,
    )
    .map(({ id }) => id);
}
