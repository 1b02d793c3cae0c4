// Says above the drawing of a ring group that it has a form, until it is put away.
import { X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../../../design";
import { visible } from "../../calls/said";
import "./groups.css";

export function GroupHint({ name }: { name: string }) {
  const { t } = useTranslation(["flows", "common"]);
  const [isAway, setAway] = useState(false);
  if (isAway) return null;
  return (
    <div className="group-hint" role="status">
      <span>{t("groups.isGroup", { name: visible(name) })}</span>
      <IconButton icon={X} label={t("common:close")} onPress={() => setAway(true)} />
    </div>
  );
}
