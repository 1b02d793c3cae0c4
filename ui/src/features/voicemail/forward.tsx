// Forwarding: into which mailboxes the message is put as well.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { MailboxId, MessageView } from "../../bindings/sound";
import { Checkbox, SearchField } from "../../design";
import { useMailboxes } from "../../live/select";
import { useOwnPerson } from "../../live/session";
import { FormDialog } from "../../shell/form-dialog";
import { matches } from "../../shell/match";
import { visible } from "../calls/said";
import { inOrder } from "./boxes";
import type { MessageDeeds } from "./messages";
import { whoOf } from "./who";

const MANY = 8;

export function ForwardDialog(props: { message: MessageView; deeds: MessageDeeds; onClose: () => void }) {
  const { message, deeds, onClose } = props;
  const { t } = useTranslation("voicemail");
  const own = useOwnPerson();
  const boxes = inOrder(useMailboxes().values(), own).filter(({ id }) => id !== message.mailbox);
  const [chosen, setChosen] = useState<readonly MailboxId[]>([]);
  const [query, setQuery] = useState("");
  const shown = query.trim() ? boxes.filter((box) => matches(query, box.name, box.number ?? "") > 0) : boxes;
  return (
    <FormDialog
      title={t("forward.title", { who: whoOf(message.from) })}
      submit={t("forward.submit", { count: chosen.length })}
      isReady={chosen.length > 0}
      save={() => deeds.forward(message, [...chosen])}
      onClose={onClose}
    >
      <p className="quiet">{t(boxes.length ? "forward.lead" : "forward.none")}</p>
      {boxes.length > MANY && (
        <SearchField
          label={t("forward.find")}
          value={query}
          onChange={setQuery}
          // Enter finds; it does not send what was chosen before.
          onKeyDown={(event) => event.key === "Enter" && event.preventDefault()}
        />
      )}
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
    </FormDialog>
  );
}
