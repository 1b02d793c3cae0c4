// The calls as dense rows under the days they were on; only those in view are in the page.
import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useEffect, useLayoutEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { CallId, CallParty, CallRow } from "../../bindings/api";
import { Duration } from "../../design";
import { useNow } from "../../live/clock";
import { clockTime, running } from "../../text/format";
import { dayName } from "./day-name";
import { Edge } from "./edge";
import { talked, waited } from "./headline";
import { OutcomeSign } from "./outcome";
import { visible } from "./said";
import "./calls-list.css";

type Line = { heading: string; key: string } | CallRow;

const ROW_PX = 32;
const DAY_PX = 36;
const FETCH_BEFORE_END = 30;
/** The board shows all of them; here they must not hide the history. */
const MOST_LIVE = 6;

export function CallsList(props: {
  id: string;
  live: readonly CallRow[];
  past: readonly CallRow[];
  chosen: CallId | null;
  /** The row the arrow keys have reached. */
  place: CallId | null;
  onPlace: (call: CallId) => void;
  onOpen: (call: CallId) => void;
  hasMore: boolean;
  onMore: () => void;
}) {
  const { live, past, chosen, place, hasMore, onMore, onPlace, onOpen } = props;
  const { t } = useTranslation("calls");
  const scroller = useRef<HTMLDivElement>(null);
  const lines = useLines(live, past);
  const calls = useMemo(() => lines.filter(isCall), [lines]);
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: (at) => (isCall(lines[at]) ? ROW_PX : DAY_PX),
    getItemKey: (at) => keyOf(lines[at]),
    overscan: 10,
  });
  useStillness(scroller, lines);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the heights depend on what the lines are
  useLayoutEffect(() => rows.measure(), [lines]);

  const last = rows.getVirtualItems().at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && last >= lines.length - FETCH_BEFORE_END) onMore();
  }, [hasMore, last, lines.length, onMore]);

  const current = place ?? chosen;
  const isInView = rows.getVirtualItems().some(({ index }) => {
    const line = lines[index];
    return isCall(line) && line.id === current;
  });
  // Only a move of the place scrolls; new calls do not.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    const at = lines.findIndex((line) => isCall(line) && line.id === current);
    if (at >= 0) rows.scrollToIndex(at, { align: "auto" });
  }, [current]);

  const onKeyDown = (event: React.KeyboardEvent) => {
    const at = calls.findIndex((call) => call.id === current);
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? ROW_PX) / ROW_PX) - 1);
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page }[event.key];
    const goal = {
      Home: 0,
      End: calls.length - 1,
    }[event.key];
    const next =
      goal ?? (step === undefined ? undefined : Math.max(0, Math.min(calls.length - 1, at + step)));
    const call = next === undefined ? undefined : calls[next];
    if (call) {
      event.preventDefault();
      onPlace(call.id);
    } else if (event.key === "Enter" && current !== null) {
      event.preventDefault();
      onOpen(current);
    }
  };

  return (
    <div className="calls-list">
      <ColumnHeads />
      <div
        className="calls-scroller"
        ref={scroller}
        id={props.id}
        role="listbox"
        tabIndex={0}
        aria-label={t("list")}
        aria-activedescendant={isInView ? `call-${current}` : undefined}
        onKeyDown={onKeyDown}
        onFocus={() => {
          const first = calls[0];
          if (current === null && first) onPlace(first.id);
        }}
      >
        <div className="calls-rows" role="presentation" style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map(({ key, index, start, size }) => {
            const line = lines[index];
            if (!line) return null;
            return (
              <div
                key={key}
                role="presentation"
                className="calls-line"
                style={{ height: size, transform: `translateY(${start}px)` }}
              >
                {isCall(line) ? (
                  <CallLine
                    call={line}
                    isChosen={line.id === chosen}
                    isPlace={line.id === place}
                    place={calls.indexOf(line) + 1}
                    count={hasMore ? -1 : calls.length}
                    onOpen={onOpen}
                  />
                ) : (
                  <div className="calls-day" role="presentation">
                    {line.heading}
                  </div>
                )}
              </div>
            );
          })}
        </div>
        {calls.length > 0 && (
          <p className="calls-end" role="presentation">
            {t(hasMore ? "more" : "end")}
          </p>
        )}
      </div>
    </div>
  );
}

function ColumnHeads() {
  const { t } = useTranslation("calls");
  return (
    <div className="calls-heads call-grid" aria-hidden="true">
      <span>{t("columns.when")}</span>
      <span className="call-outcome">{t("columns.outcome")}</span>
      <span>{t("columns.from")}</span>
      <span>{t("columns.to")}</span>
      <span className="call-edge">
        <span className="call-edge-words">{t("columns.line")}</span>
      </span>
      <span className="call-time">{t("columns.waited")}</span>
      <span className="call-time">{t("columns.talked")}</span>
    </div>
  );
}

const CallLine = memo(function CallLine(props: {
  call: CallRow;
  isChosen: boolean;
  isPlace: boolean;
  place: number;
  count: number;
  onOpen: (call: CallId) => void;
}) {
  const { call, isChosen, isPlace } = props;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are handled by the list, which keeps the focus
    <div
      id={`call-${call.id}`}
      role="option"
      aria-selected={isChosen}
      aria-posinset={props.place}
      aria-setsize={props.count}
      className="call-line call-grid"
      data-place={isPlace || undefined}
      onClick={() => props.onOpen(call.id)}
    >
      <span className="call-when">{clockTime(call.startedAt)}</span>
      <span className="call-outcome">
        <OutcomeSign call={call} />
      </span>
      <Who party={call.from} />
      <Who party={call.to} />
      <Edge call={call} />
      <Times call={call} />
    </div>
  );
});

function Times({ call }: { call: CallRow }) {
  if (call.endedAt === null) {
    return (
      <>
        <span className="call-time">
          {call.answeredAt === null ? (
            <Duration since={call.startedAt} />
          ) : (
            running(waited(call, call.startedAt))
          )}
        </span>
        <span className="call-time">{call.answeredAt !== null && <Duration since={call.answeredAt} />}</span>
      </>
    );
  }
  const spoke = talked(call, call.endedAt);
  return (
    <>
      <span className="call-time">{running(waited(call, call.endedAt))}</span>
      <span className="call-time">{spoke === null ? "" : running(spoke)}</span>
    </>
  );
}

/** Name and number of one side, as plain text of its own direction. */
export function Who({ party: { name, number } }: { party: CallParty }) {
  const { t } = useTranslation("common");
  const shown = name.trim() || (number === "anonymous" ? "" : number) || t("anonymous");
  const beside = name.trim() && number !== "anonymous" ? number : "";
  return (
    <span className="call-who cut">
      <bdi>{visible(shown)}</bdi>
      {beside && (
        <>
          {" "}
          <bdi className="quiet call-number">{visible(beside)}</bdi>
        </>
      )}
    </span>
  );
}

function useLines(live: readonly CallRow[], past: readonly CallRow[]): Line[] {
  const { t } = useTranslation("calls");
  const today = useNow(60_000);
  return useMemo(() => {
    const lines: Line[] = [];
    if (live.length) {
      const more = live.length - MOST_LIVE;
      const heading = more > 0 ? t("days.liveMore", { count: more }) : t("days.live");
      lines.push({ heading, key: "live" }, ...live.slice(0, MOST_LIVE));
    }
    let dayBefore = "";
    for (const call of past) {
      const day = new Date(call.startedAt).toDateString();
      if (day !== dayBefore) lines.push({ heading: dayName(call.startedAt, today, t), key: day });
      dayBefore = day;
      lines.push(call);
    }
    return lines;
  }, [live, past, today, t]);
}

/** While one reads further down, calls that come on top do not move what is read. */
function useStillness(scroller: React.RefObject<HTMLDivElement | null>, lines: readonly Line[]): void {
  const before = useRef(lines);
  useLayoutEffect(() => {
    const old = before.current;
    before.current = lines;
    const box = scroller.current;
    if (!box || box.scrollTop < DAY_PX || old === lines) return;
    const top = lineAt(old, box.scrollTop);
    if (!top) return;
    const moved = offsetOf(lines, keyOf(top.line));
    if (moved !== null) box.scrollTop = moved + (box.scrollTop - top.start);
  }, [lines, scroller]);
}

function lineAt(lines: readonly Line[], y: number): { line: Line; start: number } | null {
  let start = 0;
  for (const line of lines) {
    const height = isCall(line) ? ROW_PX : DAY_PX;
    // A heading may go away with its last call: calls stay.
    if (start + height > y && isCall(line)) return { line, start };
    start += height;
  }
  return null;
}

function offsetOf(lines: readonly Line[], key: string | number): number | null {
  let start = 0;
  for (const line of lines) {
    if (keyOf(line) === key) return start;
    start += isCall(line) ? ROW_PX : DAY_PX;
  }
  return null;
}

function isCall(line: Line | undefined): line is CallRow {
  return line !== undefined && "id" in line;
}

function keyOf(line: Line | undefined): string | number {
  return line === undefined ? -1 : isCall(line) ? line.id : line.key;
}
