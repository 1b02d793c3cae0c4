// Two people changed the same thing: shows both, and asks which is to stay.
import { useTranslation } from "react-i18next";
import { Button, Dialog } from "../../design";
import type { RecordingRule } from "../../live/recorded";
import { useLive } from "../../live/store";
import { type Conflict, takeTheirs, useConflict } from "./edits";
import "./conflict-dialog.css";

export function ConflictDialog() {
  const conflict = useConflict((state) => state.conflict);
  return conflict && <Question conflict={conflict} />;
}

function Question({ conflict }: { conflict: Conflict }) {
  const { t } = useTranslation(["people", "recordings"]);
  const { base, fields } = conflict;
  const name = "name" in base ? base.name : base.label || base.user;
  return (
    <Dialog
      title={t("conflict.title", { name })}
      isOpen
      isFirm
      onClose={takeTheirs}
      actions={
        <>
          <Button onPress={takeTheirs} autoFocus>
            {t("conflict.takeTheirs")}
          </Button>
          <Button tone="accent" onPress={() => void conflict.keepMine()}>
            {t("conflict.keepMine")}
          </Button>
        </>
      }
    >
      <p>{t("conflict.body")}</p>
      <table className="conflict">
        <thead>
          <tr>
            <th scope="col">{t("conflict.field")}</th>
            <th scope="col">{t("conflict.theirs")}</th>
            <th scope="col">{t("conflict.mine")}</th>
          </tr>
        </thead>
        <tbody>
          {fields.map(({ field, theirs, mine }) => (
            <tr key={field}>
              <th scope="row">{t(`conflict.fields.${field as ConflictField}`)}</th>
              <td>{shown(field, theirs)}</td>
              <td>{shown(field, mine)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  );

  function shown(field: string, value: unknown): string {
    if (value === null || value === "") return t("conflict.empty");
    if (field === "ringSeconds") return t("fields.seconds", { count: Number(value) });
    if (field === "person") return useLive.getState().people.get(Number(value))?.name ?? String(value);
    if (field === "recording") return t(`recordings:person.${value as RecordingRule}`);
    if (field === "media") return t(`phone.mediaChoices.${value as "auto" | "alwaysRelay"}`);
    return String(value);
  }
}

type ConflictField =
  | "name"
  | "extension"
  | "team"
  | "ringSeconds"
  | "label"
  | "person"
  | "maxContacts"
  | "media"
  | "recording";
