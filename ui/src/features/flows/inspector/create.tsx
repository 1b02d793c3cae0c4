// Making a person, a ring group, a queue, a mailbox, a recording or a schedule without leaving the drawing.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, Dialog, Notice, TextField } from "../../../design";
import { api } from "../../../live/api";
import { engineNow } from "../../../live/store";
import { tell } from "../../../live/toasts";
import { locale } from "../../../text";
import { fieldError, sentence } from "../../../text/refusal";
import { SpeakDialog } from "../../audio/speak-dialog";
import { AddPersonDialog } from "../../people/add-person";
import { AddGroupDialog } from "../../voicemail/add-group";
import type { RefKind } from "../api";
import { RingGroupDialog } from "../groups/ring-group-dialog";
import { QueueDialog } from "../queues/queue-dialog";

export type Creatable = Extract<RefKind, "person" | "ringGroup" | "queue" | "mailbox" | "sound" | "schedule">;

export function isCreatable(ref: RefKind): ref is Creatable {
  return ["person", "ringGroup", "queue", "mailbox", "sound", "schedule"].includes(ref);
}

export function Create(props: { what: Creatable; onMade: (id: string) => void; onClose: () => void }) {
  const { what, onMade, onClose } = props;
  const made = ({ id }: { id: number }) => onMade(String(id));
  switch (what) {
    case "person":
      return <AddPersonDialog onAdded={made} onClose={onClose} onPaste={onClose} />;
    case "ringGroup":
      return <RingGroupDialog flow={null} onSaved={made} onClose={onClose} />;
    case "queue":
      return <QueueDialog flow={null} onSaved={made} onClose={onClose} />;
    case "mailbox":
      return <AddGroupDialog onAdded={made} onClose={onClose} />;
    case "sound":
      return <SpeakDialog onAdded={made} onClose={onClose} />;
    case "schedule":
      return <AddSchedule onAdded={made} onClose={onClose} />;
  }
}

/** A name and a line are enough; the rest is set on the screen of hours. */
function AddSchedule(props: { onAdded: (schedule: { id: number }) => void; onClose: () => void }) {
  const { onAdded, onClose } = props;
  const { t } = useTranslation(["flows", "common"]);
  const [name, setName] = useState("");
  const [line, setLine] = useState("");
  const [refusal, setRefusal] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: React.FormEvent) => {
    event.preventDefault();
    // A form within a form of the page below: the event is for this one only.
    event.stopPropagation();
    if (busy) return;
    setBusy(true);
    setRefusal(null);
    try {
      const { weekly, said } = await api.readHours(line, locale());
      const id = `sch_${engineNow().toString(36)}`;
      const document = { schemaVersion: 1 as const, id, name: name.trim(), timezone: null, weekly };
      const added = await api.addSchedule(document);
      tell({ text: t("create.scheduleSays", { said }) });
      onAdded(added);
    } catch (error) {
      setRefusal(error);
      setBusy(false);
    }
  };
  const isFieldError = fieldError(refusal, "name") ?? fieldError(refusal, "text");
  return (
    <Dialog
      title={t("create.schedule")}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t("common:cancel")}</Button>
          <Button
            tone="accent"
            type="submit"
            form="add-schedule"
            isDisabled={busy || !name.trim() || !line.trim()}
          >
            {t("common:add")}
          </Button>
        </>
      }
    >
      <form id="add-schedule" className="flow-form" onSubmit={(event) => void submit(event)}>
        {refusal !== null && !isFieldError && <Notice severity="problem">{sentence(refusal)}</Notice>}
        <TextField
          label={t("create.scheduleName")}
          value={name}
          onChange={setName}
          error={fieldError(refusal, "name")}
          maxLength={80}
          autoFocus
        />
        <TextField
          label={t("create.scheduleLine")}
          description={t("create.scheduleLineNote")}
          placeholder={t("create.schedulePlaceholder")}
          value={line}
          onChange={setLine}
          error={fieldError(refusal, "text")}
          maxLength={200}
        />
      </form>
    </Dialog>
  );
}
