// A named box around steps, and a note: neither has any effect on calls. A frame that is collapsed stands
// for its steps.
import { type NodeProps, NodeResizer } from "@xyflow/react";
import { ChevronDown, ChevronRight, CircleX } from "lucide-react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { useLiveValue } from "../../../live/select";
import { liveAt } from "../api";
import type { Frame } from "../document";
import { closeStep, useDocument, useDraft } from "../draft/store";
import { collapseFrame, editFrame, isFrameDisabled } from "../edits";
import { useSelection } from "../selection";
import { Ends } from "./ends";
import type { FrameNode as FrameNodeType } from "./react-flow-nodes";

const LEAST = { frame: { width: 160, height: 96 }, note: { width: 120, height: 56 } };

export const frameDomId = (id: string) => `frame-${id}`;

export const FrameNode = memo(function FrameNode({ data, selected }: NodeProps<FrameNodeType>) {
  const { frame } = data;
  const { t } = useTranslation("flows");
  const isNote = frame.kind === "note";
  const least = LEAST[frame.kind] ?? LEAST.note;
  if (frame.collapsed) return <ShutFrame frame={frame} selected={selected ?? false} />;
  const words = {
    value: frame.text,
    "aria-label": t(isNote ? "frame.noteText" : "frame.text"),
    onChange: ({ target }: { target: { value: string } }) =>
      editFrame(frame.id, { text: target.value }, `${frame.id}.text`),
    onBlur: closeStep,
    tabIndex: selected ? 0 : -1,
  };
  return (
    <div
      id={frameDomId(frame.id)}
      className={isNote ? "note-box" : "frame-box"}
      data-selected={selected || undefined}
    >
      <NodeResizer
        isVisible={selected ?? false}
        minWidth={least.width}
        minHeight={least.height}
        onResizeEnd={(_, { x, y, width, height }) => editFrame(frame.id, { x, y, width, height })}
      />
      {isNote ? (
        <textarea className="nodrag nowheel" placeholder={t("frame.note")} {...words} />
      ) : (
        <div className="frame-head">
          <Fold frame={frame} />
          <input className="nodrag" placeholder={t("frame.text")} {...words} />
        </div>
      )}
    </div>
  );
});

/** A frame that stands for its steps: how many they are, who is in them, and whether one has an error. */
function ShutFrame({ frame, selected }: { frame: Frame; selected: boolean }) {
  const { t } = useTranslation("flows");
  const inside = frame.collapsed ?? [];
  const document = useDocument();
  const flow = useDraft((draft) => draft.flow);
  const hasErrors = useDraft((draft) =>
    draft.check.findings.some(({ node, level }) => level === "error" && node && inside.includes(node)),
  );
  const isAt = useSelection(({ at }) => at !== null && (at === frame.id || inside.includes(at)));
  const callers = useLiveValue((live) => {
    const places = [...live.calls.values()].map(liveAt);
    return places.filter((at) => at && at.flow === flow && inside.includes(at.node)).length;
  });
  const name = frame.text.trim() || t("frame.name");
  const count = t("frame.steps", { count: inside.length });
  return (
    <div
      id={frameDomId(frame.id)}
      className="frame-shut"
      role="group"
      aria-label={t("frame.shut", { name, count: inside.length })}
      data-selected={selected || undefined}
      data-at={isAt || undefined}
      data-live={callers > 0 || undefined}
      data-disabled={isFrameDisabled(document, frame) || undefined}
    >
      <Ends />
      <Fold frame={frame} />
      <span className="step-words">
        <span className="step-title cut">{name}</span>
        <span className="step-summary cut">{count}</span>
      </span>
      <span className="step-badges" aria-hidden="true">
        {callers > 0 && <b className="step-callers">{callers}</b>}
        {hasErrors && (
          <span className="step-problem" data-level="error">
            <CircleX size={20} strokeWidth={2} />
          </span>
        )}
      </span>
    </div>
  );
}

function Fold({ frame }: { frame: Frame }) {
  const { t } = useTranslation("flows");
  const isReadOnly = useDraft((draft) => draft.isReadOnly);
  const Icon = frame.collapsed ? ChevronRight : ChevronDown;
  return (
    <button
      type="button"
      className="frame-fold nodrag"
      tabIndex={-1}
      disabled={isReadOnly}
      aria-expanded={!frame.collapsed}
      aria-label={t(frame.collapsed ? "frame.expand" : "frame.collapse")}
      title={t(frame.collapsed ? "frame.expand" : "frame.collapse")}
      onClick={() => collapseFrame(frame.id, !frame.collapsed)}
    >
      <Icon size={16} strokeWidth={1.75} aria-hidden="true" />
    </button>
  );
}
