// What phones do when they ring in a tried call: those of the office, each or all of a person's, and
// those outside.
import { X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { ComboBox, IconButton, NumberField, Select } from "../../../design";
import { useLiveValue } from "../../../live/select";
import { visible } from "../../calls/said";
import type { PhoneDoes, Rehearsal } from "../api";
import { listOf } from "../document";
import { useDocument } from "../draft/store";
import { nameOfRef, useThings } from "../names";
import type { Target } from "../summary";
import { setOutside, setPhone, useSimulation } from "./store";

const DOES = ["answers", "ringsOut", "busy", "declines", "doNotDisturb", "off"] as const;
type Does = (typeof DOES)[number];
/** Only people can want no calls. */
const PHONE_DOES = DOES.filter((does) => does !== "doNotDisturb");
/** As all phones of its owner. */
const AS_OTHERS = "asOthers";

const ANSWERS_AFTER_S = 6;
const LATEST_S = 300;

export function Staff() {
  const { t } = useTranslation("flows");
  const things = useThings((now) => now.things);
  const phones = useSimulation(({ call }) => call.phones);
  const outside = useSimulation(({ call }) => call.outside) ?? [];
  const { rung, numbers } = useRung();
  const shown = [...new Set([...rung, ...phones.map(({ person }) => person)])];
  const left = (things.person ?? []).filter(({ id }) => !shown.includes(Number(id)));
  return (
    <details className="inspector-more sim-staff">
      <summary>{t("sim.staff")}</summary>
      <p className="quiet">{t("sim.staffNote")}</p>
      <ul>
        {shown.map((person) => (
          <PhonesOf key={person} person={person} phones={phones} isRung={rung.includes(person)} />
        ))}
        {numbers.map((number) => (
          <li key={number} className="sim-phone">
            <bdi className="cut">{number}</bdi>
            <WhatItDoes
              name={number}
              choices={PHONE_DOES}
              does={outside.find((phone) => phone.number === number)?.does ?? "ringsOut"}
              onChange={(does) => setOutside(number, does ?? "ringsOut")}
            />
          </li>
        ))}
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

/** What all phones of a person do, and each of several that does something else. */
function PhonesOf(props: { person: number; phones: Rehearsal["phones"]; isRung: boolean }) {
  const { person, phones, isRung } = props;
  const { t } = useTranslation("flows");
  const things = useThings((now) => now.things);
  const devices = useDevices(person);
  const name = nameOfRef(things, "person", String(person));
  const theirs = phones.filter((phone) => phone.person === person);
  return (
    <>
      <li className="sim-phone">
        <span className="cut">{name}</span>
        <WhatItDoes
          name={name}
          choices={DOES}
          does={theirs.find(({ device }) => device === undefined)?.does ?? "ringsOut"}
          onChange={(does) => setPhone(person, does)}
        />
        {!isRung && (
          <IconButton
            icon={X}
            label={t("fields.removeItem", { name })}
            onPress={() => setPhone(person, null)}
          />
        )}
      </li>
      {devices.length > 1 &&
        devices.map(({ id, label }) => (
          <li key={id} className="sim-phone sim-phone-one">
            <span className="cut">{label}</span>
            <WhatItDoes
              name={t("sim.phoneOf", { name, phone: label })}
              choices={PHONE_DOES}
              isOneOfSeveral
              does={theirs.find(({ device }) => device === id)?.does ?? null}
              onChange={(does) => setPhone(person, does, id)}
            />
          </li>
        ))}
    </>
  );
}

function WhatItDoes(props: {
  name: string;
  choices: readonly Does[];
  /** One of several phones, which may do what the others do. */
  isOneOfSeveral?: boolean;
  /** `null`: as the other phones of its owner. */
  does: PhoneDoes | null;
  onChange: (does: PhoneDoes | null) => void;
}) {
  const { name, choices, isOneOfSeveral = false, does, onChange } = props;
  const { t } = useTranslation("flows");
  const what = does === null ? AS_OTHERS : typeof does === "object" ? "answers" : does;
  const asOthers = { id: AS_OTHERS, label: t("sim.does.asOthers") } as const;
  const options = choices.map((id) => ({ id, label: t(`sim.does.${id}`) }));
  return (
    <>
      <Select<Does | typeof AS_OTHERS>
        label={name}
        bare
        options={isOneOfSeveral ? [asOthers, ...options] : options}
        value={what}
        onChange={(next) => onChange(next === AS_OTHERS ? null : asDoes(next))}
      />
      {typeof does === "object" && does !== null && (
        <NumberField
          label={t("sim.answersAfter", { name })}
          minValue={0}
          maxValue={LATEST_S}
          value={does.answersAfterS}
          onChange={(next) => Number.isFinite(next) && onChange({ answersAfterS: next })}
          unit={t("fields.seconds")}
        />
      )}
    </>
  );
}

function asDoes(what: Does): PhoneDoes {
  return what === "answers" ? { answersAfterS: ANSWERS_AFTER_S } : what;
}

/** The phones of a person. */
function useDevices(person: number): { id: number; label: string }[] {
  const rows = useLiveValue((live) =>
    JSON.stringify(
      [...live.devices.values()]
        .filter((device) => device.person === person)
        .map(({ id, label }) => ({ id, label: visible(label) })),
    ),
  );
  return JSON.parse(rows);
}

/** The people this flow rings, and the numbers outside. */
function useRung(): { rung: number[]; numbers: string[] } {
  const { nodes } = useDocument();
  const targets = nodes.flatMap(({ data }) => listOf<Target>(data.targets));
  const inside = useLiveValue((live) =>
    JSON.stringify([...live.people.values()].map(({ extension }) => extension)),
  );
  const extensions: unknown[] = JSON.parse(inside);
  const people = targets.filter(({ type, id }) => type === "user" && /^\d+$/.test(id));
  const numbers = targets.filter(({ type, id }) => type === "number" && id && !extensions.includes(id));
  return {
    rung: [...new Set(people.map(({ id }) => Number(id)))],
    numbers: [...new Set(numbers.map(({ id }) => id))],
  };
}
