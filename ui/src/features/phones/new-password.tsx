// A new password for a phone: says first what callers will notice, then shows it once.
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { DeviceView, DeviceWithLogin } from "../../bindings/api";
import { AlertDialog, Button, Dialog } from "../../design";
import { api } from "../../live/api";
import { usePerson } from "../../live/select";
import { tellRefused } from "../../live/toasts";
import { LoginCard, phoneName } from "./login-card";

export function NewPassword({ device, onClose }: { device: DeviceView; onClose: () => void }) {
  const { t } = useTranslation(["people", "common"]);
  const [made, setMade] = useState<DeviceWithLogin | null>(null);
  const [busy, setBusy] = useState(false);
  const name = usePerson(device.person)?.name ?? "";
  const label = phoneName(device);

  // The question gives way to the answer; afterwards one is back where one asked.
  const asker = useRef(document.activeElement);
  useEffect(
    () => () => {
      requestAnimationFrame(() => asker.current instanceof HTMLElement && asker.current.focus());
    },
    [],
  );

  const renew = async () => {
    setBusy(true);
    try {
      // What was online before tells a registration with the new password from one with the old.
      setMade({ ...(await api.renewSecret(device.id)), device });
    } catch (error) {
      tellRefused(error);
      onClose();
    }
  };

  if (made) {
    return (
      <Dialog
        title={t("newPassword.made", { label, name })}
        isOpen
        isFirm
        onClose={onClose}
        width="wide"
        actions={
          <Button tone="accent" onPress={onClose}>
            {t("common:done")}
          </Button>
        }
      >
        <LoginCard autoFocus made={made} label={label} />
      </Dialog>
    );
  }
  return (
    <AlertDialog
      title={t("newPassword.title", { label })}
      isOpen
      onClose={onClose}
      action={t("newPassword.action")}
      onAction={() => void renew()}
      isBusy={busy}
    >
      <p>{t(device.online ? "newPassword.online" : "newPassword.offline", { label, name })}</p>
    </AlertDialog>
  );
}
