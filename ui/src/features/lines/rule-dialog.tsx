// A rule for calls out: whose calls, where to, over which lines, and the number that is shown.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Destination, OutboundRule, Shown, Whose } from "../../bindings/api";
import { type Option, Select, TextField } from "../../design";
import { useLines, usePeople } from "../../live/select";
import { useFieldError } from "../../shell/form-dialog";
import { visible } from "../calls/said";
import { Chips } from "./chips";
import { FormDialog } from "./form-dialog";
import { useCountries, useNumbers, usePeers } from "./queries";
import { countryName, useRuleWords } from "./rule-words";

const KINDS = ["any", "fixed", "mobile", "freePhone", "abroad", "premium"] as const;

export const NEW_RULE: OutboundRule = {
  id: 0,
  name: "",
  who: { kind: "everybody" },
  to: [{ kind: "any" }],
  lines: [],
  shows: { kind: "own" },
};

export function RuleDialog(props: {
  rule: OutboundRule;
  save: (rule: OutboundRule) => Promise<unknown>;
  onClose: () => void;
}) {
  const { rule, save, onClose } = props;
  const { t } = useTranslation(["outside", "common"]);
  const words = useRuleWords();
  const [edit, setEdit] = useState(rule);
  const set = (change: Partial<OutboundRule>) => setEdit((before) => ({ ...before, ...change }));
  const lines = [...useLines().values()];
  return (
    <FormDialog
      title={t(rule.id === 0 ? "rule.add" : "rule.edit")}
      submit={t(rule.id === 0 ? "common:add" : "common:save")}
      isReady={edit.to.length > 0 && edit.lines.length > 0}
      fields={["who", "to", "lines", "shows", "name"]}
      save={() => save({ ...edit, name: edit.name.trim() })}
      onClose={onClose}
    >
      <p className="rule-reads">
        <span className="quiet">{t("rule.reads")}</span> {words.sentence(edit)}
      </p>
      <Who value={edit.who} onChange={(who) => set({ who })} />
      <To value={edit.to} onChange={(to) => set({ to })} />
      <Chips
        label={t("rule.lines")}
        empty={t("rule.linesEmpty")}
        addLabel={t("rule.addLine")}
        chosen={edit.lines.map((id) => ({ id: String(id), label: words.line(id) }))}
        options={lines.map(({ id, name }) => ({ id: String(id), label: visible(name) }))}
        onChange={(ids) => set({ lines: ids.map(Number) })}
        ordered
      />
      <ShowsField value={edit.shows} onChange={(shows) => set({ shows })} />
      <TextField
        label={t("rule.name")}
        description={t("rule.nameNote")}
        value={edit.name}
        onChange={(name) => set({ name })}
        maxLength={80}
      />
    </FormDialog>
  );
}

function Who({ value, onChange }: { value: Whose; onChange: (who: Whose) => void }) {
  const { t } = useTranslation("outside");
  const error = useFieldError();
  const people = [...usePeople().values()];
  const teams = [...new Set(people.map(({ team }) => team).filter(Boolean))].sort();
  const team = (name: string): Option => ({
    id: `team ${name}`,
    label: t("rules.team", { name: visible(name) }),
  });
  const person = (id: number): Option => ({
    id: `person ${id}`,
    label: visible(people.find((one) => one.id === id)?.name ?? t("rules.gone")),
  });
  const { data: peers = [] } = usePeers();
  const words = useRuleWords();
  const peer = (id: number): Option => ({
    id: `peer ${id}`,
    label: words.who({ kind: "peers", value: [id] }),
  });
  const chosen = (): Option[] => {
    if (value.kind === "persons") return value.value.map(person);
    if (value.kind === "teams") return value.value.map(team);
    return value.kind === "peers" ? value.value.map(peer) : [];
  };
  // A rule is for persons, for teams or for other systems: whoever is added decides.
  const change = (ids: string[]) => {
    const kind = ids.at(-1)?.split(" ")[0];
    const of = ids.flatMap((id) => (id.startsWith(`${kind} `) ? [id.slice(id.indexOf(" ") + 1)] : []));
    if (kind === "person") onChange({ kind: "persons", value: of.map(Number) });
    else if (kind === "team") onChange({ kind: "teams", value: of });
    else if (kind === "peer") onChange({ kind: "peers", value: of.map(Number) });
    else onChange({ kind: "everybody" });
  };
  return (
    <Chips
      label={t("rule.who")}
      empty={t("rule.whoEmpty")}
      addLabel={t("rule.addWho")}
      chosen={chosen()}
      options={[
        ...teams.map(team),
        ...people.sort((a, b) => a.name.localeCompare(b.name)).map(({ id }) => person(id)),
        ...peers.map(({ id }) => peer(id)),
      ]}
      onChange={change}
      error={error("who")}
    />
  );
}

function To({ value, onChange }: { value: readonly Destination[]; onChange: (to: Destination[]) => void }) {
  const { t } = useTranslation("outside");
  const error = useFieldError();
  const words = useRuleWords();
  const countries = useCountries();
  const [typed, setTyped] = useState("");
  const prefix = typed.replace(/[\s()/-]/g, "");
  const change = (ids: string[]) => {
    // Everywhere and something else together would be everywhere.
    const added = ids.at(-1);
    const fits = added === "any" ? ["any"] : ids.filter((id) => id !== "any" || ids.length === 1);
    onChange(fits.map(destinationOf));
    setTyped("");
  };
  return (
    <Chips
      label={t("rule.to")}
      empty={t("rule.toEmpty")}
      description={t("rule.toNote")}
      addLabel={t("rule.addTo")}
      chosen={value.map((one) => ({ id: keyOf(one), label: words.to(one) }))}
      options={[
        ...KINDS.map((kind) => ({ id: kind, label: words.to({ kind }) })),
        ...(/^\+\d{1,14}$/.test(prefix)
          ? [{ id: `prefix ${prefix}`, label: t("rule.beginning", { prefix: typed.trim() }) }]
          : []),
        ...countries
          .map((code) => ({ id: `country ${code}`, label: countryName(code) }))
          .sort((a, b) => a.label.localeCompare(b.label)),
      ]}
      onChange={change}
      onTyped={setTyped}
      error={error("to")}
    />
  );
}

function keyOf(to: Destination): string {
  return "value" in to ? `${to.kind} ${to.value}` : to.kind;
}

function destinationOf(key: string): Destination {
  const [kind = "", value = ""] = key.split(" ");
  if (kind === "country" || kind === "prefix") return { kind, value };
  return { kind: KINDS.find((one) => one === kind) ?? "any" };
}

export function ShowsField({ value, onChange }: { value: Shown; onChange: (shows: Shown) => void }) {
  const { t } = useTranslation("outside");
  const error = useFieldError();
  const { data: numbers = [] } = useNumbers();
  const own = numbers.map(({ number, shown, label }) => ({
    id: number,
    label: shown,
    ...(label ? { description: visible(label) } : {}),
  }));
  const chosen = value.kind === "number" ? value.value : value.kind;
  // A number that is the office's no more is shown as it is.
  if (value.kind === "number" && !own.some(({ id }) => id === chosen)) {
    own.push({ id: chosen, label: visible(chosen) });
  }
  return (
    <Select
      label={t("rule.shows")}
      options={[
        ...(["own", "main", "hidden"] as const).map((id) => ({ id, label: t(`rule.showsOf.${id}`) })),
        ...own,
      ]}
      value={chosen}
      onChange={(id) =>
        onChange(
          id === "own" || id === "main" || id === "hidden" ? { kind: id } : { kind: "number", value: id },
        )
      }
      error={error("shows")}
    />
  );
}
