// Why a phone of the office is refused or gone, and the button that mends it.
import { useTranslation } from "react-i18next";
import type { AttentionView, DeviceView } from "../../bindings/api";
import { Button, Notice } from "../../design";
import { engineNow } from "../../live/store";
import { moment } from "../../text/format";
import { dismiss, letTryAgain } from "./deeds";
import { phoneName } from "./login-card";

export function PhoneTrouble({
  attention,
  device,
  onNewPassword,
}: {
  attention: AttentionView;
  device: DeviceView;
  onNewPassword: () => void;
}) {
  const { t } = useTranslation("people");
  const label = phoneName(device);
  if (attention.what === "phoneLost") {
    return (
      <Notice
        severity="warning"
        title={t("lost.title", { label })}
        actions={
          <>
            <Button size="small" onPress={onNewPassword}>
              {t("lost.newPassword")}
            </Button>
            <Button size="small" tone="quiet" onPress={() => void dismiss(attention.id)}>
              {t("dismiss")}
            </Button>
          </>
        }
      >
        {t("lost.body", { time: moment(attention.since, engineNow()) })}
      </Notice>
    );
  }
  if (attention.what !== "loginRefused") return null;
  const { reason, address, times, last } = attention;
  return (
    <Notice
      severity={attention.severity === "info" ? "warning" : attention.severity}
      title={t(`refused.title.${reason}`, { label })}
      actions={
        <>
          <Button size="small" onPress={onNewPassword}>
            {t("refused.newPassword")}
          </Button>
          <Button size="small" tone="quiet" onPress={() => void letTryAgain(attention.id)}>
            {t("refused.letTryAgain")}
          </Button>
          <Button size="small" tone="quiet" onPress={() => void dismiss(attention.id)}>
            {t("dismiss")}
          </Button>
        </>
      }
    >
      {t(`refused.${reason}`, { address })}{" "}
      {t("refused.times", { count: times, time: moment(last, engineNow()) })}
    </Notice>
  );
}
