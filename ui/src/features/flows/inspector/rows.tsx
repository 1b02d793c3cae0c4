// Settings that are lists of rows: rules about the caller, shares, words.
import { Plus, X } from "lucide-react";
import { TextField as AriaTextField, Input } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { Button, Checkbox, IconButton, NumberField, Select, TextField } from "../../../design";
import { say } from "../say";
import { FieldError } from "./field-error";
import type { FieldProps } from "./param-field";
import { RefField } from "./ref-field";

type Row = Record<string, unknown>;

/** An id for a new row that no other row has: `a`, `b`, … */
export function rowId(rows: readonly Row[]): string {
  const taken = new Set(rows.map(({ id }) => id));
  for (let count = 1; ; count += 1) {
    const id = count <= 26 ? String.fromCharCode(96 + count) : `r${count}`;
    if (!taken.has(id)) return id;
  }
}

/** Sets some fields of one row and takes others away. */
export function withRow<Item>(rows: readonly Item[], place: number, change: Partial<Item>): Item[] {
  return rows.map((row, at) => (at === place ? { ...row, ...change } : row));
}

export function RowsField(props: {
  label: string;
  add: string;
  onAdd: () => void;
  error: string | undefined;
  children: React.ReactNode;
}) {
  const { label, add, onAdd, error, children } = props;
  return (
    <fieldset className="rows-field">
      <legend>{label}</legend>
      <ul>{children}</ul>
      <Button size="small" icon={Plus} onPress={onAdd}>
        {add}
      </Button>
      <FieldError error={error} />
    </fieldset>
  );
}

const RULES = ["list", "prefix", "anonymous", "internal"] as const;

export function RulesField({ label, value, onChange, error }: FieldProps<Row[]>) {
  const { t } = useTranslation("flows");
  const rows = Array.isArray(value) ? value : [];
  return (
    <RowsField
      label={label}
      add={t("fields.addRule")}
      error={error}
      onAdd={() => onChange([...rows, { id: rowId(rows), prefix: "" }])}
    >
      {rows.map((row, place) => {
        const what = RULES.find((one) => row[one] !== undefined && row[one] !== false) ?? "prefix";
        const name = t("start.ruleName", { number: place + 1 });
        const set = (change: Row, isTyping = false) => {
          const next: Row = { id: row.id, ...(row.label ? { label: row.label } : {}), ...change };
          onChange(
            withRow(rows, place, next).map((one, at) => (at === place ? next : one)),
            isTyping,
          );
        };
        return (
          <li key={String(row.id)} className="rows-block">
            <div className="rows-line">
              <Select
                label={`${name}: ${t("fields.ruleWhat")}`}
                bare
                options={RULES.map((id) => ({ id, label: t(`fields.rule.${id}`) }))}
                value={what}
                onChange={(chosen) =>
                  set(
                    chosen === "list"
                      ? { list: "" }
                      : chosen === "prefix"
                        ? { prefix: "" }
                        : { [chosen]: true },
                  )
                }
              />
              <IconButton
                icon={X}
                label={t("fields.removeItem", { name })}
                onPress={() => onChange(rows.filter((_, at) => at !== place))}
              />
            </div>
            {what === "prefix" && (
              <TextField
                label={t("fields.prefix")}
                value={String(row.prefix ?? "")}
                onChange={(prefix) => set({ prefix }, true)}
                maxLength={20}
              />
            )}
            {what === "list" && (
              <RefField
                label={say("refs.callerList.name")}
                value={String(row.list ?? "")}
                onChange={(list) => set({ list })}
                error={undefined}
                of="callerList"
              />
            )}
          </li>
        );
      })}
    </RowsField>
  );
}

type Bucket = { id: string; weight: number };

export function BucketsField({ label, value, onChange, error }: FieldProps<Bucket[]>) {
  const { t } = useTranslation("flows");
  const rows = Array.isArray(value) ? value : [];
  return (
    <RowsField
      label={label}
      add={t("fields.addBucket")}
      error={error}
      onAdd={() => onChange([...rows, { id: rowId(rows), weight: Math.max(0, 100 - sum(rows)) }])}
    >
      {rows.map((row, place) => {
        const name = row.id.toUpperCase();
        return (
          <li key={row.id} className="rows-line" data-align="end">
            <NumberField
              label={t("fields.share", { name })}
              minValue={0}
              maxValue={100}
              value={row.weight}
              onChange={(weight) => Number.isFinite(weight) && onChange(withRow(rows, place, { weight }))}
              unit="%"
            />
            <IconButton
              icon={X}
              label={t("fields.removeItem", { name })}
              onPress={() => onChange(rows.filter((_, at) => at !== place))}
            />
          </li>
        );
      })}
    </RowsField>
  );
}

const sum = (rows: readonly Bucket[]): number => rows.reduce((all, { weight }) => all + weight, 0);

export function TextListField({ label, value, onChange, error }: FieldProps<string[]>) {
  const { t } = useTranslation("flows");
  const rows = Array.isArray(value) ? value : [];
  return (
    <RowsField label={label} add={t("fields.addText")} error={error} onAdd={() => onChange([...rows, ""])}>
      {rows.map((words, place) => (
        // Rows have nothing but their place.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <li key={place} className="rows-line">
          <AriaTextField
            className="bare-field"
            aria-label={`${label} ${place + 1}`}
            value={words}
            maxLength={80}
            onChange={(next) =>
              onChange(
                rows.map((one, at) => (at === place ? next : one)),
                true,
              )
            }
          >
            <Input />
          </AriaTextField>
          <IconButton
            icon={X}
            label={t("fields.removeItem", { name: words || String(place + 1) })}
            onPress={() => onChange(rows.filter((_, at) => at !== place))}
          />
        </li>
      ))}
    </RowsField>
  );
}

/** Some of a few, all of them seen. */
export function SeveralField(props: FieldProps<string[]> & { name: string; values: readonly string[] }) {
  const { label, value, onChange, error, name, values } = props;
  const chosen = Array.isArray(value) ? value : [];
  return (
    <fieldset className="rows-field">
      <legend>{label}</legend>
      {values.map((id) => (
        <Checkbox
          key={id}
          isSelected={chosen.includes(id)}
          onChange={(on) => onChange(values.filter((one) => (one === id ? on : chosen.includes(one))))}
        >
          {say(`values.${name}.${id}`, {}, id)}
        </Checkbox>
      ))}
      <FieldError error={error} />
    </fieldset>
  );
}
