// Where a call goes when it leaves the flow.
import { useTranslation } from "react-i18next";
import { Select, TextField } from "../../../design";
import type { RouteTarget } from "../document";
import { say } from "../say";
import { routeRef } from "../summary";
import type { FieldProps } from "./param-field";
import { RefField } from "./ref-field";

const KINDS = [
  "user",
  "voicemail",
  "flow",
  "conference",
  "extension",
  "forward",
  "ring_group",
  "queue",
  "hangup",
];

export function RouteField({ label, value, onChange, error }: FieldProps<RouteTarget | undefined>) {
  const { t } = useTranslation("flows");
  const kind = value?.kind ?? "";
  const ref = routeRef(kind);
  return (
    <div className="route-field">
      <Select
        label={label}
        options={KINDS.map((id) => ({ id, label: say(`routes.${id}`, {}, id) }))}
        value={kind || null}
        onChange={(next) => next !== kind && onChange({ kind: next })}
        error={ref ? undefined : error}
      />
      {ref && (
        <RefField
          label={say(`refs.${ref}.name`, {}, ref)}
          value={value?.id ?? ""}
          onChange={(id) => onChange({ kind, id })}
          error={error}
          of={ref}
        />
      )}
      {(kind === "extension" || kind === "forward") && (
        <TextField
          label={t("fields.number")}
          value={value?.id ?? ""}
          onChange={(id) => onChange({ kind, id }, true)}
          error={error}
          maxLength={32}
        />
      )}
    </div>
  );
}
