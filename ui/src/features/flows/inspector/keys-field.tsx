// The keys of a menu, each with what it is for.
import { Plus, X } from "lucide-react";
import { Input, TextField } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { Button, IconButton, Select } from "../../../design";
import { FieldError } from "./field-error";
import type { FieldProps } from "./param-field";

export type KeyOption = { digit: string; label: string };

const DIGITS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "*", "#"];
const LONGEST = 40;

export function KeysField({ label, value, onChange, error }: FieldProps<KeyOption[]>) {
  const { t } = useTranslation("flows");
  const list = Array.isArray(value) ? value : [];
  const free = DIGITS.filter((digit) => !list.some((one) => one.digit === digit));
  const set = (place: number, change: Partial<KeyOption>, isTyping = false) =>
    onChange(
      list.map((one, at) => (at === place ? { ...one, ...change } : one)),
      isTyping,
    );
  return (
    <fieldset className="rows-field">
      <legend>{label}</legend>
      <ul>
        {list.map(({ digit, label: words }, place) => (
          <li key={digit} className="rows-line">
            <span className="key-digit">
              <Select
                label={t("fields.key", { digit })}
                bare
                options={[digit, ...free].map((id) => ({ id, label: id }))}
                value={digit}
                onChange={(next) => set(place, { digit: next })}
              />
            </span>
            <TextField
              className="bare-field"
              aria-label={t("fields.keyLabel", { digit })}
              value={words}
              maxLength={LONGEST}
              onChange={(next) => set(place, { label: next }, true)}
            >
              <Input />
            </TextField>
            <IconButton
              icon={X}
              label={t("fields.removeItem", { name: t("fields.key", { digit }) })}
              onPress={() => onChange(list.filter((_, at) => at !== place))}
            />
          </li>
        ))}
      </ul>
      {free.length > 0 && (
        <Button
          size="small"
          icon={Plus}
          onPress={() => onChange([...list, { digit: free[0] ?? "", label: "" }])}
        >
          {t("fields.addKey")}
        </Button>
      )}
      <FieldError error={error} />
    </fieldset>
  );
}
