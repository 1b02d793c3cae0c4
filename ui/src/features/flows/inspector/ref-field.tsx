// A reference to something of the office: found by typing, or made at once without leaving the drawing.
import { Plus, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ComboBox, IconButton, Notice } from "../../../design";
import type { RefKind } from "../api";
import { isPlaceholder } from "../document";
import { type Choice, MISSING, nameOfRef, thingOf, useThings } from "../names";
import { say } from "../say";
import { Create, isCreatable } from "./create";
import type { FieldProps } from "./param-field";

export function RefField(props: FieldProps<string> & { of: RefKind; isRequired?: boolean }) {
  const { label, value, onChange, error, of, isRequired } = props;
  const { t } = useTranslation("flows");
  const things = useThings((now) => now.things);
  const [creating, setCreating] = useState(false);
  const offered = things[of] ?? [];
  const chosen = thingOf(things, of, value);
  const known = chosen !== undefined;
  // What is chosen now stays, even if nobody could choose it anew.
  const choices: readonly Choice[] =
    chosen && !offered.includes(chosen) ? [...offered, { id: chosen.id, name: chosen.name }] : offered;
  const waits = isPlaceholder(value) || (value !== "" && !known);
  if (MISSING.includes(of) && choices.length === 0) {
    return (
      <div className="field">
        <span className="field-label">{label}</span>
        <Notice severity="warning">{say(`refs.${of}.none`, {}, "")}</Notice>
      </div>
    );
  }
  return (
    <>
      <div className="ref-line">
        <ComboBox
          // What was made meanwhile is to be seen: the box keeps what it was given first.
          key={`${value} ${known} ${choices.length}`}
          label={label}
          placeholder={waits ? nameOfRef(things, of, value) : say(`refs.${of}.none`, {}, "")}
          options={[
            ...(isRequired === false ? [{ id: "", label: t("fields.none") }] : []),
            ...choices.map(({ id, name, note, heading }) => ({
              id,
              label: name,
              ...(note ? { description: note } : {}),
              ...(heading ? { heading } : {}),
            })),
          ]}
          value={known ? String(value) : null}
          onChange={(id) => id !== value && onChange(id)}
          error={error}
        />
        {isCreatable(of) && (
          <IconButton icon={Plus} label={t(`create.${of}`)} onPress={() => setCreating(true)} />
        )}
      </div>
      {creating && isCreatable(of) && (
        <Create
          what={of}
          onMade={(id) => {
            setCreating(false);
            onChange(id);
          }}
          onClose={() => setCreating(false)}
        />
      )}
    </>
  );
}

export function RefsField(props: FieldProps<string[]> & { of: RefKind }) {
  const { label, value, onChange, error, of } = props;
  const { t } = useTranslation("flows");
  const things = useThings((now) => now.things);
  const list = Array.isArray(value) ? value : [];
  const left = (things[of] ?? []).filter(({ id }) => !list.includes(id));
  return (
    <fieldset className="rows-field">
      <legend>{label}</legend>
      <ul>
        {list.map((id) => {
          const name = nameOfRef(things, of, id);
          return (
            <li key={id} className="rows-line">
              <span className="cut">{name}</span>
              <IconButton
                icon={X}
                label={t("fields.removeItem", { name })}
                onPress={() => onChange(list.filter((one) => one !== id))}
              />
            </li>
          );
        })}
      </ul>
      <ComboBox
        key={list.length}
        label={t("fields.addTarget")}
        options={left.map(({ id, name, note }) => ({
          id,
          label: name,
          ...(note ? { description: note } : {}),
        }))}
        value={null}
        onChange={(id) => onChange([...list, id])}
        error={error}
      />
    </fieldset>
  );
}
