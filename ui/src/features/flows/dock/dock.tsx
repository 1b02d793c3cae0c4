// The panels below the drawing: problems, scenarios, changes, versions, live calls.
import { X } from "lucide-react";
import { useEffect, useRef } from "react";
import { Button as AriaButton } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { IconButton } from "../../../design";
import type { FlowView } from "../api";
import { useCallersIn } from "../callers";
import { useDraft } from "../draft/store";
import { type Dock as DockName, show, toggleDock, useView } from "../view";
import { Changes } from "./changes-panel";
import { LiveCalls } from "./live-calls";
import { Problems } from "./problems";
import { Scenarios, useScenarios } from "./scenarios";
import { Versions } from "./versions";
import "./dock.css";

export function Dock({ flow }: { flow: FlowView }) {
  const { t } = useTranslation("flows");
  const open = useView((view) => view.dock);
  const panel = useRef<HTMLDivElement>(null);
  // The keys go where the eyes go.
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever another panel is opened
  useEffect(() => panel.current?.focus(), [open]);
  const problems = useDraft(({ check }) => check.findings.length);
  const scenarios = useScenarios(flow).data ?? [];
  const callers = useCallersIn(flow.id).length;
  const ok = scenarios.filter(({ last }) => last?.ok).length;
  const tabs: { id: DockName; note: string }[] = [
    { id: "problems", note: problems > 0 ? String(problems) : "" },
    {
      id: "scenarios",
      note: scenarios.length > 0 ? t("dock.scenariosOk", { ok, all: scenarios.length }) : "",
    },
    { id: "changes", note: "" },
    { id: "versions", note: flow.live ? String(flow.live.revision) : "" },
    { id: "live", note: callers > 0 ? String(callers) : "" },
  ];
  return (
    <section className="dock" aria-label={t("dock.label")} data-region="">
      {open && (
        <div ref={panel} tabIndex={-1} className="dock-panel" role="region" aria-label={t(`dock.${open}`)}>
          <header className="dock-head">
            <h2>{t(`dock.${open}`)}</h2>
            <IconButton icon={X} label={t("dock.close")} keys="Esc" onPress={() => show({ dock: null })} />
          </header>
          <div className="dock-body">
            {open === "problems" && <Problems />}
            {open === "scenarios" && <Scenarios flow={flow} />}
            {open === "changes" && <Changes flow={flow} />}
            {open === "versions" && <Versions flow={flow} />}
            {open === "live" && <LiveCalls flow={flow} />}
          </div>
        </div>
      )}
      <div className="dock-tabs">
        {tabs.map(({ id, note }) => (
          <AriaButton
            key={id}
            className="dock-tab"
            aria-expanded={open === id}
            onPress={() => toggleDock(id)}
          >
            {t(`dock.${id}`)}
            {note && <span className="dock-note">{note}</span>}
          </AriaButton>
        ))}
      </div>
    </section>
  );
}
