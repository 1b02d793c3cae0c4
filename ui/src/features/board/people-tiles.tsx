// The people as tiles, by team: 200 of them on one large screen.
import { memo } from "react";
import { useTranslation } from "react-i18next";
import type { PersonId } from "../../bindings/api";
import { Duration, PresenceMark } from "../../design";
import { presenceOf } from "../../live/presence";
import { useCall, useCallsOf, useLiveValue, usePerson } from "../../live/select";
import { mayDirect } from "./actions";
import { startDrag } from "./drag";
import { useFree } from "./people-list";
import { openPersonMenu } from "./person-menu";
import { presenceWord } from "./presence-words";
import { setBoard, useBoard } from "./state";
import "./people-tiles.css";

export function PeopleTiles({
  id,
  people,
  grouped,
  compact,
}: {
  id: string;
  people: readonly PersonId[];
  grouped: boolean;
  compact: boolean;
}) {
  const { t } = useTranslation("board");
  const chosen = useBoard((board) => board.person);
  const teams = useTeamsOf(people, grouped);
  return (
    <div
      className="people-tiles"
      id={id}
      role="listbox"
      tabIndex={0}
      aria-label={t("people")}
      aria-activedescendant={chosen === null ? undefined : `person-${chosen}`}
      data-compact={compact || undefined}
      data-drop-scroller=""
    >
      {teams.map(([team, members]) => (
        <TileGroup key={team ?? ""} team={team} people={members} />
      ))}
    </div>
  );
}

function useTeamsOf(people: readonly PersonId[], grouped: boolean): [string | null, PersonId[]][] {
  // A flat list of alternating team and person compares well, so nothing is drawn when nobody moved.
  const flat = useLiveValue((live) =>
    people.map((id) => (grouped ? (live.people.get(id)?.team ?? "") : null)),
  );
  const groups: [string | null, PersonId[]][] = [];
  people.forEach((id, place) => {
    const team = flat[place] ?? null;
    const last = groups.at(-1);
    if (last && last[0] === team) last[1].push(id);
    else groups.push([team, [id]]);
  });
  return groups;
}

function TileGroup({ team, people }: { team: string | null; people: readonly PersonId[] }) {
  const { t } = useTranslation("board");
  const free = useFree(people);
  const name = team || t("noTeam");
  return (
    <div role="group" className="tile-group" aria-label={team === null ? t("people") : name}>
      {team !== null && (
        <p className="tile-heading" aria-hidden="true">
          {name} <span className="quiet">{t("free", { free, all: people.length })}</span>
        </p>
      )}
      <div className="tiles" role="presentation">
        {people.map((id) => (
          <Tile key={id} id={id} />
        ))}
      </div>
    </div>
  );
}

const Tile = memo(function Tile({ id }: { id: PersonId }) {
  const { t } = useTranslation("board");
  const person = usePerson(id);
  const [callId] = useCallsOf(id);
  const call = useCall(callId ?? -1);
  const isChosen = useBoard((board) => board.person === id);
  if (!person) return null;
  const presence = presenceOf(person);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are handled by the board as a whole
    <div
      className="tile"
      role="option"
      id={`person-${id}`}
      aria-selected={isChosen}
      data-presence={presence}
      data-drop={id}
      onClick={(event) => {
        setBoard({ person: id });
        openPersonMenu(id, event.currentTarget);
      }}
      onContextMenu={(event) => {
        event.preventDefault();
        setBoard({ person: id });
        openPersonMenu(id, event.currentTarget);
      }}
      onPointerDown={(event) => mayDirect() && startDrag(event, { kind: "person", id })}
    >
      <PresenceMark presence={presence} />
      <span className="tile-name cut">{person.name}</span>
      <span className="tile-number">{person.extension}</span>
      <span className="tile-state cut">{t(presenceWord(person))}</span>
      {call && person.doing !== "idle" && <Duration since={call.answeredAt ?? call.startedAt} />}
    </div>
  );
});
