// How this window looks: kept by the window itself.
import { useTranslation } from "react-i18next";
import { RadioGroup, Select, Switch } from "../../design";
import { type Preferences, prefer, usePreferences } from "../../live/preferences";
import { LANGUAGES } from "../../text";
import { SettingRow } from "./setting-row";

export function Theme() {
  const { t } = useTranslation("settings");
  const theme = usePreferences((own) => own.theme);
  const options = (["system", "light", "dark"] as const).map((id) => ({ id, label: t(`items.theme.${id}`) }));
  return (
    <SettingRow id="theme" note={t("items.theme.note")}>
      <RadioGroup
        segments
        label={t("items.theme.title")}
        options={options}
        value={theme}
        onChange={(chosen) => prefer({ theme: chosen })}
      />
    </SettingRow>
  );
}

export function Contrast() {
  const { t } = useTranslation("settings");
  const contrast = usePreferences((own) => own.contrast);
  const options = (["system", "more"] as const).map((id) => ({ id, label: t(`items.contrast.${id}`) }));
  return (
    <SettingRow id="contrast" note={t("items.contrast.note")}>
      <RadioGroup
        segments
        label={t("items.contrast.title")}
        options={options}
        value={contrast}
        onChange={(chosen) => prefer({ contrast: chosen })}
      />
    </SettingRow>
  );
}

export function Effects() {
  const { t } = useTranslation("settings");
  const effects = usePreferences((own) => own.effects);
  const options = (["system", "reduced"] as const).map((id) => ({ id, label: t(`items.effects.${id}`) }));
  return (
    <SettingRow id="effects" note={t("items.effects.note")}>
      <RadioGroup
        segments
        label={t("items.effects.title")}
        options={options}
        value={effects}
        onChange={(chosen) => prefer({ effects: chosen })}
      />
    </SettingRow>
  );
}

const SCALES: readonly Preferences["scale"][] = [90, 100, 115, 130, 150];

export function Scale() {
  const { t } = useTranslation("settings");
  const scale = usePreferences((own) => own.scale);
  return (
    <SettingRow id="scale" note={t("items.scale.note")}>
      <RadioGroup
        segments
        label={t("items.scale.title")}
        options={SCALES.map((size) => ({ id: String(size), label: `${size} %` }))}
        value={String(scale)}
        onChange={(chosen) => prefer({ scale: SCALES.find((size) => String(size) === chosen) ?? 100 })}
      />
    </SettingRow>
  );
}

export function WindowLanguage() {
  const { t } = useTranslation("settings");
  const language = usePreferences((own) => own.language);
  const options = [
    { id: "system" as const, label: t("items.windowLanguage.system") },
    // Each language by its own name: whoever looks for theirs may not read the others.
    ...LANGUAGES.map((id) => ({ id, label: new Intl.DisplayNames(id, { type: "language" }).of(id) ?? id })),
  ];
  return (
    <SettingRow id="windowLanguage" note={t("items.windowLanguage.note")}>
      <Select
        label={t("items.windowLanguage.title")}
        options={options}
        value={language}
        onChange={(chosen) => prefer({ language: chosen })}
      />
    </SettingRow>
  );
}

export function LetterKeys() {
  const { t } = useTranslation("settings");
  const letterKeys = usePreferences((own) => own.letterKeys);
  return (
    <SettingRow id="letterKeys" note={t("items.letterKeys.note")}>
      <Switch
        aria-label={t("items.letterKeys.title")}
        isSelected={letterKeys}
        onChange={(on) => prefer({ letterKeys: on })}
      >
        {null}
      </Switch>
    </SettingRow>
  );
}
