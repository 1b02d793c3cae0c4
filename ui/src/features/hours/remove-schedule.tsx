// Asks before a schedule goes; one that is used stays, and it is said where.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { AlertDialog, Button, Dialog } from "../../design";
import { tellRefused } from "../../live/toasts";
import type { ScheduleView } from "./api";
import { removeSchedule } from "./deeds";

export function RemoveSchedule({ schedule, onClose }: { schedule: ScheduleView; onClose: () => void }) {
  const { t } = useTranslation(["hours", "common"]);
  const [, navigate] = useLocation();
  const [busy, setBusy] = useState(false);
  const { name, usedBy } = schedule;
  if (usedBy.length > 0) {
    return (
      <Dialog
        title={t("removing.usedTitle", { name })}
        width="narrow"
        isOpen
        onClose={onClose}
        actions={<Button onPress={onClose}>{t("common:close")}</Button>}
      >
        <p>{t("removing.used")}</p>
        <ul className="uses">
          {usedBy.map((one) => (
            <li key={`${one.kind} ${one.id}`}>{one.name}</li>
          ))}
        </ul>
      </Dialog>
    );
  }
  const remove = async () => {
    setBusy(true);
    try {
      await removeSchedule(schedule);
      navigate("/hours");
    } catch (error) {
      tellRefused(error);
    }
    onClose();
  };
  return (
    <AlertDialog
      title={t("removing.title", { name })}
      isOpen
      onClose={onClose}
      action={t("remove")}
      onAction={() => void remove()}
      isBusy={busy}
      danger
    >
      {t("removing.body")}
    </AlertDialog>
  );
}
