// One setting of a step: its field by its type.
import { useTranslation } from "react-i18next";
import { NumberField, Select, Switch, TextField } from "../../../design";
import type { Finding, Param } from "../api";
import { type FlowNode, listOf, type Prompt, type RouteTarget } from "../document";
import { useDraft } from "../draft/store";
import { setParam } from "../edits";
import { findingText } from "../findings";
import { say } from "../say";
import { languageName, type Target } from "../summary";
import {
  type Assignment,
  AssignmentsField,
  type Header,
  HeadersField,
  type Save,
  SavesField,
} from "./assignments";
import { type Case, CasesField, ExpressionField } from "./expression";
import { HearsField } from "./hears";
import { type KeyOption, KeysField } from "./keys-field";
import { OwnQueueField } from "./own-queue";
import { PromptsField } from "./prompts";
import { RefField, RefsField } from "./ref-field";
import { RouteField } from "./route-field";
import { BucketsField, RulesField, SeveralField, TextListField } from "./rows";
import { TargetsField } from "./targets";

export type FieldProps<Value> = {
  label: string;
  value: Value;
  onChange: (value: Value, isTyping?: boolean) => void;
  error: string | undefined;
};

const LANGUAGES = ["en", "de", "fr", "es", "it", "nl", "pl", "pt"] as const;

export function ParamField({ node, param }: { node: FlowNode; param: Param }) {
  const error = useError(node.id, param.name);
  return (
    <div data-param={param.name}>
      <Field node={node} param={param} error={error} />
    </div>
  );
}

/** What is wrong with a setting, as one sentence. */
function useError(node: string, field: string): string | undefined {
  const findings = useDraft((draft) => draft.check.findings);
  const found = findings.find(
    (finding: Finding) =>
      finding.node === node && finding.field?.split(/[.[]/)[0] === field && finding.level !== "info",
  );
  return found && findingText(found);
}

export function paramName(node: FlowNode, name: string): string {
  return say(`params.${node.data.kind}_${name}`, {}, say(`params.${name}`, {}, name));
}

function Field({ node, param, error }: { node: FlowNode; param: Param; error: string | undefined }) {
  const { t } = useTranslation("flows");
  const { name, type } = param;
  const label = paramName(node, name);
  const value = node.data[name] ?? param.default ?? undefined;
  const set = (next: unknown, isTyping = false) => setParam(node.id, name, next, isTyping);
  /** The same for a field of a known shape: the engine judges what does not fit. */
  const shaped = <Value,>(otherwise: Value): FieldProps<Value> => ({
    label,
    value: (Array.isArray(otherwise) ? listOf(value) : (value ?? otherwise)) as Value,
    onChange: set,
    error,
  });
  const text = typeof value === "string" ? value : value === undefined ? "" : String(value);
  const typed = {
    label,
    value: text,
    onChange: (next: string) => set(next === "" && !param.required ? undefined : next, true),
    error,
  };
  switch (type) {
    case "integer":
    case "seconds":
      return (
        <NumberField
          label={label}
          value={typeof value === "number" ? value : Number.NaN}
          onChange={(next) => set(Number.isFinite(next) ? next : undefined)}
          {...(param.min != null ? { minValue: param.min } : {})}
          {...(param.max != null ? { maxValue: param.max } : {})}
          {...(type === "seconds" ? { unit: t("fields.seconds") } : {})}
          error={error}
        />
      );
    case "boolean":
      return (
        <Switch isSelected={value === true} onChange={(on) => set(on)}>
          {label}
        </Switch>
      );
    case "choice":
      return (
        <Select
          label={label}
          options={(param.values ?? []).map((id) => ({ id, label: say(`values.${name}.${id}`, {}, id) }))}
          value={text || null}
          onChange={(next) => set(next)}
          error={error}
        />
      );
    case "language":
      return (
        <Select
          label={label}
          options={[...new Set([...LANGUAGES, ...(text ? [text] : [])])].map((id) => ({
            id,
            label: languageName(id),
          }))}
          value={text || null}
          onChange={(next) => set(next)}
          error={error}
        />
      );
    case "ref":
      return <RefField {...shaped<string>("")} of={param.ref ?? "person"} isRequired={param.required} />;
    case "refs":
      return <RefsField {...shaped<string[]>([])} of={param.ref ?? "person"} />;
    case "queueSettings":
      return <OwnQueueField node={node.id} label={label} value={value} onChange={set} />;
    case "prompts":
      return <PromptsField {...shaped<Prompt[]>([])} keys={keysOf(node, name)} />;
    case "hears":
      return <HearsField {...shaped<unknown>("ringback")} />;
    case "targets":
      return <TargetsField {...shaped<Target[]>([])} hasQueues={node.data.kind === "availability"} />;
    case "options":
    case "exitKeys":
      return <KeysField {...shaped<KeyOption[]>([])} />;
    case "rules":
      return <RulesField {...shaped<Record<string, unknown>[]>([])} />;
    case "cases":
      return <CasesField {...shaped<Case[]>([])} />;
    case "expression":
      return <ExpressionField {...shaped<unknown>(undefined)} />;
    case "buckets":
      return <BucketsField {...shaped<{ id: string; weight: number }[]>([])} />;
    case "assignments":
      return <AssignmentsField {...shaped<Assignment[]>([])} />;
    case "headers":
      return <HeadersField {...shaped<Header[]>([])} />;
    case "saves":
      return <SavesField {...shaped<Save[]>([])} />;
    case "routeTarget":
      return <RouteField {...shaped<RouteTarget | undefined>(undefined)} />;
    case "textList":
      if (param.values?.length)
        return <SeveralField {...shaped<string[]>([])} name={name} values={param.values} />;
      return <TextListField {...shaped<string[]>([])} />;
    case "digits":
      return <TextField {...typed} inputMode="numeric" maxLength={32} />;
    case "regex":
      return <TextField {...typed} code maxLength={200} />;
    case "longText":
      return <TextField {...typed} lines={3} maxLength={2000} />;
    case "template":
      return (
        <TextField
          {...typed}
          lines={2}
          description={t("fields.templateNote", { example: "{caller.number}" })}
          maxLength={2000}
        />
      );
    default:
      return <TextField {...typed} maxLength={200} />;
  }
}

/** The keys that the text of a menu or a queue should speak of. */
function keysOf({ data }: FlowNode, name: string): string[] {
  if (name !== "prompts") return [];
  return listOf<KeyOption>(data.kind === "enqueue" ? data.exitKeys : data.options).map(({ digit }) => digit);
}
