// The screen of settings.
import { useTranslation } from "react-i18next";
import { Page } from "../../design";

export default function Screen() {
  const { t } = useTranslation("settings");
  return <Page title={t("title")}>{null}</Page>;
}
