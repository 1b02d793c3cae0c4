// What single persons may do outside, where that differs from the others.
import { Pencil, Plus, X } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { CallingRightsView } from "../../bindings/api";
import { ComboBox, IconButton, Notice, RadioGroup, Section, Select } from "../../design";
import { useOffice, usePeople } from "../../live/select";
import { tellRefused } from "../../live/toasts";
import { perform } from "../../live/undo";
import { sentence } from "../../text/refusal";
import { visible } from "../calls/said";
import { lines } from "./api";
import { currencyOf, money } from "./currency";
import { Amount, type Form, Money, Tick } from "./fields";
import { FormDialog } from "./form-dialog";
import { KEYS, useNumbers, useRefresh, useRights } from "./queries";

const MAIN = "main";

export function Rights() {
  const { t } = useTranslation("outside");
  const { data, error } = useRights();
  const people = usePeople();
  const change = useChangeRights();
  const words = useRightsWords();
  const [edited, setEdited] = useState<CallingRightsView | null>(null);
  const some = (data ?? []).filter((one) => !isUsual(one));
  const others = [...people.values()].filter(({ id }) => !some.some(({ person }) => person === id));
  const nameOf = (id: number) => visible(people.get(id)?.name ?? t("rules.gone"));
  return (
    <Section title={t("rights.title")} lead={t("rights.lead")}>
      {error && <Notice severity="problem">{sentence(error)}</Notice>}
      {data && some.length === 0 && <p className="quiet">{t("rights.none")}</p>}
      {some.length > 0 && (
        <ul className="plain-rows" aria-label={t("rights.label")}>
          {some.map((rights) => {
            const name = nameOf(rights.person);
            return (
              <li key={rights.person}>
                <span>
                  <bdi className="strong">{name}</bdi> <span className="quiet">{words(rights)}</span>
                </span>
                <span className="rule-acts">
                  <IconButton
                    icon={Pencil}
                    label={t("rights.edit", { name })}
                    onPress={() => setEdited(rights)}
                  />
                  <IconButton
                    icon={X}
                    label={`${t("rights.clear")}: ${name}`}
                    onPress={() => void change(rights, noRights(rights.person), name).catch(tellRefused)}
                  />
                </span>
              </li>
            );
          })}
        </ul>
      )}
      {others.length > 0 && (
        <div className="lines-add">
          <Plus size={14} aria-hidden="true" />
          <ComboBox
            key={some.length}
            label={t("rights.add")}
            options={others
              .sort((a, b) => a.name.localeCompare(b.name))
              .map(({ id, name }) => ({ id: String(id), label: visible(name) }))}
            value={null}
            // Whoever had rights once has a revision still.
            onChange={(id) =>
              setEdited((data ?? []).find(({ person }) => person === Number(id)) ?? noRights(Number(id)))
            }
          />
        </div>
      )}
      {edited && (
        <RightsDialog
          name={nameOf(edited.person)}
          rights={edited}
          save={(next) => change(edited, next, nameOf(edited.person))}
          onClose={() => setEdited(null)}
        />
      )}
    </Section>
  );
}

function noRights(person: number): CallingRightsView {
  return {
    person,
    revision: 0,
    shows: null,
    reach: "everywhere",
    abroadAfterHours: false,
    foreignMinutes: null,
    money: null,
  };
}

/** Whether they differ from what everybody has. */
function isUsual({ shows, reach, abroadAfterHours, foreignMinutes, money: sum }: CallingRightsView): boolean {
  return (
    shows === null && reach === "everywhere" && !abroadAfterHours && foreignMinutes === null && sum === null
  );
}

function RightsDialog(props: {
  name: string;
  rights: CallingRightsView;
  save: (rights: CallingRightsView) => Promise<unknown>;
  onClose: () => void;
}) {
  const { name, rights, save, onClose } = props;
  const { t } = useTranslation(["outside", "common"]);
  const { data: numbers = [] } = useNumbers();
  const currency = currencyOf(useOffice()?.country);
  const [edit, setEdit] = useState(rights);
  const form: Form<CallingRightsView> = {
    edit,
    set: (change) => setEdit((before) => ({ ...before, ...change })),
  };
  return (
    <FormDialog
      title={t("rights.edit", { name })}
      submit={t("common:save")}
      fields={["shows", "reach", "foreignMinutes", "money"]}
      save={() => save(edit)}
      onClose={onClose}
    >
      <RadioGroup
        label={t("rights.reach")}
        options={(["everywhere", "country", "inside"] as const).map((id) => ({
          id,
          label: t(`rights.reachOf.${id}`),
        }))}
        value={edit.reach}
        onChange={(reach) => form.set({ reach })}
      />
      <Select
        label={t("rights.shows")}
        options={[
          { id: MAIN, label: t("rights.showsMain") },
          ...numbers.map(({ number, shown, label }) => ({
            id: number,
            label: shown,
            ...(label ? { description: visible(label) } : {}),
          })),
        ]}
        value={edit.shows ?? MAIN}
        onChange={(id) => form.set({ shows: id === MAIN ? null : id })}
      />
      {edit.reach === "everywhere" && (
        <>
          <Tick {...form} of="abroadAfterHours" label={t("rights.afterHours")} />
          <div className="lines-pair">
            <Amount
              {...form}
              of="foreignMinutes"
              maybe
              label={t("rights.minutes")}
              description={t("rights.office")}
            />
            <Money
              {...form}
              of="money"
              maybe
              currency={currency}
              label={t("rights.money")}
              description={t("rights.office")}
            />
          </div>
        </>
      )}
    </FormDialog>
  );
}

function useRightsWords(): (rights: CallingRightsView) => string {
  const { t } = useTranslation("outside");
  const { data: numbers = [] } = useNumbers();
  const currency = currencyOf(useOffice()?.country);
  return ({ reach, shows, abroadAfterHours, foreignMinutes, money: sum }) =>
    [
      t(`rights.reachShort.${reach}`),
      ...(shows
        ? [
            t("rights.showsShort", {
              number: numbers.find(({ number }) => number === shows)?.shown ?? visible(shows),
            }),
          ]
        : []),
      ...(abroadAfterHours ? [t("rights.afterHoursShort")] : []),
      ...(foreignMinutes === null ? [] : [t("rights.minutesShort", { count: foreignMinutes })]),
      ...(sum === null ? [] : [t("rights.moneyShort", { money: money(sum, currency) })]),
    ].join(" · ");
}

/** The way back writes what was before. */
function useChangeRights(): (
  before: CallingRightsView,
  after: CallingRightsView,
  name: string,
) => Promise<void> {
  const { t } = useTranslation("outside");
  const refresh = useRefresh();
  return async (before, after, name) => {
    let { revision } = before;
    const write = async (rights: CallingRightsView) => {
      try {
        ({ revision } = await lines.editRights({ ...rights, revision }));
      } finally {
        await refresh(KEYS.rights);
      }
    };
    await perform({
      name: t("rights.told", { name }),
      do: () => write(after),
      undo: () => write(before),
    });
  };
}
