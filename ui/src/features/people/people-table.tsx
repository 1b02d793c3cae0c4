// The people as rows to walk through: only those in view are in the page, each drawn again by its own changes.
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, TriangleAlert } from "lucide-react";
import { memo, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { DeviceView, PersonId, PersonView } from "../../bindings/api";
import { PresenceMark } from "../../design";
import { presenceOf } from "../../live/presence";
import { useDevicesOf, useLiveValue, usePerson } from "../../live/select";
import { engineNow } from "../../live/store";
import { moment } from "../../text/format";
import { DoingWords, WantsWords } from "../board/presence-words";
import { phoneName } from "../phones/login-card";
import { attentionOf, type SortBy } from "./shown";
import "./people-table.css";

const ROW_PX = 36;
const HEAD_PX = 31;
const PAGE = 12;

export function PeopleTable({
  people,
  chosen,
  sort,
  onSort,
  onChoose,
  onOpen,
  onRemove,
}: {
  people: readonly PersonId[];
  chosen: PersonId | null;
  sort: SortBy;
  onSort: (by: SortBy) => void;
  onChoose: (id: PersonId) => void;
  /** Enter: whoever is chosen is looked at closely. */
  onOpen: (id: PersonId) => void;
  onRemove: (id: PersonId) => void;
}) {
  const { t } = useTranslation("people");
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: people.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    scrollMargin: HEAD_PX,
    getItemKey: (place) => people[place] ?? place,
    scrollPaddingStart: HEAD_PX,
    overscan: 10,
  });
  const place = chosen === null ? -1 : people.indexOf(chosen);

  useEffect(() => {
    if (place >= 0) rows.scrollToIndex(place, { align: "auto" });
  }, [place, rows]);

  const onKeyDown = (event: React.KeyboardEvent) => {
    // The headings have keys of their own.
    if (event.target !== event.currentTarget) return;
    const end = people.length - 1;
    const to: Record<string, number> = {
      ArrowDown: Math.min(end, place + 1),
      ArrowUp: Math.max(0, place - 1),
      PageDown: Math.min(end, place + PAGE),
      PageUp: Math.max(0, place - PAGE),
      Home: 0,
      End: end,
    };
    const next = people[to[event.key] ?? -1];
    if (next !== undefined) onChoose(next);
    else if (event.key === "Enter" && chosen !== null) onOpen(chosen);
    else if (event.key === "Delete" && chosen !== null) onRemove(chosen);
    else return;
    event.preventDefault();
  };

  return (
    <div
      className="people-table"
      role="grid"
      ref={scroller}
      tabIndex={0}
      aria-label={t("title")}
      aria-rowcount={people.length + 1}
      aria-activedescendant={place < 0 ? undefined : `entry-${chosen}`}
      onKeyDown={onKeyDown}
      data-testid="people"
    >
      <div className="people-table-head" role="row" aria-rowindex={1}>
        <SortHead by="name" sort={sort} onSort={onSort} />
        <SortHead by="number" sort={sort} onSort={onSort} />
        <SortHead by="team" sort={sort} onSort={onSort} />
        <span role="columnheader" className="col-doing">
          {t("columns.doing")}
        </span>
        <span role="columnheader" className="col-wants">
          {t("columns.wants")}
        </span>
        <span role="columnheader">{t("columns.phones")}</span>
      </div>
      <div className="people-table-rows" role="rowgroup" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ key, index, start, size }) => {
          const id = people[index];
          if (id === undefined) return null;
          return (
            <PersonRow
              key={key}
              id={id}
              place={index + 2}
              top={start - HEAD_PX}
              height={size}
              isChosen={id === chosen}
              onChoose={onChoose}
            />
          );
        })}
      </div>
    </div>
  );
}

function SortHead({ by, sort, onSort }: { by: SortBy; sort: SortBy; onSort: (by: SortBy) => void }) {
  const { t } = useTranslation("people");
  const isSorted = sort === by;
  return (
    <span role="columnheader" className={`col-${by}`} aria-sort={isSorted ? "ascending" : "none"}>
      <button type="button" onClick={() => onSort(by)}>
        {t(`columns.${by}`)}
        {isSorted && <ArrowDown size={12} aria-hidden="true" />}
      </button>
    </span>
  );
}

const PersonRow = memo(function PersonRow(props: {
  id: PersonId;
  place: number;
  top: number;
  height: number;
  isChosen: boolean;
  onChoose: (id: PersonId) => void;
}) {
  const { id, place, top, height, isChosen, onChoose } = props;
  const { t } = useTranslation("people");
  const person = usePerson(id);
  const trouble = useLiveValue((live) => attentionOf(live, id).length);
  if (!person) return null;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are handled by the rows as a whole
    <div
      className="people-table-row"
      role="row"
      id={`entry-${id}`}
      aria-rowindex={place}
      aria-selected={isChosen}
      style={{ height, transform: `translateY(${top}px)` }}
      onClick={() => onChoose(id)}
    >
      <span role="gridcell" className="col-name">
        <PresenceMark presence={presenceOf(person)} />
        <span className="cut">{person.name}</span>
        {trouble > 0 && (
          <span className="row-trouble" title={t("trouble")}>
            <TriangleAlert size={14} strokeWidth={1.75} aria-hidden="true" />
            <span className="unseen">{t("trouble")}</span>
          </span>
        )}
      </span>
      <span role="gridcell" className="col-number">
        {person.extension ?? <span className="quiet">–</span>}
      </span>
      <span role="gridcell" className="col-team">
        <span className="cut">{person.team}</span>
      </span>
      <span role="gridcell" className="col-doing">
        <DoingWords person={person} />
      </span>
      <span role="gridcell" className="col-wants">
        <WantsWords person={person} />
      </span>
      <span role="gridcell" className="col-phones">
        <Phones person={person} />
      </span>
    </div>
  );
});

/** Each phone by its name, and whether calls reach it. */
function Phones({ person }: { person: PersonView }) {
  const { t } = useTranslation("people");
  const devices = useDevicesOf(person.id);
  if (devices.length === 0) return <span className="quiet">{t("noPhone")}</span>;
  return (
    <>
      {devices.map((device) => (
        <span key={device.id} className="row-phone" data-online={device.online !== null}>
          <PresenceMark presence={device.online ? "free" : "offline"} size={8} />
          <span className="cut">{phoneName(device)}</span>
          <span className={devices.length === 1 && !device.online ? "cut quiet" : "unseen"}>
            {stateWords(device)}
          </span>
        </span>
      ))}
    </>
  );

  function stateWords({ online, lastSeen }: DeviceView): string {
    if (online) return t("phoneOnline");
    return lastSeen ? t("phoneSince", { time: moment(lastSeen, engineNow()) }) : t("phoneNever");
  }
}
