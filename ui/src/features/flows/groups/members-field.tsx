// Who is in a ring group: people, in their order.
import { ChevronDown, ChevronUp, X } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { RingGroupMember } from "../../../bindings/api";
import { ComboBox, IconButton, NumberField } from "../../../design";
import { usePeople } from "../../../live/select";
import { visible } from "../../calls/said";
import { moved } from "../../lines/chips";
import "./groups.css";

const LATEST = 120;

export function MembersField(props: {
  members: readonly RingGroupMember[];
  onChange: (members: RingGroupMember[]) => void;
  /** All ring at once, some of them perhaps later. */
  hasDelays: boolean;
  error: string | undefined;
}) {
  const { members, onChange, hasDelays, error } = props;
  const { t } = useTranslation("flows");
  const people = usePeople();
  const rows = useRef<HTMLUListElement>(null);
  const [goesOnHere, setGoesOnHere] = useState(false);
  const left = [...people.values()]
    .filter(({ id }) => !members.some(({ person }) => person === id))
    .sort((a, b) => a.name.localeCompare(b.name));
  /** Whoever works with keys goes on where the row is now, even if that button has ended there. */
  const goOn = (place: number, act: "up" | "down" | "remove") =>
    requestAnimationFrame(() => {
      const row = rows.current?.children[place];
      const found = row?.querySelector<HTMLElement>(`[data-act="${act}"]:enabled`);
      (found ?? row?.querySelector<HTMLElement>("[data-act]:enabled"))?.focus();
    });
  const move = (place: number, by: 1 | -1) => {
    onChange(moved(members, place, place + by));
    goOn(place + by, by < 0 ? "up" : "down");
  };
  return (
    <fieldset className="group-members">
      <legend>{t("groups.members")}</legend>
      {members.length === 0 && <p className="quiet">{t("groups.nobody")}</p>}
      <ul ref={rows}>
        {members.map(({ person, delay }, place) => {
          const known = people.get(person);
          const name = known ? visible(known.name) : t("groups.goneMember");
          return (
            <li key={person} className="group-member">
              <span className="group-member-words">
                <bdi className="cut">{name}</bdi>
                {known?.extension && <span className="number quiet">{known.extension}</span>}
                {known?.reachable.state === "noDevice" && (
                  <span className="group-member-hint">{t("groups.noPhone")}</span>
                )}
              </span>
              {hasDelays && (
                <NumberField
                  label={t("groups.delay", { name })}
                  bare
                  unit={t("groups.later")}
                  minValue={0}
                  maxValue={LATEST}
                  value={delay}
                  onChange={(seconds) =>
                    Number.isFinite(seconds) &&
                    onChange(members.map((one, at) => (at === place ? { ...one, delay: seconds } : one)))
                  }
                />
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
                  isDisabled={place === members.length - 1}
                  onPress={() => move(place, 1)}
                />
                <IconButton
                  data-act="remove"
                  icon={X}
                  label={t("fields.removeItem", { name })}
                  onPress={() => {
                    // Where nobody is left there is no row to go on in.
                    setGoesOnHere(members.length === 1);
                    onChange(members.filter((_, at) => at !== place));
                    goOn(Math.min(place, members.length - 2), "remove");
                  }}
                />
              </span>
            </li>
          );
        })}
      </ul>
      <ComboBox
        // Whoever was added is gone from the choices, and from the field.
        key={members.length}
        label={t("groups.addMember")}
        options={left.map(({ id, name, extension }) => ({
          id: String(id),
          label: visible(name),
          ...(extension ? { description: extension } : {}),
        }))}
        value={null}
        onChange={(id) => {
          setGoesOnHere(true);
          onChange([...members, { person: Number(id), delay: 0 }]);
        }}
        // The next one is added at once.
        autoFocus={goesOnHere}
        error={error}
      />
    </fieldset>
  );
}
