// Where callers go, and behind “More” what is set on the way: the same wherever it is chosen.
import { ChevronDown, ChevronRight } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Route, RouteTarget, Xform } from "../../bindings/api";
import { Button, ComboBox, NumberField, Select, TextField } from "../../design";
import { LANGUAGES, locale } from "../../text";
import { keyOf, targetOf, useDestinations, useTargetName } from "./destinations";

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
  const [more, setMore] = useState(value.dest_xform !== undefined);
  const More = more ? ChevronDown : ChevronRight;
  return (
    <div className="route">
      <GoalField
        label={label}
        value={value}
        onChange={(to) => onChange(withXform(to, value.dest_xform ?? {}))}
        error={error}
        description={t("route.note")}
      />
      {value.dest_kind !== "hangup" && (
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
          {more && (
            <OnTheWay value={value.dest_xform ?? {}} onChange={(way) => onChange(withXform(value, way))} />
          )}
        </>
      )}
    </div>
  );
}

function OnTheWay({ value, onChange }: { value: Xform; onChange: (way: Way) => void }) {
  const { t } = useTranslation("lines");
  const names = new Intl.DisplayNames(locale(), { type: "language", fallback: "code" });
  return (
    <div className="lines-pair">
      <TextField
        label={t("route.prefix")}
        description={t("route.prefixNote")}
        value={value.callerNamePrefix ?? ""}
        onChange={(callerNamePrefix) => onChange({ ...value, callerNamePrefix })}
        maxLength={20}
      />
      <Select
        label={t("route.language")}
        options={[
          { id: USUAL, label: t("route.usualLanguage") },
          ...LANGUAGES.map((id) => ({ id, label: names.of(id) ?? id })),
        ]}
        value={value.language ?? USUAL}
        onChange={(id) => onChange({ ...value, language: id === USUAL ? undefined : id })}
      />
      <NumberField
        label={t("route.ringSeconds")}
        description={t("route.usualRing")}
        unit={t("route.seconds")}
        minValue={5}
        maxValue={LONGEST_RING}
        value={value.ringFor ?? Number.NaN}
        onChange={(seconds) =>
          onChange({ ...value, ringFor: Number.isFinite(seconds) ? seconds : undefined })
        }
      />
    </div>
  );
}

/** What is set on the way while it is edited. */
type Way = { [Key in keyof Xform]?: Xform[Key] | undefined };

/** What is not set is left out. */
function withXform(to: RouteTarget, way: Way): Route {
  const set = Object.entries(way).filter(([, value]) => value !== undefined && value !== "");
  const target: RouteTarget =
    "dest_id" in to
      ? ({ dest_kind: to.dest_kind, dest_id: to.dest_id } as RouteTarget)
      : { dest_kind: to.dest_kind };
  return set.length > 0 && to.dest_kind !== "hangup"
    ? { ...target, dest_xform: Object.fromEntries(set) }
    : target;
}

/** Somebody or something of the office, or a number outside, found by typing. */
export function GoalField(props: {
  label: string;
  value: RouteTarget;
  onChange: (to: RouteTarget) => void;
  error?: string | undefined;
  description?: string;
  /** What cannot be chosen: calls would go in a circle. */
  except?: RouteTarget | undefined;
}) {
  const { label, value, onChange, error, description, except } = props;
  const { t } = useTranslation("lines");
  const destinations = useDestinations().filter(({ id }) => !except || id !== keyOf(except));
  const nameOf = useTargetName();
  const [typed, setTyped] = useState("");
  const number = typed.replace(/[\s()/-]/g, "");
  const key = keyOf(value);
  const options = [
    // Found by what was typed, as it was typed.
    ...(/^\+?\d{3,15}$/.test(number) && `forward ${number}` !== key
      ? [{ id: `forward ${number}`, label: t("route.outside", { number: typed.trim() }) }]
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
      onChange={(chosen) => chosen !== key && onChange(targetOf(chosen))}
      error={error}
      {...(description ? { description } : {})}
    />
  );
}
