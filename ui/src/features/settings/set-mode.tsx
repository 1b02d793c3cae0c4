// Setting a mode to one of its states, with an end where one is wanted.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, Dialog, RadioGroup } from "../../design";
import { DatePicker, TimeField } from "../../design/date-time";
import { api } from "../../live/api";
import { engineNow } from "../../live/store";
import { tell, tellRefused } from "../../live/toasts";
import { visible } from "../calls/said";
import type { ModeView } from "../hours/api";
import { DAY } from "../hours/week";
import { dateAt, instant, minuteAt } from "../hours/when";
import { nameOf, useZone } from "./modes";

const ENDS = ["never", "today", "hour", "pick"] as const;
type End = (typeof ENDS)[number];

export default function SetMode({ mode, onClose }: { mode: ModeView; onClose: () => void }) {
  const { t } = useTranslation(["modes", "common"]);
  const timeZone = useZone();
  const [state, setState] = useState(mode.states.find(({ id }) => id !== mode.state)?.id ?? mode.state);
  const [end, setEnd] = useState<End>("never");
  const [at, setAt] = useState(() => {
    const now = engineNow();
    const minute = Math.ceil((minuteAt(now, timeZone) + 120) / 15) * 15;
    return { date: dateAt(now, timeZone).add({ days: Math.floor(minute / DAY) }), minute: minute % DAY };
  });
  const [busy, setBusy] = useState(false);
  const until = () => {
    const now = engineNow();
    if (end === "today") return instant(dateAt(now, timeZone), DAY, timeZone);
    if (end === "hour") return now + 3_600_000;
    return end === "pick" ? instant(at.date, at.minute, timeZone) : undefined;
  };
  const isPast = end === "pick" && (until() ?? 0) <= engineNow();
  const isRest = state === mode.states[0]?.id;
  const submit = async () => {
    setBusy(true);
    try {
      await api.setMode(mode.id, state, isRest ? undefined : until());
      tell({ text: t("told.set", { name: visible(mode.name), state: nameOf(mode, state) }) });
      onClose();
    } catch (error) {
      tellRefused(error);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t("mode.set", { name: visible(mode.name) })}
      width="narrow"
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t("common:cancel")}</Button>
          <Button tone="accent" onPress={() => void submit()} isDisabled={busy || isPast}>
            {t("common:save")}
          </Button>
        </>
      }
    >
      <RadioGroup
        label={t("mode.setTo")}
        options={mode.states.map(({ id, name }) => ({ id, label: name }))}
        value={state}
        onChange={setState}
      />
      {!isRest && (
        <RadioGroup
          label={t("mode.end")}
          options={ENDS.map((id) => ({ id, label: t(`mode.ends.${id}`) }))}
          value={end}
          onChange={setEnd}
        />
      )}
      {!isRest && end === "pick" && (
        <div className="kept-pair">
          <DatePicker
            label={t("mode.date")}
            value={at.date}
            onChange={(date) => setAt((before) => ({ ...before, date }))}
            error={isPast ? t("mode.past") : undefined}
          />
          <TimeField
            label={t("mode.time")}
            value={at.minute}
            onChange={(minute) => setAt((before) => ({ ...before, minute }))}
          />
        </div>
      )}
    </Dialog>
  );
}
