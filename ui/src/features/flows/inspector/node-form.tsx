// The settings of one step, made from the catalogue.
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Button, Switch, TextField } from "../../../design";
import { focusPane } from "../canvas/camera";
import { isAsked, kindName, kindOf } from "../catalogue";
import { askToRemove, remove } from "../deeds";
import type { FlowNode } from "../document";
import { closeStep, useDraft } from "../draft/store";
import { rename, setDisabled, setParam } from "../edits";
import { findingText, fixText, mend } from "../findings";
import { show, useView } from "../view";
import { ParamField } from "./param-field";
import { Ways } from "./ways";

export function NodeForm({ node }: { node: FlowNode }) {
  const { t } = useTranslation("flows");
  const kind = kindOf(node.data.kind);
  const isEntry = useDraft((draft) => draft.history.document.entry === node.id);
  const shown = (kind?.params ?? []).filter((param) => isAsked(param, node));
  const plain = shown.filter(({ advanced }) => !advanced);
  const advanced = shown.filter(({ advanced }) => advanced);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: told when any of its fields is left
    <div className="inspector-form" onBlur={closeStep}>
      <Title node={node} />
      <Findings node={node} />
      {plain.map((param) => (
        <ParamField key={param.name} node={node} param={param} />
      ))}
      <Ways node={node} />
      <details className="inspector-more">
        <summary>{t("inspector.advanced")}</summary>
        <div className="inspector-form">
          {advanced.map((param) => (
            <ParamField key={param.name} node={node} param={param} />
          ))}
          <TextField
            label={t("inspector.comment")}
            lines={2}
            value={node.data.comment ?? ""}
            onChange={(text) => setParam(node.id, "comment", text || undefined, true)}
            maxLength={500}
          />
          {!isEntry && (
            <Switch
              isSelected={node.data.disabled ?? false}
              onChange={(off) => setDisabled(node.id, off)}
              description={t("inspector.disabledNote")}
            >
              {t("inspector.disabled")}
            </Switch>
          )}
        </div>
      </details>
      {!isEntry && (
        <div className="inspector-acts">
          <Button tone="danger" size="small" onPress={() => askToRemove([node.id])}>
            {t("inspector.remove")}
          </Button>
        </div>
      )}
    </div>
  );
}

function Title({ node }: { node: FlowNode }) {
  const { t } = useTranslation("flows");
  const renaming = useView((view) => view.renaming === node.id);
  const field = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!renaming) return;
    const input = field.current?.querySelector("input");
    input?.focus();
    input?.select();
    show({ renaming: null });
  }, [renaming]);
  return (
    <div ref={field} data-inspector-title="">
      <TextField
        key={node.data.title ?? ""}
        label={t("inspector.title")}
        placeholder={kindName(node.data.kind)}
        defaultValue={node.data.title ?? ""}
        maxLength={60}
        onBlur={(event) => rename(node.id, (event.target as HTMLInputElement).value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter") return;
          rename(node.id, (event.target as HTMLInputElement).value);
          requestAnimationFrame(focusPane);
        }}
      />
    </div>
  );
}

/** What is wrong with the step as a whole; what is wrong with a setting stands at it. */
function Findings({ node }: { node: FlowNode }) {
  const findings = useDraft((draft) => draft.check.findings);
  const own = findings.filter((finding) => finding.node === node.id && !finding.field && !finding.outcome);
  if (own.length === 0) return null;
  return (
    <ul className="inspector-findings">
      {own.map((finding) => (
        <li key={finding.rule + findingText(finding)} data-level={finding.level}>
          <p>{findingText(finding)}</p>
          {finding.fixes.map((fix) => (
            <Button
              key={fix.id + fixText(fix)}
              size="small"
              onPress={() => mendHere(node.id, () => mend(finding, fix))}
            >
              {fixText(fix)}
            </Button>
          ))}
        </li>
      ))}
    </ul>
  );
}

/** A fix may remove the step itself: then what led to it is chosen. */
function mendHere(id: string, act: () => void): void {
  act();
  const isLeft = useDraft.getState().history.document.nodes.some((node) => node.id === id);
  if (!isLeft) remove([], false);
}
