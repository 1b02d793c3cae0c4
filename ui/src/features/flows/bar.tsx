// The bar above the drawing: what is live, what the draft is, undo, what is wrong, trying out and publishing.
import {
  ArrowLeft,
  ChevronDown,
  Frame,
  Keyboard,
  LocateFixed,
  Map as MapIcon,
  Maximize,
  Pencil,
  Play,
  Redo2,
  RotateCcw,
  Settings2,
  StickyNote,
  Undo2,
  WandSparkles,
} from "lucide-react";
import { useState } from "react";
import { Button as AriaButton } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { Button, IconButton, Menu, RadioGroup } from "../../design";
import { visible } from "../calls/said";
import type { FlowView } from "./api";
import { toggleSimulate } from "./builder-keys";
import { showAll } from "./canvas/camera";
import { addNote, frameChosen, redoStep, tidy, undoStep } from "./deeds";
import { useChanges } from "./dock/changes";
import { revert } from "./dock/deeds";
import { useDraft } from "./draft/store";
import { useRefreshFlows } from "./list/deeds";
import { RenameFlowDialog } from "./list/rename-flow";
import { ProblemCount } from "./problem-count";
import { choose } from "./selection";
import { show, toggleDock, useView } from "./view";
import "./bar.css";

export function Bar({ flow }: { flow: FlowView }) {
  const { t } = useTranslation(["flows", "common"]);
  const [, navigate] = useLocation();
  const mode = useView((view) => view.mode);
  const simulate = useView((view) => view.simulate);
  const dock = useView((view) => view.dock);
  const errors = useDraft(({ check }) => check.findings.filter(({ level }) => level === "error").length);
  const warnings = useDraft(({ check }) => check.findings.filter(({ level }) => level === "warning").length);
  return (
    <header className="flow-bar">
      <IconButton icon={ArrowLeft} label={t("bar.back")} onPress={() => navigate("/flows")} />
      <FlowMenu flow={flow} />
      <States flow={flow} />
      <Steps />
      <AriaButton
        className="button flow-bar-problems"
        data-tone="quiet"
        aria-expanded={dock === "problems"}
        onPress={() => toggleDock("problems")}
      >
        <ProblemCount errors={errors} warnings={warnings} />
      </AriaButton>
      <span className="flow-bar-gap" />
      <RadioGroup
        label={t("bar.view")}
        bare
        segments
        options={[
          { id: "canvas", label: t("bar.canvas") },
          { id: "outline", label: t("bar.outline") },
        ]}
        value={mode}
        onChange={(chosen) => show({ mode: chosen })}
      />
      <Button icon={Play} aria-pressed={simulate} onPress={toggleSimulate}>
        {t("bar.simulate")}
      </Button>
      <Button tone="accent" onPress={() => show({ publishing: true })}>
        {t("bar.publish")}
      </Button>
    </header>
  );
}

function FlowMenu({ flow }: { flow: FlowView }) {
  const { t } = useTranslation(["flows", "common"]);
  const [renaming, setRenaming] = useState(false);
  const refresh = useRefreshFlows();
  return (
    <>
      <Menu
        label={t("list.more", { name: flow.name })}
        trigger={
          <AriaButton className="button flow-bar-name" data-tone="quiet">
            <h1 className="cut">{visible(flow.name)}</h1>
            <ChevronDown size={14} aria-hidden="true" />
          </AriaButton>
        }
        entries={[
          { id: "rename", label: t("list.rename"), icon: Pencil, onAction: () => setRenaming(true) },
          {
            id: "settings",
            label: t("bar.settings"),
            icon: Settings2,
            onAction: () => {
              choose(null);
              show({ inspector: true, simulate: false });
            },
          },
          {
            id: "revert",
            label: t("bar.revert"),
            icon: RotateCcw,
            isDisabled: !flow.live,
            onAction: () => void revert(flow),
          },
          { id: "line", separator: true },
          {
            id: "find",
            label: t("bar.find"),
            icon: LocateFixed,
            keys: "Ctrl+F",
            onAction: () => show({ picking: { what: "goTo" } }),
          },
          {
            id: "tidy",
            label: t("bar.tidy"),
            icon: WandSparkles,
            keys: "Shift+Alt+T",
            onAction: () => void tidy(),
          },
          { id: "fit", label: t("bar.fit"), icon: Maximize, keys: "Shift+1", onAction: showAll },
          {
            id: "map",
            label: t("bar.minimap"),
            icon: MapIcon,
            keys: "Shift+M",
            onAction: () => show({ minimap: !useView.getState().minimap }),
          },
          { id: "line2", separator: true },
          { id: "note", label: t("bar.addNote"), icon: StickyNote, onAction: addNote },
          { id: "frame", label: t("bar.addFrame"), icon: Frame, keys: "Ctrl+G", onAction: frameChosen },
          { id: "line3", separator: true },
          { id: "keys", label: t("bar.keys"), icon: Keyboard, onAction: () => show({ keys: true }) },
        ]}
      />
      {renaming && (
        <RenameFlowDialog
          flow={flow}
          onClose={() => {
            setRenaming(false);
            void refresh();
          }}
        />
      )}
    </>
  );
}

/** Live and draft are two words and two signs. */
function States({ flow }: { flow: FlowView }) {
  const { t } = useTranslation("flows");
  const save = useDraft((draft) => draft.save);
  const dock = useView((view) => view.dock);
  const changes = useChanges(flow);
  const count = changes.data?.length ?? 0;
  return (
    <span className="flow-states">
      <AriaButton
        className="flow-state"
        data-state={flow.live ? "live" : "none"}
        aria-expanded={dock === "versions"}
        onPress={() => toggleDock("versions")}
      >
        <span className="flow-state-sign" aria-hidden="true" />
        {flow.live ? t("bar.liveRevision", { revision: flow.live.revision }) : t("bar.notLive")}
      </AriaButton>
      <AriaButton
        className="flow-state"
        data-state="draft"
        aria-expanded={dock === "changes"}
        onPress={() => toggleDock("changes")}
      >
        <span className="flow-state-sign" aria-hidden="true" />
        {flow.live && count === 0 ? (
          t("bar.draftSame")
        ) : (
          <span>
            <span className="flow-bar-roomy">{t("bar.draft")} · </span>
            {t("bar.changes", { count })}
          </span>
        )}
        <span className="quiet" role="status" data-save={save}>
          {t(`bar.${save}`)}
        </span>
      </AriaButton>
    </span>
  );
}

function Steps() {
  const { t } = useTranslation("flows");
  const back = useDraft(({ history }) => history.steps[history.cursor - 1]?.name);
  const forth = useDraft(({ history }) => history.steps[history.cursor]?.name);
  return (
    <span className="flow-bar-steps">
      <IconButton
        icon={Undo2}
        label={back === undefined ? t("bar.nothingToUndo") : t("bar.undo", { name: back })}
        keys="Ctrl+Z"
        isDisabled={back === undefined}
        onPress={undoStep}
      />
      <IconButton
        icon={Redo2}
        label={forth === undefined ? t("bar.nothingToRedo") : t("bar.redo", { name: forth })}
        keys="Ctrl+Y"
        isDisabled={forth === undefined}
        onPress={redoStep}
      />
    </span>
  );
}
