// What is set of a ring group besides its name.
import { useTranslation } from "react-i18next";
import type { LeadsTo, RingGroup } from "../../../bindings/api";
import { NumberField, Select, TextField } from "../../../design";
import { LeadsToField } from "../../hours/leads-to-field";
import { HoursFields } from "./hours-fields";
import { MembersField } from "./members-field";
import { RecordsField } from "./records-field";
import { useWrong } from "./wrong";
import "./groups.css";

export function RingGroupFields(props: {
  group: RingGroup;
  onChange: (change: Partial<RingGroup>) => void;
  /** Itself, as a goal. */
  itself: LeadsTo | undefined;
}) {
  const { group, onChange, itself } = props;
  const { t } = useTranslation("flows");
  const error = useWrong();
  const { strategy } = group;
  return (
    <>
      <MembersField
        members={group.members}
        onChange={(members) => onChange({ members })}
        hasDelays={strategy === "all"}
        error={error("group.members")}
      />
      <div className="group-pair">
        <Select
          label={t("groups.strategy")}
          options={(["all", "order", "random"] as const).map((id) => ({
            id,
            label: t(`groups.strategies.${id}`),
          }))}
          value={strategy}
          onChange={(chosen) => onChange({ strategy: chosen })}
        />
        <NumberField
          label={strategy === "all" ? t("groups.ringFor") : t("groups.ringForEach")}
          unit={t("groups.seconds")}
          minValue={5}
          maxValue={300}
          value={group.ringFor}
          onChange={(ringFor) => Number.isFinite(ringFor) && onChange({ ringFor })}
          error={error("group.ringFor")}
        />
      </div>
      <div className="group-pair">
        <Select
          label={t("groups.hears")}
          options={(["ringing", "music"] as const).map((id) => ({ id, label: t(`groups.${id}`) }))}
          value={group.music ? "music" : "ringing"}
          onChange={(heard) => onChange({ music: heard === "music" })}
        />
        <TextField
          label={t("groups.prefix")}
          description={t("groups.prefixNote")}
          value={group.prefix}
          onChange={(prefix) => onChange({ prefix })}
          error={error("group.prefix")}
          maxLength={40}
        />
      </div>
      <HoursFields
        label={t("groups.hours")}
        hours={group.hours}
        onChange={(hours) => onChange({ hours })}
        usual={group.otherwise}
        errors={{ schedule: error("group.hours.schedule"), whenClosed: error("group.hours.whenClosed") }}
        itself={itself}
      />
      <LeadsToField
        label={t("groups.otherwise")}
        value={group.otherwise}
        onChange={(otherwise) => onChange({ otherwise })}
        error={error("group.otherwise")}
        except={itself}
      />
      <RecordsField records={group.records} onChange={(records) => onChange({ records })} />
    </>
  );
}
