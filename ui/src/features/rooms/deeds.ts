// What can be done in a conference room. Each asks the engine; what changes comes back by the feed.
import i18next from "i18next";
import type { CallId } from "../../bindings/api";
import type { RoomView } from "../../bindings/sound";
import { api } from "../../live/api";
import { tell, tellRefused } from "../../live/toasts";

const t = i18next.getFixedT(null, "rooms");

export function invite(room: RoomView, number: string, name: string): Promise<void> {
  return tried(api.inviteToRoom(room.id, number), t("told.invited", { name, room: room.name }));
}

export function lock(room: RoomView, locked: boolean): Promise<void> {
  return tried(
    api.lockRoom(room.id, locked),
    t(locked ? "told.locked" : "told.unlocked", { room: room.name }),
  );
}

/** One member; nothing is told, for it is seen at once. */
export function mute(room: RoomView, call: CallId, muted: boolean): Promise<void> {
  return tried(api.muteInRoom(room.id, call, muted));
}

export function muteAll(room: RoomView, muted: boolean): Promise<void> {
  return tried(
    api.muteInRoom(room.id, null, muted),
    t(muted ? "told.mutedAll" : "told.unmutedAll", { room: room.name }),
  );
}

export function recordRoom(room: RoomView, on: boolean): Promise<void> {
  return tried(api.recordRoom(room.id, on), t(on ? "told.recording" : "told.stopped", { room: room.name }));
}

export function removeMember(room: RoomView, call: CallId, name: string): Promise<void> {
  return tried(api.removeFromRoom(room.id, call), t("told.removed", { name, room: room.name }));
}

async function tried(asked: Promise<unknown>, told?: string): Promise<void> {
  try {
    await asked;
    if (told) tell({ text: told });
  } catch (error) {
    tellRefused(error);
  }
}
