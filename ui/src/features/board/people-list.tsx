// The people as dense rows: only those in view are in the page, and each is drawn again only by its own changes.
import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { CallId, PersonId } from "../../bindings/api";
import { PresenceMark } from "../../design";
import { presenceOf } from "../../live/presence";
import { useLiveValue, usePerson } from "../../live/select";
import { useOwnPerson } from "../../live/session";
import { useLive } from "../../live/store";
import { mayDirect } from "./actions";
import { startDrag } from "./drag";
import { PersonAct } from "./person-act";
import { openPersonMenu, PersonMenuButton } from "./person-menu";
import { DoingWords, ReachableWords, WantsWords } from "./presence-words";
import { setBoard, useBoard } from "./state";
import "./people-list.css";

type Line = { team: string; people: PersonId[] } | PersonId;

const ROW_PX = 32;
const COMPACT_PX = 28;
const TEAM_PX = 36;

/** Rows of people; `grouped` puts a heading before each team. */
export function PeopleList(props: {
  id: string;
  people: readonly PersonId[];
  grouped: boolean;
  compact: boolean;
  call: CallId | null;
}) {
  const { people, grouped, compact, call } = props;
  const { t } = useTranslation("board");
  const scroller = useRef<HTMLDivElement>(null);
  const lines = useLines(people, grouped);
  const chosen = useBoard((board) => board.person);
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: (place) => (typeof lines[place] === "object" ? TEAM_PX : compact ? COMPACT_PX : ROW_PX),
    getItemKey: (place) => {
      const line = lines[place];
      return typeof line === "object" ? `team ${line.team}` : (line ?? place);
    },
    overscan: 8,
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: the heights depend on these
  useEffect(() => rows.measure(), [compact, grouped]);

  useEffect(() => {
    const place = chosen === null ? -1 : lines.indexOf(chosen);
    const line = rows.measurementsCache[place];
    const top = rows.scrollOffset ?? 0;
    const bottom = top + (rows.scrollRect?.height ?? 0);
    // Asking for a place that is in view would only cost a layout.
    if (line && (line.start < top || line.end > bottom)) rows.scrollToIndex(place, { align: "auto" });
  }, [chosen, lines, rows]);

  return (
    <div
      className="people-list"
      ref={scroller}
      role="grid"
      tabIndex={0}
      id={props.id}
      aria-label={t("people")}
      aria-rowcount={people.length}
      aria-activedescendant={chosen === null ? undefined : `person-${chosen}`}
      data-compact={compact || undefined}
      data-drop-scroller=""
    >
      <div className="people-rows" role="presentation" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ key, index, start, size }) => {
          const line = lines[index];
          if (line === undefined) return null;
          return (
            <div
              key={key}
              className="people-line"
              role="presentation"
              style={{ height: size, transform: `translateY(${start}px)` }}
            >
              {typeof line === "object" ? (
                <TeamHeading {...line} />
              ) : (
                <PersonRow id={line} place={people.indexOf(line) + 1} call={call} />
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function useLines(people: readonly PersonId[], grouped: boolean): Line[] {
  const all = useLive((live) => (grouped ? live.people : null));
  return useMemo(() => {
    if (!all) return [...people];
    const lines: Line[] = [];
    let heading: { team: string; people: PersonId[] } | undefined;
    for (const id of people) {
      const team = all.get(id)?.team ?? "";
      if (heading?.team !== team) {
        heading = { team, people: [] };
        lines.push(heading);
      }
      heading.people.push(id);
      lines.push(id);
    }
    return lines;
  }, [people, all]);
}

export function TeamHeading({ team, people }: { team: string; people: readonly PersonId[] }) {
  const { t } = useTranslation("board");
  const free = useFree(people);
  return (
    <div className="team-heading" role="row">
      <div role="gridcell">
        {team || t("noTeam")} <span className="quiet">{t("free", { free, all: people.length })}</span>
      </div>
    </div>
  );
}

/** How many of them are free. */
export function useFree(people: readonly PersonId[]): number {
  return useLiveValue(
    (live) =>
      people.filter((id) => {
        const person = live.people.get(id);
        return person && presenceOf(person) === "free";
      }).length,
  );
}

const PersonRow = memo(function PersonRow({
  id,
  place,
  call,
}: {
  id: PersonId;
  place: number;
  call: CallId | null;
}) {
  const person = usePerson(id);
  const isChosen = useBoard((board) => board.person === id);
  const isOwn = useOwnPerson() === id;
  // Buttons are made only where they are seen: they cost more than the rest of the row.
  const [isNear, setNear] = useState(false);
  if (!person) return null;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are handled by the board as a whole
    <div
      className="person-row"
      role="row"
      id={`person-${id}`}
      aria-rowindex={place}
      aria-selected={isChosen}
      data-drop={id}
      onPointerEnter={() => setNear(true)}
      onPointerLeave={() => setNear(false)}
      onClick={() => setBoard({ person: id })}
      onContextMenu={(event) => {
        event.preventDefault();
        setBoard({ person: id });
        openPersonMenu(
          id,
          event.currentTarget.querySelector<HTMLElement>("[data-name]") ?? event.currentTarget,
        );
      }}
      onPointerDown={(event) => mayDirect() && startDrag(event, { kind: "person", id })}
    >
      <span className="person-name" role="gridcell" data-name="">
        <PresenceMark presence={presenceOf(person)} />
        <span className="cut" data-own={isOwn || undefined}>
          {person.name}
        </span>
      </span>
      <span className="person-number" role="gridcell">
        {person.extension}
      </span>
      <span className="person-doing" role="gridcell">
        <DoingWords person={person} />
      </span>
      <span className="person-wants" role="gridcell">
        <WantsWords person={person} />
      </span>
      <span className="person-reachable" role="gridcell">
        <ReachableWords person={person} />
      </span>
      <span className="person-acts" role="gridcell" onPointerDown={(event) => event.stopPropagation()}>
        {(isNear || isChosen) && (
          <>
            <PersonAct person={person} call={call} />
            <PersonMenuButton person={person} />
          </>
        )}
      </span>
    </div>
  );
});
