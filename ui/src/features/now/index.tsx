// The screen of now.
import { useTranslation } from "react-i18next";
import { Page } from "../../design";

export default function Screen() {
  const { t } = useTranslation("now");
  return <Page title={t("title")}>{null}</Page>;
}
