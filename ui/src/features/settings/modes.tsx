// Office modes: switches that call flows ask, set by hand, with an end where one is wanted.
import { Plus } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Badge, Button, TextField } from "../../design";
import { api } from "../../live/api";
import { useNow } from "../../live/clock";
import { useModes, useOffice } from "../../live/select";
import { visible } from "../calls/said";
import type { ModeView } from "../hours/api";
import { momentAt } from "../hours/when";
import { KeptDialog } from "./kept-dialog";
import { KeptList } from "./kept-list";
import { statesOf } from "./mode-states";
import { SettingRow } from "./setting-row";

/** Calendars are loaded when an end is asked for. */
export const SetMode = lazy(() => import("./set-mode"));

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
          {setting && (
            <Suspense>
              <SetMode mode={setting} onClose={() => setSetting(null)} />
            </Suspense>
          )}
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

export function nameOf({ states }: ModeView, id: string): string {
  return states.find((state) => state.id === id)?.name ?? id;
}

export function useZone(): string {
  return useOffice()?.timeZone ?? "UTC";
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
