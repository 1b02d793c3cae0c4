// Fields for text and numbers, with their label, their explanation and what is wrong with them.
import { Eye, EyeOff, Minus, Plus, Search, X } from "lucide-react";
import { useState } from "react";
import {
  NumberField as AriaNumberField,
  type NumberFieldProps as AriaNumberFieldProps,
  SearchField as AriaSearchField,
  TextField as AriaTextField,
  type TextFieldProps as AriaTextFieldProps,
  Button,
  FieldError,
  Group,
  Input,
  Label,
  Text,
  TextArea,
} from "react-aria-components";
import { useTranslation } from "react-i18next";
import "./field.css";

/** What every field shows besides its value. */
export type FieldWords = {
  label: string;
  description?: React.ReactNode;
  /** A sentence: what is wrong and how to mend it. */
  error?: string | undefined;
};

type Own<Props> = Omit<Props, "children" | "className" | "style" | "isInvalid" | "validate">;

export type TextFieldProps = Own<AriaTextFieldProps> &
  FieldWords & {
    placeholder?: string;
    /** Several lines to write in. */
    lines?: number;
    /** For what machines read: set in the code face, without spelling help. */
    code?: boolean;
  };

export function TextField({ label, description, error, placeholder, lines, code, ...rest }: TextFieldProps) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  const secret = rest.type === "password";
  const plain = code ? { spellCheck: "false" as const, autoCorrect: "off" } : {};
  return (
    <AriaTextField
      {...plain}
      {...rest}
      type={secret && shown ? "text" : (rest.type ?? "text")}
      // The engine judges; a field it refused must not keep the browser from sending the next try.
      validationBehavior="aria"
      isInvalid={error !== undefined}
      className="field"
    >
      <Label>{label}</Label>
      <div className="field-box" data-code={code || undefined}>
        {lines ? (
          <TextArea rows={lines} {...(placeholder ? { placeholder } : {})} />
        ) : (
          <Input {...(placeholder ? { placeholder } : {})} />
        )}
        {secret && (
          <button
            type="button"
            className="field-sign"
            aria-label={t(shown ? "hidePassword" : "showPassword")}
            aria-pressed={shown}
            onClick={() => setShown(!shown)}
          >
            {shown ? <EyeOff size={15} aria-hidden="true" /> : <Eye size={15} aria-hidden="true" />}
          </button>
        )}
      </div>
      <FieldNotes description={description} error={error} />
    </AriaTextField>
  );
}

export type NumberFieldProps = Own<AriaNumberFieldProps> &
  FieldWords & {
    unit?: string;
    /** The label is for ears only, as in a row of a list. */
    bare?: boolean;
  };

export function NumberField({ label, description, error, unit, bare, ...rest }: NumberFieldProps) {
  const { t } = useTranslation();
  return (
    <AriaNumberField
      {...rest}
      // The engine judges; a field it refused must not keep the browser from sending the next try.
      validationBehavior="aria"
      isInvalid={error !== undefined}
      className="field"
      decrementAriaLabel={t("decrease")}
      incrementAriaLabel={t("increase")}
      {...(bare ? { "aria-label": label } : {})}
    >
      {!bare && <Label>{label}</Label>}
      <div className="field-with-unit">
        <Group className="field-box field-number">
          <Button slot="decrement">
            <Minus size={14} aria-hidden="true" />
          </Button>
          <Input />
          <Button slot="increment">
            <Plus size={14} aria-hidden="true" />
          </Button>
        </Group>
        {unit && <span className="quiet">{unit}</span>}
      </div>
      <FieldNotes description={description} error={error} />
    </AriaNumberField>
  );
}

export type SearchFieldProps = {
  label: string;
  value: string;
  onChange: (value: string) => void;
  placeholder?: string;
  autoFocus?: boolean;
  onKeyDown?: React.KeyboardEventHandler<HTMLInputElement>;
  inputRef?: React.Ref<HTMLInputElement>;
  inputProps?: React.AriaAttributes & { role?: React.AriaRole };
};

/** A field to search with; its label is for ears only. */
export function SearchField({
  label,
  placeholder,
  inputRef,
  inputProps,
  onKeyDown,
  ...rest
}: SearchFieldProps) {
  const { t } = useTranslation();
  return (
    <AriaSearchField {...rest} aria-label={label} className="search-field">
      <Search size={15} strokeWidth={1.75} aria-hidden="true" />
      <Input
        ref={inputRef ?? null}
        placeholder={placeholder ?? label}
        onKeyDown={onKeyDown}
        {...inputProps}
      />
      <Button aria-label={t("clear")}>
        <X size={14} aria-hidden="true" />
      </Button>
    </AriaSearchField>
  );
}

/** The lines under a field. */
export function FieldNotes({ description, error }: Pick<FieldWords, "description" | "error">) {
  return (
    <>
      {description && (
        <Text slot="description" className="field-note" elementType="p">
          {description}
        </Text>
      )}
      <FieldError className="field-error">{error}</FieldError>
    </>
  );
}
