// What mailboxes say while a day closes the office: a greeting of the library, or the usual words.
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Select } from "../../design";
import { api } from "../../live/api";

const USUAL = "usual";

export function GreetingChoice(props: {
  label: string;
  description?: string;
  bare?: boolean;
  /** A sound, by its number; nothing for the usual words. */
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}) {
  const { value = USUAL, onChange, ...rest } = props;
  const { t } = useTranslation("hours");
  const { data } = useQuery({ queryKey: ["sounds"], queryFn: api.sounds });
  const sounds = (data ?? []).filter(({ kind }) => kind === "greeting");
  return (
    <Select
      {...rest}
      options={[
        { id: USUAL, label: t("exception.noGreeting") },
        ...sounds.map(({ id, title }) => ({ id: String(id), label: title })),
      ]}
      value={value}
      onChange={(chosen) => onChange(chosen === USUAL ? undefined : chosen)}
    />
  );
}
