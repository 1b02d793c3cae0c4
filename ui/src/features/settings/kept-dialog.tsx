// The dialog in which one of them is made or changed.
import { useTranslation } from "react-i18next";
import { tell } from "../../live/toasts";
import { FormDialog } from "../../shell/form-dialog";
import { visible } from "../calls/said";

export function KeptDialog(props: {
  title: string;
  name: string;
  isNew: boolean;
  isReady: boolean;
  save: () => Promise<unknown>;
  onClose: () => void;
  children: React.ReactNode;
}) {
  const { name, isNew, save, ...form } = props;
  const { t } = useTranslation(["modes", "common"]);
  const saveAndTell = async () => {
    await save();
    tell({ text: t(isNew ? "told.added" : "told.changed", { name: visible(name) }) });
  };
  return <FormDialog submit={t(isNew ? "common:add" : "common:save")} save={saveAndTell} {...form} />;
}
