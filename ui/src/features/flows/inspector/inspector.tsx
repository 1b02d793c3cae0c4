// The settings of what is chosen: a step, several, or the flow itself.
import { X } from "lucide-react";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Button, IconButton, TextField } from "../../../design";
import type { FlowView } from "../api";
import { focusPane } from "../canvas/camera";
import { iconOf, kindAbout, kindName, kindOf } from "../catalogue";
import { askToRemove, copyChosen, duplicateChosen, frameChosen, removeChosen } from "../deeds";
import type { Frame } from "../document";
import { closeStep, useDocument, useNode } from "../draft/store";
import { collapseFrame, disableFrame, editFrame, isFrameDisabled } from "../edits";
import { useSelection } from "../selection";
import { show, useView } from "../view";
import { FlowForm } from "./flow-form";
import { NodeForm } from "./node-form";
import "./inspector.css";

const LONGEST_TEXT = 2000;

export function Inspector({ flow }: { flow: FlowView }) {
  const { t } = useTranslation("flows");
  const at = useSelection((now) => now.at);
  const count = useSelection((now) => now.ids.size);
  const node = useNode(at ?? "");
  const frame = useDocument().frames?.find(({ id }) => id === at);
  const close = () => {
    show({ inspector: false });
    requestAnimationFrame(focusPane);
  };
  if (count > 1) {
    return (
      <Panel title={t("inspector.several", { count })} onClose={close}>
        <p className="quiet">{t("inspector.severalBody")}</p>
        <div className="inspector-acts">
          <Button onPress={() => void copyChosen()}>{t("inspector.copy")}</Button>
          <Button onPress={duplicateChosen}>{t("outline.act.duplicate")}</Button>
          <Button onPress={frameChosen}>{t("bar.addFrame")}</Button>
          <Button tone="danger" onPress={removeChosen}>
            {t("outline.act.remove")}
          </Button>
        </div>
      </Panel>
    );
  }
  if (frame?.kind === "note") return <NotePanel key={frame.id} note={frame} onClose={close} />;
  if (frame) return <FramePanel key={frame.id} frame={frame} onClose={close} />;
  if (!node) {
    return (
      <Panel title={t("inspector.flow")} onClose={close}>
        <FlowForm flow={flow} />
      </Panel>
    );
  }
  return (
    <Panel
      key={node.id}
      title={kindName(node.data.kind)}
      note={kindAbout(node.data.kind)}
      kind={node.data.kind}
      onClose={close}
    >
      <NodeForm node={node} />
    </Panel>
  );
}

/** What can be done with a frame and the steps in it, as one. */
function FramePanel({ frame, onClose }: { frame: Frame; onClose: () => void }) {
  const { t } = useTranslation("flows");
  const document = useDocument();
  const isDisabled = isFrameDisabled(document, frame);
  return (
    <Panel title={frame.text.trim() || t("frame.name")} onClose={onClose}>
      <FrameText frame={frame} label={t("frame.text")} />
      <p className="quiet">{t("frame.body")}</p>
      <div className="inspector-acts">
        <Button onPress={() => collapseFrame(frame.id, !frame.collapsed)}>
          {t(frame.collapsed ? "frame.expand" : "frame.collapse")}
        </Button>
        <Button onPress={() => disableFrame(frame.id, !isDisabled)}>
          {t(isDisabled ? "frame.enable" : "frame.disable")}
        </Button>
        <Button onPress={() => void copyChosen()}>{t("inspector.copy")}</Button>
        <Button onPress={duplicateChosen}>{t("outline.act.duplicate")}</Button>
        <Button tone="danger" onPress={() => askToRemove([frame.id])}>
          {t("frame.remove")}
        </Button>
      </div>
    </Panel>
  );
}

function NotePanel({ note, onClose }: { note: Frame; onClose: () => void }) {
  const { t } = useTranslation("flows");
  return (
    <Panel title={t("frame.note")} onClose={onClose}>
      <FrameText frame={note} label={t("frame.noteText")} lines={4} />
      <div className="inspector-acts">
        <Button onPress={() => void copyChosen()}>{t("inspector.copy")}</Button>
        <Button onPress={duplicateChosen}>{t("outline.act.duplicate")}</Button>
        <Button tone="danger" onPress={() => askToRemove([note.id])}>
          {t("outline.act.remove")}
        </Button>
      </div>
    </Panel>
  );
}

/** What is written on a frame or a note. Typing is one step. */
function FrameText({ frame, label, lines }: { frame: Frame; label: string; lines?: number }) {
  const renaming = useView((view) => view.renaming === frame.id);
  const field = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!renaming) return;
    field.current?.querySelector<HTMLElement>("input, textarea")?.focus();
    show({ renaming: null });
  }, [renaming]);
  return (
    <div ref={field}>
      <TextField
        label={label}
        {...(lines === undefined ? {} : { lines })}
        value={frame.text}
        onChange={(text) => editFrame(frame.id, { text }, `${frame.id}.text`)}
        onBlur={closeStep}
        maxLength={LONGEST_TEXT}
      />
    </div>
  );
}

function Panel(props: {
  title: string;
  note?: string;
  kind?: string;
  onClose: () => void;
  children: React.ReactNode;
}) {
  const { title, note, kind, onClose, children } = props;
  const { t } = useTranslation("flows");
  const Icon = kind === undefined ? null : iconOf(kind);
  return (
    <section
      className="inspector"
      aria-label={t("inspector.label", { name: title })}
      data-region=""
      data-group={kind === undefined ? undefined : kindOf(kind)?.group}
    >
      <header className="inspector-head">
        {Icon && (
          <span className="step-sign" aria-hidden="true">
            <Icon size={17} strokeWidth={1.75} />
          </span>
        )}
        <div className="inspector-title">
          <h2>{title}</h2>
          {note && <p className="quiet">{note}</p>}
        </div>
        <IconButton icon={X} label={t("inspector.close")} keys="Esc" onPress={onClose} />
      </header>
      <div className="inspector-body">{children}</div>
    </section>
  );
}
