// Step 3: who works here. A name is enough; each gets a number.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Notice } from "../../design";
import { usePeople } from "../../live/select";
import { list } from "../../text/format";
import { sentence } from "../../text/refusal";
import { addPeople } from "../people/deeds";
import { canAdd, PasteList, usePaste } from "../people/paste-list";
import { Step, useWay } from "./step";

const NAMED_MOST = 6;

export function PeopleStep() {
  const { t } = useTranslation("setup");
  const way = useWay();
  const people = usePeople();
  const [text, setText] = useState("");
  const [refusal, setRefusal] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const lines = usePaste(text);

  const add = async () => {
    if (lines.length === 0) return way.next();
    if (!canAdd(lines)) return;
    setBusy(true);
    try {
      await addPeople(lines.map(({ person }) => person));
      way.next();
    } catch (error) {
      setRefusal(error);
      setBusy(false);
    }
  };

  const names = [...people.values()].map(({ name }) => name);
  const shown = names.slice(0, NAMED_MOST);
  if (names.length > shown.length) shown.push(t("people.others", { count: names.length - shown.length }));
  return (
    <Step
      title={t("people.title")}
      lead={t("people.lead")}
      action={lines.length > 0 ? t("people.add", { count: lines.length }) : undefined}
      onNext={() => void add()}
      isBusy={busy || (lines.length > 0 && !canAdd(lines))}
      keysNext="Ctrl+Enter"
      startsInField
    >
      {names.length > 0 && <p className="quiet">{t("people.already", { names: list(shown) })}</p>}
      {refusal !== null && <Notice severity="problem">{sentence(refusal)}</Notice>}
      <PasteList
        text={text}
        onText={(next) => {
          setText(next);
          setRefusal(null);
        }}
        lines={lines}
        refusal={refusal}
      />
    </Step>
  );
}
