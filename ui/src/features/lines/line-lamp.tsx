// The state of a line as shape, colour and word.
import { CircleAlert, CircleCheck, CircleDashed, CircleSlash } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { LineState } from "../../bindings/api";

const SIGNS = {
  up: CircleCheck,
  starting: CircleDashed,
  off: CircleSlash,
  down: CircleAlert,
  refused: CircleAlert,
} as const;

export function LineLamp({ state }: { state: LineState }) {
  const { t } = useTranslation("lines");
  const Sign = SIGNS[state] ?? CircleDashed;
  return (
    <span className="line-lamp" data-state={state}>
      <Sign size={15} strokeWidth={2} aria-hidden="true" />
      <span>{t(`state.${state}`)}</span>
    </span>
  );
}
