// One setting: its words on the left, its field on the right.
import { createContext, useContext, useId } from "react";
import { useTranslation } from "react-i18next";
import type { SettingId } from "./settings-list";

/** The setting a link leads to, which is made to stand out. */
export const AskedSetting = createContext<string | null>(null);

export function SettingRow(props: {
  id: SettingId;
  note?: React.ReactNode;
  children?: React.ReactNode;
  /** For what needs the whole width. */
  below?: React.ReactNode;
}) {
  const { id, note, children, below } = props;
  const { t } = useTranslation("settings");
  const asked = useContext(AskedSetting);
  const title = useId();
  return (
    <li className="setting" id={id} data-asked={asked === id || undefined} aria-labelledby={title}>
      <div className="setting-line">
        <div className="row-words">
          <div className="row-title" id={title}>
            {t(`items.${id}.title`)}
          </div>
          {note && <div className="row-note">{note}</div>}
        </div>
        {children && <div className="setting-field">{children}</div>}
      </div>
      {below && <div className="setting-below">{below}</div>}
    </li>
  );
}
