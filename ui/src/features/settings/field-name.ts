// The name of a field as people call it; its own name if it is not known yet.
import { useTranslation } from "react-i18next";
import { visible } from "../calls/said";

export function useFieldName(): (field: string) => string {
  const { t, i18n } = useTranslation("settings");
  return (field) => {
    const key = `settings:fields.${field}`;
    return /^\w+(\.\w+)?$/.test(field) && i18n.exists(key) ? t(`fields.${field as "name"}`) : visible(field);
  };
}
