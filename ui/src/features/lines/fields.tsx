// The fields forms here are made of: each knows the value it edits by its name, and says what is refused.
import { useTranslation } from "react-i18next";
import { Checkbox, NumberField, Select, TextField } from "../../design";
import { useFieldError } from "../../shell/form-dialog";

/** The form so far, and how a part of it is changed. */
export type Form<T> = {
  edit: T;
  set: (change: Partial<T>) => void;
  /** Where the engine has it, such as `identity.`. */
  path?: string;
};

type Words = { label: string; description?: string };

export function Text<T>(props: Form<T> & Words & { of: keyof T & string; code?: boolean; lines?: number }) {
  const { edit, set, path = "", of, ...words } = props;
  const error = useFieldError();
  return (
    <TextField
      {...words}
      value={String(edit[of] ?? "")}
      onChange={(value) => set({ [of]: value } as Partial<T>)}
      autoComplete="off"
      error={error(path + of)}
    />
  );
}

/** Text that may be missing: empty is nothing. */
export function MaybeText<T>(props: Form<T> & Words & { of: keyof T & string; code?: boolean }) {
  const { edit, set, path = "", of, ...words } = props;
  const error = useFieldError();
  return (
    <TextField
      {...words}
      value={String(edit[of] ?? "")}
      onChange={(value) => set({ [of]: value.trim() || null } as Partial<T>)}
      autoComplete="off"
      error={error(path + of)}
    />
  );
}

/** A list with one entry a line. */
export function Lines<T>(props: Form<T> & Words & { of: keyof T & string; rows?: number }) {
  const { edit, set, path = "", of, rows = 3, ...words } = props;
  const error = useFieldError();
  const list = edit[of] as readonly string[];
  return (
    <TextField
      {...words}
      code
      lines={rows}
      defaultValue={list.join("\n")}
      onChange={(text) => set({ [of]: entries(text) } as Partial<T>)}
      error={error(path + of)}
    />
  );
}

/** What stands in a text of several lines, without empty ones. */
export function entries(text: string): string[] {
  return text.split(/[\n,;]/).flatMap((one) => one.trim() || []);
}

export function Amount<T>(
  props: Form<T> &
    Words & { of: keyof T & string; least?: number; most?: number; unit?: string; maybe?: boolean },
) {
  const { edit, set, path = "", of, least = 0, most = 100_000, maybe = false, ...words } = props;
  const error = useFieldError();
  const value = edit[of] as number | null;
  return (
    <NumberField
      {...words}
      minValue={least}
      maxValue={most}
      value={value ?? Number.NaN}
      onChange={(next) => {
        if (Number.isFinite(next)) set({ [of]: next } as Partial<T>);
        else if (maybe) set({ [of]: null } as Partial<T>);
      }}
      error={error(path + of)}
    />
  );
}

export function Tick<T>(props: Form<T> & Words & { of: keyof T & string }) {
  const { edit, set, path = "", of, label, ...rest } = props;
  return (
    <Checkbox {...rest} isSelected={edit[of] === true} onChange={(on) => set({ [of]: on } as Partial<T>)}>
      {label}
    </Checkbox>
  );
}

/** One of few; `words` are those of each choice. */
export function Choose<T>(
  props: Form<T> & Words & { of: keyof T & string; options: Readonly<Record<string, string>> },
) {
  const { edit, set, path = "", of, options, ...words } = props;
  const error = useFieldError();
  return (
    <Select
      {...words}
      options={Object.entries(options).map(([id, label]) => ({ id, label }))}
      value={String(edit[of])}
      onChange={(id) => set({ [of]: id } as Partial<T>)}
      error={error(path + of)}
    />
  );
}

/** A secret that is kept unless another is typed. */
export function Password<T extends { password?: string | null }>(props: Form<T> & { isSet: boolean }) {
  const { edit, set, isSet } = props;
  const { t } = useTranslation("lines");
  const error = useFieldError();
  return (
    <TextField
      label={t("wizard.password")}
      type="password"
      autoComplete="new-password"
      value={edit.password ?? ""}
      onChange={(password) => set({ password: password || undefined } as Partial<T>)}
      error={error("password")}
      {...(isSet ? { description: t("details.passwordKept") } : {})}
    />
  );
}

/** Money, typed in the coin people count in; kept in hundredths of the smallest. */
export function Money<T>(
  props: Form<T> & Words & { of: keyof T & string; maybe?: boolean; currency: string },
) {
  const { edit, set, path = "", of, maybe = false, currency, ...words } = props;
  const error = useFieldError();
  const value = edit[of] as number | null;
  return (
    <NumberField
      {...words}
      minValue={0}
      formatOptions={{ style: "currency", currency, maximumFractionDigits: 4 }}
      value={value === null ? Number.NaN : value / 10_000}
      onChange={(next) => {
        if (Number.isFinite(next)) set({ [of]: Math.round(next * 10_000) } as Partial<T>);
        else if (maybe) set({ [of]: null } as Partial<T>);
      }}
      error={error(path + of)}
    />
  );
}
