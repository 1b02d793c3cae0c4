// What can be done about whoever called from outside: block them, or let them through always.
import { useQueryClient } from "@tanstack/react-query";
import { Ban, EllipsisVertical, UserCheck } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { CallRow } from "../../bindings/api";
import { IconButton, Menu } from "../../design";
import { useMay } from "../../live/session";
import { tellRefused } from "../../live/toasts";
import { visible } from "./said";
import { type Screening, screenCaller } from "./screening";

export function CallerMenu({ call }: { call: CallRow }) {
  const { t } = useTranslation("calls");
  const may = useMay("admin");
  const queries = useQueryClient();
  const { number, name } = call.from;
  // A number that is hidden can be on no list.
  if (!may || call.direction !== "in" || !/\d/.test(number)) return null;
  const put = async (which: Screening) => {
    const caller = visible(name.trim() || number);
    try {
      await screenCaller(
        which,
        { number, name },
        t(`caller.told.${which}`, { caller }),
        t(`caller.list.${which}`),
      );
    } catch (error) {
      tellRefused(error);
    }
    void queries.invalidateQueries({ queryKey: ["caller-lists"] });
    void queries.invalidateQueries({ queryKey: ["calling-policy"] });
  };
  return (
    <Menu
      label={t("caller.menu")}
      trigger={<IconButton icon={EllipsisVertical} label={t("caller.menu")} />}
      entries={[
        { id: "block", label: t("caller.block"), icon: Ban, onAction: () => void put("blocked") },
        { id: "welcome", label: t("caller.welcome"), icon: UserCheck, onAction: () => void put("welcome") },
      ]}
    />
  );
}
