// Step 5: the test call, watched live. A step that does not come opens its remedy.
import { useQuery } from "@tanstack/react-query";
import { Check, X } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { DeviceView, PersonView } from "../../bindings/api";
import { Button, Notice, RadioGroup, Select, useSlow } from "../../design";
import { api } from "../../live/api";
import { useDevices, usePeople, useRecorded } from "../../live/select";
import { useLive } from "../../live/store";
import { tellRefused } from "../../live/toasts";
import { editDevice } from "../people/edits";
import { phoneName } from "../phones/login-card";
import { Step, useWay } from "./step";
import { keepCalled } from "./steps";
import {
  cutShort,
  ECHO_TEST,
  isOver,
  NOTHING_SEEN,
  type Seen,
  type Stage,
  stagesOf,
  type TestCall,
  watch,
} from "./test-call";

type Ready = { device: DeviceView; person: PersonView };

export function CallStep() {
  const { t } = useTranslation("setup");
  const way = useWay();
  const people = usePeople();
  const ready = [...useDevices().values()].flatMap((device): Ready[] => {
    const person = people.get(device.person);
    return device.online && person ? [{ device, person }] : [];
  });
  // Whoever lost their phone in the middle of the test is still shown it.
  const [kept, setKept] = useState<Ready[]>([]);
  const known = ready.length > 0 ? ready : kept;
  useEffect(() => {
    if (ready.length > kept.length) setKept(ready);
  }, [ready, kept]);

  if (known.length === 0) {
    return (
      <Step
        title={t("call.title")}
        lead={t("call.noPhone")}
        action={t("call.toPhone")}
        onNext={() => way.back?.()}
      >
        <Notice>{t("call.noPhoneNote")}</Notice>
      </Step>
    );
  }
  return <Test ready={known} />;
}

function Test({ ready }: { ready: Ready[] }) {
  const { t } = useTranslation("setup");
  const way = useWay();
  const [first] = ready;
  const [deviceId, setDeviceId] = useState(first?.device.id ?? -1);
  const from = ready.find(({ device }) => device.id === deviceId) ?? first;
  const partner = ready.find(({ person }) => person.id !== from?.person.id && person.extension !== null);
  const [chosen, setKind] = useState<"echo" | "other" | null>(null);
  const kind = chosen ?? (partner ? "other" : "echo");
  const [times, setTimes] = useState(0);
  if (!from) return null;

  const isEcho = kind === "echo" || !partner;
  const test: TestCall = {
    device: from.device.id,
    person: from.person.id,
    dial: isEcho ? ECHO_TEST : (partner.person.extension ?? ECHO_TEST),
    to: isEcho ? null : partner.person.id,
  };
  const facts = {
    name: from.person.name,
    label: phoneName(from.device),
    other: partner?.person.name ?? "",
    number: test.dial,
  };
  return (
    <Step title={t("call.title")} lead={t("call.lead")} onNext={way.next} keysNext="Enter">
      {(ready.length > 1 || partner) && (
        <div className="call-choices">
          {partner && (
            <RadioGroup
              segments
              bare
              label={t("call.kind")}
              options={[
                { id: "other", label: t("call.kindOther", facts) },
                { id: "echo", label: t("call.kindEcho") },
              ]}
              value={isEcho ? "echo" : "other"}
              onChange={setKind}
            />
          )}
          {ready.length > 1 && (
            <Select
              bare
              label={t("call.from")}
              options={ready.map(({ device, person }) => ({
                id: String(device.id),
                label: t("call.fromPhone", { name: person.name, label: phoneName(device) }),
              }))}
              value={String(from.device.id)}
              onChange={(id) => setDeviceId(Number(id))}
            />
          )}
        </div>
      )}
      <div className="call-dial">
        <p>{t(isEcho ? "call.dialEcho" : "call.dialOther", facts)}</p>
        <p className="call-number" data-testid="dial">
          {test.dial}
        </p>
        <p className="quiet">{t(isEcho ? "call.thenEcho" : "call.thenOther", facts)}</p>
      </div>
      <Watched
        key={`${test.device} ${test.dial} ${times}`}
        test={test}
        facts={facts}
        devices={isEcho || !partner ? [from.device] : [from.device, partner.device]}
        onAgain={() => setTimes(times + 1)}
      />
    </Step>
  );
}

type Facts = { name: string; label: string; other: string; number: string };

/** After so long without the next step, its remedy is shown. */
const PATIENCE_MS: Record<Stage, number> = {
  registered: 3_000,
  dialled: 45_000,
  ringing: 4_000,
  answered: 30_000,
  sound: 4_000,
  ended: 120_000,
};

function Watched({
  test,
  facts,
  devices,
  onAgain,
}: {
  test: TestCall;
  facts: Facts;
  devices: DeviceView[];
  onAgain: () => void;
}) {
  const { t } = useTranslation("setup");
  const { seen, wasShort } = useWhole(test, useWatched(test));
  const stages = stagesOf(test);
  const next = isOver(seen) ? null : (stages.find((stage) => !seen.done.includes(stage)) ?? null);
  const slow = useSlow(next !== null, next === null ? 0 : PATIENCE_MS[next]);
  const [late, setLate] = useState<Stage | null>(null);
  useEffect(() => setLate(slow ? next : null), [slow, next]);
  const [heard, setHeard] = useState<boolean | null>(null);

  const answer = (did: boolean, pressed: Element) => {
    setHeard(did);
    // The question goes away with its buttons; the keys go on from the heading.
    pressed.closest("form")?.querySelector("h1")?.focus();
  };

  const stuck = seen.failed ?? (late === next ? late : null);
  const canHear = seen.done.includes("answered") && !wasShort;
  const went = seen.done.includes("ended") && seen.failed === null;
  useEffect(() => {
    if (went) keepCalled();
  }, [went]);
  return (
    <>
      <ol className="call-stages" aria-label={t("call.progress")}>
        {stages.map((stage) => {
          const state = seen.done.includes(stage)
            ? "done"
            : seen.failed === stage
              ? "failed"
              : stage === next
                ? "now"
                : "later";
          return (
            <li key={stage} data-state={state} data-testid={`stage-${stage}`}>
              <span className="call-mark" aria-hidden="true">
                {state === "done" && <Check size={12} strokeWidth={3} />}
                {state === "failed" && <X size={12} strokeWidth={3} />}
              </span>
              <span>
                {t(`call.stages.${stage}`, facts)}
                {stage === "sound" && state === "done" && seen.media && (
                  <span className="quiet"> · {t(`call.media.${seen.media}`)}</span>
                )}
                <span className="unseen"> {t(`call.states.${state}`)}</span>
              </span>
            </li>
          );
        })}
      </ol>
      <p className="unseen" role="status">
        {seen.done.length > 0 && t(`call.stages.${seen.done[seen.done.length - 1] ?? "registered"}`, facts)}
      </p>
      {seen.wrong !== null && seen.call === null && !isOver(seen) && (
        <Notice severity="warning" title={t("call.wrong.title", { dialled: seen.wrong })}>
          {t("call.wrong.body", facts)}
        </Notice>
      )}
      {stuck && heard !== false && (
        <Remedy stage={stuck} facts={facts} isOver={isOver(seen)} onAgain={onAgain} />
      )}
      {canHear && heard === null && (
        <div className="call-heard">
          <p>{t(test.to === null ? "call.heardEcho" : "call.heardOther")}</p>
          <Button size="small" onPress={({ target }) => answer(true, target)} data-testid="heard-yes">
            {t("call.yes")}
          </Button>
          <Button size="small" onPress={({ target }) => answer(false, target)}>
            {t("call.no")}
          </Button>
        </div>
      )}
      {heard === false && <NoSound devices={devices} onAgain={onAgain} />}
      {went && heard !== false && (
        <div className="call-went" role="status">
          <Check size={18} strokeWidth={2} aria-hidden="true" />
          <p>{t("call.went")}</p>
        </div>
      )}
    </>
  );
}

/** Follows the live state from the moment the step is opened. */
function useWatched(test: TestCall): Seen {
  const [seen, setSeen] = useState<Seen>(NOTHING_SEEN);
  const { device, person, dial, to } = test;
  useEffect(() => {
    // Calls that were there before are not the test.
    const before = new Set(useLive.getState().calls.keys());
    setSeen(NOTHING_SEEN);
    const look = () =>
      setSeen((last) => watch(last, useLive.getState(), { device, person, dial, to }, before));
    look();
    return useLive.subscribe(look);
  }, [device, person, dial, to]);
  return seen;
}

/** Asks the history about a call that ended before an answer was seen: it may have been a very short one. */
function useWhole(test: TestCall, seen: Seen): { seen: Seen; wasShort: boolean } {
  const recorded = useRecorded();
  const past = seen.failed !== null && !seen.done.includes("answered") ? seen.past : null;
  const { data } = useQuery({
    queryKey: ["call", past, recorded],
    queryFn: () => (past === null ? null : api.call(past)),
    enabled: past !== null,
  });
  const wasShort = past !== null && data?.call.answeredAt != null;
  return { seen: wasShort ? cutShort(seen, test) : seen, wasShort };
}

function Remedy({
  stage,
  facts,
  isOver,
  onAgain,
}: {
  stage: Stage | "short";
  facts: Facts;
  isOver: boolean;
  onAgain: () => void;
}) {
  const { t } = useTranslation("setup");
  const way = useWay();
  return (
    <Notice
      severity={isOver ? "problem" : "info"}
      title={t(`call.remedies.${stage}.title`, facts)}
      actions={
        <>
          {stage === "registered" && (
            <Button size="small" onPress={() => way.back?.()}>
              {t("call.toPhone")}
            </Button>
          )}
          {isOver && (
            <Button size="small" onPress={onAgain}>
              {t("call.again")}
            </Button>
          )}
        </>
      }
    >
      {t(`call.remedies.${stage}.body`, facts)}
    </Notice>
  );
}

/** The call stood, but nothing was heard: the sound takes another way. */
function NoSound({ devices, onAgain }: { devices: DeviceView[]; onAgain: () => void }) {
  const { t } = useTranslation("setup");
  const live = useDevices();
  const direct = devices.flatMap(({ id }) => live.get(id) ?? []).filter(({ media }) => media === "auto");
  const relay = async () => {
    try {
      for (const device of direct) await editDevice(device, { media: "alwaysRelay" });
      onAgain();
    } catch (error) {
      tellRefused(error);
    }
  };
  return (
    <Notice
      severity="problem"
      title={t("call.noSound.title")}
      actions={
        <>
          {direct.length > 0 && (
            <Button size="small" onPress={() => void relay()}>
              {t("call.noSound.relay")}
            </Button>
          )}
          <Button size="small" tone="quiet" onPress={onAgain}>
            {t("call.again")}
          </Button>
        </>
      }
    >
      {t(direct.length > 0 ? "call.noSound.body" : "call.noSound.bodyRelayed")}
    </Notice>
  );
}
