// What is set of a ring group besides its name.
import i18next from "i18next";
import { useContext } from "react";
import { useTranslation } from "react-i18next";
import type { LeadsTo, RingGroup } from "../../../bindings/api";
import { Checkbox, NumberField, Select, TextField } from "../../../design";
import { Refused } from "../../../live/api";
import { useSchedules } from "../../../live/select";
import { RefusedBy, useFieldError } from "../../../shell/form-dialog";
import { visible } from "../../calls/said";
import { LeadsToField } from "../../hours/leads-to-field";
import type { Finding } from "../api";
import { findingText } from "../findings";
import { MembersField } from "./members-field";
import "./groups.css";

const ALWAYS = "always";

export function RingGroupFields(props: {
  group: RingGroup;
  onChange: (change: Partial<RingGroup>) => void;
  /** Itself, as a goal. */
  itself: LeadsTo | undefined;
}) {
  const { group, onChange, itself } = props;
  const { t } = useTranslation(["flows", "recordings"]);
  const schedules = [...useSchedules().values()].sort((a, b) => a.name.localeCompare(b.name));
  const error = useWrong();
  const { strategy, hours } = group;
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
      <div className="group-pair">
        <Select
          label={t("groups.hours")}
          options={[
            { id: ALWAYS, label: t("groups.always") },
            ...schedules.map(({ id, name }) => ({ id: String(id), label: visible(name) })),
          ]}
          value={hours ? String(hours.schedule) : ALWAYS}
          onChange={(id) =>
            onChange({
              hours:
                id === ALWAYS
                  ? null
                  : { schedule: Number(id), whenClosed: hours?.whenClosed ?? group.otherwise },
            })
          }
          error={error("group.hours.schedule")}
        />
        {hours && (
          <LeadsToField
            label={t("groups.whenClosed")}
            value={hours.whenClosed}
            onChange={(whenClosed) => onChange({ hours: { ...hours, whenClosed } })}
            error={error("group.hours.whenClosed")}
            except={itself}
          />
        )}
      </div>
      <LeadsToField
        label={t("groups.otherwise")}
        value={group.otherwise}
        onChange={(otherwise) => onChange({ otherwise })}
        error={error("group.otherwise")}
        except={itself}
      />
      <Checkbox
        description={
          group.records
            ? `${t("groups.recordsNote")} ${t("recordings:person.note")}`
            : t("groups.recordsNote")
        }
        isSelected={group.records}
        onChange={(records) => onChange({ records })}
      >
        {t("groups.records")}
      </Checkbox>
    </>
  );
}

/** What is wrong with a field. */
function useWrong(): (field: string) => string | undefined {
  const refusal = useContext(RefusedBy);
  const error = useFieldError();
  return (field) => error(field) && (wrongChoice(refusal) ?? error(field));
}

/** What the check of its flow found, if it did: the form shows no list of problems, and no steps or ways. */
export function wrongChoice(refusal: unknown): string | undefined {
  if (!(refusal instanceof Refused) || refusal.code !== "flowHasErrors") return undefined;
  const [found] = (refusal.problem?.findings ?? []) as Finding[];
  const isOfAValue = found !== undefined && /^E0[67]\b/.test(found.rule);
  return isOfAValue ? findingText(found) : i18next.t("flows:groups.wrongChoice");
}
