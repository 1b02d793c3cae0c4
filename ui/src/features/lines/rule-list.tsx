// The rules in their order: moved by pointer or keys, each read as a sentence.
import { ChevronDown, ChevronUp, GripVertical, Pencil, Trash2 } from "lucide-react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { OutboundRule } from "../../bindings/api";
import { IconButton } from "../../design";
import { visible } from "../calls/said";
import { useRuleWords } from "./rule-words";

export function RuleList(props: {
  rules: readonly OutboundRule[];
  onEdit: (rule: OutboundRule) => void;
  onMove: (from: number, to: number) => void;
  onRemove: (rule: OutboundRule) => void;
}) {
  const { rules, onEdit, onMove, onRemove } = props;
  const { t } = useTranslation("outside");
  const words = useRuleWords();
  const list = useRef<HTMLOListElement>(null);
  const { dragged, over, start } = useReorder(list, onMove);
  return (
    <ol className="rule-list" ref={list} aria-label={t("rules.label")}>
      {rules.map((rule, at) => {
        const place = at + 1;
        return (
          <li
            key={rule.id}
            className="rule"
            data-dragged={dragged === at || undefined}
            data-over={
              over === at && dragged !== at
                ? dragged !== null && dragged < at
                  ? "after"
                  : "before"
                : undefined
            }
          >
            <span className="rule-grip" aria-hidden="true" onPointerDown={(event) => start(event, at)}>
              <GripVertical size={14} />
            </span>
            <span className="rule-words">
              {rule.name && <bdi className="rule-name">{visible(rule.name)}</bdi>}
              <span>{words.sentence(rule)}</span>
            </span>
            <span className="rule-acts">
              <IconButton
                icon={ChevronUp}
                label={t("rules.up", { place })}
                isDisabled={at === 0}
                onPress={() => onMove(at, at - 1)}
              />
              <IconButton
                icon={ChevronDown}
                label={t("rules.down", { place })}
                isDisabled={place === rules.length}
                onPress={() => onMove(at, at + 1)}
              />
              <IconButton icon={Pencil} label={t("rules.edit", { place })} onPress={() => onEdit(rule)} />
              <IconButton icon={Trash2} label={t("rules.remove", { place })} onPress={() => onRemove(rule)} />
            </span>
          </li>
        );
      })}
    </ol>
  );
}

/** Dragging by pointer: what is let go over another takes its place; Esc gives it up. */
function useReorder(list: React.RefObject<HTMLElement | null>, onMove: (from: number, to: number) => void) {
  const [state, setState] = useState<{ dragged: number; over: number } | null>(null);
  const start = (press: React.PointerEvent, dragged: number) => {
    if (press.button !== 0) return;
    press.preventDefault();
    let over = dragged;
    const move = ({ clientY }: PointerEvent) => {
      const items = [...(list.current?.children ?? [])];
      const found = items.findIndex((item) => clientY < item.getBoundingClientRect().bottom);
      over = found < 0 ? items.length - 1 : found;
      setState({ dragged, over });
    };
    const end = (moves: boolean) => {
      window.removeEventListener("pointermove", move);
      window.removeEventListener("pointerup", drop);
      window.removeEventListener("pointercancel", giveUp);
      window.removeEventListener("keydown", onKey, true);
      setState(null);
      if (moves && over !== dragged) onMove(dragged, over);
    };
    const drop = () => end(true);
    const giveUp = () => end(false);
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      giveUp();
    };
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", drop);
    window.addEventListener("pointercancel", giveUp);
    window.addEventListener("keydown", onKey, true);
  };
  return { dragged: state?.dragged ?? null, over: state?.over ?? null, start };
}
