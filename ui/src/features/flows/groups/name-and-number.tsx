// How a flow with a form is called, by people and by their phones.
import { useTranslation } from "react-i18next";
import { TextField } from "../../../design";
import { useFieldError } from "../../../shell/form-dialog";
import "./groups.css";

export function NameAndNumber(props: {
  name: string;
  number: string;
  onName: (name: string) => void;
  onNumber: (number: string) => void;
  /** Such a name. */
  placeholder: string;
  numberNote: string;
  autoFocus: boolean;
}) {
  const { name, number, onName, onNumber, placeholder, numberNote, autoFocus } = props;
  const { t } = useTranslation("flows");
  const error = useFieldError();
  return (
    <div className="group-pair">
      <TextField
        label={t("groups.name")}
        placeholder={placeholder}
        value={name}
        onChange={onName}
        error={error("name")}
        maxLength={80}
        autoFocus={autoFocus}
        isRequired
      />
      <TextField
        label={t("groups.number")}
        description={numberNote}
        value={number}
        onChange={onNumber}
        error={error("number")}
        maxLength={8}
      />
    </div>
  );
}
