// Recording in the whole office: whether it is announced, how long it is kept; and listening in.
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import type { RecordingSettings } from "../../bindings/sound";
import { Button, Notice, Select, Switch } from "../../design";
import { api } from "../../live/api";
import { tellRefused } from "../../live/toasts";
import { perform } from "../../live/undo";
import { sentence } from "../../text/refusal";
import { SettingRow } from "./setting-row";

const KEY = ["recording-settings"] as const;
const DAYS = [7, 14, 30, 90, 180, 365, 730];

type Rules = Omit<RecordingSettings, "revision">;

export function RecordingWho() {
  const { t } = useTranslation("settings");
  const [, navigate] = useLocation();
  return (
    <SettingRow id="recordingWho" note={t("items.recordingWho.note")}>
      <Button onPress={() => navigate("/people")}>{t("items.recordingWho.action")}</Button>
    </SettingRow>
  );
}

export function RecordingAnnounce() {
  const { t } = useTranslation("settings");
  const [rules, edit, error] = useRules();
  return (
    <SettingRow
      id="recordingAnnounce"
      note={t("items.recordingAnnounce.note")}
      below={error && <Notice severity="problem">{sentence(error)}</Notice>}
    >
      <Switch
        aria-label={t("items.recordingAnnounce.title")}
        isSelected={rules?.announce ?? true}
        isDisabled={!rules}
        onChange={(announce) =>
          edit({ announce }, t(announce ? "items.recordingAnnounce.on" : "items.recordingAnnounce.off"))
        }
      >
        {null}
      </Switch>
    </SettingRow>
  );
}

export function ListeningIn() {
  const { t } = useTranslation("settings");
  const [rules, edit] = useRules();
  return (
    <SettingRow id="listening" note={t("items.listening.note")}>
      <Switch
        aria-label={t("items.listening.title")}
        isSelected={rules?.listening ?? false}
        isDisabled={!rules}
        onChange={(listening) =>
          edit({ listening }, t(listening ? "items.listening.on" : "items.listening.off"))
        }
      >
        {null}
      </Switch>
    </SettingRow>
  );
}

export function RecordingKeep() {
  const { t } = useTranslation(["settings", "recordings"]);
  const [rules, edit] = useRules();
  const days = rules?.keepDays ?? null;
  const known = [...new Set([...DAYS, ...(days === null ? [] : [days])])].sort((a, b) => a - b);
  const words = (count: number | null) =>
    count === null ? t("recordings:forEver") : t("recordings:days", { count });
  return (
    <SettingRow id="recordingKeep" note={t("items.recordingKeep.note")}>
      <Select
        label={t("items.recordingKeep.title")}
        options={[
          ...known.map((count) => ({ id: String(count), label: words(count) })),
          { id: "ever", label: words(null) },
        ]}
        value={rules ? (days === null ? "ever" : String(days)) : null}
        isDisabled={!rules}
        onChange={(id) => {
          const keepDays = id === "ever" ? null : Number(id);
          edit({ keepDays }, t("items.recordingKeep.changed", { value: words(keepDays) }));
        }}
      />
    </SettingRow>
  );
}

function useRules(): [
  rules: RecordingSettings | undefined,
  edit: (change: Partial<Rules>, name: string) => void,
  error: Error | null,
] {
  const queries = useQueryClient();
  const { data, error } = useQuery({ queryKey: KEY, queryFn: api.recordingSettings });
  const put = async (rules: Partial<Rules>) => {
    const now = queries.getQueryData<RecordingSettings>(KEY) ?? data;
    if (!now) return;
    const { revision, ...before } = now;
    try {
      queries.setQueryData(KEY, await api.editRecordingSettings(revision, { ...before, ...rules }));
    } catch (refused) {
      void queries.invalidateQueries({ queryKey: KEY });
      throw refused;
    }
  };
  const edit = (change: Partial<Rules>, name: string) => {
    if (!data) return;
    const { announce, keepDays } = data;
    void perform({ name, do: () => put(change), undo: () => put({ announce, keepDays }) }).catch(tellRefused);
  };
  return [data, edit, error];
}
