// Adding many people at once, from a list: all of them or none.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, Dialog, Notice } from "../../design";
import { sentence } from "../../text/refusal";
import { addPeople } from "./deeds";
import { canAdd, PasteList, usePaste } from "./paste-list";

export function PasteDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(["people", "common"]);
  const [text, setText] = useState("");
  const [refusal, setRefusal] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const lines = usePaste(text);

  const add = async () => {
    if (busy || !canAdd(lines)) return;
    setBusy(true);
    try {
      await addPeople(lines.map(({ person }) => person));
      onClose();
    } catch (error) {
      setRefusal(error);
      setBusy(false);
    }
  };

  return (
    <Dialog
      title={t("paste.title")}
      isOpen
      isFirm={text !== ""}
      onClose={onClose}
      width="wide"
      actions={
        <>
          <Button onPress={onClose}>{t("common:cancel")}</Button>
          <Button tone="accent" onPress={() => void add()} isDisabled={busy || !canAdd(lines)}>
            {lines.length > 0 ? t("paste.submit", { count: lines.length }) : t("add.submit")}
          </Button>
        </>
      }
    >
      {refusal !== null && <Notice severity="problem">{sentence(refusal)}</Notice>}
      <PasteList
        text={text}
        onText={(next) => {
          setText(next);
          setRefusal(null);
        }}
        lines={lines}
        refusal={refusal}
        autoFocus
      />
    </Dialog>
  );
}
