// How a call went, as a sign and a word.
import {
  ArrowRightLeft,
  Bell,
  CircleSlash,
  ListOrdered,
  type LucideIcon,
  Phone,
  PhoneCall,
  PhoneMissed,
  PhoneOff,
  TriangleAlert,
} from "lucide-react";
import { useTranslation } from "react-i18next";
import type { CallRow } from "../../bindings/api";
import { useLive } from "../../live/store";

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

/** Of a call that goes on it says whether its caller waits in a queue. */
export function OutcomeSign({ call: { id, outcome } }: { call: Pick<CallRow, "id" | "outcome"> }) {
  const { t } = useTranslation("calls");
  const waits = useLive((live) => !!live.calls.get(id)?.waits);
  const Sign = waits ? ListOrdered : SIGNS[outcome];
  return (
    <span className="outcome" data-outcome={outcome}>
      <Sign size={14} strokeWidth={1.75} aria-hidden="true" />
      <span className="outcome-word cut">{t(`outcome.${waits ? "waits" : outcome}`)}</span>
    </span>
  );
}
