// A way that the other version has and this one has not.
import { BaseEdge, type EdgeProps } from "@xyflow/react";
import { useTranslation } from "react-i18next";
import { outcomeName } from "../catalogue";
import type { GoneWay as GoneWayType } from "./react-flow-nodes";
import { wayPath } from "./way-path";

export function GoneWay(props: EdgeProps<GoneWayType>) {
  const { t } = useTranslation("flows");
  const [path, x, y] = wayPath(props);
  return (
    <g className="way" data-mark="removed">
      <BaseEdge path={path} interactionWidth={0} />
      <text className="way-mark" x={x} y={y}>
        {t("canvas.goneWay", { outcome: outcomeName({ name: props.data?.outcome ?? "" }) })}
      </text>
    </g>
  );
}
