// Sentences that stand out: notices, empty places, waiting.
import { CircleAlert, Info, type LucideIcon, TriangleAlert } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import "./notice.css";

export type Severity = "info" | "warning" | "problem";

const SIGNS: Record<Severity, LucideIcon> = { info: Info, warning: TriangleAlert, problem: CircleAlert };

/** What happened (title), what callers notice and what to do (children), and a button for it. */
export function Notice({
  severity = "info",
  title,
  children,
  actions,
}: {
  severity?: Severity;
  title?: string;
  children?: React.ReactNode;
  actions?: React.ReactNode;
}) {
  const Sign = SIGNS[severity];
  return (
    <div className="notice" data-severity={severity} role={severity === "problem" ? "alert" : "status"}>
      <Sign size={16} strokeWidth={1.75} aria-hidden="true" />
      <div className="notice-words">
        {title && <p className="notice-title">{title}</p>}
        {children && <div>{children}</div>}
      </div>
      {actions && <div className="notice-actions">{actions}</div>}
    </div>
  );
}

/** Nothing here yet: says what would be here, and does the next useful thing. */
export function EmptyState({
  icon: Icon,
  title,
  children,
  action,
}: {
  icon?: LucideIcon;
  title: string;
  children?: React.ReactNode;
  action?: React.ReactNode;
}) {
  return (
    <div className="empty">
      {Icon && <Icon size={28} strokeWidth={1.25} aria-hidden="true" />}
      <p className="empty-title">{title}</p>
      {children && <div className="empty-words">{children}</div>}
      {action}
    </div>
  );
}

/** `true` once something has taken so long that waiting should be shown. */
export function useSlow(isWaiting: boolean, after: number = 300): boolean {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    setSlow(false);
    if (!isWaiting) return;
    const timer = setTimeout(() => setSlow(true), after);
    return () => clearTimeout(timer);
  }, [isWaiting, after]);
  return slow;
}

/** Nothing for 300 ms, then a calm word: local data needs no skeleton. */
export function Waiting() {
  const { t } = useTranslation();
  const slow = useSlow(true);
  return slow ? (
    <p className="waiting" role="status">
      {t("loading")}
    </p>
  ) : null;
}
