// A step that the other version has and this one has not.
import type { NodeProps } from "@xyflow/react";
import { useTranslation } from "react-i18next";
import { fullName, iconOf } from "../catalogue";
import { Ends } from "./ends";
import type { GoneNode as GoneNodeType } from "./react-flow-nodes";

export function GoneNode({ data }: NodeProps<GoneNodeType>) {
  const { t } = useTranslation("flows");
  const Icon = iconOf(data.node.data.kind);
  return (
    <div
      className="step"
      data-mark="removed"
      role="group"
      aria-label={`${fullName(data.node)} ${t("canvas.removed")}`}
    >
      <Ends />
      <div className="step-head">
        <span className="step-sign" aria-hidden="true">
          <Icon size={17} strokeWidth={1.75} />
        </span>
        <span className="step-words">
          <span className="step-title cut">{fullName(data.node)}</span>
        </span>
      </div>
      <span className="step-badges" aria-hidden="true">
        <span className="step-mark">{t("canvas.removed")}</span>
      </span>
    </div>
  );
}
