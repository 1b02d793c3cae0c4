// Where the office is kept, and how much room its backups take.
import { useTranslation } from "react-i18next";
import { Notice } from "../../design";
import { bytes } from "../../text/format";
import { sentence } from "../../text/refusal";
import { useBackups } from "./backup";
import { CopyText } from "./copy-text";
import { SettingRow } from "./setting-row";

export function DataFolder() {
  const { t } = useTranslation("settings");
  const { data, error } = useBackups();
  return (
    <SettingRow
      id="dataFolder"
      note={t("items.dataFolder.note")}
      below={
        data ? (
          <CopyText text={data.dataFolder} />
        ) : (
          error && <Notice severity="problem">{sentence(error)}</Notice>
        )
      }
    />
  );
}

export function DataSize() {
  const { t } = useTranslation("settings");
  const { data } = useBackups();
  const size = data?.backups.reduce((sum, backup) => sum + backup.bytes, 0) ?? 0;
  return (
    <SettingRow id="dataSize" note={t("items.dataSize.note")}>
      {data && <span>{t("items.dataSize.value", { count: data.backups.length, size: bytes(size) })}</span>}
    </SettingRow>
  );
}
