// A new PIN for a mailbox: made by the engine, shown this once.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { MailboxView } from "../../bindings/sound";
import { Button, Dialog, Notice } from "../../design";
import { api } from "../../live/api";
import { sentence } from "../../text/refusal";
import { Copyable } from "../phones/copy";

export function PinDialog({ box, onClose }: { box: MailboxView; onClose: () => void }) {
  const { t } = useTranslation(["voicemail", "common"]);
  const [pin, setPin] = useState<string | null>(null);
  const [refusal, setRefusal] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const make = async () => {
    setBusy(true);
    setRefusal(null);
    try {
      setPin((await api.renewPin(box.id)).pin);
    } catch (error) {
      setRefusal(error);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t("settings.pinTitle", { name: box.name })}
      isOpen
      isFirm={pin !== null}
      onClose={onClose}
      width="narrow"
      actions={
        pin === null ? (
          <>
            <Button onPress={onClose}>{t("common:cancel")}</Button>
            <Button tone="accent" isDisabled={busy} onPress={() => void make()}>
              {t("settings.pinMake")}
            </Button>
          </>
        ) : (
          <Button tone="accent" onPress={onClose}>
            {t("common:done")}
          </Button>
        )
      }
    >
      {refusal !== null && <Notice severity="problem">{sentence(refusal)}</Notice>}
      {pin === null ? (
        <p>{t("settings.pinAsk")}</p>
      ) : (
        <>
          <div className="pin-value">
            <Copyable name={t("settings.pinValue", { name: box.name })} value={pin} autoFocus />
          </div>
          <p>{t("settings.pinOnce")}</p>
        </>
      )}
    </Dialog>
  );
}
