// Who answers in a queue: people in their order, some of them perhaps only for callers who have waited.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { QueueAgent } from "../../../bindings/api";
import { Checkbox, Select } from "../../../design";
import { lasting } from "../../../text/format";
import { PeopleField } from "../groups/people-field";
import { SecondsField } from "./seconds-field";

const TIERS = ["1", "2", "3", "4", "5"] as const;

export function AgentsField(props: {
  agents: readonly QueueAgent[];
  tierAfter: number;
  onChange: (change: { agents: QueueAgent[] } | { tierAfter: number }) => void;
  errors: { agents: string | undefined; tierAfter: string | undefined };
}) {
  const { agents, tierAfter, onChange, errors } = props;
  const { t } = useTranslation("flows");
  const [wantsTiers, setWantsTiers] = useState(false);
  const hasTiers = wantsTiers || agents.some(({ tier }) => tier > 1);
  const tiers = TIERS.map((id) => {
    const after = (Number(id) - 1) * tierAfter;
    return {
      id,
      label: t(`queues.tiers.${id}`),
      ...(after > 0 ? { description: t("queues.tierTime", { time: lasting(after * 1000) }) } : {}),
    };
  });
  return (
    <PeopleField
      label={t("queues.agents")}
      nobody={t("queues.nobody")}
      list={agents}
      onChange={(next) => onChange({ agents: next })}
      added={(person) => ({ person, tier: 1 })}
      own={({ tier }, name, set) =>
        hasTiers && (
          <Select
            label={t("queues.tier", { name })}
            bare
            options={tiers}
            value={TIERS.find((id) => Number(id) === tier) ?? null}
            onChange={(id) => set({ tier: Number(id) })}
          />
        )
      }
      error={errors.agents}
    >
      {(hasTiers || agents.length > 1) && (
        <Checkbox
          description={t("queues.inTiersNote")}
          isSelected={hasTiers}
          onChange={(on) => {
            setWantsTiers(on);
            if (!on) onChange({ agents: agents.map(({ person }) => ({ person, tier: 1 })) });
          }}
        >
          {t("queues.inTiers")}
        </Checkbox>
      )}
      {hasTiers && (
        <SecondsField
          label={t("queues.tierAfter")}
          range={[0, 600]}
          value={tierAfter}
          onChange={(seconds) => onChange({ tierAfter: seconds })}
          error={errors.tierAfter}
        />
      )}
    </PeopleField>
  );
}
