// How a call went, as a sign and a word.
import {
  ArrowRightLeft,
  Bell,
  CircleSlash,
  type LucideIcon,
  Phone,
  PhoneCall,
  PhoneMissed,
  PhoneOff,
  TriangleAlert,
} from "lucide-react";
import { useTranslation } from "react-i18next";
import type { CallRow } from "../../bindings/api";

const SIGNS: Record<CallRow["outcome"], LucideIcon> = {
  answered: Phone,
  busy: PhoneOff,
  declined: PhoneOff,
  refused: CircleSlash,
  transferred: ArrowRightLeft,
  nobodyAnswered: PhoneMissed,
  failed: TriangleAlert,
  ringing: Bell,
  talking: PhoneCall,
};

export function OutcomeSign({ outcome }: { outcome: CallRow["outcome"] }) {
  const { t } = useTranslation("calls");
  const Sign = SIGNS[outcome];
  return (
    <span className="outcome" data-outcome={outcome}>
      <Sign size={14} strokeWidth={1.75} aria-hidden="true" />
      <span className="outcome-word cut">{t(`outcome.${outcome}`)}</span>
    </span>
  );
}
