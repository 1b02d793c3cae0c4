// A field that is saved when it is left or Enter is pressed, and given back by Esc.
import { useRef, useState } from "react";
import { TextField } from "../../design";
import { Refused } from "../../live/api";
import { tellRefused } from "../../live/toasts";
import { fieldError } from "../../text/refusal";

export type DraftProps<View> = {
  label: string;
  description?: React.ReactNode;
  /** The thing as the feed has it. */
  view: View;
  read: (view: View) => string;
  /** Saves on top of the thing as it was when the typing began. */
  save: (base: View, value: string) => Promise<void>;
  /** As the engine names the field in a refusal. */
  field: string;
  code?: boolean;
  maxLength?: number;
  isRequired?: boolean;
};

/** The state of a field between typing and saving. */
export function useDraft<View>({ view, read, save, field }: Omit<DraftProps<View>, "label">) {
  const [draft, setDraft] = useState<string | null>(null);
  const [error, setError] = useState<string | undefined>();
  const base = useRef(view);

  const type = (value: string) => {
    if (draft === null) base.current = view;
    setDraft(value);
    setError(undefined);
  };
  const giveBack = () => {
    setDraft(null);
    setError(undefined);
  };
  const commit = async (given: string | null = draft) => {
    const value = given?.trim() ?? null;
    if (value === null || value === read(base.current)) return giveBack();
    try {
      await save(base.current, value);
      giveBack();
    } catch (refusal) {
      const said = fieldError(refusal, field);
      setError(said);
      if (said === undefined || !(refusal instanceof Refused)) tellRefused(refusal);
    }
  };
  return { value: draft ?? read(view), isDirty: draft !== null, error, type, giveBack, commit };
}

export function DraftField<View>(props: DraftProps<View>) {
  const { label, description, code, maxLength, isRequired } = props;
  const { value, isDirty, error, type, giveBack, commit } = useDraft(props);
  return (
    <TextField
      label={label}
      value={value}
      onChange={type}
      onBlur={() => void commit()}
      onKeyDown={(event) => {
        if (event.key === "Enter") void commit();
        else if (event.key === "Escape" && isDirty) giveBack();
        else event.continuePropagation();
      }}
      error={error}
      {...(description ? { description } : {})}
      {...(code ? { code } : {})}
      {...(maxLength ? { maxLength } : {})}
      {...(isRequired ? { isRequired } : {})}
    />
  );
}
