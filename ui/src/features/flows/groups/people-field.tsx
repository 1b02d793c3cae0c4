// Several people in their order, each with what is set for them alone.
import { ChevronDown, ChevronUp, X } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { PersonId } from "../../../bindings/api";
import { ComboBox, IconButton } from "../../../design";
import { usePeople } from "../../../live/select";
import { visible } from "../../calls/said";
import { moved } from "../../lines/chips";
import "./groups.css";

export function PeopleField<One extends { person: PersonId }>(props: {
  label: string;
  /** Stands there while nobody is. */
  nobody: string;
  list: readonly One[];
  onChange: (list: One[]) => void;
  /** Somebody as they are when they have just been added. */
  added: (person: PersonId) => One;
  /** What is set for one of them, in their row. */
  own?: (one: One, name: string, set: (change: Partial<One>) => void) => React.ReactNode;
  error: string | undefined;
  /** What is set for all of them. */
  children?: React.ReactNode;
}) {
  const { label, nobody, list, onChange, added, own, error, children } = props;
  const { t } = useTranslation("flows");
  const people = usePeople();
  const rows = useRef<HTMLUListElement>(null);
  const [goesOnHere, setGoesOnHere] = useState(false);
  const left = [...people.values()]
    .filter(({ id }) => !list.some(({ person }) => person === id))
    .sort((a, b) => a.name.localeCompare(b.name));
  /** Whoever works with keys goes on where the row is now, even if that button has ended there. */
  const goOn = (place: number, act: "up" | "down" | "remove") =>
    requestAnimationFrame(() => {
      const row = rows.current?.children[place];
      const found = row?.querySelector<HTMLElement>(`[data-act="${act}"]:enabled`);
      (found ?? row?.querySelector<HTMLElement>("[data-act]:enabled"))?.focus();
    });
  const move = (place: number, by: 1 | -1) => {
    onChange(moved(list, place, place + by));
    goOn(place + by, by < 0 ? "up" : "down");
  };
  return (
    <fieldset className="group-members">
      <legend>{label}</legend>
      {list.length === 0 && <p className="quiet">{nobody}</p>}
      <ul ref={rows}>
        {list.map((one, place) => {
          const known = people.get(one.person);
          const name = known ? visible(known.name) : t("groups.goneMember");
          return (
            <li key={one.person} className="group-member">
              <span className="group-member-words">
                <bdi className="cut">{name}</bdi>
                {known?.extension && <span className="number quiet">{known.extension}</span>}
                {known?.reachable.state === "noDevice" && (
                  <span className="group-member-hint">{t("groups.noPhone")}</span>
                )}
              </span>
              {own?.(one, name, (change) =>
                onChange(list.map((each, at) => (at === place ? { ...each, ...change } : each))),
              )}
              <span className="group-member-acts">
                <IconButton
                  data-act="up"
                  icon={ChevronUp}
                  label={t("fields.up", { name })}
                  isDisabled={place === 0}
                  onPress={() => move(place, -1)}
                />
                <IconButton
                  data-act="down"
                  icon={ChevronDown}
                  label={t("fields.down", { name })}
                  isDisabled={place === list.length - 1}
                  onPress={() => move(place, 1)}
                />
                <IconButton
                  data-act="remove"
                  icon={X}
                  label={t("fields.removeItem", { name })}
                  onPress={() => {
                    // Where nobody is left there is no row to go on in.
                    setGoesOnHere(list.length === 1);
                    onChange(list.filter((_, at) => at !== place));
                    goOn(Math.min(place, list.length - 2), "remove");
                  }}
                />
              </span>
            </li>
          );
        })}
      </ul>
      <ComboBox
        // Whoever was added is gone from the choices, and from the field.
        key={list.length}
        label={t("groups.addMember")}
        options={left.map(({ id, name, extension }) => ({
          id: String(id),
          label: visible(name),
          ...(extension ? { description: extension } : {}),
        }))}
        value={null}
        onChange={(id) => {
          setGoesOnHere(true);
          onChange([...list, added(Number(id))]);
        }}
        // The next one is added at once.
        autoFocus={goesOnHere}
        error={error}
      />
      {children}
    </fieldset>
  );
}
