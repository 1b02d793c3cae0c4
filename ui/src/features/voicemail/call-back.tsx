// Calling back asks whose phones are to ring only where nobody has said who they are.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { MessageView } from "../../bindings/sound";
import { Button, ComboBox, Dialog } from "../../design";
import { prefer } from "../../live/preferences";
import { usePeople } from "../../live/select";
import { visible } from "../calls/said";
import type { MessageDeeds } from "./messages";
import { whoOf } from "./who";

export function CallBackDialog(props: { message: MessageView; deeds: MessageDeeds; onClose: () => void }) {
  const { message, deeds, onClose } = props;
  const { t } = useTranslation(["voicemail", "common"]);
  const people = usePeople();
  const [person, setPerson] = useState<string | null>(null);
  const who = whoOf(message.from);
  const submit = () => {
    // It is known from now on.
    prefer({ person: Number(person) });
    void deeds.callBack(message, Number(person));
    onClose();
  };
  return (
    <Dialog
      title={t("callBack.title", { who })}
      isOpen
      onClose={onClose}
      width="narrow"
      actions={
        <>
          <Button onPress={onClose}>{t("common:cancel")}</Button>
          <Button tone="accent" isDisabled={person === null} onPress={submit}>
            {t("callBack.submit")}
          </Button>
        </>
      }
    >
      <ComboBox
        label={t("callBack.whose")}
        description={t("callBack.why", { who })}
        options={[...people.values()].map(({ id, name, extension }) => ({
          id: String(id),
          label: visible(name),
          ...(extension ? { description: extension } : {}),
        }))}
        value={person}
        onChange={setPerson}
        autoFocus
      />
    </Dialog>
  );
}
