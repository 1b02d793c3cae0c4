// Office modes: switches that call flows ask, set by hand, with an end where one is wanted.
import { Plus } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Badge, Button, DatePicker, Dialog, RadioGroup, TextField, TimeField } from "../../design";
import { api } from "../../live/api";
import { useNow } from "../../live/clock";
import { useModes, useOffice } from "../../live/select";
import { engineNow } from "../../live/store";
import { tell, tellRefused } from "../../live/toasts";
import { visible } from "../calls/said";
import type { ModeView } from "../hours/api";
import { DAY } from "../hours/week";
import { dateAt, instant, minuteAt, momentAt } from "../hours/when";
import { KeptDialog } from "./kept-dialog";
import { KeptList } from "./kept-list";
import { statesOf } from "./mode-states";
import { SettingRow } from "./setting-row";

export function Modes() {
  const { t } = useTranslation(["modes", "settings"]);
  const modes = [...useModes().values()].sort((a, b) => a.name.localeCompare(b.name));
  const [edited, setEdited] = useState<ModeView | "new" | null>(null);
  const [setting, setSetting] = useState<ModeView | null>(null);
  return (
    <SettingRow
      id="modes"
      note={t("settings:items.modes.note")}
      below={
        <>
          <KeptList
            kind="mode"
            items={modes}
            facts={(mode) => <ModeState mode={mode} />}
            acts={(mode) => (
              <Button size="small" onPress={() => setSetting(mode)}>
                {t("mode.setTo")}… <span className="unseen">{visible(mode.name)}</span>
              </Button>
            )}
            onEdit={setEdited}
            remove={(mode) => api.removeMode(mode.id, mode.version)}
            restore={({ id }) => api.restoreMode(id)}
          />
          {edited && <ModeDialog mode={edited === "new" ? null : edited} onClose={() => setEdited(null)} />}
          {setting && <SetMode mode={setting} onClose={() => setSetting(null)} />}
        </>
      }
    >
      <Button icon={Plus} onPress={() => setEdited("new")}>
        {t("mode.add")}
      </Button>
    </SettingRow>
  );
}

/** In which state it is, until when. */
export function ModeState({ mode }: { mode: ModeView }) {
  const { t } = useTranslation("modes");
  const timeZone = useZone();
  const now = useNow(60_000);
  const state = visible(nameOf(mode, mode.state));
  const until = mode.set?.until ?? null;
  return (
    <Badge tone={isAtRest(mode) ? "plain" : "accent"}>
      {until === null ? state : t("mode.until", { state, time: momentAt(until, now, timeZone) })}
    </Badge>
  );
}

/** Whether it is in its first state. */
export function isAtRest({ state, states }: ModeView): boolean {
  return state === states[0]?.id;
}

function nameOf({ states }: ModeView, id: string): string {
  return states.find((state) => state.id === id)?.name ?? id;
}

function useZone(): string {
  return useOffice()?.timeZone ?? "UTC";
}

const ENDS = ["never", "today", "hour", "pick"] as const;
type End = (typeof ENDS)[number];

export function SetMode({ mode, onClose }: { mode: ModeView; onClose: () => void }) {
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

function ModeDialog({ mode, onClose }: { mode: ModeView | null; onClose: () => void }) {
  const { t } = useTranslation("modes");
  const [name, setName] = useState(mode?.name ?? "");
  const [text, setText] = useState(mode ? mode.states.map((state) => state.name).join("\n") : "");
  const states = statesOf(text, mode?.states ?? []);
  return (
    <KeptDialog
      title={mode ? t("mode.edit", { name: visible(mode.name) }) : t("mode.add")}
      name={name.trim()}
      isNew={mode === null}
      isReady={name.trim() !== "" && states.length > 1}
      save={async () => {
        const edit = { name: name.trim(), states };
        await (mode ? api.editMode(mode.id, mode.version, edit) : api.addMode(edit));
      }}
      onClose={onClose}
    >
      <TextField
        label={t("mode.name")}
        placeholder={t("mode.namePlaceholder")}
        value={name}
        onChange={setName}
        maxLength={80}
        autoFocus
        isRequired
      />
      <TextField
        label={t("mode.states")}
        description={t("mode.statesNote")}
        placeholder={t("mode.statesPlaceholder")}
        lines={4}
        value={text}
        onChange={setText}
        error={text.includes("\n") && states.length < 2 ? t("mode.tooFew") : undefined}
      />
    </KeptDialog>
  );
}
