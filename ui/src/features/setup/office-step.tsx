// Step 2: what the office is called and where it is.
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { OfficeView, SetupView } from "../../bindings/api";
import { ComboBox, Notice, Select, TextField, Waiting } from "../../design";
import { api, Refused } from "../../live/api";
import { prefer } from "../../live/preferences";
import { useOffice } from "../../live/select";
import { useLive } from "../../live/store";
import { LANGUAGES, type Language, locale } from "../../text";
import { fieldError, sentence } from "../../text/refusal";
import { editOf } from "../settings/save-office";
import { Step, useWay } from "./step";

export function OfficeStep() {
  const office = useOffice();
  const { data, error, refetch } = useQuery({ queryKey: ["setup"], queryFn: api.setup });
  if (data && office) return <OfficeForm setup={data} office={office} />;
  return <Asking error={error} onRetry={() => void refetch()} />;
}

function Asking({ error, onRetry }: { error: Error | null; onRetry: () => void }) {
  const { t } = useTranslation(["setup", "common"]);
  return (
    <Step
      title={t("office.title")}
      lead={t("office.lead")}
      action={error ? t("common:retry") : undefined}
      onNext={onRetry}
    >
      {error ? <Notice severity="problem">{sentence(error)}</Notice> : <Waiting />}
    </Step>
  );
}

const FIELDS = ["name", "country", "timeZone", "language"];

function OfficeForm({ setup, office }: { setup: SetupView; office: OfficeView }) {
  const { t } = useTranslation("setup");
  const way = useWay();
  const [name, setName] = useState(office.name);
  const [country, setCountry] = useState(office.country ?? setup.country);
  const [timeZone, setTimeZone] = useState(office.setUp ? office.timeZone : setup.timeZone);
  const [language, setLanguage] = useState(office.language);
  const [nameless, setNameless] = useState(false);
  const [refusal, setRefusal] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);

  const save = async () => {
    if (!name.trim()) return setNameless(true);
    setBusy(true);
    try {
      // What is not asked here stays as it is at this moment.
      const now = useLive.getState().office ?? office;
      await api.editOffice(now.revision, {
        ...editOf(now),
        name: name.trim(),
        country,
        timeZone,
        language,
      });
      way.next();
    } catch (error) {
      setRefusal(error);
      setBusy(false);
    }
  };
  const speak = (chosen: string) => {
    setLanguage(chosen);
    // The window speaks it at once.
    if (isOurs(chosen)) prefer({ language: chosen });
  };

  const isUnknown =
    refusal !== null && !FIELDS.includes(refusal instanceof Refused ? (refusal.field ?? "") : "");
  return (
    <Step
      title={t("office.title")}
      lead={t("office.lead")}
      onNext={() => void save()}
      isBusy={busy}
      startsInField
    >
      {isUnknown && <Notice severity="problem">{sentence(refusal)}</Notice>}
      <div className="setup-fields">
        <TextField
          label={t("office.name")}
          description={t("office.nameNote")}
          placeholder={t("office.namePlaceholder")}
          value={name}
          onChange={(value) => {
            setName(value);
            setNameless(false);
          }}
          error={nameless ? t("office.nameMissing") : fieldError(refusal, "name")}
          maxLength={80}
          data-testid="setup-name"
        />
        <ComboBox
          label={t("office.country")}
          description={t("office.countryNote")}
          options={named(setup.countries, "region")}
          value={country}
          onChange={setCountry}
          error={fieldError(refusal, "country")}
        />
        <ComboBox
          label={t("office.timeZone")}
          options={setup.timeZones.map((id) => ({ id, label: id.replaceAll("_", " ") }))}
          value={timeZone}
          onChange={setTimeZone}
          error={fieldError(refusal, "timeZone")}
        />
        <Select
          label={t("office.language")}
          options={named(setup.languages, "language")}
          value={language}
          onChange={speak}
          error={fieldError(refusal, "language")}
        />
      </div>
    </Step>
  );
}

/** Codes by their names, in order; a language is named in itself. */
function named(codes: string[], type: "region" | "language"): { id: string; label: string }[] {
  const all = codes.map((id) => {
    const names = new Intl.DisplayNames(type === "language" ? id : locale(), { type });
    return { id, label: names.of(id) ?? id };
  });
  return all.sort((a, b) => a.label.localeCompare(b.label, locale()));
}

function isOurs(language: string): language is Language {
  return (LANGUAGES as readonly string[]).includes(language);
}
