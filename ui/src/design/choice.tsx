// Choosing: one of few, one of many, yes or no.
import { Check, ChevronDown } from "lucide-react";
import {
  Checkbox as AriaCheckbox,
  type CheckboxProps as AriaCheckboxProps,
  ComboBox as AriaComboBox,
  RadioGroup as AriaRadioGroup,
  Select as AriaSelect,
  Switch as AriaSwitch,
  type SwitchProps as AriaSwitchProps,
  Button,
  Collection,
  Header,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  ListBoxSection,
  Popover,
  Radio,
  SelectValue,
  Text,
} from "react-aria-components";
import { useTranslation } from "react-i18next";
import { FieldNotes, type FieldWords } from "./field";
import "./choice.css";

export type Option<Id extends string = string> = {
  id: Id;
  label: string;
  description?: string;
  /** Stands above all choices of a row that have the same one. */
  heading?: string;
};

type ChoiceProps<Id extends string> = FieldWords & {
  options: readonly Option<Id>[];
  value: Id | null;
  onChange: (value: Id) => void;
  isDisabled?: boolean;
  /** The label is for ears only, as in a toolbar. */
  bare?: boolean;
};

/** One of up to some twenty. */
export function Select<Id extends string>(props: ChoiceProps<Id>) {
  const { label, description, error, options, value, onChange, isDisabled = false, bare = false } = props;
  return (
    <AriaSelect
      className={bare ? "field select-bare" : "field"}
      value={value}
      onChange={(chosen) => chosen !== null && onChange(chosen as Id)}
      // The engine judges; a field it refused must not keep the browser from sending the next try.
      validationBehavior="aria"
      isInvalid={error !== undefined}
      isDisabled={isDisabled}
      {...(bare ? { "aria-label": label } : {})}
    >
      {!bare && <Label>{label}</Label>}
      <Button className="field-box select-button">
        <SelectValue className="select-value cut">
          {({ selectedText, defaultChildren }) => selectedText || defaultChildren}
        </SelectValue>
        <ChevronDown size={14} aria-hidden="true" />
      </Button>
      <FieldNotes description={description} error={error} />
      <Popover className="popover options" offset={4}>
        <ListBox items={options}>{(option) => <Choice option={option} />}</ListBox>
      </Popover>
    </AriaSelect>
  );
}

/** One of many, found by typing. */
export function ComboBox<Id extends string>(
  props: ChoiceProps<Id> & {
    placeholder?: string;
    /** Told what is typed, where something else than a choice may be meant. */
    onInputChange?: (typed: string) => void;
    allowsCustomValue?: boolean;
    autoFocus?: boolean;
  },
) {
  const { label, description, error, options, value, onChange, isDisabled = false, placeholder } = props;
  const { onInputChange, allowsCustomValue = false, autoFocus = false } = props;
  const { t } = useTranslation();
  return (
    <AriaComboBox
      className="field"
      defaultItems={underHeadings(options)}
      selectedKey={value}
      onSelectionChange={(chosen) => chosen !== null && onChange(chosen as Id)}
      // The engine judges; a field it refused must not keep the browser from sending the next try.
      validationBehavior="aria"
      isInvalid={error !== undefined}
      isDisabled={isDisabled}
      menuTrigger="focus"
      allowsCustomValue={allowsCustomValue}
      {...(onInputChange ? { onInputChange } : {})}
    >
      <Label>{label}</Label>
      <div className="field-box">
        <Input autoFocus={autoFocus} {...(placeholder ? { placeholder } : {})} />
        <Button className="field-sign" aria-label={t("showOptions")}>
          <ChevronDown size={14} aria-hidden="true" />
        </Button>
      </div>
      <FieldNotes description={description} error={error} />
      <Popover className="popover options" offset={4}>
        <ListBox<Option | Headed>>
          {(one) =>
            "options" in one ? (
              <ListBoxSection id={one.id}>
                <Header className="option-heading">{one.heading}</Header>
                <Collection items={one.options}>{(option) => <Choice option={option} />}</Collection>
              </ListBoxSection>
            ) : (
              <Choice option={one} />
            )
          }
        </ListBox>
      </Popover>
    </AriaComboBox>
  );
}

type Headed = { id: string; heading: string; options: Option[] };

function underHeadings(options: readonly Option[]): (Option | Headed)[] {
  const all: (Option | Headed)[] = [];
  for (const option of options) {
    const { heading } = option;
    const last = all.at(-1);
    if (heading === undefined) all.push(option);
    else if (last && "options" in last && last.heading === heading) last.options.push(option);
    else all.push({ id: `heading ${heading}`, heading, options: [option] });
  }
  return all;
}

function Choice({ option }: { option: Option }) {
  return (
    <ListBoxItem id={option.id} textValue={option.label} className="option">
      {({ isSelected }) => (
        <>
          <span className="option-check">{isSelected && <Check size={14} aria-hidden="true" />}</span>
          <span className="option-words">
            <Text slot="label">{option.label}</Text>
            {option.description && (
              <Text slot="description" className="quiet">
                {option.description}
              </Text>
            )}
          </span>
        </>
      )}
    </ListBoxItem>
  );
}

type Words = { children: React.ReactNode; description?: React.ReactNode };

export function Checkbox({
  children,
  description,
  ...rest
}: Omit<AriaCheckboxProps, "children" | "className"> & Words) {
  return (
    <AriaCheckbox {...rest} className="tick">
      <span className="tick-box">
        <Check size={12} strokeWidth={3} aria-hidden="true" />
      </span>
      <span>
        {children}
        {description && <span className="tick-note">{description}</span>}
      </span>
    </AriaCheckbox>
  );
}

/** For what takes effect at once. */
export function Switch({
  children,
  description,
  ...rest
}: Omit<AriaSwitchProps, "children" | "className"> & Words) {
  return (
    <AriaSwitch {...rest} className="switch">
      <span className="switch-words">
        {children}
        {description && <span className="tick-note">{description}</span>}
      </span>
      <span className="switch-track" />
    </AriaSwitch>
  );
}

/** One of few, all of them seen. `segments` sets them in one line, as in a toolbar. */
export function RadioGroup<Id extends string>(props: ChoiceProps<Id> & { segments?: boolean }) {
  const { label, description, error, options, value, onChange, isDisabled, bare = false, segments } = props;
  return (
    <AriaRadioGroup
      className="field"
      value={value}
      onChange={(chosen) => onChange(chosen as Id)}
      // The engine judges; a field it refused must not keep the browser from sending the next try.
      validationBehavior="aria"
      isInvalid={error !== undefined}
      isDisabled={isDisabled ?? false}
      orientation={segments ? "horizontal" : "vertical"}
      {...(bare ? { "aria-label": label } : {})}
    >
      {!bare && <Label>{label}</Label>}
      <div className={segments ? "segments" : "radios"}>
        {options.map((option) => (
          <Radio key={option.id} value={option.id} className={segments ? "segment" : "tick"}>
            {!segments && <span className="tick-box radio-box" />}
            <span>
              {option.label}
              {option.description && !segments && <span className="tick-note">{option.description}</span>}
            </span>
          </Radio>
        ))}
      </div>
      <FieldNotes description={description} error={error} />
    </AriaRadioGroup>
  );
}
