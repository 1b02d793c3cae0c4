// What the engine found, in words, and what mends it.

import i18next from "i18next";
import { applyPatches, enablePatches, type Patch as ImmerPatch } from "immer";
import { list } from "../../text/format";
import type { Finding, Fix, Values } from "./api";
import { showThese } from "./canvas/camera";
import { land } from "./canvas/keys";
import { nodeName, outcomeName, outcomesOf } from "./catalogue";
import { nodeOf } from "./document";
import { edit, openDocument } from "./draft/store";
import { say } from "./say";
import { choose } from "./selection";
import { languageName } from "./summary";
import { show } from "./view";

enablePatches();

/** The sentence of a rule: the one for its variant, if there is one, such as `E06.noneYet`. */
export function findingText(finding: Finding): string {
  const { rule } = finding;
  const [family = rule] = rule.split(".");
  const values = named(finding);
  return say(`rule.${rule.replaceAll(".", "_")}`, values, say(`rule.${family}`, values, rule));
}

/** Outcomes and steps by their names instead of the document's. */
function named({ node, outcome, params }: Finding): Values {
  const document = openDocument();
  const values: Values = { ...params };
  const step = node ? nodeOf(document, node) : undefined;
  if (step && outcome) {
    const found = outcomesOf(step).find(({ name }) => name === outcome);
    values.outcome = outcomeName(found ?? { name: outcome }, step);
  }
  for (const [key, value] of Object.entries(values)) {
    const other = typeof value === "string" ? nodeOf(document, value) : undefined;
    if (other) values[key] = nodeName(other);
  }
  if (typeof values.languages === "string") {
    values.languages = list(values.languages.split(", ").map(languageName));
  }
  if (typeof values.what === "string") values.what = say(`refs.${values.what}.name`, {}, values.what);
  return { outcome: "", name: step ? nodeName(step) : "", ...values };
}

export function fixText(fix: Fix): string {
  const document = openDocument();
  const values: Values = { ...fix.params };
  for (const [key, value] of Object.entries(values)) {
    const other = typeof value === "string" ? nodeOf(document, value) : undefined;
    if (other) values[key] = nodeName(other);
  }
  return say(`fix.${fix.id}`, values, fix.id);
}

/** Does what mends it; where a person has to choose, it leads there. */
export function mend(finding: Finding, fix: Fix): void {
  if (fix.patches.length > 0) {
    const after = applyPatches(openDocument(), fix.patches as ImmerPatch[]);
    edit(i18next.t("flows:steps.fix", { fix: fixText(fix) }), (draft) => Object.assign(draft, after));
    return;
  }
  if (finding.node && finding.outcome) {
    show({ picking: { what: "connect", from: { node: finding.node, outcome: finding.outcome } } });
    return;
  }
  showFinding(finding);
}

/** Shows a step and its settings. */
export function showStep(step: string): void {
  land(step);
  showThese([step]);
  show({ inspector: true, simulate: false });
}

/** Shows where it is: the step in the drawing, its field in the settings. */
export function showFinding({ node, field, outcome, edge }: Finding): void {
  const step = node ?? openDocument().edges.find(({ id }) => id === edge)?.source;
  if (!step) {
    choose(null);
    show({ inspector: true });
    return;
  }
  showStep(step);
  if (outcome) choose(step, outcome);
  if (!field) return;
  // Of a setting with parts, such as `own.agents`, the whole has the place.
  const [param = field] = field.split(/[.[]/);
  requestAnimationFrame(() => {
    const place = document.querySelector<HTMLElement>(`[data-param="${CSS.escape(param)}"]`);
    place?.closest("details")?.setAttribute("open", "");
    place?.querySelector<HTMLElement>("input, textarea, button, [tabindex='0']")?.focus();
  });
}
