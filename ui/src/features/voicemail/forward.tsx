// Forwarding: into which mailboxes the message is put as well.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { MailboxId, MessageView } from "../../bindings/sound";
import { Button, Checkbox, Dialog, Notice, SearchField } from "../../design";
import { useMailboxes } from "../../live/select";
import { useOwnPerson } from "../../live/session";
import { matches } from "../../shell/match";
import { sentence } from "../../text/refusal";
import { visible } from "../calls/said";
import { inOrder } from "./boxes";
import type { MessageDeeds } from "./messages";
import { whoOf } from "./who";

const MANY = 8;

export function ForwardDialog(props: { message: MessageView; deeds: MessageDeeds; onClose: () => void }) {
  const { message, deeds, onClose } = props;
  const { t } = useTranslation(["voicemail", "common"]);
  const own = useOwnPerson();
  const boxes = inOrder(useMailboxes().values(), own).filter(({ id }) => id !== message.mailbox);
  const [chosen, setChosen] = useState<readonly MailboxId[]>([]);
  const [query, setQuery] = useState("");
  const [refusal, setRefusal] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const shown = query.trim() ? boxes.filter((box) => matches(query, box.name, box.number ?? "") > 0) : boxes;
  const submit = async () => {
    setBusy(true);
    try {
      await deeds.forward(message, [...chosen]);
      onClose();
    } catch (error) {
      setRefusal(error);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t("forward.title", { who: whoOf(message.from) })}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t("common:cancel")}</Button>
          <Button tone="accent" isDisabled={chosen.length === 0 || busy} onPress={() => void submit()}>
            {t("forward.submit", { count: chosen.length })}
          </Button>
        </>
      }
    >
      {refusal !== null && <Notice severity="problem">{sentence(refusal)}</Notice>}
      <p className="quiet">{t(boxes.length ? "forward.lead" : "forward.none")}</p>
      {boxes.length > MANY && <SearchField label={t("forward.find")} value={query} onChange={setQuery} />}
      <div className="forward-boxes">
        {shown.map((box) => (
          <Checkbox
            key={box.id}
            isSelected={chosen.includes(box.id)}
            onChange={(on) => setChosen(on ? [...chosen, box.id] : chosen.filter((id) => id !== box.id))}
          >
            <bdi>{visible(box.name)}</bdi>
            {box.number && <span className="quiet"> {box.number}</span>}
          </Checkbox>
        ))}
      </div>
    </Dialog>
  );
}
