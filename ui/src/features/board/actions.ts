// What can be done on the board. Each asks the engine; what changes comes back by the feed.
import i18next from "i18next";
import type { CallId, LiveCallView, PersonId, PersonView, Wants } from "../../bindings/api";
import type { RoomView } from "../../bindings/sound";
import { api } from "../../live/api";
import { nameOf } from "../../live/names";
import { mayAct, ownPerson, useSession } from "../../live/session";
import { takesPart, useLive } from "../../live/store";
import { tell, tellRefused } from "../../live/toasts";
import { perform } from "../../live/undo";
import { callsIn, setBoard, waitingIn } from "./state";

const t = i18next.getFixedT(null, ["board", "common"]);

/** Calls somebody from one's own phones. */
export async function callPerson(to: PersonView): Promise<void> {
  const own = ownPerson();
  if (own === null) return say(t("told.noSelf"));
  await connect(own, to, t("told.calling", { name: to.name }));
}

/** Calls somebody from a colleague's phones. */
export async function connectPeople(from: PersonView, to: PersonView): Promise<void> {
  await connect(from.id, to, t("told.connecting", { from: from.name, to: to.name }));
}

async function connect(from: PersonId, to: PersonView, told: string): Promise<void> {
  if (!to.extension) return say(t("told.noNumber", { name: to.name }));
  await tried(api.startCall({ person: from, to: to.extension }), told);
}

/** Whether a call that is handed to somebody rings there, instead of being transferred. */
export function ringsThere({ state, waits }: LiveCallView): boolean {
  return state === "ringing" || state === "parked" || !!waits;
}

/** What handing a call to somebody is called. */
export function handOverWords(call: LiveCallView) {
  if (call.waits) return "act.bringHere";
  return ringsThere(call) ? "act.ringHere" : "act.transferHere";
}

/** Hands a call to somebody: one that rings or waits rings there instead, a running one is transferred. */
export async function handOver(id: CallId, to: PersonView): Promise<void> {
  const call = useLive.getState().calls.get(id);
  if (!call) return;
  if (ringsThere(call)) {
    await tried(api.takeOverCall(id, { person: to.id }), t("told.ringing", { name: to.name }));
  } else {
    if (!to.extension) return say(t("told.noNumber", { name: to.name }));
    await tried(
      api.transferCall(id, { keep: keptSide(call, ownPerson()), to: to.extension }),
      t("told.transferred", { caller: handedOver(call), name: to.name }),
    );
  }
  setBoard({ call: "auto", query: "" });
}

/** Parks the side that is not the one who transfers; in the next free slot where none is named. */
export async function park(id: CallId | null, slot: number | null = null): Promise<void> {
  const { calls, office } = useLive.getState();
  const call = id === null ? undefined : calls.get(id);
  if (!call || call.state === "parked") return say(t("told.noCall"));
  if (!office?.parking) return say(t("told.noParking"));
  const caller = handedOver(call);
  await tried(
    api.parkCall(call.id, { keep: keptSide(call, ownPerson()), slot }),
    slot === null ? t("told.parked", { caller }) : t("told.parkedAt", { caller, slot }),
  );
  setBoard({ call: "auto" });
}

/** Puts the side that is not the one who transfers into a conference room. */
export async function sendToRoom(id: CallId, room: RoomView): Promise<void> {
  const call = useLive.getState().calls.get(id);
  if (!call) return;
  await tried(
    api.transferCall(id, { keep: keptSide(call, ownPerson()), to: room.number }),
    t("told.transferred", { caller: handedOver(call), name: room.name }),
  );
  setBoard({ call: "auto" });
}

/** The side that is not the one who transfers; for calls of others, the side from outside. */
export function keptSide(call: LiveCallView, own: PersonId | null): "caller" | "callee" {
  if (own !== null && call.from.person === own) return "callee";
  if (own !== null && call.with?.person === own) return "caller";
  return call.from.person !== null && call.with?.person === null ? "callee" : "caller";
}

/** Who is handed over, by name. */
export function handedOver(call: LiveCallView): string {
  if (call.parked) return nameOf(call.parked.who);
  const keepsCaller = call.waits || call.state === "ringing" || keptSide(call, ownPerson()) === "caller";
  return nameOf(keepsCaller ? call.from : call.with);
}

/** Lets a call that rings or waits ring at one's own phones. Without an id, the one that has rung longest, else the next in a queue. */
export async function takeOver(id?: CallId): Promise<void> {
  const own = ownPerson();
  if (own === null) return say(t("told.noSelf"));
  const live = useLive.getState();
  const call = id ?? callsIn(live, "ringing")[0] ?? waitingIn(live)[0];
  if (call === undefined) return say(t("told.nothingWaits"));
  await tried(api.takeOverCall(call, { person: own }), t("told.takenOver"));
}

export async function hangUp(id: CallId | null): Promise<void> {
  if (id === null) return say(t("told.noCall"));
  await tried(api.hangUpCall(id), t("told.hungUp"));
  setBoard({ call: "auto" });
}

/** Sets what somebody wants; can be taken back. */
export async function setWants(person: PersonView, wants: Wants): Promise<void> {
  const before = person.wants;
  try {
    await perform({
      name: t(`told.wants.${wants.state}`, { name: person.name }),
      do: () => api.setWants(person.id, wants),
      undo: () => api.setWants(person.id, before),
    });
  } catch (error) {
    tellRefused(error);
  }
}

/** Whether who is signed in may set what this person wants. */
export function maySetWants(person: PersonId): boolean {
  return person === ownPerson() || mayDirect();
}

/** Whether who is signed in may act on other people's calls. */
export function mayDirect(): boolean {
  const now = useSession.getState();
  return now.state === "signedIn" && mayAct(now.session.role, "receptionist");
}

/** Whether who is signed in may act on this call: staff on their own, the reception on all. */
export function mayHandOver(call: LiveCallView): boolean {
  const own = ownPerson();
  return mayDirect() || (own !== null && takesPart(call).includes(own));
}

async function tried(asked: Promise<unknown>, told: string): Promise<void> {
  try {
    await asked;
    say(told);
  } catch (error) {
    tellRefused(error);
  }
}

function say(text: string): void {
  tell({ text });
}
