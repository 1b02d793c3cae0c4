// Conditions in rows: what, how it is compared, with what. Deeper ones are kept as they are.
import { Plus, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button, IconButton, Select, TextField } from "../../../design";
import type { Expr } from "../document";
import { useDocument } from "../draft/store";
import {
  type Comparison,
  type Condition,
  fromCondition,
  OPERATORS,
  type Operator,
  toCondition,
} from "./condition";
import type { FieldProps } from "./param-field";
import { RowsField, rowId, withRow } from "./rows";
import { BUILT_IN, variableName } from "./variables";

export type Case = { id: string; label: string; expr: Expr };

const EMPTY: Condition = {
  match: "all",
  rows: [{ variable: "caller.number", op: "starts_with", value: "" }],
};

export function CasesField({ label, value, onChange, error }: FieldProps<Case[]>) {
  const { t } = useTranslation("flows");
  const cases = Array.isArray(value) ? value : [];
  return (
    <RowsField
      label={label}
      add={t("fields.addCase")}
      error={error}
      onAdd={() =>
        onChange([
          ...cases,
          {
            id: rowId(cases),
            label: t("start.caseName", { number: cases.length + 1 }),
            expr: fromCondition(EMPTY),
          },
        ])
      }
    >
      {cases.map((one, place) => (
        <li key={one.id} className="rows-block">
          <div className="rows-line" data-align="end">
            <TextField
              label={t("fields.label")}
              value={one.label}
              onChange={(next) => onChange(withRow(cases, place, { label: next }), true)}
              maxLength={40}
            />
            <IconButton
              icon={X}
              label={t("fields.removeItem", { name: one.label })}
              onPress={() => onChange(cases.filter((_, at) => at !== place))}
            />
          </div>
          <ConditionEditor
            expr={one.expr}
            onChange={(expr, isTyping) => onChange(withRow(cases, place, { expr }), isTyping)}
          />
        </li>
      ))}
    </RowsField>
  );
}

/** A value: a variable, or something written. */
export function ExpressionField({ label, value, onChange, error }: FieldProps<unknown>) {
  const { t } = useTranslation("flows");
  const names = useVariables();
  const expr = (value ?? { const: "" }) as Expr;
  const isVariable = "var" in expr;
  const isOther = "op" in expr;
  return (
    <div className="inspector-pair">
      <Select
        label={label}
        options={[
          { id: "", label: t("fields.value") },
          ...names.map((id) => ({ id, label: variableName(id) })),
          ...(isOther ? [{ id: "?", label: t("expr.complex") }] : []),
        ]}
        value={isVariable ? expr.var : isOther ? "?" : ""}
        onChange={(id) => id !== "?" && onChange(id ? { var: id } : { const: "" })}
        error={error}
      />
      {!isVariable && !isOther && (
        <TextField
          label={t("fields.value")}
          value={String(expr.const ?? "")}
          onChange={(text) => onChange({ const: text }, true)}
          maxLength={200}
        />
      )}
    </div>
  );
}

function useVariables(): string[] {
  const { variables } = useDocument();
  return [...BUILT_IN, ...(variables ?? []).map(({ name }) => name)];
}

function ConditionEditor(props: { expr: Expr; onChange: (expr: Expr, isTyping?: boolean) => void }) {
  const { expr, onChange } = props;
  const { t } = useTranslation("flows");
  const condition = toCondition(expr);
  if (!condition) {
    return (
      <div>
        <p className="quiet">{t("expr.complex")}</p>
        <code className="expression-code">{JSON.stringify(expr)}</code>
      </div>
    );
  }
  const set = (rows: Comparison[], isTyping = false) =>
    onChange(fromCondition({ ...condition, rows }), isTyping);
  return (
    <div className="condition">
      {condition.rows.length > 1 && (
        <Select
          label={t("expr.match")}
          options={[
            { id: "all", label: t("expr.all") },
            { id: "any", label: t("expr.any") },
          ]}
          value={condition.match}
          onChange={(match) => onChange(fromCondition({ ...condition, match }))}
        />
      )}
      {condition.rows.map((row, place) => (
        // Rows have nothing but their place.
        // biome-ignore lint/suspicious/noArrayIndexKey: see above
        <div key={place} className="condition-row">
          <ComparisonEditor
            row={row}
            onChange={(change, isTyping) => set(withRow(condition.rows, place, change), isTyping)}
          />
          {condition.rows.length > 1 && (
            <IconButton
              icon={X}
              label={t("fields.removeItem", { name: variableName(row.variable) })}
              onPress={() => set(condition.rows.filter((_, at) => at !== place))}
            />
          )}
        </div>
      ))}
      <Button
        size="small"
        tone="quiet"
        icon={Plus}
        onPress={() => set([...condition.rows, { variable: "caller.number", op: "starts_with", value: "" }])}
      >
        {t("expr.add")}
      </Button>
    </div>
  );
}

function ComparisonEditor(props: {
  row: Comparison;
  onChange: (change: Partial<Comparison>, isTyping?: boolean) => void;
}) {
  const { row, onChange } = props;
  const { t } = useTranslation("flows");
  const names = useVariables();
  return (
    <div className="comparison">
      <Select
        label={t("expr.variable")}
        bare
        options={[...new Set([...names, row.variable])].map((id) => ({ id, label: variableName(id) }))}
        value={row.variable}
        onChange={(variable) => onChange({ variable })}
      />
      <Select
        label={t("expr.op")}
        bare
        options={OPERATORS.map((id) => ({ id, label: t(`expr.ops.${id}`) }))}
        value={row.op}
        onChange={(op: Operator) => onChange({ op })}
      />
      {row.op !== "is_set" && (
        <TextField
          label={t("expr.value")}
          value={row.value}
          onChange={(value) => onChange({ value }, true)}
          maxLength={200}
        />
      )}
    </div>
  );
}
