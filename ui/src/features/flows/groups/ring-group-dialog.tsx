// The form of a ring group: whom it rings and how, and where callers go when nobody answers.
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { LeadsTo, RingGroup } from "../../../bindings/api";
import { Notice } from "../../../design";
import { FormDialog } from "../../../shell/form-dialog";
import { sentence } from "../../../text/refusal";
import { visible } from "../../calls/said";
import type { FlowView } from "../api";
import { addRingGroup, editOf, editRingGroup } from "./deeds";
import { NameAndNumber } from "./name-and-number";
import { RingGroupFields } from "./ring-group-fields";
import { useUsualGoal } from "./usual-goal";
import { wrongChoice } from "./wrong";

/** Where callers go is `null` while nobody has chosen it: then it follows the members. */
export type RingGroupDraft = Omit<RingGroup, "otherwise"> & { otherwise: LeadsTo | null };

const NEW: RingGroupDraft = {
  members: [],
  strategy: "all",
  ringFor: 25,
  music: false,
  prefix: "",
  records: false,
  hours: null,
  otherwise: null,
};

/** Those that stand at a field; `group` alone does not. */
const FIELDS = [
  "name",
  "number",
  "group.members",
  "group.ringFor",
  "group.prefix",
  "group.otherwise",
  "group.hours.schedule",
  "group.hours.whenClosed",
];

export function RingGroupDialog(props: {
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
  const [draft, setDraft] = useState<RingGroupDraft>(flow?.ringGroup ?? NEW);
  const usual = useUsualGoal(name, draft.members);
  const otherwise = draft.otherwise ?? usual;
  const save = async () => {
    const edit = editOf(name, number, { ...draft, otherwise });
    const saved = await (flow ? editRingGroup(queries, flow, edit) : addRingGroup(queries, edit));
    onSaved?.(saved);
  };
  return (
    <FormDialog
      title={flow ? t("groups.edit", { name: visible(flow.name) }) : t("groups.add")}
      submit={flow ? t("common:save") : t("common:add")}
      isReady={name.trim() !== "" && draft.members.length > 0}
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
        placeholder={t("groups.namePlaceholder")}
        numberNote={t("groups.numberNote")}
        autoFocus={flow === null}
      />
      <RingGroupFields
        group={{ ...draft, otherwise }}
        onChange={(change) => setDraft((before) => ({ ...before, ...change }))}
        // Callers of a group that leads to itself would never come out of it.
        itself={flow ? { kind: "flow", id: flow.id } : undefined}
      />
    </FormDialog>
  );
}
