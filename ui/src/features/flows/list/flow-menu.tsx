// What can be done with a flow of the list. A flow with a form is changed by it, unless somebody draws in it.
import { useQueryClient } from "@tanstack/react-query";
import { Copy, Download, MoreHorizontal, Pencil, Trash2, Workflow } from "lucide-react";
import { useTranslation } from "react-i18next";
import { IconButton, Menu, type MenuEntry } from "../../../design";
import { type FlowView, flowsApi } from "../api";
import { hasForm } from "../forms";
import { duplicate, removeFlow } from "./deeds";

export function FlowMenu(props: {
  flow: FlowView;
  onRename: () => void;
  onChange: () => void;
  onDraw: () => void;
  onCopied: (copy: FlowView) => void;
}) {
  const { flow, onRename, onChange, onDraw, onCopied } = props;
  const { t } = useTranslation("flows");
  const queries = useQueryClient();
  const own: MenuEntry[] = [
    hasForm(flow)
      ? { id: "change", label: t("groups.change"), icon: Pencil, onAction: onChange }
      : { id: "rename", label: t("list.rename"), icon: Pencil, onAction: onRename },
  ];
  if (flow.ringGroup ?? flow.queue) {
    own.push({ id: "drawing", label: t("groups.drawing"), icon: Workflow, onAction: onDraw });
  }
  return (
    <Menu
      label={t("list.more", { name: flow.name })}
      trigger={<IconButton icon={MoreHorizontal} label={t("list.more", { name: flow.name })} />}
      entries={[
        ...own,
        {
          id: "copy",
          label: t("list.duplicate"),
          icon: Copy,
          onAction: async () => {
            const copy = await duplicate(queries, flow);
            if (copy) onCopied(copy);
          },
        },
        {
          id: "export",
          label: t("list.export"),
          icon: Download,
          entries: (["cordboard", "reactFlow", "routeTargets"] as const).map((format) => ({
            id: format,
            label: t(`list.formats.${format}`),
            onAction: () => window.location.assign(flowsApi.exportFile(flow.id, format)),
          })),
        },
        { id: "line", separator: true },
        {
          id: "remove",
          label: t("list.remove"),
          icon: Trash2,
          danger: true,
          onAction: () => void removeFlow(queries, flow),
        },
      ]}
    />
  );
}
