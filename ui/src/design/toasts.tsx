// The short messages at the lower edge, with the way back.
import { X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { dismiss, useToasts } from "../live/toasts";
import { Button, IconButton } from "./button";
import "./toasts.css";

export function Toasts() {
  const { t } = useTranslation(["shell", "common"]);
  const toasts = useToasts((state) => state.toasts);
  return (
    <section className="toasts" aria-live="polite" aria-label={t("regions.messages")}>
      {toasts.map((toast) => (
        <div key={toast.id} className="toast" data-severity={toast.severity}>
          <p>{toast.undone ? t("undone", { name: toast.text }) : toast.text}</p>
          {toast.undo && (
            <Button
              size="small"
              tone="quiet"
              onPress={() => {
                dismiss(toast.id);
                toast.undo?.();
              }}
            >
              {t("common:undo")}
            </Button>
          )}
          {toast.redo && (
            <Button
              size="small"
              tone="quiet"
              onPress={() => {
                dismiss(toast.id);
                toast.redo?.();
              }}
            >
              {t("common:redo")}
            </Button>
          )}
          <IconButton icon={X} label={t("dismiss")} onPress={() => dismiss(toast.id)} />
        </div>
      ))}
    </section>
  );
}
