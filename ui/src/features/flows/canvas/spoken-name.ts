// What a screen reader says of a step: what it is, where each outcome leads, what is wrong.
import i18next from "i18next";
import type { Finding, NodeFacts, Outcome } from "../api";
import { fullName, outcomeName, withWired } from "../catalogue";
import { edgeFrom, type FlowDocument, type FlowNode, nodeOf } from "../document";
import { say } from "../say";

const t = i18next.getFixedT(null, "flows");

export function spokenName(
  document: FlowDocument,
  node: FlowNode,
  facts: NodeFacts | undefined,
  findings: readonly Finding[],
): string {
  const outcomes = withWired(node, facts?.outcomes, document.edges);
  const list = outcomes.map((outcome) => wayTo(document, node, outcome)).join("; ");
  const errors = findings.filter(({ level }) => level === "error").length;
  const warnings = findings.filter(({ level }) => level === "warning").length;
  const problems = [
    errors > 0 ? t("canvas.hasErrors", { count: errors }) : "",
    warnings > 0 ? t("canvas.hasWarnings", { count: warnings }) : "",
    facts && !facts.reachable ? t("canvas.isUnreachable") : "",
  ].join("");
  return t("canvas.name", {
    name: fullName(node),
    outcomes: t("canvas.outcomes", { count: outcomes.length, list }),
    problems,
  });
}

function wayTo(document: FlowDocument, node: FlowNode, outcome: Outcome): string {
  const name = outcomeName(outcome, node);
  const target = targetOf(document, node, outcome);
  return target === null
    ? t("canvas.toNowhere", { outcome: name })
    : t("canvas.toTarget", { outcome: name, target });
}

/** The name of where an outcome leads, drawn or not; `null` if callers would be stuck. */
export function targetOf(document: FlowDocument, node: FlowNode, outcome: Outcome): string | null {
  const edge = edgeFrom(document, node.id, outcome.name);
  const to = edge?.target ?? outcome.ghost?.to;
  const target = to ? nodeOf(document, to) : undefined;
  if (target) return fullName(target);
  return outcome.ghost?.target ? ghostName(outcome.ghost.target) : null;
}

/** Where callers go who leave the flow by an outcome that is not drawn. */
export function ghostName(target: string): string {
  return say(`canvas.target.${target}`, {}, say(`outcomes.${target}`, {}, target));
}
