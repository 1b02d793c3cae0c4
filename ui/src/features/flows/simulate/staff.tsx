// What the phones of the office do when they ring in a tried call.
import { X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { ComboBox, IconButton, NumberField, Select } from "../../../design";
import type { PhoneDoes } from "../api";
import { listOf } from "../document";
import { useDocument } from "../draft/store";
import { nameOfRef, useThings } from "../names";
import type { Target } from "../summary";
import { setPhone, useSimulation } from "./store";

const DOES = ["answers", "ringsOut", "busy", "declines", "doNotDisturb", "off"] as const;
type Does = (typeof DOES)[number];

const ANSWERS_AFTER_S = 6;
const LATEST_S = 300;

export function Staff() {
  const { t } = useTranslation("flows");
  const things = useThings((now) => now.things);
  const phones = useSimulation(({ call }) => call.phones);
  const rung = useRung();
  const shown = [...new Set([...rung, ...phones.map(({ person }) => person)])];
  const left = (things.person ?? []).filter(({ id }) => !shown.includes(Number(id)));
  return (
    <details className="inspector-more sim-staff">
      <summary>{t("sim.staff")}</summary>
      <p className="quiet">{t("sim.staffNote")}</p>
      <ul>
        {shown.map((person) => {
          const name = nameOfRef(things, "person", String(person));
          const does = phones.find((phone) => phone.person === person)?.does ?? "ringsOut";
          const what = typeof does === "object" ? "answers" : does;
          return (
            <li key={person} className="sim-phone">
              <span className="cut">{name}</span>
              <Select
                label={name}
                bare
                options={DOES.map((id) => ({ id, label: t(`sim.does.${id}`) }))}
                value={what}
                onChange={(next: Does) => setPhone(person, asDoes(next))}
              />
              {typeof does === "object" && (
                <NumberField
                  label={t("sim.answersAfter", { name })}
                  minValue={0}
                  maxValue={LATEST_S}
                  value={does.answersAfterS}
                  onChange={(next) => Number.isFinite(next) && setPhone(person, { answersAfterS: next })}
                  unit={t("fields.seconds")}
                />
              )}
              {!rung.includes(person) && (
                <IconButton
                  icon={X}
                  label={t("fields.removeItem", { name })}
                  onPress={() => setPhone(person, null)}
                />
              )}
            </li>
          );
        })}
      </ul>
      <ComboBox
        key={shown.length}
        label={t("sim.addPhone")}
        options={left.map(({ id, name }) => ({ id, label: name }))}
        value={null}
        onChange={(id) => setPhone(Number(id), { answersAfterS: ANSWERS_AFTER_S })}
      />
    </details>
  );
}

function asDoes(what: Does): PhoneDoes {
  return what === "answers" ? { answersAfterS: ANSWERS_AFTER_S } : what;
}

/** The people this flow rings. */
function useRung(): number[] {
  const { nodes } = useDocument();
  const people = nodes.flatMap(({ data }) =>
    listOf<Target>(data.targets)
      .filter(({ type, id }) => type === "user" && /^\d+$/.test(id))
      .map(({ id }) => Number(id)),
  );
  return [...new Set(people)];
}
