// The builder of one flow: its drawing or its outline, and everything around it.
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation, useSearch } from "wouter";
import type { CallId } from "../../bindings/api";
import { EmptyState, Notice, Waiting } from "../../design";
import { Refused } from "../../live/api";
import { tellRefused } from "../../live/toasts";
import { sentence } from "../../text/refusal";
import { type FlowId, type FlowView, flowsApi } from "./api";
import { Bar } from "./bar";
import { useBuilderKeys } from "./builder-keys";
import { Canvas } from "./canvas/canvas";
import { keepCatalogue, useCatalogue } from "./catalogue";
import { Dock } from "./dock/dock";
import { PublishDialog } from "./dock/publish-dialog";
import { nodeOf } from "./document";
import { forgetWaiting, saved } from "./draft/save";
import { openDocument, openDraft, useDraft } from "./draft/store";
import { showStep } from "./findings";
import { FormHint } from "./groups/form-hint";
import { Inspector } from "./inspector/inspector";
import { KeysDialog } from "./keys-dialog";
import { useFlows } from "./list/deeds";
import { useKeepNames } from "./names";
import { Outline } from "./outline/outline";
import { forgetOverlay } from "./overlay";
import { Palette } from "./palette";
import { Picker } from "./picker";
import { RemoveDialog } from "./remove-dialog";
import { forgetSelection } from "./selection";
import { Replay } from "./simulate/replay";
import { Simulate } from "./simulate/simulate";
import { playExample } from "./simulate/store";
import { forgetTrail } from "./trail";
import { resetView, useView } from "./view";
import "./builder.css";

export default function Builder({ id, call }: { id: FlowId; call?: CallId }) {
  const { t } = useTranslation("flows");
  const catalogue = useCatalogue();
  const flows = useFlows();
  useKeepNames();
  useEffect(
    () => () => {
      void saved();
      resetView();
      forgetSelection();
      forgetTrail();
      forgetOverlay();
    },
    [],
  );
  const flow = flows.data?.find((one) => one.id === id);
  const error = catalogue.error ?? flows.error;
  if (error && !(catalogue.data && flows.data)) {
    return (
      <div className="builder-notice">
        <Notice severity="problem" title={t("list.refused")}>
          {sentence(error)}
        </Notice>
      </div>
    );
  }
  if (!catalogue.data || !flows.data) return <Waiting />;
  keepCatalogue(catalogue.data);
  if (!flow) {
    return (
      <EmptyState title={t("gone.title")} action={<Link href="/flows">{t("bar.back")}</Link>}>
        {t("gone.body")}
      </EmptyState>
    );
  }
  return call === undefined ? <Draft flow={flow} /> : <Replay flow={flow} call={call} />;
}

/** Opens the draft from disk: with its steps, so that they can be taken back after a restart. */
function Draft({ flow }: { flow: FlowView }) {
  const { t } = useTranslation("flows");
  const [isOpen, setOpen] = useState(false);
  const draft = useQuery({
    queryKey: ["flows", flow.id, "draft"],
    queryFn: () => flowsApi.draft(flow.id),
    // What is on the screen is newer than what was loaded.
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  useEffect(() => {
    if (!draft.data) return;
    const { document, history, seq } = draft.data;
    forgetWaiting();
    openDraft(flow.id, { document, steps: history.steps, cursor: history.cursor }, seq);
    setOpen(true);
    const { opened } = useDraft.getState();
    void flowsApi
      .check(document, flow.id)
      .then((check) => useDraft.getState().opened === opened && useDraft.setState({ check }))
      .catch(() => {});
  }, [draft.data, flow.id]);
  useEffect(() => {
    const onLeave = () => void saved();
    window.addEventListener("pagehide", onLeave);
    return () => window.removeEventListener("pagehide", onLeave);
  }, []);
  if (draft.error && !isOpen) {
    const isGone = draft.error instanceof Refused && draft.error.status === 404;
    return (
      <div className="builder-notice">
        <Notice severity="problem" title={isGone ? t("gone.title") : t("list.refused")}>
          {sentence(draft.error)}
        </Notice>
      </div>
    );
  }
  return isOpen ? <Workbench flow={flow} /> : <Waiting />;
}

function Workbench({ flow }: { flow: FlowView }) {
  useTried(flow.id);
  useShownStep(flow.id);
  const mode = useView((view) => view.mode);
  const simulate = useView((view) => view.simulate);
  const inspector = useView((view) => view.inspector);
  const publishing = useView((view) => view.publishing);
  const onKeyDown = useBuilderKeys();
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys of all that is in it
    <div
      className="builder"
      data-mode={mode}
      data-side={simulate || inspector || undefined}
      onKeyDown={onKeyDown}
    >
      <Bar flow={flow} />
      {mode === "canvas" && <Palette />}
      <div className="builder-middle" data-region="">
        <FormHint flow={flow} />
        {mode === "canvas" ? <Canvas /> : <Outline />}
      </div>
      {simulate ? <Simulate flow={flow} /> : inspector && <Inspector flow={flow} />}
      <Dock flow={flow} />
      <Picker />
      <RemoveDialog />
      <KeysDialog />
      {publishing && <PublishDialog flow={flow} />}
    </div>
  );
}

/** `?step=n_box`: somebody comes to look at that step. */
function useShownStep(flow: FlowId): void {
  const step = new URLSearchParams(useSearch()).get("step");
  const [, navigate] = useLocation();
  useEffect(() => {
    if (!step) return;
    navigate(`/flows/${flow}`, { replace: true });
    // It may be gone from the draft.
    if (nodeOf(openDocument(), step)) showStep(step);
  }, [step, flow, navigate]);
}

/** `?try=7`: a real call, played on the draft. */
function useTried(flow: FlowId): void {
  const call = Number(new URLSearchParams(useSearch()).get("try"));
  const [, navigate] = useLocation();
  useEffect(() => {
    if (!call) return;
    navigate(`/flows/${flow}`, { replace: true });
    void flowsApi
      .scenarioOf(call)
      .then((scenario) => playExample(scenario.call))
      .catch(tellRefused);
  }, [call, flow, navigate]);
}
