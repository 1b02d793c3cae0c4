// What one number does: the fields shared by adding numbers and changing one.
import { useTranslation } from "react-i18next";
import type { Anonymous, NumberEdit } from "../../bindings/api";
import { Checkbox, NumberField, Select } from "../../design";
import { useLines } from "../../live/select";
import { useFieldError } from "../../shell/form-dialog";
import { visible } from "../calls/said";
import { HoursFields } from "./hours-fields";
import { RouteField } from "./route-field";

const NONE = "none";

export function NumberForm({ edit, onChange }: { edit: NumberEdit; onChange: (edit: NumberEdit) => void }) {
  const { t } = useTranslation("lines");
  const error = useFieldError();
  const lines = [...useLines().values()];
  const set = (change: Partial<NumberEdit>) => onChange({ ...edit, ...change });
  return (
    <>
      <RouteField
        label={t("route.label")}
        value={edit.route}
        onChange={(route) => set({ route })}
        error={error("route")}
      />
      <HoursFields value={edit.hours} onChange={(hours) => set({ hours })} />
      <div className="lines-pair">
        <Select
          label={t("number.line")}
          description={t("number.lineNote")}
          options={[
            { id: NONE, label: t("numbers.anyLine") },
            ...lines.map(({ id, name }) => ({ id: String(id), label: visible(name) })),
          ]}
          value={edit.line === null ? NONE : String(edit.line)}
          onChange={(id) => set({ line: id === NONE ? null : Number(id) })}
          error={error("line")}
        />
        <NumberField
          label={t("number.channels")}
          description={t("number.channelsNote")}
          minValue={1}
          maxValue={2000}
          value={edit.channels ?? Number.NaN}
          onChange={(channels) => set({ channels: Number.isFinite(channels) ? channels : null })}
          error={error("channels")}
        />
      </div>
      <Select
        label={t("number.anonymous")}
        options={(["accept", "challenge", "refuse"] as const).map((id: Anonymous) => ({
          id,
          label: t(`number.anonymousOf.${id}`),
        }))}
        value={edit.anonymous}
        onChange={(anonymous) => set({ anonymous })}
      />
      <Checkbox
        isSelected={edit.challenge}
        onChange={(challenge) => set({ challenge })}
        description={t("number.challengeNote")}
      >
        {t("number.challenge")}
      </Checkbox>
    </>
  );
}
