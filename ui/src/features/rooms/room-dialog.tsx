// Adding a conference room, or changing one.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { RoomEdit, RoomView } from "../../bindings/sound";
import { Button, Checkbox, Dialog, Notice, NumberField, TextField } from "../../design";
import { api } from "../../live/api";
import { tell } from "../../live/toasts";
import { fieldError, sentence } from "../../text/refusal";
import { visible } from "../calls/said";
import "./rooms.css";

const MOST_MEMBERS = 50;

type Rest = Omit<RoomEdit, "pin" | "hostPin">;

export function RoomDialog(props: {
  room: RoomView | null;
  /** Why one is to be made. */
  lead?: string;
  onAdded?: () => void;
  onClose: () => void;
}) {
  const { room, lead, onAdded, onClose } = props;
  const { t } = useTranslation(["rooms", "common"]);
  const [edit, setEdit] = useState<Rest>(() => restOf(room));
  const [pin, setPin] = useState<PinDraft>(KEPT);
  const [hostPin, setHostPin] = useState<PinDraft>(KEPT);
  const [refusal, setRefusal] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const set = (change: Partial<Rest>) => setEdit((before) => ({ ...before, ...change }));
  const error = (field: string) => fieldError(refusal, field);
  const isFieldError = ["name", "number", "pin", "hostPin", "waitForHost", "maxMembers"].some(error);

  const submit = async (event: React.FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setRefusal(null);
    const name = edit.name.trim();
    const wanted: RoomEdit = {
      ...edit,
      name,
      number: edit.number.trim(),
      ...pinOf("pin", pin),
      ...pinOf("hostPin", hostPin),
    };
    try {
      await (room ? api.editRoom(room.id, room.revision, wanted) : api.addRoom(wanted));
      tell({ text: t(room ? "told.edited" : "told.added", { name: visible(name) }) });
      onClose();
      if (!room) onAdded?.();
    } catch (refused) {
      setRefusal(refused);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={room ? t("settings.edit", { name: visible(room.name) }) : t("settings.add")}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t("common:cancel")}</Button>
          <Button
            tone="accent"
            type="submit"
            form="room-form"
            isDisabled={busy || !edit.name.trim() || !edit.number.trim()}
          >
            {room ? t("common:save") : t("common:add")}
          </Button>
        </>
      }
    >
      <form id="room-form" className="room-form" onSubmit={(event) => void submit(event)}>
        {lead && <p className="quiet">{lead}</p>}
        {refusal !== null && !isFieldError && <Notice severity="problem">{sentence(refusal)}</Notice>}
        <div className="room-pair">
          <TextField
            label={t("settings.name")}
            value={edit.name}
            onChange={(name) => set({ name })}
            error={error("name")}
            maxLength={80}
            autoFocus={!room}
            isRequired
          />
          <TextField
            label={t("settings.number")}
            description={t("settings.numberNote")}
            value={edit.number}
            onChange={(number) => set({ number })}
            error={error("number")}
            maxLength={8}
            isRequired
          />
        </div>
        <div className="room-pair">
          <PinField
            label={t("settings.pin")}
            note={t("settings.pinNote")}
            isSet={room?.hasPin ?? false}
            draft={pin}
            onDraft={setPin}
            error={error("pin")}
          />
          <PinField
            label={t("settings.hostPin")}
            note={t("settings.hostPinNote")}
            isSet={room?.hasHostPin ?? false}
            draft={hostPin}
            onDraft={setHostPin}
            error={error("hostPin")}
          />
        </div>
        <div>
          <Checkbox
            description={t("settings.waitForHostNote")}
            isSelected={edit.waitForHost}
            onChange={(waitForHost) => set({ waitForHost })}
          >
            {t("settings.waitForHost")}
          </Checkbox>
          {error("waitForHost") && <p className="field-error">{error("waitForHost")}</p>}
          <Checkbox
            description={t("settings.muteOnEntryNote")}
            isSelected={edit.muteOnEntry}
            onChange={(muteOnEntry) => set({ muteOnEntry })}
          >
            {t("settings.muteOnEntry")}
          </Checkbox>
          <Checkbox isSelected={edit.joinTone} onChange={(joinTone) => set({ joinTone })}>
            {t("settings.joinTone")}
          </Checkbox>
        </div>
        <NumberField
          label={t("settings.maxMembers")}
          minValue={2}
          maxValue={MOST_MEMBERS}
          value={edit.maxMembers}
          onChange={(maxMembers) => Number.isFinite(maxMembers) && set({ maxMembers })}
          error={error("maxMembers")}
        />
      </form>
    </Dialog>
  );
}

/** What is to become of a PIN: nobody is ever shown the one there is. */
export type PinDraft = { text: string; remove: boolean };
const KEPT: PinDraft = { text: "", remove: false };

/** Left away it is kept, `null` removes it, digits set it. */
export function pinOf<Field extends "pin" | "hostPin">(
  field: Field,
  { text, remove }: PinDraft,
): { [Key in Field]?: string | null } {
  if (remove) return { [field]: null } as { [Key in Field]?: string | null };
  const digits = text.trim();
  return (digits ? { [field]: digits } : {}) as { [Key in Field]?: string | null };
}

function PinField(props: {
  label: string;
  note: string;
  isSet: boolean;
  draft: PinDraft;
  onDraft: (draft: PinDraft) => void;
  error: string | undefined;
}) {
  const { label, note, isSet, draft, onDraft, error } = props;
  const { t } = useTranslation("rooms");
  return (
    <div>
      <TextField
        label={label}
        description={isSet ? `${note} ${t("settings.pinKept")}` : note}
        type="password"
        inputMode="numeric"
        autoComplete="off"
        value={draft.text}
        onChange={(text) => onDraft({ text: text.replace(/\D/g, ""), remove: false })}
        isDisabled={draft.remove}
        error={error}
        maxLength={10}
      />
      {isSet && (
        <Checkbox isSelected={draft.remove} onChange={(remove) => onDraft({ text: "", remove })}>
          {t("settings.pinRemove")}
        </Checkbox>
      )}
    </div>
  );
}

function restOf(room: RoomView | null): Rest {
  if (!room) {
    return { name: "", number: "", waitForHost: false, muteOnEntry: false, joinTone: true, maxMembers: 20 };
  }
  const { name, number, waitForHost, muteOnEntry, joinTone, maxMembers } = room;
  return { name, number, waitForHost, muteOnEntry, joinTone, maxMembers };
}
