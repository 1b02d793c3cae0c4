// A week as small as a stamp: seven lines, for lists.
import type { WeeklyRule } from "./api";
import { DAY, pieces, weekOf } from "./week";
import { weekDays } from "./when";

const LINE = 5;
const GAP = 2;

export function WeekThumb({ weekly }: { weekly: readonly WeeklyRule[] }) {
  const week = weekOf(weekly);
  return (
    <svg
      className="week-thumb"
      viewBox={`0 0 ${DAY / 12} ${7 * (LINE + GAP)}`}
      width={120}
      height={49}
      aria-hidden="true"
    >
      {weekDays().map((day, row) =>
        pieces(week, day).map(({ from, to, state }) => (
          <rect
            key={`${day} ${from}`}
            data-state={state}
            x={from / 12}
            y={row * (LINE + GAP)}
            width={(to - from) / 12}
            height={LINE}
          />
        )),
      )}
    </svg>
  );
}
