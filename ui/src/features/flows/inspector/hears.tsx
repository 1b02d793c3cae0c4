// What callers hear while they wait.
import { useTranslation } from "react-i18next";
import { Select } from "../../../design";
import { useSounds } from "../../audio/sounds";
import type { Prompt } from "../document";
import type { FieldProps } from "./param-field";
import { PromptsField } from "./prompts";

type Way = "ringback" | "moh" | "silence" | "prompts";

export function HearsField({ label, value, onChange, error }: FieldProps<unknown>) {
  const { t } = useTranslation("flows");
  const { sounds } = useSounds("music");
  const way = wayOf(value);
  const music = typeof value === "string" ? value.slice("moh:".length) : "";
  const prompts = (value as { prompts?: Prompt[] } | null)?.prompts ?? [];
  return (
    <>
      <Select
        label={label}
        options={(["ringback", "moh", "silence", "prompts"] as const).map((id) => ({
          id,
          label: t(`fields.hears.${id}`),
        }))}
        value={way}
        onChange={(next) => onChange(next === "prompts" ? { prompts: [] } : next)}
        error={error}
      />
      {way === "moh" && sounds.length > 0 && (
        <Select
          label={t("fields.music")}
          options={[
            { id: "", label: t("fields.officeMusic") },
            ...sounds.map(({ id, title }) => ({ id: String(id), label: title })),
          ]}
          value={music}
          onChange={(id) => onChange(id ? `moh:${id}` : "moh")}
        />
      )}
      {way === "prompts" && (
        <PromptsField
          label={t("fields.hears.prompts")}
          value={prompts}
          onChange={(next, isTyping) => onChange({ prompts: next }, isTyping)}
          error={undefined}
          keys={[]}
        />
      )}
    </>
  );
}

function wayOf(value: unknown): Way {
  if (typeof value === "object" && value !== null) return "prompts";
  if (value === "silence") return "silence";
  return typeof value === "string" && value.startsWith("moh") ? "moh" : "ringback";
}
