// The screen of calls.
import { useTranslation } from "react-i18next";
import { Page } from "../../design";

export default function Screen() {
  const { t } = useTranslation("calls");
  return <Page title={t("title")}>{null}</Page>;
}
