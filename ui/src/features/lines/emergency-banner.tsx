// Says on every screen that somebody calls for help, until somebody says that they have seen it.
import { useTranslation } from "react-i18next";
import type { EmergencyView } from "../../bindings/api";
import { Button, Notice } from "../../design";
import { useEmergencies } from "../../live/select";
import { useMay } from "../../live/session";
import { tellRefused } from "../../live/toasts";
import { clockTime } from "../../text/format";
import { visible } from "../calls/said";
import { lines } from "./api";

export function EmergencyBanner() {
  const all = [...useEmergencies().values()].sort((a, b) => b.startedAt - a.startedAt);
  if (all.length === 0) return null;
  return (
    <div className="interrupted emergency-banner">
      {all.map((one) => (
        <One key={one.id} emergency={one} />
      ))}
    </div>
  );
}

function One({ emergency }: { emergency: EmergencyView }) {
  const { t } = useTranslation("outside");
  const maySee = useMay("admin");
  const { id, number, caller, phone, location, callback, startedAt, endedAt } = emergency;
  const facts = [
    t(endedAt === null ? "alert.since" : "alert.at", { time: clockTime(startedAt) }),
    ...(phone ? [t("alert.from", { phone: visible(phone) })] : []),
    ...(location ? [t("alert.location", { location: visible(location) })] : []),
    ...(callback ? [t("alert.callback", { number: visible(callback) })] : []),
  ];
  return (
    <Notice
      severity="problem"
      title={t(endedAt === null ? "alert.running" : "alert.ended", {
        name: visible(caller || phone),
        number,
      })}
      actions={
        maySee && (
          <Button
            size="small"
            tone={endedAt === null ? "plain" : "accent"}
            onPress={() => void lines.dismissEmergency(id).catch(tellRefused)}
          >
            {t("alert.seen")}
          </Button>
        )
      }
    >
      {facts.join(" · ")}
    </Notice>
  );
}
