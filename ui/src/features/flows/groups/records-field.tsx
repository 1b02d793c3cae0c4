// Whether talks are recorded; whoever turns it on is told what callers must be told.
import { useTranslation } from "react-i18next";
import { Checkbox } from "../../../design";

export function RecordsField({ records, onChange }: { records: boolean; onChange: (on: boolean) => void }) {
  const { t } = useTranslation(["flows", "recordings"]);
  const note = t("groups.recordsNote");
  return (
    <Checkbox
      description={records ? `${note} ${t("recordings:person.note")}` : note}
      isSelected={records}
      onChange={onChange}
    >
      {t("groups.records")}
    </Checkbox>
  );
}
