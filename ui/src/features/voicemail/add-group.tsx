// Adding a mailbox that several people share.
import { useState } from "react";
import { Form } from "react-aria-components";
import { useTranslation } from "react-i18next";
import type { MailboxView } from "../../bindings/sound";
import { Button, Dialog, Notice, TextField } from "../../design";
import { api } from "../../live/api";
import { tell } from "../../live/toasts";
import { fieldError, sentence } from "../../text/refusal";

export function AddGroupDialog(props: { onAdded: (box: MailboxView) => void; onClose: () => void }) {
  const { onAdded, onClose } = props;
  const { t } = useTranslation(["voicemail", "common"]);
  const [name, setName] = useState("");
  const [number, setNumber] = useState("");
  const [refusal, setRefusal] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: React.FormEvent) => {
    event.preventDefault();
    if (busy || !name.trim()) return;
    setBusy(true);
    setRefusal(null);
    try {
      const added = await api.addMailbox({ ...NEW_BOX, name: name.trim(), number: number.trim() || null });
      tell({ text: t("told.boxAdded", { name: name.trim() }) });
      onAdded(added);
    } catch (error) {
      setRefusal(error);
      setBusy(false);
    }
  };
  const isFieldError = fieldError(refusal, "name") ?? fieldError(refusal, "number");
  return (
    <Dialog
      title={t("add.title")}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t("common:cancel")}</Button>
          <Button tone="accent" type="submit" form="add-group" isDisabled={busy || !name.trim()}>
            {t("add.submit")}
          </Button>
        </>
      }
    >
      <Form id="add-group" className="stacked" onSubmit={(event) => void submit(event)}>
        {refusal !== null && !isFieldError && <Notice severity="problem">{sentence(refusal)}</Notice>}
        <TextField
          label={t("add.name")}
          placeholder={t("add.namePlaceholder")}
          value={name}
          onChange={setName}
          error={fieldError(refusal, "name")}
          maxLength={80}
          autoFocus
          isRequired
        />
        <TextField
          label={t("add.number")}
          description={t("settings.numberNote")}
          value={number}
          onChange={setNumber}
          error={fieldError(refusal, "number")}
          maxLength={8}
        />
      </Form>
    </Dialog>
  );
}

const NEW_BOX = {
  enabled: true,
  language: null,
  maxMessageSeconds: 180,
  quotaMessages: 100,
  quotaSeconds: 7200,
  keepSavedDays: 90,
  email: null,
  members: [],
  greetings: { standard: null, name: null, busy: null, closed: null, away: null },
};
