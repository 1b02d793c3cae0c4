// Whose fuse one is, and what it counts.
import { useTranslation } from "react-i18next";
import type { FuseView } from "../../bindings/api";
import { useLines, usePeople } from "../../live/select";
import { visible } from "../calls/said";
import { known } from "./line-words";

/** Whose fuse it is, and of what. */
export function useFuseName(): (
  fuse: Pick<FuseView, "of" | "person" | "line" | "what">,
  onlyWho?: boolean,
) => string {
  const { t } = useTranslation("outside");
  const people = usePeople();
  const all = useLines();
  return ({ of, person, line, what }, onlyWho = false) => {
    const who =
      of === "person"
        ? visible(people.get(person ?? -1)?.name ?? t("fuses.gone"))
        : of === "line"
          ? visible(all.get(line ?? -1)?.name ?? t("fuses.goneLine"))
          : of === "peer"
            ? t("fuses.peer")
            : t("fuses.office");
    return onlyWho ? who : t("fuses.name", { who, limit: known("outside:fuses.limit", what) });
  };
}
