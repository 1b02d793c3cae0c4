// Who cannot be reached, and who does not want to be.
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import type { PersonView } from "../../bindings/api";
import { PresenceMark, Section } from "../../design";
import { presenceOf } from "../../live/presence";
import { useLiveValue } from "../../live/select";
import { engineNow } from "../../live/store";
import { moment } from "../../text/format";

const MOST = 6;

export function Unreachable() {
  const { t } = useTranslation("now");
  const people = useLiveValue((live) =>
    [...live.people.values()]
      .filter((person) => person.reachable.state === "offline" && presenceOf(person) !== "notNow")
      .sort((a, b) => (b.reachable.since ?? 0) - (a.reachable.since ?? 0)),
  );
  return (
    <PeopleLines
      title={t("people.unreachable")}
      none={t("people.unreachableNone")}
      people={people}
      note={({ reachable: { since } }) =>
        since ? t("people.since", { time: moment(since, engineNow()) }) : ""
      }
    />
  );
}

export function Away() {
  const { t } = useTranslation(["now", "board"]);
  const people = useLiveValue((live) =>
    [...live.people.values()]
      .filter((person) => presenceOf(person) === "notNow")
      .sort((a, b) => (a.wants.until ?? Number.MAX_VALUE) - (b.wants.until ?? Number.MAX_VALUE)),
  );
  return (
    <PeopleLines
      title={t("people.away")}
      none={t("people.awayNone")}
      people={people}
      note={({ wants }) =>
        [
          wants.note || t(`board:wants.${wants.state}`),
          wants.until && t("board:wants.until", { time: moment(wants.until, engineNow()) }),
        ]
          .filter(Boolean)
          .join(" · ")
      }
    />
  );
}

function PeopleLines(props: {
  title: string;
  none: string;
  people: readonly PersonView[];
  note: (person: PersonView) => string;
}) {
  const { t } = useTranslation("now");
  const { title, none, people, note } = props;
  return (
    <Section title={title} aside={people.length > 0 && <span className="quiet">{people.length}</span>}>
      {people.length === 0 ? (
        <p className="now-none">{none}</p>
      ) : (
        <ul className="now-list">
          {people.slice(0, MOST).map((person) => (
            <li key={person.id}>
              <Link href={`/board?person=${person.id}`} className="now-line">
                <PresenceMark presence={presenceOf(person)} />
                <span className="cut">{person.name}</span>
                <span className="now-note cut">{note(person)}</span>
              </Link>
            </li>
          ))}
          {people.length > MOST && (
            <li className="now-more quiet">{t("people.more", { count: people.length - MOST })}</li>
          )}
        </ul>
      )}
    </Section>
  );
}
