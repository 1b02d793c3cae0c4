// An override with an end of one's own choosing.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { RadioGroup, TextField } from "../../design";
import { DatePicker, TimeField } from "../../design/date-time";
import { engineNow } from "../../live/store";
import { FormDialog } from "../../shell/form-dialog";
import type { OverrideState, ScheduleView } from "./api";
import { setOverride } from "./override";
import { DAY, SNAP } from "./week";
import { dateAt, instant, minuteAt, untilAt } from "./when";
import { ownTimeWords } from "./words";

const STATES: readonly OverrideState[] = ["closed", "open", "holiday"];

export default function OverrideDialog({
  schedule,
  onClose,
}: {
  schedule: ScheduleView;
  onClose: () => void;
}) {
  const { t } = useTranslation("hours");
  const { timeZone, openness, name } = schedule;
  const isOpen = openness.state === "open" || openness.state === "break";
  const [state, setState] = useState<OverrideState>(isOpen ? "closed" : "open");
  const [end, setEnd] = useState(() => inTwoHours(timeZone));
  const [reason, setReason] = useState("");
  const until = instant(end.date, end.minute, timeZone);
  const isPast = until <= engineNow();
  const own = ownTimeWords(t, until, timeZone);
  return (
    <FormDialog
      title={t("override.title", { name })}
      width="narrow"
      submit={t(`override.do.${state}`)}
      isReady={!isPast}
      save={() => setOverride(schedule, state, until, reason)}
      onClose={onClose}
    >
      <RadioGroup
        label={t("override.state")}
        segments
        options={STATES.map((id) => ({ id, label: t(`override.states.${id}`) }))}
        value={state}
        onChange={setState}
      />
      <div className="override-end">
        <DatePicker
          label={t("override.untilDate")}
          value={end.date}
          minValue={dateAt(engineNow(), timeZone)}
          onChange={(date) => setEnd((before) => ({ ...before, date }))}
        />
        <TimeField
          label={t("override.untilTime")}
          value={end.minute}
          onChange={(minute) => setEnd((before) => ({ ...before, minute }))}
        />
      </div>
      <p className={isPast ? "field-error" : "quiet"} role="status">
        {isPast
          ? t("override.past")
          : `${t(`override.until.${state}`, { time: untilAt(until, engineNow(), timeZone) })}${own ? ` (${own})` : ""}`}
      </p>
      <TextField
        label={t("override.reason")}
        description={t("override.reasonNote")}
        value={reason}
        onChange={setReason}
        maxLength={80}
      />
    </FormDialog>
  );
}

/** Two hours from now, at a quarter. */
function inTwoHours(timeZone: string) {
  const now = engineNow();
  const minute = Math.ceil((minuteAt(now, timeZone) + 120) / SNAP) * SNAP;
  return { date: dateAt(now, timeZone).add({ days: Math.floor(minute / DAY) }), minute: minute % DAY };
}
