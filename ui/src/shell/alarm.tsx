// While the alarm sounds it can be silenced from every screen.
import { BellOff } from "lucide-react";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Button, Notice } from "../design";
import { silence, useAlarm, watchForAlarms } from "../live/alarm";

export function Alarm() {
  const { t } = useTranslation("shell");
  const sounds = useAlarm((alarm) => alarm.sounds);
  useEffect(() => watchForAlarms(), []);
  if (!sounds) return null;
  return (
    <div className="interrupted">
      <Notice
        severity="warning"
        title={t("alarm.title")}
        actions={
          <Button size="small" icon={BellOff} onPress={silence}>
            {t("alarm.silence")}
          </Button>
        }
      >
        {t("alarm.body")}
      </Notice>
    </div>
  );
}
