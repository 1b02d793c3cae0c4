// Where the arrow keys lead: along the outcomes of the call, and back.
import { outcomesOf } from "../catalogue";
import { edgeFrom, edgesInto, type FlowDocument, type NodeId, nodeOf } from "../document";
import { useDraft } from "../draft/store";
import { readingOrder } from "../reading-order";

export type Place = { node: NodeId; outcome: string | null };

/** The outcome the keys stand at, or the first. */
export function outcomeAt(document: FlowDocument, { node, outcome }: Place): string | null {
  const found = nodeOf(document, node);
  const rows = found ? outcomesOf(found) : [];
  return rows.find(({ name }) => name === outcome)?.name ?? rows[0]?.name ?? null;
}

/** The step an outcome leads to: as drawn, or as callers really go. */
export function next(document: FlowDocument, place: Place): NodeId | null {
  const outcome = outcomeAt(document, place);
  if (outcome === null) return null;
  const edge = edgeFrom(document, place.node, outcome);
  if (edge) return edge.target;
  const facts = useDraft.getState().check.nodes[place.node];
  return facts?.outcomes.find(({ name }) => name === outcome)?.ghost?.to ?? null;
}

/** Back to where one came from; else to the first that leads here, at the outcome that does. */
export function previous(document: FlowDocument, node: NodeId, trail: readonly NodeId[]): Place | null {
  const came = trail[trail.length - 1];
  const into = edgesInto(document, node);
  const edge = into.find(({ source }) => source === came) ?? (came === undefined ? into[0] : undefined);
  if (edge) return { node: edge.source, outcome: edge.sourceHandle };
  return came !== undefined && nodeOf(document, came) ? { node: came, outcome: null } : null;
}

/** One row up or down; `null` at the ends. */
export function besideRow(document: FlowDocument, place: Place, step: 1 | -1): string | null {
  const node = nodeOf(document, place.node);
  const rows = node ? outcomesOf(node) : [];
  const at = rows.findIndex(({ name }) => name === outcomeAt(document, place));
  return rows[at + step]?.name ?? null;
}

/** All steps as they are read. */
export function order(document: FlowDocument): NodeId[] {
  return readingOrder(document, (id) => {
    const node = nodeOf(document, id);
    return node ? outcomesOf(node).map(({ name }) => name) : [];
  });
}

/** The step read before or after one. */
export function beside(document: FlowDocument, node: NodeId, step: 1 | -1): NodeId | null {
  const all = order(document);
  return all[all.indexOf(node) + step] ?? null;
}
