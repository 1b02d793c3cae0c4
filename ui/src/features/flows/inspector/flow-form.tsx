// The settings of the flow as a whole.
import { Plus, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button, IconButton, Select, Switch, TextField } from "../../../design";
import type { FlowView } from "../api";
import { fullName } from "../catalogue";
import type { FlowSettings, Variable } from "../document";
import { closeStep, edit, useDocument } from "../draft/store";
import { setSettings } from "../edits";
import { languageName } from "../summary";
import { RouteField } from "./route-field";
import { TextListField, withRow } from "./rows";

const LANGUAGES = ["en", "de", "fr", "es", "it", "nl", "pl", "pt"];
const TYPES = ["text", "digits", "number", "bool", "datetime", "audio"] as const;

export function FlowForm({ flow }: { flow: FlowView }) {
  const { t } = useTranslation("flows");
  const document = useDocument();
  const settings = document.settings ?? {};
  const steps = document.nodes
    .filter(({ id }) => id !== document.entry)
    .map((node) => ({ id: node.id, label: fullName(node) }));
  const stepField = (field: "onError" | "onCallerHangup", note?: string) => (
    <Select
      label={t(`inspector.${field}`)}
      {...(note ? { description: note } : {})}
      options={[{ id: "", label: t("inspector.none") }, ...steps]}
      value={settings[field] ?? ""}
      onChange={(id) => setSettings({ [field]: id || undefined } as FlowSettings)}
    />
  );
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: told when any of its fields is left
    <div className="inspector-form" onBlur={closeStep} key={flow.id}>
      <Select
        label={t("inspector.language")}
        options={[
          { id: "", label: t("inspector.asOffice") },
          ...LANGUAGES.map((id) => ({ id, label: languageName(id) })),
        ]}
        value={settings.language ?? ""}
        onChange={(language) => setSettings({ language: language || undefined } as FlowSettings)}
      />
      {stepField("onError", t("inspector.onErrorNote"))}
      {stepField("onCallerHangup")}
      <RouteField
        label={t("inspector.lastResort")}
        value={settings.lastResort}
        onChange={(lastResort, isTyping) =>
          setSettings({ lastResort } as FlowSettings, isTyping ? "flow.lastResort" : null)
        }
        error={undefined}
      />
      <p className="field-note">{t("inspector.lastResortNote")}</p>
      <TextListField
        label={t("inspector.testCallers")}
        value={settings.testCallers ?? []}
        onChange={(testCallers, isTyping) =>
          setSettings({ testCallers }, isTyping ? "flow.testCallers" : null)
        }
        error={undefined}
      />
      <p className="field-note">{t("inspector.testCallersNote")}</p>
      <Variables variables={document.variables ?? []} />
    </div>
  );
}

function Variables({ variables }: { variables: readonly Variable[] }) {
  const { t } = useTranslation("flows");
  const set = (next: Variable[], join: string | null = null) =>
    edit(
      t("steps.variables"),
      (draft) => {
        draft.variables = next;
      },
      join,
    );
  return (
    <fieldset className="rows-field">
      <legend>{t("inspector.variables")}</legend>
      <ul>
        {variables.map((variable, place) => (
          // Variables may be unnamed yet.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <li key={place} className="rows-block">
            <div className="rows-line" data-align="end">
              <TextField
                label={t("inspector.variableName")}
                value={variable.name}
                onChange={(name) => set(withRow(variables, place, { name }), `variable.${place}`)}
                maxLength={32}
                code
              />
              <Select
                label={t("inspector.variableType")}
                options={TYPES.map((id) => ({ id, label: t(`inspector.types.${id}`) }))}
                value={variable.type as (typeof TYPES)[number]}
                onChange={(type) => set(withRow(variables, place, { type }))}
              />
              <IconButton
                icon={X}
                label={t("fields.removeItem", { name: variable.name })}
                onPress={() => set(variables.filter((_, at) => at !== place))}
              />
            </div>
            <Switch
              isSelected={variable.sensitive ?? false}
              onChange={(sensitive) => set(withRow(variables, place, { sensitive }))}
            >
              {t("inspector.sensitive")}
            </Switch>
          </li>
        ))}
      </ul>
      <Button
        size="small"
        icon={Plus}
        onPress={() => set([...variables, { name: freeName(variables), type: "text", sensitive: false }])}
      >
        {t("inspector.addVariable")}
      </Button>
    </fieldset>
  );
}

function freeName(variables: readonly Variable[]): string {
  for (let count = variables.length + 1; ; count += 1) {
    const name = `value${count}`;
    if (!variables.some((variable) => variable.name === name)) return name;
  }
}
