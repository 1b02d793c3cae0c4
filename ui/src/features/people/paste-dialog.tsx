// Adding many people at once, from a list: all of them or none.
import { useContext, useState } from "react";
import { useTranslation } from "react-i18next";
import { Notice } from "../../design";
import { FormDialog, RefusedBy } from "../../shell/form-dialog";
import { sentence } from "../../text/refusal";
import { addPeople } from "./deeds";
import { canAdd, PasteList, usePaste } from "./paste-list";

export function PasteDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("people");
  const [text, setText] = useState("");
  const [sent, setSent] = useState("");
  const lines = usePaste(text);
  return (
    <FormDialog
      title={t("paste.title")}
      isFirm={text !== ""}
      width="wide"
      submit={lines.length > 0 ? t("paste.submit", { count: lines.length }) : t("add.submit")}
      isReady={canAdd(lines)}
      // What was refused of a list says nothing of another one.
      told={(refusal) => text === sent && <Notice severity="problem">{sentence(refusal)}</Notice>}
      save={() => {
        setSent(text);
        return addPeople(lines.map(({ person }) => person));
      }}
      onClose={onClose}
    >
      <List text={text} onText={setText} lines={lines} isSent={text === sent} />
    </FormDialog>
  );
}

function List(props: {
  text: string;
  onText: (text: string) => void;
  lines: ReturnType<typeof usePaste>;
  isSent: boolean;
}) {
  const { isSent, ...list } = props;
  const refusal = useContext(RefusedBy);
  return <PasteList {...list} refusal={isSent ? refusal : null} autoFocus />;
}
