// Adding and changing queues; both can be taken back.
import type { QueryClient } from "@tanstack/react-query";
import i18next from "i18next";
import type { Queue, QueueEdit } from "../../../bindings/api";
import { type FlowView, flowsApi } from "../api";
import { addByForm, editByForm, type Form, nameAndNumber } from "../forms";

const t = i18next.getFixedT(null, "flows");

const FORM: Form<QueueEdit> = {
  add: (edit) => flowsApi.addQueue(edit),
  edit: (flow, edit) => flowsApi.editQueue(flow, edit),
  editOf: ({ name, number, queue }) => queue && editOf(name, number ?? "", queue),
  told: (what, name) => t(`queues.told.${what}`, { name }),
};

export function addQueue(queries: QueryClient, edit: QueueEdit): Promise<FlowView> {
  return addByForm(queries, FORM, edit);
}

export function editQueue(queries: QueryClient, flow: FlowView, edit: QueueEdit): Promise<FlowView> {
  return editByForm(queries, FORM, flow, edit);
}

export function editOf(name: string, number: string, queue: Queue): QueueEdit {
  return { ...nameAndNumber(name, number), queue };
}
