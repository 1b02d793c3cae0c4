// The screen of setup.
import { useTranslation } from "react-i18next";
import { Page } from "../../design";

export default function Screen() {
  const { t } = useTranslation("setup");
  return <Page title={t("title")}>{null}</Page>;
}
