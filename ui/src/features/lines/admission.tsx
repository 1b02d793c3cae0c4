// How many calls go in and out at a time, and how fast they may begin.
import { Pencil, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { OutsideAdmissionView, RateLimit } from "../../bindings/api";
import { Button, IconButton, Section } from "../../design";
import { lasting } from "../../text/format";
import { lines } from "./api";
import { DraftedForm, type Revised, useDrafted } from "./edited-policy";
import { Amount, Choose, type Form } from "./fields";
import { FormDialog } from "./form-dialog";
import { KEYS, useAdmission } from "./queries";

export function AdmissionLimits() {
  const { data } = useAdmission();
  return data ? <Fields saved={data} /> : null;
}

const NEW_RATE: RateLimit = { of: "personOut", calls: 10, seconds: 60 };

function Fields({ saved }: { saved: Revised<OutsideAdmissionView> }) {
  const { t } = useTranslation("outside");
  const drafted = useDrafted<OutsideAdmissionView>(
    saved,
    KEYS.admission,
    t("admissionChanged"),
    lines.editAdmission,
  );
  const [edited, setEdited] = useState<{ place: number; rate: RateLimit } | null>(null);
  const { edit, set } = drafted;
  const rateWords = ({ of, calls, seconds }: RateLimit) =>
    t("admission.rate", {
      scope: t(`admission.scope.${of}`),
      count: calls,
      span: lasting(seconds * 1000, "long"),
    });
  return (
    <Section title={t("admission.title")} lead={t("admission.lead")}>
      <DraftedForm drafted={drafted} fields={["maxIn", "maxOut", "maxDialer"]}>
        <div className="lines-pair">
          <Amount {...drafted} of="maxIn" maybe least={1} label={t("admission.maxIn")} />
          <Amount {...drafted} of="maxOut" maybe least={1} label={t("admission.maxOut")} />
          <Amount {...drafted} of="maxDialer" maybe label={t("admission.maxDialer")} />
        </div>
        <h3 className="lines-subhead">{t("admission.rates")}</h3>
        <p className="quiet">{t(edit.rates.length ? "admission.ratesLead" : "admission.noRates")}</p>
        <ul className="plain-rows" aria-label={t("admission.rates")}>
          {edit.rates.map((rate, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rates have no other identity than their place
            <li key={place}>
              <span>{rateWords(rate)}</span>
              <span className="rule-acts">
                <IconButton
                  icon={Pencil}
                  label={`${t("admission.editRate")}: ${rateWords(rate)}`}
                  onPress={() => setEdited({ place, rate })}
                />
                <IconButton
                  icon={Trash2}
                  label={t("admission.removeRate", { rate: rateWords(rate) })}
                  onPress={() => set({ rates: edit.rates.filter((_, at) => at !== place) })}
                />
              </span>
            </li>
          ))}
        </ul>
        <div>
          <Button
            size="small"
            icon={Plus}
            onPress={() => setEdited({ place: edit.rates.length, rate: NEW_RATE })}
          >
            {t("admission.addRate")}
          </Button>
        </div>
      </DraftedForm>
      {edited && (
        <RateDialog
          rate={edited.rate}
          isNew={edited.place === edit.rates.length}
          onDone={(rate) => {
            const rates = [...edit.rates];
            rates[edited.place] = rate;
            set({ rates });
          }}
          onClose={() => setEdited(null)}
        />
      )}
    </Section>
  );
}

function RateDialog(props: {
  rate: RateLimit;
  isNew: boolean;
  onDone: (rate: RateLimit) => void;
  onClose: () => void;
}) {
  const { rate, isNew, onDone, onClose } = props;
  const { t } = useTranslation(["outside", "common"]);
  const [edit, setEdit] = useState(rate);
  const form: Form<RateLimit> = { edit, set: (change) => setEdit((before) => ({ ...before, ...change })) };
  return (
    <FormDialog
      title={t(isNew ? "admission.addRate" : "admission.editRate")}
      submit={t("common:done")}
      width="narrow"
      save={async () => onDone(edit)}
      onClose={onClose}
    >
      <Choose
        {...form}
        of="of"
        label={t("admission.of")}
        options={t("admission.scope", { returnObjects: true })}
      />
      <Amount {...form} of="calls" least={1} most={10_000} label={t("admission.calls")} />
      <Amount {...form} of="seconds" least={1} most={86_400} label={t("admission.seconds")} />
    </FormDialog>
  );
}
