// Dragging by pointer: a call onto a person, a person onto a person. Esc or anywhere else: nothing happens.
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { create } from "zustand";
import type { CallId, LiveCallView, PersonId } from "../../bindings/api";
import type { RoomId } from "../../bindings/sound";
import { PresenceMark } from "../../design";
import { presenceOf } from "../../live/presence";
import { useLive } from "../../live/store";
import { invite } from "../rooms/deeds";
import { connectPeople, handedOver, handOver, handOverWords, park, sendToRoom } from "./actions";
import "./drag.css";

export type Dragged = { kind: "call"; id: CallId } | { kind: "person"; id: PersonId };
/** A person, a conference room or a parking slot under the pointer. */
type Target = { person: PersonId } | { room: RoomId } | { slot: number };
type DragState = { what: Dragged | null; over: Target | null };

const STARTS_AFTER_PX = 6;
const EDGE_PX = 48;
const SCROLL_PX = 10;

const useDrag = create<DragState>(() => ({ what: null, over: null }));

/** Whether something is being dragged, for outlines. */
export const useDragged = (): Dragged | null => useDrag((state) => state.what);

/** Begins to watch a press: it becomes a drag once the pointer has moved a little. */
export function startDrag(press: React.PointerEvent, what: Dragged): void {
  if (press.button !== 0 || press.pointerType === "touch") return;
  const from = { x: press.clientX, y: press.clientY };
  let began = false;
  let edge = 0;
  let frame = 0;
  let scroller: Element | null = null;

  const onMove = (event: PointerEvent) => {
    const far = Math.hypot(event.clientX - from.x, event.clientY - from.y);
    if (!began && far < STARTS_AFTER_PX) return;
    if (!began) {
      began = true;
      useDrag.setState({ what, over: null });
      document.body.dataset.dragging = what.kind;
      scroller = document.querySelector("[data-drop-scroller]");
    }
    event.preventDefault();
    place(event);
    edge = edgeOf(scroller, event);
    if (edge && !frame) frame = requestAnimationFrame(scrollOn);
  };
  const scrollOn = () => {
    frame = 0;
    if (!edge || !scroller) return;
    scroller.scrollBy(0, edge);
    frame = requestAnimationFrame(scrollOn);
  };
  const onUp = () => {
    const { over } = useDrag.getState();
    stop();
    if (began && over !== null) drop(what, over);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || !began) return;
    event.preventDefault();
    event.stopPropagation();
    stop();
  };
  const stop = () => {
    window.removeEventListener("pointermove", onMove);
    window.removeEventListener("pointerup", onUp);
    window.removeEventListener("pointercancel", stop);
    window.removeEventListener("keydown", onKey, true);
    cancelAnimationFrame(frame);
    edge = 0;
    if (!began) return;
    delete document.body.dataset.dragging;
    useDrag.setState({ what: null, over: null });
    // The press has been a drag: it is no click on what lies under the pointer.
    window.addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => window.removeEventListener("click", swallow, true));
  };
  window.addEventListener("pointermove", onMove);
  window.addEventListener("pointerup", onUp);
  window.addEventListener("pointercancel", stop);
  window.addEventListener("keydown", onKey, true);
}

function swallow(event: Event): void {
  event.stopPropagation();
  event.preventDefault();
}

/** Moves the ghost and marks what is under the pointer; nothing is drawn again for it. */
function place(event: PointerEvent): void {
  const ghost = document.querySelector<HTMLElement>("[data-ghost]");
  if (ghost) ghost.style.transform = `translate(${event.clientX + 12}px, ${event.clientY + 10}px)`;
  const { what, over } = useDrag.getState();
  const under = document
    .elementFromPoint(event.clientX, event.clientY)
    ?.closest<HTMLElement>("[data-drop], [data-drop-room], [data-drop-slot]");
  const found = targetOf(under?.dataset ?? {});
  const target = found && what && takes(what, found) ? found : null;
  if (JSON.stringify(target) === JSON.stringify(over)) return;
  for (const old of document.querySelectorAll("[data-over]")) old.removeAttribute("data-over");
  if (target !== null) under?.setAttribute("data-over", "");
  useDrag.setState({ over: target });
}

function targetOf({ drop, dropRoom, dropSlot }: DOMStringMap): Target | null {
  if (drop) return { person: Number(drop) };
  if (dropRoom) return { room: Number(dropRoom) };
  return dropSlot ? { slot: Number(dropSlot) } : null;
}

/** Whether a person, a room or a slot can take what is dragged. */
function takes(what: Dragged, target: Target): boolean {
  const live = useLive.getState();
  if ("room" in target) {
    const { members = [] } = live.rooms.get(target.room)?.live ?? {};
    if (what.kind === "call") return talkState(what.id) === "talking";
    const isInside = members.some(({ party }) => party.person === what.id);
    return !isInside && live.people.get(what.id)?.extension != null;
  }
  if ("slot" in target) {
    const state = what.kind === "call" ? talkState(what.id) : undefined;
    return state === "talking" || state === "held";
  }
  const { person } = target;
  if (what.kind === "person") return what.id !== person && live.people.get(person)?.extension != null;
  const call = live.calls.get(what.id);
  return call !== undefined && call.with?.person !== person;
}

/** How far a call is; who waits in a queue has nobody to talk to yet. */
function talkState(id: CallId): LiveCallView["state"] | undefined {
  const call = useLive.getState().calls.get(id);
  return call?.waits ? undefined : call?.state;
}

function drop(what: Dragged, over: Target): void {
  const { people, rooms } = useLive.getState();
  if ("room" in over) {
    const room = rooms.get(over.room);
    const person = what.kind === "person" ? people.get(what.id) : undefined;
    if (room && what.kind === "call") void sendToRoom(what.id, room);
    else if (room && person?.extension) void invite(room, person.extension, person.name);
    return;
  }
  if ("slot" in over) {
    if (what.kind === "call") void park(what.id, over.slot);
    return;
  }
  const to = people.get(over.person);
  if (!to) return;
  if (what.kind === "call") void handOver(what.id, to);
  else {
    const from = people.get(what.id);
    if (from) void connectPeople(from, to);
  }
}

function edgeOf(scroller: Element | null, { clientX, clientY }: PointerEvent): number {
  const box = scroller?.getBoundingClientRect();
  if (!box || clientX < box.left || clientX > box.right) return 0;
  if (clientY < box.top + EDGE_PX) return -SCROLL_PX;
  return clientY > box.bottom - EDGE_PX ? SCROLL_PX : 0;
}

/** What follows the pointer, and what letting go here would do. */
export function Ghost() {
  const { what, over } = useDrag();
  return what && <GhostCard what={what} over={over} />;
}

function GhostCard({ what, over }: { what: Dragged; over: Target | null }) {
  const { t } = useTranslation(["board", "rooms"]);
  const card = useRef<HTMLDivElement>(null);
  const call = useLive((live) => (what.kind === "call" ? live.calls.get(what.id) : undefined));
  const from = useLive((live) => (what.kind === "person" ? live.people.get(what.id) : undefined));
  const to = useLive((live) => (over && "person" in over ? live.people.get(over.person) : undefined));
  const room = useLive((live) => (over && "room" in over ? live.rooms.get(over.room) : undefined));
  const name = from?.name ?? (call ? handedOver(call) : "");
  const isOver = call === undefined && from === undefined;

  // What was dragged may end meanwhile.
  useEffect(() => {
    if (isOver) useDrag.setState({ what: null, over: null });
  }, [isOver]);

  const presence = to && presenceOf(to);
  const doubt = presence === "busy" || presence === "notNow" || presence === "offline" ? presence : null;
  return (
    <div className="ghost" ref={card} data-ghost="" aria-hidden="true">
      <p className="ghost-name">{name}</p>
      {to && (
        <p className="ghost-deed">
          {call
            ? t(handOverWords(call), { caller: name, name: to.name })
            : t("act.connect", { from: name, to: to.name })}
        </p>
      )}
      {room && (
        <p className="ghost-deed">
          {call
            ? t("rooms:act.sendHere", { caller: name, room: room.name })
            : t("rooms:act.inviteHere", { name, room: room.name })}
        </p>
      )}
      {over && "slot" in over && (
        <p className="ghost-deed">{t("parking.parkHere", { caller: name, slot: over.slot })}</p>
      )}
      {doubt && (
        <p className="ghost-doubt">
          <PresenceMark presence={doubt} /> {t(`would.${doubt}`)}
        </p>
      )}
    </div>
  );
}
