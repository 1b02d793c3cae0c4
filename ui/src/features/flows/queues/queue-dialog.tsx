// The form of a queue: who answers its callers and in which order, and where they go when nobody does.
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { LeadsTo, Queue } from "../../../bindings/api";
import { Notice } from "../../../design";
import { FormDialog } from "../../../shell/form-dialog";
import { sentence } from "../../../text/refusal";
import { visible } from "../../calls/said";
import type { FlowView } from "../api";
import { NameAndNumber } from "../groups/name-and-number";
import { useUsualGoal } from "../groups/usual-goal";
import { useWrong, wrongChoice } from "../groups/wrong";
import { addQueue, editOf, editQueue } from "./deeds";
import { QueueFields } from "./queue-fields";
import { USUAL } from "./settings";

/** Where callers go is `null` while nobody has chosen it: then it follows those who answer. */
type QueueDraft = Omit<Queue, "otherwise"> & { otherwise: LeadsTo | null };

/** Those that stand at a field; `queue` alone does not. */
const FIELDS = [
  "name",
  "number",
  ...[
    "agents",
    "ringFor",
    "wrapUp",
    "tierAfter",
    "music",
    "saysEvery",
    "alsoSays",
    "maxWaiting",
    "maxWait",
    "maxEstimate",
    "prefix",
    "hours.schedule",
    "hours.whenClosed",
    "exit",
    "otherwise",
  ].map((field) => `queue.${field}`),
];

export function QueueDialog(props: {
  /** As it was when the form was opened; `null` for a new one. */
  flow: FlowView | null;
  onSaved?: (flow: FlowView) => void;
  onClose: () => void;
}) {
  const { flow, onSaved, onClose } = props;
  const { t } = useTranslation(["flows", "common"]);
  const queries = useQueryClient();
  const [name, setName] = useState(flow?.name ?? "");
  const [number, setNumber] = useState(flow?.number ?? "");
  const [draft, setDraft] = useState<QueueDraft>(flow?.queue ?? { ...USUAL, otherwise: null });
  const usual = useUsualGoal(name, draft.agents);
  const queue: Queue = { ...draft, otherwise: draft.otherwise ?? usual };
  const save = async () => {
    const edit = editOf(name, number, queue);
    const saved = await (flow ? editQueue(queries, flow, edit) : addQueue(queries, edit));
    onSaved?.(saved);
  };
  return (
    <FormDialog
      title={flow ? t("queues.edit", { name: visible(flow.name) }) : t("queues.add")}
      submit={flow ? t("common:save") : t("common:add")}
      isReady={name.trim() !== "" && draft.agents.length > 0}
      fields={FIELDS}
      width="wide"
      told={(refusal) => <Notice severity="problem">{wrongChoice(refusal) ?? sentence(refusal)}</Notice>}
      save={save}
      onClose={onClose}
    >
      <NameAndNumber
        name={name}
        number={number}
        onName={setName}
        onNumber={setNumber}
        placeholder={t("queues.namePlaceholder")}
        numberNote={t("queues.numberNote")}
        autoFocus={flow === null}
      />
      <RefusableFields
        queue={queue}
        onChange={(change) => setDraft((before) => ({ ...before, ...change }))}
        // Callers of a queue that leads to itself would never come out of it.
        itself={flow ? { kind: "flow", id: flow.id } : undefined}
      />
    </FormDialog>
  );
}

/** The dialog around knows what was refused. */
function RefusableFields(props: {
  queue: Queue;
  onChange: (change: Partial<Queue>) => void;
  itself: LeadsTo | undefined;
}) {
  const wrong = useWrong();
  return <QueueFields {...props} error={(field) => wrong(`queue.${field}`)} />;
}
