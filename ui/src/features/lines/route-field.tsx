// Where callers go, and behind “More” what is set on the way: the same wherever it is chosen.
import { ChevronDown, ChevronRight } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button, ComboBox, NumberField, Select, TextField } from "../../design";
import { LANGUAGES, locale } from "../../text";
import type { LeadsTo, Route } from "./api";
import { goalOf, keyOf, useDestinations, useGoalName } from "./destinations";

const USUAL = "usual";
const LONGEST_RING = 600;

export function RouteField(props: {
  label: string;
  value: Route;
  onChange: (route: Route) => void;
  error?: string | undefined;
}) {
  const { label, value, onChange, error } = props;
  const { t } = useTranslation("lines");
  const [more, setMore] = useState(
    value.callerNamePrefix !== "" || value.language !== null || value.ringSeconds !== null,
  );
  const More = more ? ChevronDown : ChevronRight;
  return (
    <div className="route">
      <GoalField
        label={label}
        value={value.to}
        onChange={(to) => onChange({ ...value, to })}
        error={error}
        description={t("route.note")}
      />
      {value.to.kind !== "hangup" && (
        <>
          <Button
            tone="quiet"
            size="small"
            icon={More}
            aria-expanded={more}
            aria-label={`${t("route.more")}: ${label}`}
            onPress={() => setMore(!more)}
          >
            {t("route.more")}
          </Button>
          {more && <OnTheWay value={value} onChange={onChange} />}
        </>
      )}
    </div>
  );
}

function OnTheWay({ value, onChange }: { value: Route; onChange: (route: Route) => void }) {
  const { t } = useTranslation("lines");
  const names = new Intl.DisplayNames(locale(), { type: "language", fallback: "code" });
  return (
    <div className="lines-pair">
      <TextField
        label={t("route.prefix")}
        description={t("route.prefixNote")}
        value={value.callerNamePrefix}
        onChange={(callerNamePrefix) => onChange({ ...value, callerNamePrefix })}
        maxLength={40}
      />
      <Select
        label={t("route.language")}
        options={[
          { id: USUAL, label: t("route.usualLanguage") },
          ...LANGUAGES.map((id) => ({ id, label: names.of(id) ?? id })),
        ]}
        value={value.language ?? USUAL}
        onChange={(id) => onChange({ ...value, language: id === USUAL ? null : id })}
      />
      <NumberField
        label={t("route.ringSeconds")}
        description={t("route.usualRing")}
        unit={t("route.seconds")}
        minValue={5}
        maxValue={LONGEST_RING}
        value={value.ringSeconds ?? Number.NaN}
        onChange={(seconds) => onChange({ ...value, ringSeconds: Number.isFinite(seconds) ? seconds : null })}
      />
    </div>
  );
}

/** Somebody or something of the office, or a number outside, found by typing. */
export function GoalField(props: {
  label: string;
  value: LeadsTo;
  onChange: (to: LeadsTo) => void;
  error?: string | undefined;
  description?: string;
}) {
  const { label, value, onChange, error, description } = props;
  const { t } = useTranslation("lines");
  const destinations = useDestinations();
  const nameOf = useGoalName();
  const [typed, setTyped] = useState("");
  const number = typed.replace(/[\s()/-]/g, "");
  const key = keyOf(value);
  const options = [
    // Found by what was typed, as it was typed.
    ...(/^\+?\d{3,15}$/.test(number) && `outside ${number}` !== key
      ? [{ id: `outside ${number}`, label: t("route.outside", { number: typed.trim() }) }]
      : []),
    // What was set elsewhere stays among the choices.
    ...(destinations.some(({ id }) => id === key) ? [] : [{ id: key, label: nameOf(value) }]),
    ...destinations,
  ];
  return (
    <ComboBox
      // The list is typed into: it begins anew when its value or its choices come from elsewhere.
      key={`${key} ${destinations.length}`}
      label={label}
      options={options}
      value={key}
      onInputChange={setTyped}
      onChange={(chosen) => chosen !== key && onChange(goalOf(chosen))}
      error={error}
      {...(description ? { description } : {})}
    />
  );
}
