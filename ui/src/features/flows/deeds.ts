// What can be done in the builder by key, by pointer and from the outline: one place for all three.
import i18next from "i18next";
import { tell } from "../../live/toasts";
import type { RefKind } from "./api";
import { bringIntoView, focusPane, middle } from "./canvas/camera";
import { outcomeAt } from "./canvas/follow";
import { copied, type Part, paste, readPart } from "./clipboard";
import { type NodeId, nodeOf, type Point } from "./document";
import { openDocument, redoEdit, undoEdit } from "./draft/store";
import {
  addFrame,
  addNode,
  bridgeOver,
  collapseFrame,
  connect,
  disconnect,
  type From,
  frameAround,
  framesOf,
  moveThings,
  placeAfter,
  removeThings,
  withInside,
} from "./edits";
import { nameOfRef, thingOf, useThings } from "./names";
import { choose, chooseMany, selection } from "./selection";
import { tidied } from "./tidy";
import { show } from "./view";

const t = i18next.getFixedT(null, "flows");

/** A note is as high as this, with the space below it. */
const NOTE_PX = 136;

/** The outcome the keys stand at; none where nothing is chosen. */
export function here(): From | null {
  const { at, outcome } = selection();
  if (at === null || !nodeOf(openDocument(), at)) return null;
  const name = outcomeAt(openDocument(), { node: at, outcome });
  return name === null ? null : { node: at, outcome: name };
}

/** Adds a step of a kind, chooses it and opens its settings. */
export function add(kind: string, at: Point | null, from: From | null): NodeId {
  const id = addNode(kind, at, from);
  // The keys stand at its first outcome, whichever that is once it was checked.
  choose(id);
  show({ inspector: true, picking: null });
  requestAnimationFrame(() => bringIntoView(id));
  return id;
}

/** Puts a step on a way: who went along it comes to the step first. */
export function addOnEdge(kind: string, edge: string, at: Point | null): void {
  const found = openDocument().edges.find(({ id }) => id === edge);
  if (found) add(kind, at ?? placeAfter(openDocument(), fromOf(found)), fromOf(found));
}

const fromOf = (edge: { source: string; sourceHandle: string }): From => ({
  node: edge.source,
  outcome: edge.sourceHandle,
});

export function connectTo(from: From, target: NodeId): void {
  connect(from, target);
  choose(from.node, from.outcome);
  show({ picking: null });
}

/** Removes what is chosen, or else where the keys stand. */
export function removeChosen(): void {
  const { ids, edge, at } = selection();
  const document = openDocument();
  if (edge !== null) {
    const found = document.edges.find(({ id }) => id === edge);
    if (found) disconnect(fromOf(found));
    choose(found?.source ?? null, found?.sourceHandle ?? null);
    return;
  }
  // The keys may stand beside what is chosen, with nothing or something else chosen.
  askToRemove(ids.size === 0 && at !== null ? [at] : [...ids]);
}

/** Removes these; asks whether to bridge where that is possible. */
export function askToRemove(ids: readonly string[]): void {
  const document = openDocument();
  const gone = ids.filter((id) => id !== document.entry);
  const [only] = gone;
  if (only === undefined) return;
  const isBridge =
    gone.length === 1 &&
    bridgeOver(document, only) !== null &&
    document.edges.some(({ target }) => target === only);
  if (isBridge) show({ removing: gone });
  else remove(gone, false);
}

export function remove(ids: readonly string[], bridge: boolean): void {
  const document = openDocument();
  const into = document.edges.find(({ target, source }) => ids.includes(target) && !ids.includes(source));
  removeThings(ids, bridge);
  show({ removing: null });
  choose(into?.source ?? document.entry, into?.sourceHandle ?? null);
  requestAnimationFrame(focusPane);
}

export function disconnectHere(): void {
  const from = here();
  if (from) disconnect(from);
}

const nameOf = (ref: string, id: string): string =>
  nameOfRef(useThings.getState().things, ref as RefKind, id);

/** The last part that was copied, where the clipboard of the system is not given to us. */
let lastCopied: string | null = null;

export function copyChosen(): Part | null {
  const part = copied(openDocument(), [...selection().ids], nameOf);
  if (part.nodes.length + part.frames.length === 0) return null;
  lastCopied = JSON.stringify(part);
  // Refused where the page has no right to it: then it is kept in the window only.
  void navigator.clipboard?.writeText(lastCopied).catch(() => {});
  tell({ text: t("told.copied", { count: part.nodes.length + part.frames.length }) });
  return part;
}

export function cutChosen(): void {
  if (copyChosen()) remove(withInside(openDocument(), [...selection().ids]), false);
}

export function duplicateChosen(): void {
  const part = copied(openDocument(), [...selection().ids], nameOf);
  if (part.nodes.length + part.frames.length > 0) place(part, true);
}

/** Pastes what the clipboard holds; another flow's or another office's part is welcome. */
export async function pasteHere(): Promise<void> {
  const text = await navigator.clipboard?.readText().catch(() => null);
  const part = readPart(text ?? "") ?? readPart(lastCopied ?? "");
  if (part) place(part, false);
  else tell({ text: t("told.nothingToPaste"), severity: "problem" });
}

function place(part: Part, beside: boolean): void {
  const first = part.nodes[0]?.position ?? part.frames[0] ?? { x: 0, y: 0 };
  const at = beside ? { x: first.x + 32, y: first.y + 48 } : middle();
  chooseMany(paste(part, { x: Math.round(at.x), y: Math.round(at.y) }, knows));
}

/** The same number may be somebody else in another office: the name must fit as well. */
function knows(ref: string, id: string, name: string | undefined): boolean {
  const found = thingOf(useThings.getState().things, ref as RefKind, id);
  return found !== undefined && (name === undefined || found.name === name);
}

export async function tidy(): Promise<void> {
  const { ids } = selection();
  const before = openDocument();
  const places = await tidied(before, ids.size > 1 ? ids : null);
  // Whoever went on working meanwhile is not interrupted by a layout of what was.
  if (places && openDocument() === before) moveThings(places, t("steps.tidy"));
}

/** The frame that is chosen, or that the keys stand in, is drawn as one, or its steps are seen again. */
export function foldFrame(): void {
  const document = openDocument();
  const { at } = selection();
  const chosen = framesOf(document).find(({ id }) => id === at);
  const frame = chosen ?? (at === null ? null : frameAround(document, at));
  if (!frame) return;
  collapseFrame(frame.id, !frame.collapsed);
  choose(frame.id);
}

/** Gives the frame. */
export function frameChosen(): string {
  const id = addFrame("frame", [...selection().ids], middle());
  choose(id);
  return id;
}

/** A note above the step the keys stand at, to be written at once. Gives the note. */
export function addNote(): string {
  const { at } = selection();
  const step = at === null ? undefined : nodeOf(openDocument(), at);
  const place = step ? { x: step.position.x, y: step.position.y - NOTE_PX } : middle();
  const id = addFrame("note", [], place);
  choose(id);
  show({ inspector: true, renaming: id });
  return id;
}

export function undoStep(): void {
  if (undoEdit()) dropLost();
}

export function redoStep(): void {
  if (redoEdit()) dropLost();
}

/** What was chosen may be gone with the step. */
function dropLost(): void {
  const document = openDocument();
  const known = new Set([
    ...document.nodes.map(({ id }) => id),
    ...(document.frames ?? []).map(({ id }) => id),
  ]);
  const { ids } = selection();
  if ([...ids].some((id) => !known.has(id))) chooseMany([...ids].filter((id) => known.has(id)));
}
