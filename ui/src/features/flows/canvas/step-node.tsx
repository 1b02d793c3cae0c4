// A step on the drawing: its sign, its name, what it does, and a row for each outcome.
import { Handle, type NodeProps, Position } from "@xyflow/react";
import { CircleX, Coins, Plus, TriangleAlert } from "lucide-react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import type { Outcome } from "../api";
import { useCallersAt } from "../callers";
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
import { ghostName, spokenName } from "./spoken-name";

export const nodeDomId = (id: string) => `step-${id}`;

export const StepNode = memo(function StepNode({ data, selected }: NodeProps<StepNodeType>) {
  const { node } = data;
  const { t } = useTranslation("flows");
  const things = useThings((now) => now.things);
  const facts = useFacts(node.id);
  const levels = useDraft((draft) => levelsOf(draft.check.findings, node.id));
  const flow = useDraft((draft) => draft.flow);
  const isReadOnly = useDraft((draft) => draft.isReadOnly);
  const callers = useCallersAt(flow, node.id);
  const onTrail = useTrail((now) => nodeOnTrail(now, node.id));
  const mark = useOverlay(({ overlay }) => overlay?.marks.get(node.id) ?? null);
  const at = useSelection((now) => (now.at === node.id ? (now.outcome ?? "") : null));
  const wired = useWired(node.id);
  const isEntry = useDraft((draft) => draft.history.document.entry === node.id);
  const Icon = iconOf(node.data.kind);
  const outcomes = withWired(node, facts?.outcomes, wired);
  const title = node.data.title?.trim();
  const summary = summaryOf(node, things);
  return (
    <div
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
      data-live={callers > 0 || undefined}
    >
      {!isEntry && (
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
          <span className="step-summary cut">
            {[title ? kindName(node.data.kind) : "", summary].filter(Boolean).join(" · ")}
          </span>
        </span>
        {facts?.answers && (
          <span className="step-paying" title={t("canvas.startsPaying")}>
            <Coins size={13} strokeWidth={1.75} aria-hidden="true" />
          </span>
        )}
      </div>
      <Badges errors={levels[0] === "1"} warnings={levels[1] === "1"} callers={callers} mark={mark} />
      {outcomes.length > 0 && (
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
    </div>
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
  const name = outcomeName(outcome);
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

function Badges(props: { errors: boolean; warnings: boolean; callers: number; mark: string | null }) {
  const { errors, warnings, callers, mark } = props;
  const { t } = useTranslation("flows");
  return (
    <span className="step-badges" aria-hidden="true">
      {mark && <span className="step-mark">{t(`canvas.${mark as "added"}`)}</span>}
      {callers > 0 && (
        <b className="step-callers" title={t("canvas.live", { count: callers })}>
          {callers}
        </b>
      )}
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

function useSpokenName(node: FlowNode): string {
  return useDraft((draft) =>
    spokenName(
      draft.history.document,
      node,
      draft.check.nodes[node.id],
      draft.check.findings.filter((finding) => finding.node === node.id),
    ),
  );
}
