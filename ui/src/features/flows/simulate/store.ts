// The call that is tried: what the caller does, what became of it, and how far it is shown.
import { create } from "zustand";
import { Refused } from "../../../live/api";
import { engineNow } from "../../../live/store";
import {
  flowsApi,
  type PhoneDoes,
  type Rehearsal,
  type Rehearsed,
  type RehearsedAct,
  type TraceStep,
} from "../api";
import { bringIntoView } from "../canvas/camera";
import { kindOf } from "../catalogue";
import { type FlowDocument, nodeOf } from "../document";
import { openDocument, useDraft } from "../draft/store";
import { forgetTrail, showTrail } from "../trail";
import { show } from "../view";

export type Simulation = {
  call: Rehearsal;
  result: Rehearsed | null;
  /** How many of the steps are shown. */
  at: number;
  refusal: unknown;
  /** Whether the time goes on with the clock until somebody sets it. */
  isNow: boolean;
};

/** After the last word a caller needs a moment to press a key. */
const PRESS_MS = 600;

export const useSimulation = create<Simulation>(() => ({
  call: { at: 0, caller: null, acts: [], phones: [] },
  result: null,
  at: 0,
  refusal: null,
  isNow: true,
}));

/** Begins from the start with what the caller and the staff are set to. */
export function callIn(): Promise<void> {
  const { call, isNow } = useSimulation.getState();
  return play({ ...call, at: isNow ? engineNow() : call.at, acts: [] });
}

/** Shows a call from somewhere else: a scenario, or the example of a problem. */
export function playExample(call: Rehearsal): Promise<void> {
  show({ simulate: true });
  useSimulation.setState({ isNow: false });
  return play(call, "end");
}

/** Plays the call and shows it as far as the caller has to do something. */
async function play(call: Rehearsal, until: "question" | "end" = "question"): Promise<void> {
  const { flow } = useDraft.getState();
  useSimulation.setState({ call, refusal: null });
  try {
    const result = await flowsApi.rehearse(openDocument(), call, flow ?? 0);
    if (useSimulation.getState().call !== call) return;
    const after = call.acts[call.acts.length - 1]?.afterMs ?? -1;
    useSimulation.setState({ result });
    const from = placeAfter(result.steps, after);
    showUpTo(until === "end" ? result.steps.length : nextQuestion(openDocument(), result.steps, from));
  } catch (refusal) {
    if (refusal instanceof Refused || refusal instanceof Error)
      useSimulation.setState({ refusal, result: null, at: 0 });
  }
}

/** How many of the steps were over when the caller did something at a moment, with what they did. */
function placeAfter(steps: readonly TraceStep[], afterMs: number): number {
  const pressed = steps.findLastIndex(({ event, tMs }) => event === "digit" && tMs === afterMs);
  const next = steps.findIndex(({ tMs }) => tMs > afterMs);
  return pressed >= 0 ? pressed + 1 : next < 0 ? steps.length : next;
}

/** The number of steps until the caller is asked something, from a place on; all of them if never. */
export function nextQuestion(document: FlowDocument, steps: readonly TraceStep[], from: number): number {
  let asked: TraceStep | null = null;
  for (const [place, step] of steps.entries()) {
    if (place < from) continue;
    // What happens next without an act of the caller, as asking again, belongs to a caller who says nothing.
    if (asked && (step.event !== "prompt" || step.tMs > asked.tMs)) return place;
    const isQuestion = kindOf(nodeOf(document, step.node)?.data.kind ?? "")?.group === "ask";
    if (isQuestion && (step.event === "enter" || step.event === "prompt")) asked ??= step;
  }
  return steps.length;
}

export function showUpTo(at: number): void {
  const { result } = useSimulation.getState();
  if (!result) return;
  const place = Math.max(0, Math.min(at, result.steps.length));
  useSimulation.setState({ at: place });
  showTrail(result.steps, place);
  const step = result.steps[place - 1];
  if (step) bringIntoView(step.node);
}

/** Whether the call is over at the step that is shown. */
export function isOver({ result, at }: Simulation): boolean {
  return result !== null && at >= result.steps.length;
}

/** The moment at which the caller does something: when what is being said has been heard. */
export function momentOf({ result, at }: Simulation): number {
  const step = result?.steps[Math.max(0, at - 1)];
  if (!result || !step) return PRESS_MS;
  const next = result.steps[at]?.tMs ?? Number.POSITIVE_INFINITY;
  const heard = result.hears.filter(({ atMs }) => atMs >= step.tMs && atMs < next);
  const last = heard[heard.length - 1];
  const wanted = (last ? last.atMs + last.forMs : step.tMs) + PRESS_MS;
  return next === Number.POSITIVE_INFINITY ? wanted : Math.min(wanted, Math.max(step.tMs + 1, next - 1));
}

/** The caller does something now; what was to come is forgotten. */
export function act(what: { key: string } | { hangUp: true }): Promise<void> {
  const now = useSimulation.getState();
  const afterMs = Math.round(momentOf(now));
  const before = now.call.acts.filter((one) => one.afterMs < afterMs);
  const acts: RehearsedAct[] = [...before, { afterMs, ...what }];
  return play({ ...now.call, acts }, "hangUp" in what ? "end" : "question");
}

/** The caller says nothing: shown until they are asked again. */
export function wait(): void {
  const { result, at } = useSimulation.getState();
  if (!result) return;
  showUpTo(nextQuestion(openDocument(), result.steps, at));
}

export function setCall(change: Partial<Rehearsal>): void {
  const { call, result } = useSimulation.getState();
  const next = { ...call, ...change };
  useSimulation.setState({ call: next });
  // What was already done is done again in the changed world.
  if (result) void play(next);
}

/** What the phones of a person do, or one of them; `null`: nothing of their own. */
export function setPhone(person: number, does: PhoneDoes | null, device?: number): void {
  const { call } = useSimulation.getState();
  const isOther = (phone: Rehearsal["phones"][number]) =>
    phone.person !== person || (phone.device !== device && (does !== null || device !== undefined));
  const rest = call.phones.filter(isOther);
  const which = device === undefined ? { person } : { person, device };
  setCall({ phones: does === null ? rest : [...rest, { ...which, does }] });
}

/** What a phone outside does. */
export function setOutside(number: string, does: PhoneDoes): void {
  const { call } = useSimulation.getState();
  const rest = (call.outside ?? []).filter((phone) => phone.number !== number);
  setCall({ outside: [...rest, { number, does }] });
}

export function endSimulation(): void {
  useSimulation.setState({ result: null, at: 0, refusal: null });
  forgetTrail();
}
