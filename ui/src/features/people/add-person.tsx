// Adding one person: a name is enough, the next free number is proposed.
import { useState } from "react";
import { Form } from "react-aria-components";
import { useTranslation } from "react-i18next";
import type { PersonView } from "../../bindings/api";
import { Button, Dialog, Notice, TextField } from "../../design";
import { Refused } from "../../live/api";
import { useLive } from "../../live/store";
import { fieldError, sentence } from "../../text/refusal";
import { addPerson } from "./deeds";
import { numbersTaken } from "./numbers";
import { nextFree } from "./paste";
import { TeamField } from "./team-field";

export function AddPersonDialog({
  onAdded,
  onClose,
  onPaste,
}: {
  onAdded: (person: PersonView) => void;
  onClose: () => void;
  /** Many are to be added instead. */
  onPaste: () => void;
}) {
  const { t } = useTranslation(["people", "common"]);
  const [name, setName] = useState("");
  const [extension, setExtension] = useState(() => nextFree(numbersTaken(useLive.getState())));
  const [team, setTeam] = useState("");
  const [refusal, setRefusal] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);

  const submit = async (event: React.FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setRefusal(null);
    try {
      const person = { name: name.trim(), extension: extension.trim() || null, team: team.trim() };
      onAdded(await addPerson({ ...person, ringSeconds: null }));
    } catch (error) {
      setRefusal(error);
      setBusy(false);
    }
  };

  const known = ["name", "extension", "team"].includes(
    refusal instanceof Refused ? (refusal.field ?? "") : "",
  );
  return (
    <Dialog title={t("add.title")} isOpen onClose={onClose}>
      <Form className="dialog-form" onSubmit={submit}>
        {refusal !== null && !known && <Notice severity="problem">{sentence(refusal)}</Notice>}
        <TextField
          label={t("fields.name")}
          value={name}
          onChange={setName}
          error={fieldError(refusal, "name")}
          maxLength={80}
          autoFocus
          isRequired
        />
        <div className="panel-pair">
          <TextField
            label={t("fields.extension")}
            value={extension}
            onChange={setExtension}
            error={fieldError(refusal, "extension")}
            maxLength={8}
          />
          <TeamField value={team} onType={setTeam} />
        </div>
        <div className="dialog-form-actions">
          <Button tone="quiet" onPress={onPaste}>
            {t("add.many")}
          </Button>
          <span className="dialog-form-gap" />
          <Button onPress={onClose}>{t("common:cancel")}</Button>
          <Button type="submit" tone="accent" isDisabled={busy || name.trim() === ""}>
            {t("add.submit")}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}
