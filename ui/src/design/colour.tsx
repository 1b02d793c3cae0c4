// One colour of a few, chosen by pointer or arrow keys; each has a name.
import { Label, Radio, RadioGroup } from "react-aria-components";
import { FieldNotes } from "./field";
import "./colour.css";

export type ColourFieldProps = {
  label: string;
  description?: string;
  error?: string | undefined;
  /** The colours by their value, such as `#0a7f3c`; an empty one is none. */
  options: readonly { id: string; label: string }[];
  value: string;
  onChange: (colour: string) => void;
};

export function ColourField({ label, description, error, options, value, onChange }: ColourFieldProps) {
  return (
    <RadioGroup
      className="field"
      value={value}
      onChange={onChange}
      validationBehavior="aria"
      isInvalid={error !== undefined}
      orientation="horizontal"
    >
      <Label>{label}</Label>
      <div className="colours">
        {options.map(({ id, label: name }) => (
          <Radio key={id} value={id} className="colour" aria-label={name}>
            <span title={name} style={id ? { background: id } : undefined} />
          </Radio>
        ))}
      </div>
      <FieldNotes description={description} error={error} />
    </RadioGroup>
  );
}
