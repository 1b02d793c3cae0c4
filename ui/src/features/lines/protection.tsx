// What keeps a bill from growing: the day's fuses, countries, limits, new phones, calls at a time.
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { CallingPolicy } from "../../bindings/api";
import { Notice, Section, Select, Waiting } from "../../design";
import { api } from "../../live/api";
import { useOffice, useSchedules } from "../../live/select";
import { sentence } from "../../text/refusal";
import { visible } from "../calls/said";
import { AdmissionLimits } from "./admission";
import { lines } from "./api";
import { Chips } from "./chips";
import { currencyOf } from "./currency";
import { type Drafted, DraftedForm, type Revised, useDrafted } from "./edited-policy";
import { Amount, Lines, Money, Tick } from "./fields";
import { FuseBox } from "./fuses";
import { NewPhones } from "./new-phones";
import { KEYS, useCountries, usePolicy } from "./queries";
import { countryName } from "./rule-words";
import { WaysOut } from "./ways-out";

export function Protection() {
  const { data, error } = usePolicy();
  return (
    <div className="lines-text">
      <FuseBox />
      <NewPhones />
      <WaysOut />
      {error && <Notice severity="problem">{sentence(error)}</Notice>}
      {!data && !error && <Waiting />}
      {data && <Policy saved={data} />}
      <AdmissionLimits />
    </div>
  );
}

type PolicyForm = Drafted<Revised<CallingPolicy>>;

function Policy({ saved }: { saved: Revised<CallingPolicy> }) {
  const { t } = useTranslation("outside");
  const drafted = useDrafted<CallingPolicy>(saved, KEYS.policy, t("policyChanged"), lines.editPolicy);
  return (
    <DraftedForm drafted={drafted} fields={["premiumAllowed"]}>
      <Countries {...drafted} />
      <DayLimits {...drafted} />
      <Velocity {...drafted} />
      <Forwards {...drafted} />
    </DraftedForm>
  );
}

function Countries(form: PolicyForm) {
  const { t } = useTranslation("outside");
  const countries = useCountries();
  const own = useOffice()?.country;
  const { edit, set } = form;
  const named = countries
    .filter((code) => code !== own)
    .map((id) => ({ id, label: countryName(id) }))
    .sort((a, b) => a.label.localeCompare(b.label));
  return (
    <Section title={t("countries.title")} lead={t("countries.lead")}>
      <div className="lines-form">
        <Chips
          label={t("countries.label")}
          empty={t("countries.none")}
          addLabel={t("countries.add")}
          chosen={edit.countries.map((id) => ({ id, label: countryName(id) }))}
          options={named}
          onChange={(chosen) => set({ countries: chosen })}
        />
        <Lines
          // What was discarded is not shown any more.
          key={String(form.isChanged)}
          {...form}
          of="premiumAllowed"
          rows={2}
          label={t("countries.premium")}
          description={t("countries.premiumNote")}
        />
      </div>
    </Section>
  );
}

function DayLimits(form: PolicyForm) {
  const { t } = useTranslation("outside");
  const currency = currencyOf(useOffice()?.country);
  return (
    <Section title={t("limits.title")} lead={t("limits.lead")}>
      <div className="lines-pair">
        <Amount {...form} of="foreignMinutesOffice" label={t("limits.foreignMinutesOffice")} />
        <Amount {...form} of="foreignMinutesPerson" label={t("limits.foreignMinutesPerson")} />
        <Money {...form} of="moneyOffice" currency={currency} label={t("limits.moneyOffice")} />
        <Money {...form} of="moneyPerson" currency={currency} label={t("limits.moneyPerson")} />
        <Money {...form} of="moneyLine" currency={currency} label={t("limits.moneyLine")} />
        <Amount {...form} of="minutesLine" label={t("limits.minutesLine")} />
      </div>
      <p className="quiet small">{t("limits.money")}</p>
    </Section>
  );
}

function Velocity(form: PolicyForm) {
  const { t } = useTranslation("outside");
  return (
    <Section title={t("velocity.title")} lead={t("velocity.lead")}>
      <div className="lines-pair">
        <Amount {...form} of="foreignParallel" label={t("velocity.foreignParallel")} />
        <Amount {...form} of="outsideParallelPerson" label={t("velocity.outsideParallelPerson")} />
        <Amount {...form} of="foreignTries" label={t("velocity.foreignTries")} />
        <Amount {...form} of="newCountries" label={t("velocity.newCountries")} />
      </div>
      <Tick {...form} of="newDevicesAbroad" label={t("devices.rule")} description={t("devices.ruleNote")} />
    </Section>
  );
}

const NONE = "none";

function Forwards(form: PolicyForm) {
  const { t } = useTranslation("outside");
  const { edit, set } = form;
  const schedules = [...useSchedules().values()];
  const { data: lists = [] } = useQuery({ queryKey: ["caller-lists"], queryFn: api.callerLists });
  const whichList = (of: "blocked" | "welcome") => (
    <Select
      label={t(`forwards.${of}`)}
      options={[
        { id: NONE, label: t("forwards.noList") },
        ...lists.map(({ id, name }) => ({
          id: String(id),
          label: t("forwards.list", { name: visible(name) }),
        })),
      ]}
      value={edit[of] === null ? NONE : String(edit[of])}
      onChange={(id) => set({ [of]: id === NONE ? null : Number(id) })}
    />
  );
  return (
    <Section title={t("forwards.title")}>
      <div className="lines-form">
        <Tick {...form} of="forwardAbroad" label={t("forwards.forwardAbroad")} />
        <Tick
          {...form}
          of="outsideToOutside"
          label={t("forwards.outsideToOutside")}
          description={t("forwards.outsideToOutsideNote")}
        />
        <div className="lines-pair">
          <Select
            label={t("forwards.foreignHours")}
            options={[
              { id: NONE, label: t("forwards.anyTime") },
              ...schedules.map(({ id, name }) => ({
                id: String(id),
                label: t("forwards.whileOpen", { name: visible(name) }),
              })),
            ]}
            value={edit.foreignHours === null ? NONE : String(edit.foreignHours)}
            onChange={(id) => set({ foreignHours: id === NONE ? null : Number(id) })}
          />
          {whichList("blocked")}
          {whichList("welcome")}
        </div>
      </div>
    </Section>
  );
}
