// This program.
import { useTranslation } from "react-i18next";
import { Facts } from "../../design";
import { useEngine } from "../../live/select";
import { dayAndTime } from "../../text/format";
import { SettingRow } from "./setting-row";

export function About() {
  const { t } = useTranslation("settings");
  const engine = useEngine();
  return (
    <SettingRow
      id="about"
      note={t("items.about.offline")}
      below={
        engine && (
          <Facts
            facts={[
              [t("items.about.version"), engine.version],
              [t("items.about.engine"), dayAndTime(engine.startedAt)],
            ]}
          />
        )
      }
    />
  );
}
