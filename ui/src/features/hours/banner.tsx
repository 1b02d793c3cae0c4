// Says on every screen that hours are overridden, until when, and ends it with one click.
import { useTranslation } from "react-i18next";
import { Button, Notice } from "../../design";
import { useNow } from "../../live/clock";
import { useSchedules } from "../../live/select";
import { useMay } from "../../live/session";
import type { ScheduleView } from "./api";
import { activeOverride, endOverride } from "./override";
import { untilAt } from "./when";

export function OverrideBanner() {
  const mayOverride = useMay("receptionist");
  const overridden = [...useSchedules().values()].filter((schedule) => activeOverride(schedule) !== null);
  if (!mayOverride || overridden.length === 0) return null;
  return (
    <div className="interrupted">
      {overridden.map((schedule) => (
        <One key={schedule.id} schedule={schedule} />
      ))}
    </div>
  );
}

function One({ schedule }: { schedule: ScheduleView }) {
  const { t } = useTranslation("hours");
  const now = useNow(60_000);
  const override = activeOverride(schedule);
  if (!override) return null;
  const facts = {
    name: schedule.name,
    time: untilAt(Date.parse(override.until), now, schedule.timeZone),
    // Whoever came in at the office's own computer has no name.
    by: override.by || t("banner.owner"),
    reason: override.reason ?? "",
  };
  return (
    <Notice
      severity="warning"
      title={t(`banner.title.${override.state}`, facts)}
      actions={
        <Button size="small" onPress={() => endOverride(schedule)}>
          {t("override.end")}
        </Button>
      }
    >
      {t(override.reason ? "banner.byWithReason" : "banner.by", facts)}
    </Notice>
  );
}
