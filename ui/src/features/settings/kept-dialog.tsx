// The dialog in which one of them is made or changed: it stays open while the engine refuses.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, Dialog, Notice } from "../../design";
import { tell } from "../../live/toasts";
import { sentence } from "../../text/refusal";
import { visible } from "../calls/said";

export function KeptDialog(props: {
  title: string;
  name: string;
  isNew: boolean;
  isReady: boolean;
  save: () => Promise<unknown>;
  onClose: () => void;
  children: React.ReactNode;
}) {
  const { title, name, isNew, isReady, save, onClose, children } = props;
  const { t } = useTranslation(["modes", "common"]);
  const [refusal, setRefusal] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const submit = async () => {
    setBusy(true);
    setRefusal(null);
    try {
      await save();
      tell({ text: t(isNew ? "told.added" : "told.changed", { name: visible(name) }) });
      onClose();
    } catch (error) {
      setRefusal(error);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={title}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t("common:cancel")}</Button>
          <Button tone="accent" type="submit" form="kept-form" isDisabled={busy || !isReady}>
            {t(isNew ? "common:add" : "common:save")}
          </Button>
        </>
      }
    >
      <form
        id="kept-form"
        className="kept-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy && isReady) void submit();
        }}
      >
        {refusal !== null && <Notice severity="problem">{sentence(refusal)}</Notice>}
        {children}
      </form>
    </Dialog>
  );
}
