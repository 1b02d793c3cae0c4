// What would change for callers if the draft were published.
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { type Change, type FlowView, flowsApi, type Phrase } from "../api";
import { kindName, nodeName, outcomeName } from "../catalogue";
import { type FlowDocument, type FlowNode, nodeOf } from "../document";
import { openDocument, useDocument, useDraft } from "../draft/store";
import { say } from "../say";

/** While somebody edits, the comparison waits so long. */
const SETTLE_MS = 350;

const NOTHING: FlowDocument = { schemaVersion: 1, id: "", name: "", entry: "", nodes: [], edges: [] };

/** The document of a version; versions never change. */
export function useVersion(flow: FlowView, revision: number | null) {
  return useQuery({
    queryKey: ["flows", flow.id, "version", revision],
    queryFn: () => (revision === null ? NOTHING : flowsApi.version(flow.id, revision)),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** The sentences from a version, by default from what is live, to the draft. */
export function useChanges(flow: FlowView, revision: number | null = flow.live?.revision ?? null) {
  const document = useSettled(useDocument());
  const opened = useDraft((draft) => draft.opened);
  const before = useVersion(flow, revision).data;
  return useQuery({
    queryKey: ["flows", flow.id, "changes", revision, opened, document],
    // A document is its own key; as text it would be megabytes.
    queryKeyHashFn: () => `flows changes ${flow.id} ${revision} ${opened} ${numberOf(document)}`,
    queryFn: async () => (await flowsApi.compare(before ?? NOTHING, document)).changes,
    enabled: before !== undefined,
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
}

const numbers = new WeakMap<FlowDocument, number>();
let latest = 0;

function numberOf(document: FlowDocument): number {
  const known = numbers.get(document);
  if (known !== undefined) return known;
  latest += 1;
  numbers.set(document, latest);
  return latest;
}

function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

export function changeText({ kind, node, sentence }: Change): string {
  const step = node ? nodeOf(openDocument(), node) : undefined;
  const name = step ? nodeName(step) : String(sentence.params.name ?? "");
  return phrase("change", sentence, say(`changed.${kind}`, { name }, name), step);
}

/** A sentence of the engine; steps, outcomes, settings and kinds in it are told by their names. */
export function phrase(
  family: string,
  { id, params }: Phrase,
  otherwise: string,
  /** The step whose outcomes and settings they are. */
  of?: FlowNode,
): string {
  const values = Object.fromEntries(
    Object.entries(params).map(([key, value]) => [
      key,
      id === "kindChanged" ? kindOrName(key, value) : named(key, value, of),
    ]),
  );
  return say(`${family}.${id.replaceAll(".", "_")}`, values, otherwise);
}

function kindOrName(key: string, value: unknown): string | number {
  return key === "name" ? named(key, value) : kindName(String(value));
}

function named(key: string, value: unknown, of?: FlowNode): string | number {
  const step = typeof value === "string" ? nodeOf(openDocument(), value) : undefined;
  if (step) return nodeName(step);
  if (key === "outcome") return outcomeName({ name: String(value) }, of);
  if (key === "field") {
    const words = say(`params.${value}`, {}, say(`inspector.${value}`, {}, String(value)));
    return of ? say(`params.${of.data.kind}_${value}`, {}, words) : words;
  }
  if (key === "to" || key === "before") return say(`canvas.target.${value}`, {}, String(value));
  return typeof value === "number" ? value : String(value ?? "");
}
