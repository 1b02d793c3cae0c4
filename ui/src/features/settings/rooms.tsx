// The conference rooms of the office: added, changed, removed.
import { Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { RoomView } from "../../bindings/sound";
import { AlertDialog, Badge, Button, IconButton } from "../../design";
import { api } from "../../live/api";
import { useRooms } from "../../live/select";
import { tell, tellRefused } from "../../live/toasts";
import { visible } from "../calls/said";
import { RoomDialog } from "../rooms/room-dialog";
import { SettingRow } from "./setting-row";

export function Rooms() {
  const { t } = useTranslation(["rooms", "settings"]);
  const rooms = [...useRooms().values()].sort((a, b) => a.name.localeCompare(b.name));
  const [edited, setEdited] = useState<RoomView | "new" | null>(null);
  const [leaving, setLeaving] = useState<RoomView | null>(null);
  return (
    <SettingRow
      id="rooms"
      note={t("settings:items.rooms.note")}
      below={
        <>
          {rooms.length === 0 && <p className="quiet">{t("settings.none")}</p>}
          {rooms.length > 0 && (
            <ul className="user-list" aria-label={t("settings.list")}>
              {rooms.map((room) => (
                <RoomLine
                  key={room.id}
                  room={room}
                  onEdit={() => setEdited(room)}
                  onRemove={() => setLeaving(room)}
                />
              ))}
            </ul>
          )}
          {edited && <RoomDialog room={edited === "new" ? null : edited} onClose={() => setEdited(null)} />}
          {leaving && <RemoveRoom room={leaving} onClose={() => setLeaving(null)} />}
        </>
      }
    >
      <Button icon={Plus} onPress={() => setEdited("new")}>
        {t("settings.add")}
      </Button>
    </SettingRow>
  );
}

function RoomLine(props: { room: RoomView; onEdit: () => void; onRemove: () => void }) {
  const { room, onEdit, onRemove } = props;
  const { t } = useTranslation("rooms");
  const name = visible(room.name);
  const count = room.live?.members.length ?? 0;
  return (
    <li className="user-line">
      <div className="row-words">
        <bdi>{name}</bdi> <span className="quiet number">{room.number}</span>{" "}
        {room.hasPin && <Badge>{t("settings.has.pin")}</Badge>}{" "}
        {room.waitForHost && <Badge>{t("settings.has.waitForHost")}</Badge>}{" "}
        {room.muteOnEntry && <Badge>{t("settings.has.muteOnEntry")}</Badge>}
        <div className="row-note">{count > 0 ? t("members", { count }) : t("nobody")}</div>
      </div>
      <IconButton icon={Pencil} label={t("settings.edit", { name })} onPress={onEdit} />
      <IconButton icon={Trash2} label={t("settings.remove", { name })} onPress={onRemove} />
    </li>
  );
}

function RemoveRoom({ room, onClose }: { room: RoomView; onClose: () => void }) {
  const { t } = useTranslation("rooms");
  const [busy, setBusy] = useState(false);
  const name = visible(room.name);
  const remove = async () => {
    setBusy(true);
    try {
      await api.removeRoom(room.id, room.revision);
      tell({ text: t("told.deleted", { name }) });
    } catch (error) {
      tellRefused(error);
    }
    onClose();
  };
  return (
    <AlertDialog
      title={t("settings.removeTitle", { name })}
      isOpen
      onClose={onClose}
      action={t("settings.remove", { name })}
      onAction={() => void remove()}
      isBusy={busy}
      danger
    >
      {t(room.live ? "settings.removeBusy" : "settings.removeBody", { number: room.number })}
    </AlertDialog>
  );
}
