// Adding a phone: whose it is and what it is called, then what to type into it.
import { useEffect, useRef, useState } from "react";
import { Form } from "react-aria-components";
import { useTranslation } from "react-i18next";
import type { DeviceWithLogin, PersonId } from "../../bindings/api";
import { Button, ComboBox, Dialog, Notice, TextField } from "../../design";
import { usePeople } from "../../live/select";
import { fieldError, sentence } from "../../text/refusal";
import { addPhone } from "./deeds";
import { LoginCard, phoneName } from "./login-card";

export function AddPhoneDialog({
  person,
  user,
  onClose,
}: {
  /** Whose phone it will be; asked if it is not known. */
  person: PersonId | null;
  /** The user name a phone uses already. */
  user?: string | undefined;
  onClose: () => void;
}) {
  const { t } = useTranslation(["people", "common"]);
  const [made, setMade] = useState<DeviceWithLogin | null>(null);
  const name = usePeople().get(person ?? made?.device.person ?? -1)?.name;
  if (made) {
    return (
      <Dialog
        title={t("addPhone.typeTitle", { label: phoneName(made.device), name: name ?? "" })}
        isOpen
        isFirm
        onClose={onClose}
        width="wide"
        actions={
          <Button tone="accent" onPress={onClose} data-testid="phone-done">
            {t("common:done")}
          </Button>
        }
      >
        <LoginCard autoFocus made={made} label={phoneName(made.device)} />
      </Dialog>
    );
  }
  return (
    <Dialog title={name ? t("addPhone.titleFor", { name }) : t("addPhone.title")} isOpen onClose={onClose}>
      <PhoneForm person={person} user={user} onMade={setMade} onCancel={onClose} />
    </Dialog>
  );
}

function PhoneForm({
  person: given,
  user,
  onMade,
  onCancel,
}: {
  person: PersonId | null;
  user: string | undefined;
  onMade: (made: DeviceWithLogin) => void;
  onCancel: () => void;
}) {
  const { t } = useTranslation(["people", "common"]);
  const people = usePeople();
  const [chosen, setChosen] = useState<string | null>(given === null ? null : String(given));
  const [label, setLabel] = useState(() => t("addPhone.defaultLabel"));
  const [refusal, setRefusal] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);

  const submit = async (event: React.FormEvent) => {
    event.preventDefault();
    if (chosen === null || busy) return;
    setBusy(true);
    setRefusal(null);
    try {
      onMade(await addPhone({ person: Number(chosen), label: label.trim(), ...(user ? { user } : {}) }));
    } catch (error) {
      setRefusal(error);
      setBusy(false);
    }
  };

  // Where somebody has to be chosen first, one begins there.
  useEffect(() => {
    form.current?.querySelector("input")?.focus();
  }, []);

  const labelError = fieldError(refusal, "label");
  return (
    <Form className="dialog-form" ref={form} onSubmit={submit}>
      {user && <Notice>{t("addPhone.keepsUser", { user })}</Notice>}
      {refusal !== null && !labelError && <Notice severity="problem">{sentence(refusal)}</Notice>}
      {given === null && (
        <ComboBox
          label={t("addPhone.whose")}
          placeholder={t("addPhone.whosePlaceholder")}
          options={[...people.values()].map((one) => ({
            id: String(one.id),
            label: one.name,
            ...(one.extension ? { description: one.extension } : {}),
          }))}
          value={chosen}
          onChange={setChosen}
        />
      )}
      <TextField
        label={t("addPhone.label")}
        description={t("addPhone.labelNote")}
        value={label}
        onChange={setLabel}
        onFocus={(event) => (event.target as HTMLInputElement).select()}
        error={labelError}
        maxLength={80}
      />
      <div className="dialog-form-actions">
        <Button onPress={onCancel}>{t("common:cancel")}</Button>
        <Button type="submit" tone="accent" isDisabled={chosen === null || busy} data-testid="phone-add">
          {t("addPhone.submit")}
        </Button>
      </div>
    </Form>
  );
}
