// A number of seconds; from a minute on it is said in words, too.
import { useTranslation } from "react-i18next";
import { NumberField } from "../../../design";
import { lasting } from "../../../text/format";

const MINUTE = 60;

export function SecondsField(props: {
  label: string;
  value: number;
  onChange: (seconds: number) => void;
  range: readonly [least: number, most: number];
  note?: string;
  error: string | undefined;
}) {
  const { label, value, onChange, range, note, error } = props;
  const { t } = useTranslation("flows");
  const inWords = value >= MINUTE && t("queues.inWords", { time: lasting(value * 1000, "long") });
  const [least, most] = range;
  return (
    <NumberField
      label={label}
      unit={t("queues.seconds")}
      minValue={least}
      maxValue={most}
      value={value}
      onChange={(seconds) => Number.isFinite(seconds) && onChange(seconds)}
      description={[inWords, note].filter(Boolean).join(" ")}
      error={error}
    />
  );
}
