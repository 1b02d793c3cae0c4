// The name of a schedule.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, Dialog, TextField } from "../../design";

export function RenameDialog(props: { name: string; onSave: (name: string) => void; onClose: () => void }) {
  const { onSave, onClose } = props;
  const { t } = useTranslation(["hours", "common"]);
  const [name, setName] = useState(props.name);
  const isReady = name.trim() !== "";
  return (
    <Dialog
      title={t("renameTitle")}
      width="narrow"
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t("common:cancel")}</Button>
          <Button tone="accent" type="submit" form="rename-form" isDisabled={!isReady}>
            {t("common:save")}
          </Button>
        </>
      }
    >
      <form
        id="rename-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isReady) return;
          onSave(name.trim());
          onClose();
        }}
      >
        <TextField label={t("name")} value={name} onChange={setName} maxLength={80} autoFocus />
      </form>
    </Dialog>
  );
}
