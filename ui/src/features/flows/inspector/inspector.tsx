// The settings of what is chosen: a step, several, or the flow itself.
import { X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button, IconButton } from "../../../design";
import type { FlowView } from "../api";
import { focusPane } from "../canvas/camera";
import { iconOf, kindAbout, kindName, kindOf } from "../catalogue";
import { copyChosen, duplicateChosen, frameChosen, removeChosen } from "../deeds";
import { useNode } from "../draft/store";
import { useSelection } from "../selection";
import { show } from "../view";
import { FlowForm } from "./flow-form";
import { NodeForm } from "./node-form";
import "./inspector.css";

export function Inspector({ flow }: { flow: FlowView }) {
  const { t } = useTranslation("flows");
  const at = useSelection((now) => now.at);
  const count = useSelection((now) => now.ids.size);
  const node = useNode(at ?? "");
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
