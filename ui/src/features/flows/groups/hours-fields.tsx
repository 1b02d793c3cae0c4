// When something takes calls, and where callers go at other times.
import { useTranslation } from "react-i18next";
import type { LeadsTo, RingGroupHours } from "../../../bindings/api";
import { Select } from "../../../design";
import { useSchedules } from "../../../live/select";
import { visible } from "../../calls/said";
import { LeadsToField } from "../../hours/leads-to-field";
import "./groups.css";

const ALWAYS = "always";

export function HoursFields(props: {
  label: string;
  hours: RingGroupHours | null;
  onChange: (hours: RingGroupHours | null) => void;
  /** Where callers go when closed, until somebody says otherwise. */
  usual: LeadsTo;
  errors: { schedule: string | undefined; whenClosed: string | undefined };
  /** Itself, as a goal. */
  itself: LeadsTo | undefined;
}) {
  const { label, hours, onChange, usual, errors, itself } = props;
  const { t } = useTranslation("flows");
  const schedules = [...useSchedules().values()].sort((a, b) => a.name.localeCompare(b.name));
  return (
    <div className="group-pair">
      <Select
        label={label}
        options={[
          { id: ALWAYS, label: t("groups.always") },
          ...schedules.map(({ id, name }) => ({ id: String(id), label: visible(name) })),
        ]}
        value={hours ? String(hours.schedule) : ALWAYS}
        onChange={(id) =>
          onChange(id === ALWAYS ? null : { schedule: Number(id), whenClosed: hours?.whenClosed ?? usual })
        }
        error={errors.schedule}
      />
      {hours && (
        <LeadsToField
          label={t("groups.whenClosed")}
          value={hours.whenClosed}
          onChange={(whenClosed) => onChange({ ...hours, whenClosed })}
          error={errors.whenClosed}
          except={itself}
        />
      )}
    </div>
  );
}
