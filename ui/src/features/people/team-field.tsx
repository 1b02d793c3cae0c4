// The team of a person: one that others are in, or a new one by typing it.
import { ChevronDown } from "lucide-react";
import { Button, ComboBox, Input, Label, ListBox, ListBoxItem, Popover } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { useTeams } from "./shown";

export function TeamField({
  value,
  onType,
  onDone,
}: {
  value: string;
  onType: (team: string) => void;
  /** A team was chosen, or the field was left. */
  onDone?: (team: string) => void;
}) {
  const { t } = useTranslation(["people", "common"]);
  const teams = useTeams().filter(Boolean);
  return (
    <ComboBox
      className="field"
      defaultItems={teams.map((name) => ({ id: name, name }))}
      inputValue={value}
      onInputChange={onType}
      onSelectionChange={(chosen) => chosen !== null && onDone?.(String(chosen))}
      onBlur={() => onDone?.(value)}
      allowsCustomValue
    >
      <Label>{t("fields.team")}</Label>
      <div className="field-box">
        <Input maxLength={40} placeholder={t("fields.noTeam")} />
        {teams.length > 0 && (
          <Button className="field-sign" aria-label={t("common:showOptions")}>
            <ChevronDown size={14} aria-hidden="true" />
          </Button>
        )}
      </div>
      <Popover className="popover options" offset={4}>
        <ListBox<{ id: string; name: string }>>
          {({ id, name }) => (
            <ListBoxItem id={id} textValue={name} className="option">
              {name}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}
