// A past call over the flow as it was then: scrubbed, played, step by step.
import { useQuery } from "@tanstack/react-query";
import { ArrowLeft, Pause, Play } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import type { CallId, CallRow } from "../../../bindings/api";
import { EmptyState, IconButton, Notice, Waiting } from "../../../design";
import { api } from "../../../live/api";
import { dayAndTime, running } from "../../../text/format";
import { sentence } from "../../../text/refusal";
import { type FlowView, flowsApi, type TraceStep } from "../api";
import { bringIntoView } from "../canvas/camera";
import { Canvas } from "../canvas/canvas";
import { openDraft, useDraft } from "../draft/store";
import { WalkDeeds } from "../replay-link";
import { choose } from "../selection";
import { showTrail } from "../trail";
import { StepList } from "./steps";
import "./simulate.css";

export function Replay({ flow, call }: { flow: FlowView; call: CallId }) {
  const { t } = useTranslation("flows");
  const walk = useQuery({
    queryKey: ["flows", flow.id, "walk", call],
    queryFn: async () => {
      const walked = await flowsApi.walkOf(call);
      if (!walked || walked.flow !== flow.id) return null;
      const document = await flowsApi.version(flow.id, walked.revision);
      const [story, check] = await Promise.all([api.call(call), flowsApi.check(document, flow.id)]);
      return { walked, document, check, call: story.call };
    },
  });
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    if (!walk.data) return;
    openDraft(null, { document: walk.data.document, steps: [], cursor: 0 }, 0, true);
    useDraft.setState({ check: walk.data.check, flow: null });
    setOpen(true);
  }, [walk.data]);
  if (walk.error) {
    return (
      <div className="builder-notice">
        <Notice severity="problem">{sentence(walk.error)}</Notice>
      </div>
    );
  }
  if (walk.data === null) {
    return (
      <EmptyState title={t("replay.gone")} action={<Link href={`/calls/${call}`}>{t("replay.back")}</Link>} />
    );
  }
  if (!walk.data || !isOpen) return <Waiting />;
  const { walked } = walk.data;
  return <Player call={walk.data.call} flow={flow} steps={walked.steps} revision={walked.revision} />;
}

function Player(props: { call: CallRow; flow: FlowView; steps: readonly TraceStep[]; revision: number }) {
  const { call, flow, steps, revision } = props;
  const { t } = useTranslation("flows");
  const [, navigate] = useLocation();
  const [at, setAt] = useState(1);
  const [isPlaying, setPlaying] = useState(false);
  const now = steps[at - 1];
  useEffect(() => {
    showTrail(steps, at);
    if (now) bringIntoView(now.node);
  }, [steps, at, now]);
  useEffect(() => {
    if (!isPlaying) return;
    const next = steps[at];
    if (!next) return setPlaying(false);
    // Long waits are cut short: nothing is to be seen in them.
    const wait = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, next.tMs - (now?.tMs ?? 0)));
    const timer = setTimeout(() => setAt(at + 1), wait);
    return () => clearTimeout(timer);
  }, [isPlaying, at, steps, now]);
  useEffect(() => () => choose(null), []);
  return (
    <div className="replay">
      <header className="flow-bar">
        <IconButton
          icon={ArrowLeft}
          label={t("replay.leave")}
          onPress={() => navigate(`/flows/${flow.id}`)}
        />
        <h1 className="replay-title">{t("replay.title", { when: dayAndTime(call.startedAt) })}</h1>
        <span className="quiet">{t("replay.revision", { revision })}</span>
        <span className="flow-bar-gap" />
        {revision > 0 && <WalkDeeds flow={flow.id} call={call} />}
        <Link href={`/calls/${call.id}`}>{t("replay.back")}</Link>
      </header>
      <div className="builder-middle" data-region="">
        <Canvas />
      </div>
      <aside className="inspector" aria-label={t("sim.steps")} data-region="">
        <div className="inspector-body">
          <StepList steps={steps} hears={[]} at={at} onStep={setAt} />
        </div>
      </aside>
      <footer className="replay-bar" data-region="">
        <IconButton
          icon={isPlaying ? Pause : Play}
          label={t(isPlaying ? "replay.pause" : "replay.play")}
          onPress={() => {
            if (!isPlaying && at >= steps.length) setAt(1);
            setPlaying(!isPlaying);
          }}
        />
        <input
          type="range"
          min={1}
          max={Math.max(1, steps.length)}
          value={at}
          aria-label={t("replay.place")}
          aria-valuetext={t("sim.atOffset", { time: running(now?.tMs ?? 0) })}
          onChange={({ target }) => setAt(Number(target.value))}
        />
        <span className="number quiet">{running(now?.tMs ?? 0)}</span>
      </footer>
    </div>
  );
}

const SHORTEST_MS = 250;
const LONGEST_MS = 1200;
