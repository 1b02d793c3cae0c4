// A step on the drawing: its sign, its name, what it does, and a row for each outcome.
import { Handle, type NodeProps, Position } from "@xyflow/react";
import i18next from "i18next";
import { CircleX, Coins, Plus, TriangleAlert } from "lucide-react";
import { createContext, memo, use, useCallback, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { NodeFacts, Outcome } from "../api";
import { watchCallersAt } from "../callers";
import { iconOf, kindName, kindOf, outcomeName, withWired } from "../catalogue";
import type { FlowNode } from "../document";
import { useDraft, useFacts } from "../draft/store";
import { useThings } from "../names";
import { useOverlay } from "../overlay";
import { useSelection } from "../selection";
import { summaryOf } from "../summary";
import { nodeOnTrail, useTrail } from "../trail";
import { show } from "../view";
import type { StepNode as StepNodeType } from "./react-flow-nodes";
import { ROW_PX } from "./size";
import { ghostName, spokenName } from "./spoken-name";

export const nodeDomId = (id: string) => `step-${id}`;

/**
 * Whether a step shows its name and no rows. Of a large drawing seen from afar hundreds are painted at once, and what
 * the rows say could not be read.
 */
export const OnlyNames = createContext(false);

export const StepNode = memo(function StepNode({ data, selected }: NodeProps<StepNodeType>) {
  const { node } = data;
  const facts = useFacts(node.id);
  const levels = useDraft((draft) => levelsOf(draft.check.findings, node.id));
  const flow = useDraft((draft) => draft.flow);
  const onTrail = useTrail((now) => nodeOnTrail(now, node.id));
  const mark = useOverlay(({ overlay }) => overlay?.marks.get(node.id) ?? null);
  const at = useSelection((now) => (now.at === node.id ? (now.outcome ?? "") : null));
  const onlyName = use(OnlyNames);
  const watch = useCallback(
    (card: HTMLDivElement) =>
      flow === null ? undefined : watchCallersAt(flow, node.id, (callers) => showCallers(card, callers)),
    [flow, node.id],
  );
  return (
    <div
      ref={watch}
      className="step"
      id={nodeDomId(node.id)}
      role="group"
      aria-label={useSpokenName(node)}
      data-group={kindOf(node.data.kind)?.group}
      data-selected={selected || undefined}
      data-at={at !== null || undefined}
      data-unreachable={(facts && !facts.reachable) || undefined}
      data-disabled={node.data.disabled || undefined}
      data-trail={onTrail ?? undefined}
      data-mark={mark ?? undefined}
      data-only-name={onlyName || undefined}
    >
      <Face node={node} facts={facts} at={at} onlyName={onlyName} />
      <Badges errors={levels[0] === "1"} warnings={levels[1] === "1"} mark={mark} />
    </div>
  );
});

/** What a step shows of itself, whoever is at it. */
const Face = memo(function Face(props: {
  node: FlowNode;
  facts: NodeFacts | undefined;
  at: string | null;
  onlyName: boolean;
}) {
  const { node, facts, at, onlyName } = props;
  const { t } = useTranslation("flows");
  const things = useThings((now) => now.things);
  const isReadOnly = useDraft((draft) => draft.isReadOnly);
  const wired = useWired(node.id);
  const isEntry = useDraft((draft) => draft.history.document.entry === node.id);
  const Icon = iconOf(node.data.kind);
  const outcomes = withWired(node, facts?.outcomes, wired);
  const title = node.data.title?.trim();
  const summary = summaryOf(node, things);
  return (
    <>
      {!isEntry && !onlyName && (
        <Handle
          type="target"
          id="in"
          position={Position.Left}
          className="way-in"
          isConnectableStart={false}
        />
      )}
      <div className="step-head">
        <span className="step-sign" aria-hidden="true">
          <Icon size={17} strokeWidth={1.75} />
        </span>
        <span className="step-words">
          <span className="step-title cut">{title || kindName(node.data.kind)}</span>
          {!onlyName && (
            <span className="step-summary cut">
              {[title ? kindName(node.data.kind) : "", summary].filter(Boolean).join(" · ")}
            </span>
          )}
        </span>
        {facts?.answers && !onlyName && (
          <span className="step-paying" title={t("canvas.startsPaying")}>
            <Coins size={13} strokeWidth={1.75} aria-hidden="true" />
          </span>
        )}
      </div>
      {outcomes.length > 0 && onlyName && (
        <span className="step-ticks" style={{ height: outcomes.length * ROW_PX }} />
      )}
      {outcomes.length > 0 && !onlyName && (
        <ul className="step-rows" aria-hidden="true">
          {outcomes.map((outcome, place) => (
            <Row
              key={outcome.name}
              node={node}
              outcome={outcome}
              isWired={wired.some(({ sourceHandle }) => sourceHandle === outcome.name)}
              isAt={at === outcome.name || (at === "" && place === 0)}
              isReadOnly={isReadOnly}
            />
          ))}
        </ul>
      )}
    </>
  );
});

function Row(props: {
  node: FlowNode;
  outcome: Outcome;
  isWired: boolean;
  isAt: boolean;
  isReadOnly: boolean;
}) {
  const { node, outcome, isWired, isAt, isReadOnly } = props;
  const { t } = useTranslation("flows");
  const name = outcomeName(outcome, node);
  const ghost = outcome.ghost;
  const key = /^(?:digit|key):(.)$/.exec(outcome.name)?.[1];
  return (
    <li
      className="step-row"
      data-class={outcome.class}
      data-wired={isWired || undefined}
      data-at={isAt || undefined}
    >
      {key ? (
        <>
          <kbd className="step-key">{key}</kbd>
          <span className="cut">{outcome.label || name}</span>
        </>
      ) : (
        <span className="cut">{name}</span>
      )}
      {!isWired && ghost?.target && <span className="step-ghost cut">{ghostName(ghost.target)}</span>}
      {!isWired && !isReadOnly && (
        <button
          type="button"
          className="step-plus nodrag"
          tabIndex={-1}
          title={t("canvas.plus", { outcome: name })}
          onClick={() =>
            show({ picking: { what: "add", from: { node: node.id, outcome: outcome.name }, at: null } })
          }
        >
          <Plus size={12} strokeWidth={2} />
        </button>
      )}
      <Handle
        type="source"
        id={outcome.name}
        position={Position.Right}
        className="way-out"
        isConnectableEnd={false}
      />
    </li>
  );
}

function Badges({ errors, warnings, mark }: { errors: boolean; warnings: boolean; mark: string | null }) {
  const { t } = useTranslation("flows");
  return (
    <span
      className="step-badges"
      aria-hidden="true"
      data-empty={(!errors && !warnings && mark === null) || undefined}
    >
      {mark && <span className="step-mark">{t(`canvas.${mark as "added"}`)}</span>}
      <span className="step-live" />
      {errors && (
        <span className="step-problem" data-level="error">
          <CircleX size={20} strokeWidth={2} />
        </span>
      )}
      {!errors && warnings && (
        <span className="step-problem" data-level="warning">
          <TriangleAlert size={17} strokeWidth={2} />
        </span>
      )}
    </span>
  );
}

/** How many callers are at a step, straight on the page. */
function showCallers(card: HTMLElement, callers: number): void {
  card.toggleAttribute("data-live", callers > 0);
  const badge = document.createElement("b");
  badge.className = "step-callers";
  badge.title = i18next.t("flows:canvas.live", { count: callers });
  badge.textContent = String(callers);
  card.querySelector(".step-live")?.replaceChildren(...(callers > 0 ? [badge] : []));
}

/** As text, so that it is compared by what it says: errors, warnings. */
function levelsOf(findings: readonly { node?: string | null; level: string }[], id: string): string {
  let errors = 0;
  let warnings = 0;
  for (const { node, level } of findings) {
    if (node !== id) continue;
    if (level === "error") errors = 1;
    else if (level === "warning") warnings = 1;
  }
  return `${errors}${warnings}`;
}

/** The outcomes of a step that lead somewhere; other edges do not draw it anew. */
function useWired(id: string): { source: string; sourceHandle: string }[] {
  const names = useDraft((draft) =>
    draft.history.document.edges.flatMap((edge) => (edge.source === id ? [edge.sourceHandle] : [])).join(" "),
  );
  return names ? names.split(" ").map((sourceHandle) => ({ source: id, sourceHandle })) : [];
}

/** Thought over again only when the flow has changed, or the language. */
function useSpokenName(node: FlowNode): string {
  const kept = useRef<{ from: readonly unknown[]; name: string }>(null);
  return useDraft(({ history: { document }, check }) => {
    const from = [document, check, node, i18next.language];
    if (!kept.current || from.some((one, at) => one !== kept.current?.from[at])) {
      const findings = check.findings.filter((finding) => finding.node === node.id);
      kept.current = { from, name: spokenName(document, node, check.nodes[node.id], findings) };
    }
    return kept.current.name;
  });
}
