// The screen of board.
import { useTranslation } from "react-i18next";
import { Page } from "../../design";

export default function Screen() {
  const { t } = useTranslation("board");
  return <Page title={t("title")}>{null}</Page>;
}
