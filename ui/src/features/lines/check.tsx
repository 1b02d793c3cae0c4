// One thing that was asked of a line: how it went, what that means, and what the far side said.
import {
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CircleMinus,
  type LucideIcon,
  TriangleAlert,
} from "lucide-react";
import { useTranslation } from "react-i18next";
import type { LineCheck, LineCheckState } from "../../bindings/api";
import { dayAndTime } from "../../text/format";
import { visible } from "../calls/said";
import { statusWords } from "../calls/sentences";
import { known } from "./line-words";

const SIGNS: Record<LineCheckState, LucideIcon> = {
  running: CircleDashed,
  good: CircleCheck,
  warning: TriangleAlert,
  bad: CircleAlert,
  skipped: CircleMinus,
};

export function Check({ check: of }: { check: LineCheck }) {
  const { check, state, sentence: id, at } = of;
  const { t } = useTranslation("lines");
  const detail = detailWords(of);
  const Sign = SIGNS[state] ?? CircleDashed;
  return (
    <li className="check" data-state={state}>
      <Sign size={16} strokeWidth={1.75} aria-hidden="true" />
      <div>
        <p>
          <strong>{known("lines:test.check", check)}</strong>{" "}
          <span className="check-state">{t(`test.state.${state}`)}</span>
        </p>
        {id && <p className="quiet">{known("lines:test.sentence", `${check}.${id}`)}</p>}
        {detail && <p className="small code">{detail}</p>}
        {at !== null && <p className="small quiet">{t("test.seenAt", { time: dayAndTime(at) })}</p>}
      </div>
    </li>
  );
}

/** What the engine tells by a name, in words; anything else as it is. */
function detailWords({ sentence: id, detail }: LineCheck): string {
  if (!detail) return "";
  if (id === "notOut") return known("outside:where.refusal", detail);
  if (id === "byOffice") return known("calls:steps.callEnded", detail);
  if (id === "turnedDown" || id === "notBack") return statusWords(Number(detail));
  return visible(detail);
}
