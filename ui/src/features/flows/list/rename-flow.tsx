// The name of a flow, and what is dialled to come there.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, Dialog, Notice, TextField } from "../../../design";
import { fieldError, sentence } from "../../../text/refusal";
import { type FlowView, flowsApi } from "../api";

export function RenameFlowDialog({ flow, onClose }: { flow: FlowView; onClose: () => void }) {
  const { t } = useTranslation(["flows", "common"]);
  const [name, setName] = useState(flow.name);
  const [number, setNumber] = useState(flow.number ?? "");
  const [refusal, setRefusal] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: React.FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setRefusal(null);
    try {
      await flowsApi.edit(flow, { name: name.trim(), number: number.trim() || null });
      onClose();
    } catch (error) {
      setRefusal(error);
      setBusy(false);
    }
  };
  const isFieldError = fieldError(refusal, "name") ?? fieldError(refusal, "number");
  return (
    <Dialog
      title={t("list.renameTitle", { name: flow.name })}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t("common:cancel")}</Button>
          <Button tone="accent" type="submit" form="rename-flow" isDisabled={busy || !name.trim()}>
            {t("common:save")}
          </Button>
        </>
      }
    >
      <form id="rename-flow" className="flow-form" onSubmit={(event) => void submit(event)}>
        {refusal !== null && !isFieldError && <Notice severity="problem">{sentence(refusal)}</Notice>}
        <TextField
          label={t("new.name")}
          value={name}
          onChange={setName}
          error={fieldError(refusal, "name")}
          maxLength={80}
          autoFocus
          isRequired
        />
        <TextField
          label={t("new.number")}
          description={t("new.numberNote")}
          value={number}
          onChange={setNumber}
          error={fieldError(refusal, "number")}
          maxLength={8}
        />
      </form>
    </Dialog>
  );
}
