// Trying a call: a caller, a moment, phones that answer or not, a keypad, and what happens.
import { ChevronLeft, ChevronRight, PhoneIncoming, PhoneOff, RotateCcw, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Button as AriaButton } from "react-aria-components";
import { useTranslation } from "react-i18next";
import type { ScenarioReaches } from "../../../bindings/api";
import { Button, IconButton, Notice, Switch, TextField } from "../../../design";
import { engineNow } from "../../../live/store";
import { tell } from "../../../live/toasts";
import { dayAndTime, list } from "../../../text/format";
import { closeSentence } from "../../../text/refusal";
import { TimeSlider } from "../../hours/time-slider";
import { type Ended, type FlowView, flowsApi, type Reached } from "../api";
import { focusPane } from "../canvas/camera";
import { phrase } from "../dock/changes";
import { useScenarios } from "../dock/scenarios";
import { useDraft } from "../draft/store";
import { useThings } from "../names";
import { reachedText } from "../reached";
import { say } from "../say";
import { routeText } from "../summary";
import { show } from "../view";
import { HearButton } from "./hear";
import { Staff } from "./staff";
import { StepList } from "./steps";
import { act, callIn, endSimulation, isOver, setCall, showUpTo, useSimulation, wait } from "./store";
import { WhatElse } from "./what-else";
import "./simulate.css";

/** Its fields are of the clock of who looks. */
const OWN_ZONE = new Intl.DateTimeFormat().resolvedOptions().timeZone;
const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];

export function Simulate({ flow }: { flow: FlowView }) {
  const { t } = useTranslation("flows");
  const simulation = useSimulation();
  const { result, at, refusal } = simulation;
  const drawn = useDraft((draft) => draft.history.document);
  const opened = useDraft((draft) => draft.opened);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another flow is another office
  useEffect(() => endSimulation, [opened]);
  // What was played belongs to the document it was played on.
  // biome-ignore lint/correctness/useExhaustiveDependencies: played again when the document changes
  useEffect(() => {
    if (useSimulation.getState().result) setCall({});
  }, [drawn]);
  const panel = useRef<HTMLElement>(null);
  // What was pressed may be gone with the step it belonged to: the panel keeps the focus, and its keys.
  // biome-ignore lint/correctness/useExhaustiveDependencies: looked at after every step
  useEffect(() => {
    if (document.activeElement === document.body) panel.current?.focus();
  }, [result, at]);
  const close = () => {
    endSimulation();
    show({ simulate: false });
    requestAnimationFrame(focusPane);
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const target = event.target as HTMLElement;
    if (target.matches("input, textarea, [role=combobox]") || event.ctrlKey || event.metaKey || event.altKey)
      return;
    if (!result || isOver(simulation) || !KEYS.includes(event.key)) return;
    event.preventDefault();
    void act({ key: event.key });
  };
  return (
    <section
      ref={panel}
      tabIndex={-1}
      className="inspector sim"
      aria-label={t("sim.title")}
      data-region=""
      onKeyDown={onKeyDown}
    >
      <header className="inspector-head">
        <div className="inspector-title">
          <h2>{t("sim.title")}</h2>
        </div>
        <IconButton icon={X} label={t("sim.close")} keys="F5" onPress={close} />
      </header>
      <div className="inspector-body">
        <Circumstances />
        <Staff />
        <WhatElse />
        {refusal !== null && (
          <Notice severity="problem" title={t("sim.failed")}>
            {closeSentence(refusal)}
          </Notice>
        )}
        {!result ? (
          <Button tone="accent" icon={PhoneIncoming} autoFocus onPress={() => void callIn()}>
            {t("sim.start")}
          </Button>
        ) : (
          <>
            <div className="sim-tools">
              <Button size="small" icon={RotateCcw} onPress={() => void callIn()}>
                {t("sim.again")}
              </Button>
              <IconButton
                icon={ChevronLeft}
                label={t("sim.back")}
                isDisabled={at <= 1}
                onPress={() => showUpTo(at - 1)}
              />
              <IconButton
                icon={ChevronRight}
                label={t("sim.forward")}
                isDisabled={at >= result.steps.length}
                onPress={() => showUpTo(at + 1)}
              />
              <HearButton />
            </div>
            <StepList steps={result.steps} hears={result.hears} at={at} onStep={showUpTo} />
            {isOver(simulation) ? (
              <>
                <p className="sim-ended" role="status">
                  <PhoneOff size={15} strokeWidth={1.75} aria-hidden="true" />
                  {endedText(result.ended)}
                </p>
                <p className="quiet">{t("sim.reached", { who: allReached(result.reached) })}</p>
                <SaveScenario flow={flow} />
              </>
            ) : (
              <Keypad />
            )}
          </>
        )}
      </div>
    </section>
  );
}

/** When the call comes in, and from which number. */
function Circumstances() {
  const { t } = useTranslation("flows");
  const { call, isNow } = useSimulation();
  const at = isNow ? engineNow() : call.at;
  const setAt = (next: number) => {
    if (!Number.isFinite(next)) return;
    useSimulation.setState({ isNow: false });
    setCall({ at: next });
  };
  return (
    <>
      <div className="inspector-pair">
        <TextField
          label={t("sim.date")}
          type="date"
          value={localDay(at)}
          onChange={(day) => setAt(new Date(`${day}T${localTime(at)}`).getTime())}
        />
        <TextField
          label={t("sim.time")}
          type="time"
          value={localTime(at)}
          onChange={(time) => setAt(new Date(`${localDay(at)}T${time}`).getTime())}
        />
      </div>
      <TimeSlider
        at={at}
        timeZone={OWN_ZONE}
        onChange={(next) => {
          setAt(next);
          // The way callers go then lights up at once.
          if (!useSimulation.getState().result) void callIn();
        }}
      />
      {!isNow && (
        <Button
          size="small"
          tone="quiet"
          onPress={() => {
            useSimulation.setState({ isNow: true });
            setCall({ at: engineNow() });
          }}
        >
          {t("sim.now")}
        </Button>
      )}
      <TextField
        label={t("sim.caller")}
        placeholder={t("sim.callerPlaceholder")}
        value={call.caller ?? ""}
        onChange={(caller) => setCall({ caller: caller.replace(/[\s()/-]/g, "") || null })}
        maxLength={20}
      />
    </>
  );
}

/** How the call ended, in words. */
export function endedText({ how, text, cause, target }: Ended): string {
  const values = { cause: cause ?? "", target: target ? routeText(target, useThings.getState().things) : "" };
  const known = cause === undefined ? "" : say(`ended.${how}_${cause}`, values, "");
  if (text) return phrase("ended", text, say(`ended.${how}`, values, how));
  return known || say(`ended.${how}`, values, how);
}

/** Whom the caller has reached, in words. */
function allReached(reached: readonly Reached[]): string {
  const { things } = useThings.getState();
  const all: readonly ScenarioReaches[] = reached.length > 0 ? reached : [{ kind: "nobody" }];
  return list(all.map((one) => reachedText(one, things)));
}

function localDay(at: number): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function localTime(at: number): string {
  const date = new Date(at);
  return `${String(date.getHours()).padStart(2, "0")}:${String(date.getMinutes()).padStart(2, "0")}`;
}

function Keypad() {
  const { t } = useTranslation("flows");
  return (
    <div className="keypad" role="group" aria-label={t("sim.keypad")}>
      <p className="quiet">{t("sim.waiting")}</p>
      <div className="keypad-keys">
        {KEYS.map((key) => (
          <AriaButton
            key={key}
            className="keypad-key"
            aria-label={t("sim.key", { digit: key })}
            onPress={() => void act({ key })}
          >
            {key}
          </AriaButton>
        ))}
      </div>
      <div className="keypad-acts">
        <Button size="small" onPress={wait}>
          {t("sim.wait")}
        </Button>
        <Button size="small" tone="danger" icon={PhoneOff} onPress={() => void act({ hangUp: true })}>
          {t("sim.hangUp")}
        </Button>
      </div>
    </div>
  );
}

/** From now on this call must go as it went. */
function SaveScenario({ flow }: { flow: FlowView }) {
  const { t } = useTranslation("flows");
  const { call, result } = useSimulation();
  const { refetch } = useScenarios(flow);
  const [isOpen, setOpen] = useState(false);
  const [name, setName] = useState("");
  const [refusal, setRefusal] = useState<unknown>(null);
  const [pinned, setPinned] = useState(true);
  const [mustReach, setMustReach] = useState(true);
  const things = useThings((now) => now.things);
  if (!result) return null;
  const reaches: ScenarioReaches = result.reached[0] ?? { kind: "nobody" };
  const suggested = t("sim.scenarioName", {
    when: dayAndTime(call.at),
    what: endedText(result.ended),
  }).slice(0, 80);
  if (!isOpen) {
    return (
      <Button
        onPress={() => {
          setName(suggested);
          setOpen(true);
        }}
      >
        {t("sim.save")}
      </Button>
    );
  }
  const submit = async (event: React.FormEvent) => {
    event.preventDefault();
    setRefusal(null);
    const visits = pinned
      ? [
          ...new Set(
            result.steps
              .filter(({ event: what, flow: inner }) => what === "enter" && (inner ?? flow.id) === flow.id)
              .map(({ node }) => node),
          ),
        ]
      : [];
    try {
      await flowsApi.addScenario(flow.id, {
        name: name.trim(),
        call,
        expects: { ends: result.ended.how, visits, reaches: mustReach ? reaches : null },
      });
      await refetch();
      tell({ text: t("told.scenarioAdded", { name: name.trim() }) });
      setOpen(false);
    } catch (error) {
      setRefusal(error);
    }
  };
  return (
    <form className="flow-form" onSubmit={(event) => void submit(event)}>
      {refusal !== null && <Notice severity="problem">{closeSentence(refusal)}</Notice>}
      <TextField label={t("sim.saveName")} value={name} onChange={setName} maxLength={80} autoFocus />
      <Switch isSelected={mustReach} onChange={setMustReach}>
        {t("sim.mustReach", { who: reachedText(reaches, things) })}
      </Switch>
      <Switch isSelected={pinned} onChange={setPinned}>
        {t("sim.pinned")}
      </Switch>
      <Button type="submit" tone="accent" isDisabled={!name.trim()}>
        {t("sim.save")}
      </Button>
    </form>
  );
}
