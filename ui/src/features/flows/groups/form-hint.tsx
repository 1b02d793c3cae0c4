// Says above the drawing of a flow with a form that it has one, until it is put away.
import { X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../../../design";
import { visible } from "../../calls/said";
import type { FlowView } from "../api";
import "./groups.css";

export function FormHint({ flow }: { flow: FlowView }) {
  const { t } = useTranslation(["flows", "common"]);
  const [isAway, setAway] = useState(false);
  const name = visible(flow.name);
  const words = flow.ringGroup ? t("groups.isGroup", { name }) : flow.queue && t("queues.isQueue", { name });
  if (isAway || !words) return null;
  return (
    <div className="group-hint" role="status">
      <span>{words}</span>
      <IconButton icon={X} label={t("common:close")} onPress={() => setAway(true)} />
    </div>
  );
}
