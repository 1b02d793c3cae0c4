// Lists of names and values: what is set, what is sent along, what is kept of an answer.
import { X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { IconButton, Switch, TextField } from "../../../design";
import type { Expr } from "../document";
import { ExpressionField } from "./expression";
import type { FieldProps } from "./param-field";
import { RowsField, withRow } from "./rows";

export type Assignment = { name: string; value: Expr };
export type Header = { name: string; value?: string; secret?: string };
export type Save = { path: string; var: string };

export function AssignmentsField({ label, value, onChange, error }: FieldProps<Assignment[]>) {
  const { t } = useTranslation("flows");
  const rows = Array.isArray(value) ? value : [];
  return (
    <RowsField
      label={label}
      add={t("fields.addAssignment")}
      error={error}
      onAdd={() => onChange([...rows, { name: "", value: { const: "" } }])}
    >
      {rows.map((row, place) => (
        // Rows have nothing but their place.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <li key={place} className="rows-block">
          <Pair
            first={{ label: t("fields.variable"), value: row.name }}
            onFirst={(name) => onChange(withRow(rows, place, { name }), true)}
            onRemove={() => onChange(rows.filter((_, at) => at !== place))}
            name={row.name}
          />
          <ExpressionField
            label={t("fields.value")}
            value={row.value}
            onChange={(next, isTyping) => onChange(withRow(rows, place, { value: next as Expr }), isTyping)}
            error={undefined}
          />
        </li>
      ))}
    </RowsField>
  );
}

export function HeadersField({ label, value, onChange, error }: FieldProps<Header[]>) {
  const { t } = useTranslation("flows");
  const rows = Array.isArray(value) ? value : [];
  return (
    <RowsField
      label={label}
      add={t("fields.addHeader")}
      error={error}
      onAdd={() => onChange([...rows, { name: "", value: "" }])}
    >
      {rows.map((row, place) => {
        const isSecret = row.secret !== undefined;
        const set = (text: string) => ({
          name: row.name,
          ...(isSecret ? { secret: text } : { value: text }),
        });
        return (
          // Rows have nothing but their place.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <li key={place} className="rows-block">
            <Pair
              first={{ label: t("fields.name"), value: row.name }}
              onFirst={(name) => onChange(withRow(rows, place, { name }), true)}
              second={{
                label: t(isSecret ? "fields.secretName" : "fields.value"),
                value: row.secret ?? row.value ?? "",
              }}
              onSecond={(text) => onChange(withRow(rows, place, set(text)), true)}
              onRemove={() => onChange(rows.filter((_, at) => at !== place))}
              name={row.name}
            />
            <Switch
              isSelected={isSecret}
              onChange={(on) =>
                onChange(
                  rows.map((one, at) =>
                    at === place ? { name: row.name, ...(on ? { secret: "" } : { value: "" }) } : one,
                  ),
                )
              }
            >
              {t("fields.secret")}
            </Switch>
          </li>
        );
      })}
    </RowsField>
  );
}

export function SavesField({ label, value, onChange, error }: FieldProps<Save[]>) {
  const { t } = useTranslation("flows");
  const rows = Array.isArray(value) ? value : [];
  return (
    <RowsField
      label={label}
      add={t("fields.addSave")}
      error={error}
      onAdd={() => onChange([...rows, { path: "", var: "" }])}
    >
      {rows.map((row, place) => (
        // Rows have nothing but their place.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <li key={place} className="rows-block">
          <Pair
            first={{ label: t("fields.path"), value: row.path }}
            onFirst={(path) => onChange(withRow(rows, place, { path }), true)}
            second={{ label: t("fields.variable"), value: row.var }}
            onSecond={(name) => onChange(withRow(rows, place, { var: name }), true)}
            onRemove={() => onChange(rows.filter((_, at) => at !== place))}
            name={row.path}
          />
        </li>
      ))}
    </RowsField>
  );
}

type Part = { label: string; value: string };

function Pair(props: {
  first: Part;
  onFirst: (text: string) => void;
  second?: Part;
  onSecond?: (text: string) => void;
  onRemove: () => void;
  name: string;
}) {
  const { first, onFirst, second, onSecond, onRemove, name } = props;
  const { t } = useTranslation("flows");
  return (
    <div className="rows-line" data-align="end">
      <TextField label={first.label} value={first.value} onChange={onFirst} maxLength={200} code />
      {second && onSecond && (
        <TextField label={second.label} value={second.value} onChange={onSecond} maxLength={200} />
      )}
      <IconButton icon={X} label={t("fields.removeItem", { name })} onPress={onRemove} />
    </div>
  );
}
