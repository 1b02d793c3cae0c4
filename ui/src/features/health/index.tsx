// The screen of health.
import { useTranslation } from "react-i18next";
import { Page } from "../../design";

export default function Screen() {
  const { t } = useTranslation("health");
  return <Page title={t("title")}>{null}</Page>;
}
