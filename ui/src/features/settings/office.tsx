// The settings of the office.
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { OfficeEdit } from "../../bindings/api";
import { ComboBox, NumberField, type Option, Select, TextField } from "../../design";
import { api } from "../../live/api";
import { useOffice } from "../../live/select";
import { tellRefused } from "../../live/toasts";
import { locale } from "../../text";
import { useChosen, useDraft } from "./draft";
import { saveOffice } from "./save-office";
import { SettingRow } from "./setting-row";

export function OfficeName() {
  const { t } = useTranslation("settings");
  const office = useOffice();
  const draft = useDraft(office?.name ?? "", "name", (name) =>
    saveOffice({ name: name.trim() }, t("items.officeName.changed", { value: name.trim() })),
  );
  return (
    <SettingRow id="officeName" note={t("items.officeName.note")}>
      <TextField
        label={t("items.officeName.title")}
        value={draft.value}
        onChange={draft.change}
        onBlur={draft.settle}
        onKeyDown={(event) => {
          if (event.key === "Enter") draft.settle();
          else if (event.key === "Escape") draft.drop();
        }}
        error={draft.error}
      />
    </SettingRow>
  );
}

/** What its phones register at, with commas between them. */
export function OfficeDomains() {
  const { t } = useTranslation("settings");
  const office = useOffice();
  const draft = useDraft(office?.domains.join(", ") ?? "", "domains", (said) => {
    const domains = said.split(",").flatMap((domain) => domain.trim() || []);
    return saveOffice({ domains }, t("items.officeDomains.changed", { value: domains.join(", ") || "–" }));
  });
  return (
    <SettingRow id="officeDomains" note={t("items.officeDomains.note")}>
      <TextField
        label={t("items.officeDomains.title")}
        value={draft.value}
        onChange={draft.change}
        onBlur={draft.settle}
        onKeyDown={(event) => {
          if (event.key === "Enter") draft.settle();
          else if (event.key === "Escape") draft.drop();
        }}
        error={draft.error}
      />
    </SettingRow>
  );
}

export function Country() {
  const setup = useSetup();
  return <Choice id="country" options={useNamed(setup?.countries, "region")} />;
}

export function TimeZone() {
  const setup = useSetup();
  const options = useMemo(
    () => (setup?.timeZones ?? []).map((id) => ({ id, label: id.replaceAll("_", " ") })),
    [setup],
  );
  return <Choice id="timeZone" options={options} />;
}

export function OfficeLanguage() {
  const { t } = useTranslation("settings");
  const office = useOffice();
  const setup = useSetup();
  const options = useNamed(setup?.languages, "language");
  return (
    <SettingRow id="officeLanguage" note={t("items.officeLanguage.note")}>
      <Select
        label={t("items.officeLanguage.title")}
        options={options}
        value={office?.language ?? null}
        onChange={(language) => save("officeLanguage", { language }, labelOf(options, language), t)}
      />
    </SettingRow>
  );
}

export const RingSeconds = () => <Amount id="ringSeconds" least={5} most={180} />;
export const MaxCalls = () => <Amount id="maxCalls" least={1} most={2000} />;
export const MaxCallsPerPerson = () => <Amount id="maxCallsPerPerson" least={1} most={100} />;

function Amount({
  id,
  least,
  most,
}: {
  id: "ringSeconds" | "maxCalls" | "maxCallsPerPerson";
  least: number;
  most: number;
}) {
  const { t } = useTranslation("settings");
  const office = useOffice();
  const draft = useChosen(office?.[id] ?? least, id, (value) =>
    saveOffice({ [id]: value }, t(`items.${id}.changed`, { value })),
  );
  return (
    <SettingRow id={id} note={t(`items.${id}.note`)}>
      <NumberField
        label={t(`items.${id}.title`)}
        unit={t(`items.${id}.unit`)}
        minValue={least}
        maxValue={most}
        value={draft.value}
        onChange={(value) => Number.isFinite(value) && draft.change(value)}
        error={draft.error}
      />
    </SettingRow>
  );
}

function Choice(props: { id: "country" | "timeZone"; options: readonly Option[] }) {
  const { id, options } = props;
  const { t } = useTranslation("settings");
  const office = useOffice();
  const value = office?.[id] ?? null;
  return (
    <SettingRow id={id} note={t(`items.${id}.note`)}>
      <ComboBox
        // The list is typed into: it begins anew when its choices or its value come from elsewhere.
        key={`${value} ${options.length}`}
        label={t(`items.${id}.title`)}
        options={options}
        value={value}
        onChange={(chosen) => {
          if (chosen !== value) save(id, { [id]: chosen }, labelOf(options, chosen), t);
        }}
      />
    </SettingRow>
  );
}

type Say = ReturnType<typeof useTranslation<"settings">>["t"];

function save(
  id: "country" | "timeZone" | "officeLanguage",
  change: Partial<OfficeEdit>,
  value: string,
  t: Say,
): void {
  void saveOffice(change, t(`items.${id}.changed`, { value })).catch(tellRefused);
}

function labelOf(options: readonly Option[], id: string): string {
  return options.find((option) => option.id === id)?.label ?? id;
}

function useSetup() {
  return useQuery({ queryKey: ["setup"], queryFn: api.setup, staleTime: Number.POSITIVE_INFINITY }).data;
}

/** Countries and languages by their names. */
function useNamed(codes: readonly string[] | undefined, type: "region" | "language"): Option[] {
  const tag = locale();
  return useMemo(() => {
    const names = new Intl.DisplayNames(tag, { type, fallback: "code" });
    return (codes ?? [])
      .map((id) => ({ id, label: names.of(id) ?? id }))
      .sort((a, b) => a.label.localeCompare(b.label, tag));
  }, [codes, type, tag]);
}
