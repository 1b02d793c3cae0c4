// How many errors and warnings: each with its own shape and a word, never by colour alone.
import { CircleCheck, CircleX, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import "./problem-count.css";

export function ProblemCount({ errors, warnings }: { errors: number; warnings: number }) {
  const { t } = useTranslation("flows");
  if (errors + warnings === 0) {
    return (
      <span className="problem-count" data-level="none">
        <CircleCheck size={14} strokeWidth={1.75} aria-hidden="true" />
        {t("problems.none")}
      </span>
    );
  }
  return (
    <span className="problem-counts">
      {errors > 0 && (
        <span className="problem-count" data-level="error" title={t("problems.errors", { count: errors })}>
          <CircleX size={14} strokeWidth={1.75} aria-hidden="true" />
          <span aria-hidden="true">{errors}</span>
          <span className="unseen">{t("problems.errors", { count: errors })}</span>
        </span>
      )}
      {warnings > 0 && (
        <span
          className="problem-count"
          data-level="warning"
          title={t("problems.warnings", { count: warnings })}
        >
          <TriangleAlert size={14} strokeWidth={1.75} aria-hidden="true" />
          <span aria-hidden="true">{warnings}</span>
          <span className="unseen">{t("problems.warnings", { count: warnings })}</span>
        </span>
      )}
    </span>
  );
}
