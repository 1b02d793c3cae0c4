// Whether the provider of a line stops calls abroad at a sum: asked until somebody has answered.
import { Check } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { LineId, LineSpendCap, PresetView } from "../../bindings/api";
import { Button, Notice } from "../../design";
import { useLine } from "../../live/select";
import { tellRefused } from "../../live/toasts";
import { visible } from "../calls/said";
import { lines } from "./api";
import { keep } from "./line-deeds";
import { known } from "./line-words";
import { useProviders } from "./queries";

const ANSWERS = ["on", "none"] as const satisfies LineSpendCap[];

export function SpendCap({ line: id }: { line: LineId }) {
  const { t } = useTranslation("lines");
  const line = useLine(id);
  const { data: presets = [] } = useProviders();
  if (!line) return null;
  const { spendCap, provider } = line;
  return (
    <div className="spend-cap">
      <p className="quiet">{t("spendCap.why")}</p>
      {spendCap === "notAnswered" && <Where preset={presets.find((preset) => preset.id === provider)} />}
      <div role="group" aria-label={t("spendCap.question")}>
        <p>{t("spendCap.question")}</p>
        <div className="spend-cap-answers">
          {ANSWERS.map((answer) => (
            <Button
              key={answer}
              size="small"
              aria-pressed={answer === spendCap}
              {...(answer === spendCap ? { icon: Check } : {})}
              onPress={() => void lines.answerSpendCap(id, answer).then(keep).catch(tellRefused)}
            >
              {t(`spendCap.${answer}`)}
            </Button>
          ))}
        </div>
      </div>
      <p className="quiet small" role="status">
        {t(`spendCap.answered.${spendCap}`)}
      </p>
    </div>
  );
}

/** What is known of this provider, and from where; where nothing is, what such a setting is usually called. */
function Where({ preset }: { preset: PresetView | undefined }) {
  const { t, i18n } = useTranslation("lines");
  const hint = preset?.spendCap;
  if (!hint) return <Notice severity="info">{t("spendCap.usual")}</Notice>;
  const said = hint.where[i18n.language] ?? hint.where.en ?? "";
  return (
    <Notice severity="info" title={known("lines:wizard.confidence", hint.confidence)}>
      <p>{visible(said)}</p>
      {hint.link && (
        <p>
          <a href={hint.link} target="_blank" rel="noreferrer">
            {t("wizard.help")}
          </a>
        </p>
      )}
    </Notice>
  );
}
