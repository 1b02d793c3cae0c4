// The keys of the drawing. It is one stop of the Tab key; within, the arrow keys follow the call.

import { usePreferences } from "../../../live/preferences";
import {
  addNote,
  copyChosen,
  cutChosen,
  disconnectHere,
  duplicateChosen,
  foldFrame,
  frameChosen,
  here,
  pasteHere,
  removeChosen,
  tidy,
} from "../deeds";
import type { NodeId } from "../document";
import { closeStep, openDocument, useDraft } from "../draft/store";
import { insideFrame, moveThings } from "../edits";
import {
  type Choosing,
  choose,
  chooseEdge,
  chooseMany,
  chooseOutcome,
  selection,
  toggleChosen,
  walkTo,
} from "../selection";
import { openInspector, show, useView } from "../view";
import { bringIntoView, focusPane, showAll, showThese } from "./camera";
import { beside, besideRow, next, order, outcomeAt, previous } from "./follow";

const MOVE_PX = 8;
const MOVE_FAR_PX = 40;

/** What a key does in the drawing; nothing where it means nothing here. */
export function canvasDeed(event: KeyboardEvent | React.KeyboardEvent): (() => void) | null {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const main = event.ctrlKey || event.metaKey;
  const { moving } = useView.getState();
  if (moving) return movingDeed(key, event.shiftKey);
  if (!event.altKey && main !== event.shiftKey) {
    const going = goingDeed(key, main ? "same" : "also");
    if (going) return going;
  }
  if (main && !event.altKey) return mainDeed(key, event.shiftKey);
  if (event.altKey) return event.shiftKey && event.code === "KeyT" ? () => void tidy() : null;
  if (event.shiftKey) return shiftDeed(event.code);
  return plainDeed(key);
}

function mainDeed(key: string, shift: boolean): (() => void) | null {
  if (shift) return key === "g" ? ifMay(foldFrame) : null;
  switch (key) {
    case "c":
      return () => void copyChosen();
    case "x":
      return ifMay(cutChosen);
    case "v":
      return ifMay(() => void pasteHere());
    case "d":
      return ifMay(duplicateChosen);
    case "g":
      return ifMay(frameChosen);
    case "a":
      return () => chooseMany(openDocument().nodes.map(({ id }) => id));
    default:
      return null;
  }
}

function shiftDeed(code: string): (() => void) | null {
  const letters = usePreferences.getState().letterKeys;
  if (code === "Digit1") return showAll;
  if (code === "Digit2") return () => showThese([...selection().ids]);
  if (code === "KeyM" && letters) return () => show({ minimap: !useView.getState().minimap });
  return null;
}

/** To another step. */
function goingDeed(key: string, choosing: Choosing): (() => void) | null {
  switch (key) {
    case "ArrowRight":
      return () => follow(choosing);
    case "ArrowLeft":
      return () => back(choosing);
    case "Home":
      return () => land(openDocument().entry, choosing);
    case "End":
      return () => land(order(openDocument()).at(-1) ?? null, choosing);
    case "PageDown":
      return () => land(read(1), choosing);
    case "PageUp":
      return () => land(read(-1), choosing);
    default:
      return null;
  }
}

function plainDeed(key: string): (() => void) | null {
  const going = goingDeed(key, "one");
  if (going) return going;
  switch (key) {
    case "ArrowDown":
      return () => row(1);
    case "ArrowUp":
      return () => row(-1);
    case " ":
      return () => (selection().at === null ? land(openDocument().entry) : toggleChosen());
    case "Enter":
      return openSettings;
    case "F2":
      return ifMay(() => {
        const { at } = selection();
        if (at !== null) show({ renaming: at, inspector: true });
      });
    case "Delete":
    case "Backspace":
      return ifMay(removeChosen);
    case "Escape":
      return selection().at !== null || selection().edge !== null ? letGo : null;
  }
  return usePreferences.getState().letterKeys ? letterDeed(key) : null;
}

function letterDeed(key: string): (() => void) | null {
  switch (key) {
    case "a":
      return ifMay(() => {
        const { edge } = selection();
        show({ picking: edge === null ? { what: "add", from: here(), at: null } : { what: "insert", edge } });
      });
    case "c":
      return ifMay(() => {
        const from = here();
        if (from) show({ picking: { what: "connect", from } });
      });
    case "x":
      return ifMay(() => (selection().edge === null ? disconnectHere() : removeChosen()));
    case "m":
      return ifMay(() => show({ moving: selection().ids.size > 0 }));
    case "n":
      return ifMay(addNote);
    case "g":
      return () => show({ picking: { what: "goTo" } });
    default:
      return null;
  }
}

function ifMay(deed: () => void): (() => void) | null {
  return useDraft.getState().isReadOnly ? null : deed;
}

function openSettings(): void {
  const { at } = selection();
  if (at === null) land(openDocument().entry);
  else openInspector();
}

function letGo(): void {
  if (selection().edge !== null) chooseEdge(null);
  else choose(null);
  show({ inspector: false });
}

/** The keys begin at the beginning when nothing is chosen. */
function standing(): NodeId | null {
  const { at } = selection();
  if (at === null) land(openDocument().entry);
  return at;
}

function follow(choosing: Choosing): void {
  const at = standing();
  if (at === null) return;
  const { outcome } = selection();
  const target = next(openDocument(), { node: at, outcome });
  if (target === null) return;
  walkTo(target, outcomeAt(openDocument(), { node: target, outcome: null }), at, choosing);
  bringIntoView(target);
}

function back(choosing: Choosing): void {
  const at = standing();
  const place = at === null ? null : previous(openDocument(), at, selection().trail);
  if (!place) return;
  walkTo(place.node, outcomeAt(openDocument(), place), null, choosing);
  bringIntoView(place.node);
}

function row(step: 1 | -1): void {
  const at = standing();
  const name =
    at === null ? null : besideRow(openDocument(), { node: at, outcome: selection().outcome }, step);
  if (name !== null) chooseOutcome(name);
}

function read(step: 1 | -1): NodeId | null {
  const { at } = selection();
  return at === null ? openDocument().entry : beside(openDocument(), at, step);
}

/** Stands at a step. */
export function land(id: NodeId | null, choosing: Choosing = "one"): void {
  if (id === null) return;
  choose(id, outcomeAt(openDocument(), { node: id, outcome: null }), choosing);
  bringIntoView(id);
  focusPane();
}

function movingDeed(key: string, far: boolean): (() => void) | null {
  const by = far ? MOVE_FAR_PX : MOVE_PX;
  const step = { ArrowRight: [by, 0], ArrowLeft: [-by, 0], ArrowDown: [0, by], ArrowUp: [0, -by] }[key];
  if (step) return () => moveBy(step[0] ?? 0, step[1] ?? 0);
  if (key === "Enter" || key === "Escape" || key === "m") {
    return () => {
      closeStep();
      show({ moving: false });
    };
  }
  return () => {};
}

function moveBy(dx: number, dy: number): void {
  const doc = openDocument();
  const { ids, at } = selection();
  const places = new Map(
    doc.nodes
      .filter(({ id }) => ids.has(id))
      .map(({ id, position: { x, y } }) => [id, { x: x + dx, y: y + dy }]),
  );
  for (const frame of doc.frames ?? []) {
    if (!ids.has(frame.id)) continue;
    places.set(frame.id, { x: frame.x + dx, y: frame.y + dy });
    const inside = frame.kind === "frame" ? insideFrame(doc, frame) : [];
    for (const { id, position } of doc.nodes) {
      if (inside.includes(id)) places.set(id, { x: position.x + dx, y: position.y + dy });
    }
  }
  moveThings(places, undefined, "moving");
  if (at !== null) bringIntoView(at);
}
