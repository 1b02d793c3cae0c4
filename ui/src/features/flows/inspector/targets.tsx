// Who rings or is asked for: people, ring groups, queues, phones and numbers, in their order.
import { ChevronDown, ChevronUp, UserRoundPlus, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, ComboBox, IconButton } from "../../../design";
import { isPlaceholder } from "../document";
import { useThings } from "../names";
import { type Target, targetName } from "../summary";
import { Create } from "./create";
import { FieldError } from "./field-error";
import type { FieldProps } from "./param-field";

export function TargetsField(
  props: FieldProps<Target[]> & {
    /** Somebody of a queue may be free; a queue does not ring. */
    hasQueues: boolean;
  },
) {
  const { label, value, onChange, error, hasQueues } = props;
  const { t } = useTranslation("flows");
  const things = useThings((now) => now.things);
  const [creating, setCreating] = useState(false);
  const [typed, setTyped] = useState("");
  const list = Array.isArray(value) ? value : [];
  const people = (things.person ?? []).filter(
    ({ id }) => !list.some((target) => target.type === "user" && target.id === id),
  );
  const groups = (things.ringGroup ?? []).filter(
    ({ id }) => !list.some((target) => target.type === "ring_group" && target.id === id),
  );
  const queues = (hasQueues ? (things.queue ?? []) : []).filter(
    ({ id }) => !list.some((target) => target.type === "queue" && target.id === id),
  );
  const phones = (things.device ?? []).filter(
    ({ id }) => !list.some((target) => target.type === "device" && target.id === id),
  );
  const number = typed.replace(/[\s()/-]/g, "");
  const isNumber = /^[+*#\d][*#\d]*$/.test(number);
  // Whoever is added takes the first place that waits for somebody.
  const add = (target: Target) => {
    const waiting = list.findIndex(({ id, type }) => type !== "number" && isPlaceholder(id));
    onChange(waiting < 0 ? [...list, target] : list.map((one, place) => (place === waiting ? target : one)));
    setTyped("");
  };
  const move = (place: number, by: 1 | -1) => {
    const next = [...list];
    const [moved] = next.splice(place, 1);
    if (moved) next.splice(place + by, 0, moved);
    onChange(next);
  };
  return (
    <fieldset className="rows-field">
      <legend>{label}</legend>
      <ul>
        {list.map((target, place) => {
          const name = targetName(target, things);
          return (
            <li
              key={`${target.type} ${target.id}`}
              className="rows-line"
              data-waits={isPlaceholder(target.id) && target.type !== "number" ? "" : undefined}
            >
              <span className="cut">{name}</span>
              <IconButton
                icon={ChevronUp}
                label={t("fields.up", { name })}
                isDisabled={place === 0}
                onPress={() => move(place, -1)}
              />
              <IconButton
                icon={ChevronDown}
                label={t("fields.down", { name })}
                isDisabled={place === list.length - 1}
                onPress={() => move(place, 1)}
              />
              <IconButton
                icon={X}
                label={t("fields.removeItem", { name })}
                onPress={() => onChange(list.filter((_, at) => at !== place))}
              />
            </li>
          );
        })}
      </ul>
      <div className="ref-line">
        <ComboBox
          key={list.length}
          label={t("fields.addTarget")}
          placeholder={t(hasQueues ? "fields.addTargetOrQueueNote" : "fields.addTargetNote")}
          options={[
            ...people.map(({ id, name, note }) => ({
              id: `user ${id}`,
              label: name,
              ...(note ? { description: note } : {}),
            })),
            ...groups.map(({ id, name }) => ({
              id: `ring_group ${id}`,
              label: name,
              description: t("refs.ringGroup.name"),
            })),
            ...queues.map(({ id, name }) => ({
              id: `queue ${id}`,
              label: name,
              description: t("refs.queue.name"),
            })),
            ...phones.map(({ id, name, note }) => ({
              id: `device ${id}`,
              label: note ? `${name} · ${note}` : name,
              description: t("fields.device"),
            })),
            ...(isNumber ? [{ id: `number ${number}`, label: number, description: t("fields.number") }] : []),
          ]}
          value={null}
          onInputChange={setTyped}
          allowsCustomValue
          onChange={(chosen) => {
            const [type = "", id = ""] = chosen.split(" ");
            add({ type, id });
          }}
        />
        <IconButton icon={UserRoundPlus} label={t("create.person")} onPress={() => setCreating(true)} />
      </div>
      {isNumber && (
        <Button size="small" onPress={() => add({ type: "number", id: number })}>
          {t("fields.addNumber", { number })}
        </Button>
      )}
      <FieldError error={error} />
      {creating && (
        <Create
          what="person"
          onMade={(id) => {
            setCreating(false);
            add({ type: "user", id });
          }}
          onClose={() => setCreating(false)}
        />
      )}
    </fieldset>
  );
}
