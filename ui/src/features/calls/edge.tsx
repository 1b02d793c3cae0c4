// Which way a call went over the office's edge, on which line, and which number was called or shown.
import { ArrowDownLeft, ArrowUpRight, type LucideIcon } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { CallRow, CallWay } from "../../bindings/api";
import { useLines } from "../../live/select";
import { visible } from "./said";

export type Direction = CallWay | "inside";

export const DIRECTIONS: readonly Direction[] = ["in", "out", "inside"];

export const directionOf = (call: Pick<CallRow, "direction">): Direction => call.direction ?? "inside";

const SIGNS: Record<CallWay, LucideIcon> = { in: ArrowDownLeft, out: ArrowUpRight };

/** In a row: the way as a sign, the line by its name, the number in small print. */
export function Edge({ call }: { call: CallRow }) {
  const { t } = useTranslation("calls");
  const line = useLineName(call);
  const direction = directionOf(call);
  const way = t(`direction.${direction}`);
  const number = numberOf(call);
  if (direction === "inside") {
    return (
      <span className="call-edge quiet">
        <span className="call-edge-words">{way}</span>
      </span>
    );
  }
  const Sign = SIGNS[direction];
  return (
    <span className="call-edge" data-direction={direction}>
      <Sign size={14} strokeWidth={1.75} role="img" aria-label={line ? `${way}, ` : way} />
      <span className="call-edge-words cut">
        {line ? <bdi>{line}</bdi> : <span aria-hidden="true">{way}</span>}
        {number && (
          <>
            {" "}
            <bdi className="quiet call-number">{number}</bdi>
          </>
        )}
      </span>
    </span>
  );
}

/** What a line is called: as it was at the time, else as it is now; `null` for another system or none. */
export function useLineName({ line, lineName }: Pick<CallRow, "line" | "lineName">): string | null {
  const lines = useLines();
  const name = lineName || (typeof line === "number" ? lines.get(line)?.name : undefined);
  return name ? visible(name) : null;
}

/** The number of the office that was called, or that whom it called was shown; empty for none. */
export function numberOf({ shownAs, shown }: Pick<CallRow, "shown" | "shownAs">): string {
  return visible(shownAs || shown || "");
}
