// Several things as chips: added by typing, put in order by pointer or keys, removed by their cross.
import { ChevronLeft, ChevronRight, X } from "lucide-react";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { ComboBox, IconButton, type Option } from "../../design";

export type ChipsProps = {
  label: string;
  description?: string;
  /** What an empty list means. */
  empty?: string;
  chosen: readonly Option[];
  /** What can be added; those chosen already are left out. */
  options: readonly Option[];
  addLabel: string;
  onChange: (ids: string[]) => void;
  /** Their order matters. */
  ordered?: boolean;
  /** Told what is typed, where something else than a choice may be meant. */
  onTyped?: (typed: string) => void;
  error?: string | undefined;
};

export function Chips(props: ChipsProps) {
  const { label, description, empty, chosen, options, addLabel, onChange, ordered = false, error } = props;
  const { t } = useTranslation("lines");
  const title = useId();
  const ids = chosen.map(({ id }) => id);
  const move = (place: number, by: 1 | -1) => onChange(moved(ids, place, place + by));
  return (
    <div className="chips" role="group" aria-labelledby={title}>
      <p className="chips-label" id={title}>
        {label}
      </p>
      {chosen.length > 0 ? (
        <ul className="chip-list" data-ordered={ordered || undefined}>
          {chosen.map((one, place) => (
            <li key={one.id} className="chip">
              {ordered && (
                <IconButton
                  icon={ChevronLeft}
                  label={t("chips.earlier", { name: one.label })}
                  isDisabled={place === 0}
                  onPress={() => move(place, -1)}
                />
              )}
              <bdi>{one.label}</bdi>
              {ordered && (
                <IconButton
                  icon={ChevronRight}
                  label={t("chips.later", { name: one.label })}
                  isDisabled={place === chosen.length - 1}
                  onPress={() => move(place, 1)}
                />
              )}
              <IconButton
                icon={X}
                label={t("chips.remove", { name: one.label })}
                onPress={() => onChange(ids.filter((id) => id !== one.id))}
              />
            </li>
          ))}
        </ul>
      ) : (
        empty && <p className="quiet">{empty}</p>
      )}
      <ComboBox
        // What was added is gone from the choices, and from the field.
        key={ids.join(" ")}
        label={addLabel}
        options={options.filter(({ id }) => !ids.includes(id))}
        value={null}
        onChange={(id) => onChange([...ids, id])}
        error={error}
        {...(description ? { description } : {})}
        {...(props.onTyped ? { onInputChange: props.onTyped, allowsCustomValue: true } : {})}
      />
    </div>
  );
}

/** The same things with one of them elsewhere. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const next = [...list];
  const [one] = next.splice(from, 1);
  if (one !== undefined) next.splice(Math.max(0, Math.min(to, next.length)), 0, one);
  return next;
}
