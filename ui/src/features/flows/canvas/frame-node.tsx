// A named box around steps, and a note: neither has any effect on calls.
import { type NodeProps, NodeResizer } from "@xyflow/react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { closeStep } from "../draft/store";
import { editFrame } from "../edits";
import type { FrameNode as FrameNodeType } from "./react-flow-nodes";

const LEAST = { frame: { width: 160, height: 96 }, note: { width: 120, height: 56 } };

export const FrameNode = memo(function FrameNode({ data, selected }: NodeProps<FrameNodeType>) {
  const { frame } = data;
  const { t } = useTranslation("flows");
  const isNote = frame.kind === "note";
  const least = LEAST[frame.kind] ?? LEAST.note;
  const words = {
    value: frame.text,
    "aria-label": t(isNote ? "frame.noteText" : "frame.text"),
    onChange: ({ target }: { target: { value: string } }) =>
      editFrame(frame.id, { text: target.value }, `${frame.id}.text`),
    onBlur: closeStep,
    tabIndex: selected ? 0 : -1,
  };
  return (
    <div className={isNote ? "note-box" : "frame-box"} data-selected={selected || undefined}>
      <NodeResizer
        isVisible={selected ?? false}
        minWidth={least.width}
        minHeight={least.height}
        onResizeEnd={(_, { x, y, width, height }) => editFrame(frame.id, { x, y, width, height })}
      />
      {isNote ? (
        <textarea className="nodrag nowheel" placeholder={t("frame.note")} {...words} />
      ) : (
        <input className="nodrag" placeholder={t("frame.text")} {...words} />
      )}
    </div>
  );
});
