// The screen of people.
import { useTranslation } from "react-i18next";
import { Page } from "../../design";

export default function Screen() {
  const { t } = useTranslation("people");
  return <Page title={t("title")}>{null}</Page>;
}
