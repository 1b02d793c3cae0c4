// One number of the office, to be changed or removed; both can be taken back.
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { NumberEdit, NumberView } from "../../bindings/api";
import { Button, TextField } from "../../design";
import { tellRefused } from "../../live/toasts";
import { perform } from "../../live/undo";
import { lines } from "./api";
import { FormDialog } from "./form-dialog";
import { NumberForm } from "./number-form";
import { KEYS, useRefresh } from "./queries";

export function NumberDialog({ number, onClose }: { number: NumberView; onClose: () => void }) {
  const { t } = useTranslation(["lines", "common"]);
  const refresh = useRefresh();
  const before = editOf(number);
  const [edit, setEdit] = useState(before);
  const { shown } = number;

  const save = async () => {
    let { revision } = number;
    const write = async (to: NumberEdit) => {
      revision = (await lines.editNumber(number.number, revision, to)).revision;
      await refresh(KEYS.numbers);
    };
    await perform({
      name: t("numbers.told.changed", { number: shown }),
      do: () => write(edit),
      undo: () => write(before),
    });
  };
  const remove = () => {
    const then = () => refresh(KEYS.numbers);
    onClose();
    void perform({
      name: t("numbers.told.removed", { number: shown }),
      do: () => lines.removeNumber(number.number).then(then),
      undo: () => lines.restoreNumber(number.number).then(then),
    }).catch(tellRefused);
  };

  return (
    <FormDialog
      title={t("number.edit", { number: shown })}
      submit={t("common:save")}
      fields={["label", "route", "hours.schedule", "line", "channels"]}
      save={save}
      onClose={onClose}
      other={
        <div className="lines-other">
          <Button tone="quiet" icon={Trash2} onPress={remove}>
            {t("number.remove")}
          </Button>
        </div>
      }
    >
      <TextField
        label={t("number.label")}
        description={t("number.labelNote")}
        value={edit.label}
        onChange={(label) => setEdit({ ...edit, label })}
        maxLength={80}
      />
      <NumberForm edit={edit} onChange={setEdit} />
    </FormDialog>
  );
}

/** What is sent back of a number. */
export function editOf({ shown, revision, ...edit }: NumberView): NumberEdit {
  return edit;
}
