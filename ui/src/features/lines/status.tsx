// How the lines are, for the bar at the bottom of every screen; each state has its word.
import { PhoneOutgoing, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { useLiveValue } from "../../live/select";
import { useMay } from "../../live/session";
import "./status.css";

export function LinesStatus() {
  const { t } = useTranslation("lines");
  const mayManage = useMay("admin");
  const facts = useLiveValue(({ lines }) => {
    const used = [...lines.values()].filter(({ enabled }) => enabled);
    return {
      count: used.length,
      all: lines.size,
      up: used.filter(({ live }) => live.state === "up").length,
      starting: used.some(({ live }) => live.state === "starting"),
    };
  });
  if (!mayManage) return null;
  const { count, all, up, starting } = facts;
  const isTrouble = up < count && !starting;
  const words =
    count === 0
      ? t(all === 0 ? "status.none" : "status.off")
      : up === count
        ? t("status.up", { count })
        : up === 0 && !starting
          ? t("status.down", { count })
          : t("status.some", { up, count });
  const Sign = isTrouble ? TriangleAlert : PhoneOutgoing;
  return (
    <Link href="/lines/lines" className="lines-status" data-trouble={isTrouble || undefined}>
      <Sign size={13} strokeWidth={1.75} aria-hidden="true" />
      {words}
    </Link>
  );
}
