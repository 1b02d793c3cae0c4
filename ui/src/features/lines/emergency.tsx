// Emergency calls: the country's numbers, what is ready for them, and a drill without dialling.
import { Plus, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { EmergencyPlan, EmergencyPlanView } from "../../bindings/api";
import { ComboBox, IconButton, Notice, Section, Select, TextField, Waiting } from "../../design";
import { useLines, usePeople } from "../../live/select";
import { list } from "../../text/format";
import { sentence } from "../../text/refusal";
import { visible } from "../calls/said";
import { lines } from "./api";
import { Chips } from "./chips";
import { type Drafted, DraftedForm, useDrafted } from "./edited-policy";
import { EmergencyDrill } from "./emergency-drill";
import { Lines, Text } from "./fields";
import { KEYS, useEmergencyPlan, useNumbers } from "./queries";

export function Emergency() {
  const { data, error } = useEmergencyPlan();
  return (
    <div className="lines-text">
      {error && <Notice severity="problem">{sentence(error)}</Notice>}
      {!data && !error && <Waiting />}
      {data && (
        <>
          <Ready plan={data} />
          <Plan saved={data} />
          <EmergencyDrill number={data.numbers[0] ?? null} />
        </>
      )}
    </div>
  );
}

function Ready({ plan }: { plan: EmergencyPlanView }) {
  const { t } = useTranslation("outside");
  const all = useLines();
  const names = [...all.values()]
    .filter(({ enabled, emergency }) => enabled && emergency)
    .map(({ name }) => visible(name));
  return (
    <Section title={t("emergency.numbers")} lead={t("emergency.lead")}>
      {plan.numbers.length ? (
        <ul className="emergency-numbers">
          {plan.numbers.map((number) => (
            <li key={number} className="phone-number">
              {number}
            </li>
          ))}
        </ul>
      ) : (
        <p className="quiet">{t("emergency.noNumbers")}</p>
      )}
      {names.length ? (
        <p className="quiet">
          {t("emergency.lines")}: <bdi>{list(names)}</bdi>
        </p>
      ) : (
        <Notice severity="warning">{t("emergency.noLines")}</Notice>
      )}
    </Section>
  );
}

const NONE = "none";

function Plan({ saved }: { saved: EmergencyPlanView }) {
  const { t } = useTranslation("outside");
  const drafted = useDrafted<PlanEdit>(saved, KEYS.emergency, t("emergency.changed"), (next) =>
    lines.editEmergencyPlan(planOf(next)),
  );
  const { edit, set } = drafted;
  const people = [...usePeople().values()].sort((a, b) => a.name.localeCompare(b.name));
  const named = people.map(({ id, name }) => ({ id: String(id), label: visible(name) }));
  const { data: numbers = [] } = useNumbers();
  const all = [...useLines().values()];
  return (
    <Section title={t("emergency.title")}>
      <DraftedForm drafted={drafted} fields={["location", "callback", "alertEmails", "line"]}>
        <Text
          {...drafted}
          of="location"
          lines={3}
          label={t("emergency.location")}
          description={t("emergency.locationNote")}
        />
        <div className="lines-pair">
          <Select
            label={t("emergency.callback")}
            options={[
              { id: NONE, label: t("emergency.callbackMain") },
              ...numbers.map(({ number, shown }) => ({ id: number, label: shown })),
            ]}
            value={edit.callback ?? NONE}
            onChange={(id) => set({ callback: id === NONE ? null : id })}
          />
          <Select
            label={t("emergency.line")}
            options={[
              { id: NONE, label: t("emergency.anyLine") },
              ...all.map(({ id, name }) => ({ id: String(id), label: visible(name) })),
            ]}
            value={edit.line === null ? NONE : String(edit.line)}
            onChange={(id) => set({ line: id === NONE ? null : Number(id) })}
          />
        </div>
        <Chips
          label={t("emergency.alertPersons")}
          empty={t("emergency.alertNobody")}
          addLabel={t("emergency.addPerson")}
          chosen={edit.alertPersons.map((id) => ({
            id: String(id),
            label: named.find((one) => one.id === String(id))?.label ?? t("rules.gone"),
          }))}
          options={named}
          onChange={(ids) => set({ alertPersons: ids.map(Number) })}
        />
        <Lines
          key={String(drafted.isChanged)}
          {...drafted}
          of="alertEmails"
          rows={2}
          label={t("emergency.alertEmails")}
          description={t("emergency.alertEmailsNote")}
        />
        <Elsewhere {...drafted} named={named} />
      </DraftedForm>
    </Section>
  );
}

/** People whose phones are at another place. */
function Elsewhere(
  props: Drafted<PlanEdit & { revision: number }> & { named: { id: string; label: string }[] },
) {
  const { edit, set, named } = props;
  const { t } = useTranslation("outside");
  const { locations } = edit;
  return (
    <div className="lines-form">
      <div>
        <h3 className="lines-subhead">{t("emergency.elsewhere")}</h3>
        <p className="quiet">{t(locations.length ? "emergency.elsewhereLead" : "emergency.elsewhereNone")}</p>
      </div>
      {locations.map(({ person, location }, place) => {
        const name = named.find(({ id }) => id === String(person))?.label ?? t("rules.gone");
        return (
          <div key={person} className="lines-removable">
            <TextField
              label={t("emergency.elsewhereOf", { name })}
              value={location}
              onChange={(next) =>
                set({
                  locations: locations.map((one, at) => (at === place ? { person, location: next } : one)),
                })
              }
            />
            <IconButton
              icon={X}
              label={t("emergency.removeElsewhere", { name })}
              onPress={() => set({ locations: locations.filter((_, at) => at !== place) })}
            />
          </div>
        );
      })}
      <div className="lines-add">
        <Plus size={14} aria-hidden="true" />
        <ComboBox
          key={locations.length}
          label={t("emergency.addElsewhere")}
          options={named.filter(({ id }) => !locations.some(({ person }) => String(person) === id))}
          value={null}
          onChange={(id) => set({ locations: [...locations, { person: Number(id), location: "" }] })}
        />
      </div>
    </div>
  );
}

/** The view with what only the engine says. */
type PlanEdit = Omit<EmergencyPlanView, "revision">;

function planOf({ numbers, ...plan }: EmergencyPlanView): EmergencyPlan & { revision: number } {
  return plan;
}
