// Who is in a ring group: people, in their order.
import { useTranslation } from "react-i18next";
import type { RingGroupMember } from "../../../bindings/api";
import { NumberField } from "../../../design";
import { PeopleField } from "./people-field";

const LATEST = 120;

export function MembersField(props: {
  members: readonly RingGroupMember[];
  onChange: (members: RingGroupMember[]) => void;
  /** All ring at once, some of them perhaps later. */
  hasDelays: boolean;
  error: string | undefined;
}) {
  const { members, onChange, hasDelays, error } = props;
  const { t } = useTranslation("flows");
  return (
    <PeopleField
      label={t("groups.members")}
      nobody={t("groups.nobody")}
      list={members}
      onChange={onChange}
      added={(person) => ({ person, delay: 0 })}
      own={({ delay }, name, set) =>
        hasDelays && (
          <NumberField
            label={t("groups.delay", { name })}
            bare
            unit={t("groups.later")}
            minValue={0}
            maxValue={LATEST}
            value={delay}
            onChange={(seconds) => Number.isFinite(seconds) && set({ delay: seconds })}
          />
        )
      }
      error={error}
    />
  );
}
