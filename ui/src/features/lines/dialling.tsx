// How people dial numbers outside: with a digit before, with or without an area code.
import { useTranslation } from "react-i18next";
import type { CallingPolicy } from "../../bindings/api";
import { Section } from "../../design";
import { lines } from "./api";
import { DraftedForm, type Revised, useDrafted } from "./edited-policy";
import { MaybeText } from "./fields";
import { KEYS, usePolicy } from "./queries";

export function Dialling() {
  const { data } = usePolicy();
  return data ? <Fields saved={data} /> : null;
}

function Fields({ saved }: { saved: Revised<CallingPolicy> }) {
  const { t } = useTranslation("outside");
  const drafted = useDrafted<CallingPolicy>(saved, KEYS.policy, t("policyChanged"), lines.editPolicy);
  return (
    <Section title={t("dialling.title")}>
      <DraftedForm drafted={drafted} fields={["outsidePrefix", "areaCode"]}>
        <div className="lines-pair">
          <MaybeText
            {...drafted}
            of="outsidePrefix"
            label={t("dialling.prefix")}
            description={t("dialling.prefixNote")}
          />
          <MaybeText
            {...drafted}
            of="areaCode"
            label={t("dialling.area")}
            description={t("dialling.areaNote")}
          />
        </div>
      </DraftedForm>
    </Section>
  );
}
