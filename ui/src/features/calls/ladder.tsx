// The messages of a call as arrows between the phones and the office, plain language first.
import { ChevronRight } from "lucide-react";
import { useId, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { TraceView } from "../../bindings/api";
import { Badge } from "../../design";
import { type Arrow, type Column, layOut } from "./ladder-layout";
import { Said, spoken, visible, visibleLines } from "./said";
import { statusWords } from "./sentences";
import { offset } from "./story";
import "./ladder.css";

export function Ladder({ trace }: { trace: TraceView }) {
  const { t } = useTranslation("calls");
  const { columns, arrows } = useMemo(() => layOut(trace), [trace]);
  const [place, setPlace] = useState(0);
  const list = useRef<HTMLOListElement>(null);
  if (arrows.length === 0) return <p className="quiet">{t("ladder.none")}</p>;

  const onKeyDown = (event: React.KeyboardEvent) => {
    const last = arrows.length - 1;
    const next = {
      ArrowDown: Math.min(last, place + 1),
      ArrowUp: Math.max(0, place - 1),
      Home: 0,
      End: last,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    setPlace(next);
    list.current?.querySelectorAll<HTMLElement>(".ladder-row")[next]?.focus();
  };

  return (
    <>
      <p className="ladder-lead">
        {t("ladder.lead")} {t("ladder.hint")}
      </p>
      <div className="ladder" style={{ "--lanes": columns.length } as React.CSSProperties}>
        <Heads columns={columns} />
        <ol ref={list} aria-label={t("ladder.label")} onKeyDown={onKeyDown}>
          {arrows.map((arrow, at) => (
            <Step
              // Arrows are only ever added at the end.
              // biome-ignore lint/suspicious/noArrayIndexKey: see above
              key={at}
              arrow={arrow}
              columns={columns}
              isPlace={at === Math.min(place, arrows.length - 1)}
              onPlace={() => setPlace(at)}
            />
          ))}
        </ol>
      </div>
      {trace.live && <p className="ladder-foot">{t("ladder.live")}</p>}
      {trace.leftOut > 0 && <p className="ladder-foot">{t("ladder.leftOut", { count: trace.leftOut })}</p>}
    </>
  );
}

function Heads({ columns }: { columns: Column[] }) {
  const { t } = useTranslation("calls");
  return (
    <div className="ladder-grid ladder-heads">
      <span>{t("ladder.plain")}</span>
      <span className="ladder-time">{t("ladder.time")}</span>
      <span className="lanes">
        {columns.map((column) =>
          column.kind === "office" ? (
            <span key="office" className="lane-head">
              <b>{t("office")}</b>
            </span>
          ) : (
            <span key={column.leg} className="lane-head" title={spoken(visible(column.address))}>
              <b className="cut">
                <bdi>{visible(column.name) || t("someone")}</bdi>
              </b>
              <span className="cut">
                <bdi>{visible(column.address)}</bdi>
              </span>
            </span>
          ),
        )}
      </span>
    </div>
  );
}

function Step(props: { arrow: Arrow; columns: Column[]; isPlace: boolean; onPlace: () => void }) {
  const { arrow, columns, isPlace, onPlace } = props;
  const { message, times } = arrow;
  const { t } = useTranslation("calls");
  const [isOpen, setOpen] = useState(false);
  const raw = useId();
  const nameOf = (place: number) => {
    const column = columns[place];
    if (!column || column.kind === "office") return t("office");
    return visible(column.name) || visible(column.address) || t("someone");
  };
  return (
    <li>
      <button
        type="button"
        className="ladder-row ladder-grid"
        tabIndex={isPlace ? 0 : -1}
        aria-expanded={isOpen}
        aria-controls={isOpen ? raw : undefined}
        onFocus={onPlace}
        onClick={() => setOpen(!isOpen)}
      >
        <span className="ladder-words">
          <ChevronRight size={13} aria-hidden="true" />
          <span>
            <Said text={arrow.sentence} />
            {times > 1 && (
              <>
                {" "}
                <Badge tone="warning">{t("ladder.repeated", { times })}</Badge>
              </>
            )}
          </span>
        </span>
        <span className="ladder-time">{offset(message.offset)}</span>
        <span className="unseen">
          {t("ladder.toward", {
            label: visible(arrow.label),
            from: nameOf(arrow.from),
            to: nameOf(arrow.to),
          })}
        </span>
        <Lanes arrow={arrow} count={columns.length} />
      </button>
      {isOpen && (
        <div className="ladder-raw" id={raw}>
          <p className="quiet">
            {t("ladder.raw")} · <bdi>{visible(message.flow)}</bdi>
          </p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
          <pre tabIndex={0} dir="ltr">
            {visibleLines(message.text)}
          </pre>
        </div>
      )}
    </li>
  );
}

/** The lanes of all ends with the arrow from one to another. */
function Lanes({ arrow, count }: { arrow: Arrow; count: number }) {
  const { from, to, message } = arrow;
  const left = Math.min(from, to);
  const right = Math.max(from, to);
  return (
    <span className="lanes" aria-hidden="true">
      {Array.from({ length: count }, (_, lane) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lanes are their places
        <span key={lane} className="lane" style={{ gridColumn: lane + 1 }} />
      ))}
      <span
        className="arrow"
        data-to={to > from ? "right" : "left"}
        data-kind={kindOf(message.status)}
        style={{
          gridColumn: `${left + 1} / ${right + 2}`,
          marginInline: `${50 / (right - left + 1)}%`,
        }}
        title={message.status === null ? undefined : statusTitle(message.status)}
      >
        <span className="arrow-label cut">
          {visible(arrow.label)}
          {message.sdp && <i className="arrow-sound">♪</i>}
        </span>
      </span>
    </span>
  );
}

function kindOf(status: number | null): string {
  if (status === null) return "request";
  // Being asked for a password and a withdrawn request are part of a normal call.
  if (status < 300 || [401, 407, 487].includes(status)) return "normal";
  return "refusal";
}

function statusTitle(status: number): string | undefined {
  return status >= 300 ? statusWords(status) : undefined;
}
