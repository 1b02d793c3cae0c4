// Adding and changing ring groups; both can be taken back.
import type { QueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import type { RingGroup, RingGroupEdit } from "../../../bindings/api";
import { type FlowView, flowsApi } from "../api";
import { addByForm, editByForm, type Form, nameAndNumber } from "../forms";

const t = i18next.getFixedT(null, "flows");

const FORM: Form<RingGroupEdit> = {
  add: (edit) => flowsApi.addRingGroup(edit),
  edit: (flow, edit) => flowsApi.editRingGroup(flow, edit),
  editOf: ({ name, number, ringGroup }) => ringGroup && editOf(name, number ?? "", ringGroup),
  told: (what, name) => t(`groups.told.${what}`, { name }),
};

export function addRingGroup(queries: QueryClient, edit: RingGroupEdit): Promise<FlowView> {
  return addByForm(queries, FORM, edit);
}

export function editRingGroup(queries: QueryClient, flow: FlowView, edit: RingGroupEdit): Promise<FlowView> {
  return editByForm(queries, FORM, flow, edit);
}

export function editOf(name: string, number: string, group: RingGroup): RingGroupEdit {
  return { ...nameAndNumber(name, number), group };
}
