// When something leads where it leads, and where its callers go otherwise: numbers and extensions alike.
import { useTranslation } from "react-i18next";
import type { NumberHours } from "../../bindings/api";
import { Select } from "../../design";
import { useSchedules } from "../../live/select";
import { useFieldError } from "../../shell/form-dialog";
import { visible } from "../calls/said";
import { RouteField } from "./route-field";

const ALWAYS = "always";

export function HoursFields(props: {
  value: NumberHours | null;
  onChange: (hours: NumberHours | null) => void;
}) {
  const { value: hours, onChange } = props;
  const { t } = useTranslation("lines");
  const error = useFieldError();
  const schedules = [...useSchedules().values()];
  return (
    <>
      <Select
        label={t("number.hours")}
        options={[
          { id: ALWAYS, label: t("number.always") },
          ...schedules.map(({ id, name }) => ({ id: String(id), label: visible(name) })),
        ]}
        value={hours ? String(hours.schedule) : ALWAYS}
        onChange={(id) =>
          onChange(
            id === ALWAYS
              ? null
              : { schedule: Number(id), whenClosed: hours?.whenClosed ?? { dest_kind: "hangup" } },
          )
        }
        {...(hours ? { description: t("number.hoursNote") } : {})}
        error={error("hours.schedule")}
      />
      {hours && (
        <RouteField
          label={t("number.whenClosed")}
          value={hours.whenClosed}
          onChange={(whenClosed) => onChange({ ...hours, whenClosed })}
          error={error("hours.whenClosed")}
        />
      )}
    </>
  );
}
