// Every change goes to disk at once, one after the other, in the order it was made.
import i18next from "i18next";
import { Refused } from "../../../live/api";
import { tell, tellRefused } from "../../../live/toasts";
import { type Draft, type FlowId, flowsApi, type Step } from "../api";
import { nodeName } from "../catalogue";
import { type FlowDocument, nodeOf } from "../document";
import { type Changed, change, joined, MOST_STEPS } from "./history";
import { isSame, rebased } from "./rebase";
import { useDraft } from "./store";

/** While somebody types, what was typed is sent so often at most. */
const TYPING_MS = 400;
const AGAIN_MS = 2000;

type Waiting = {
  document: FlowDocument;
  step: Step | null;
  cursor: number;
  /** The step goes on with one that is on disk already: that one is taken off first. */
  goesOn: boolean;
};

/** Steps that are not on disk: the engine takes no document that holds what they did. */
type Refusal = {
  /** How many of the steps come before them. */
  after: number;
  goesOn: boolean;
  why: unknown;
};

const waiting: Waiting[] = [];
let refusal: Refusal | null = null;
/** Steps that were refused and taken back: done again, they are sent again. */
const unsent = new WeakSet<Step>();
let isSending = false;
/** Somebody else has saved the draft: before anything is sent, it is put on top of theirs. */
let isOverwritten = false;
/** What was sent last and may be on disk all the same: its answer was lost. */
let perhapsKept: FlowDocument | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
let whenDone: (() => void)[] = [];

/** Puts the draft as it is now in line. `isSame`: the step goes on with the one before. */
export function queueSave(done: Changed | null, isSame = false, isTyping = false): void {
  if (refusal) {
    gather(refusal);
    void send();
    return;
  }
  const { history } = useDraft.getState();
  const again = done ? undefined : history.steps[history.cursor - 1];
  if (again && unsent.delete(again)) done = { history, step: again, place: history.cursor };
  const last = waiting[waiting.length - 1];
  let goesOn = isSame;
  if (last?.step && done && isSame) {
    waiting.pop();
    goesOn = last.goesOn;
  } else if (last && !last.step && !done) {
    // Where only the cursor moves, the place where it stops is enough.
    waiting.pop();
  }
  waiting.push({
    document: history.document,
    step: done?.step ?? null,
    cursor: done?.place ?? history.cursor,
    goesOn,
  });
  useDraft.setState({ save: "saving" });
  if (isTyping) timer ??= setTimeout(send, TYPING_MS);
  else void send();
}

/**
 * Puts everything in line that is not on disk, as one step: what was refused alone is taken together with what
 * mends it, and not sent at all once it was taken back.
 */
function gather(refused: Refusal): void {
  const { history } = useDraft.getState();
  waiting.length = 0;
  if (history.cursor < refused.after) {
    // Steps on disk were taken back since: what is done now comes in their place.
    refused.after = history.cursor;
    refused.goesOn = true;
  }
  const { after, goesOn } = refused;
  for (const step of history.steps.slice(Math.max(after, history.cursor))) unsent.add(step);
  const done = joined(history, after);
  if (done) useDraft.setState({ history: done.history, joining: null });
  const { document, cursor } = useDraft.getState().history;
  waiting.push({ document, step: done?.step ?? null, cursor, goesOn: goesOn && done !== null });
  useDraft.setState({ save: "saving" });
}

/** Resolves when nothing is on its way any more: everything is on disk, or was refused. */
export function saved(): Promise<void> {
  if (waiting.length === 0 && !isSending) return Promise.resolve();
  const done = new Promise<void>((resolve) => whenDone.push(resolve));
  void send();
  return done;
}

/** Resolves when everything is on disk; throws why it cannot be. */
export async function kept(): Promise<void> {
  await saved();
  if (refusal) throw refusal.why;
}

/** Forgets what is in line: the draft was replaced. */
export function forgetWaiting(): void {
  waiting.length = 0;
  isOverwritten = false;
  perhapsKept = null;
  refusal = null;
  clearTimeout(timer);
  timer = undefined;
}

async function send(): Promise<void> {
  clearTimeout(timer);
  timer = undefined;
  if (isSending) return;
  isSending = true;
  while (waiting.length > 0 || isOverwritten) {
    if (isOverwritten && !(await putOnTop())) break;
    if (waiting.length === 0) break;
    const next = waiting.shift() as Waiting;
    if (!(await sendOne(next))) break;
  }
  isSending = false;
  if (waiting.length > 0) return;
  for (const done of whenDone) done();
  whenDone = [];
}

async function sendOne(next: Waiting): Promise<boolean> {
  const { flow, opened } = useDraft.getState();
  const { document, step, cursor } = next;
  if (flow === null) return false;
  try {
    if (next.goesOn) {
      const { seq } = useDraft.getState();
      const taken = await flowsApi.saveDraft(flow, { seq, document, cursor: cursor - 1 });
      if (useDraft.getState().opened !== opened) return true;
      next.goesOn = false;
      useDraft.setState({ seq: taken.seq, kept: document });
    }
    const { seq } = useDraft.getState();
    const answer = await flowsApi.saveDraft(flow, { seq, document, cursor, ...(step ? { step } : {}) });
    if (useDraft.getState().opened !== opened) return true;
    // What was done meanwhile was gathered with the step that is on disk now, and takes its place.
    const [gathered] = refusal ? waiting : [];
    if (gathered?.step) gathered.goesOn = true;
    refusal = null;
    perhapsKept = null;
    isTold = false;
    useDraft.setState({
      seq: answer.seq,
      kept: document,
      check: sameWhereEqual(answer.check),
      save: waiting.length > 0 ? "saving" : "saved",
    });
    return true;
  } catch (error) {
    if (useDraft.getState().opened !== opened) return true;
    const status = error instanceof Refused ? error.status : 0;
    if (status === 409) {
      waiting.unshift(next);
      isOverwritten = true;
      return true;
    }
    useDraft.setState({ save: "failed" });
    if (status >= 400 && status < 500) tellOnce(error);
    if (status >= 400 && status < 500 && !PASSING.includes(status)) {
      refusal ??= { ...placeOf(next), why: error };
      // What was done meanwhile may mend it. Without that, nothing before the next change would be another answer.
      const isMore = waiting.length > 0;
      waiting.length = 0;
      if (isMore) gather(refusal);
      return isMore;
    }
    // What did not arrive is sent again.
    perhapsKept = document;
    waiting.unshift(next);
    timer = setTimeout(() => void send(), AGAIN_MS);
    return false;
  }
}

/** Where what was refused stands among the steps, though it was taken back or grew while it was on its way. */
function placeOf({ step, cursor, goesOn }: Waiting): Pick<Refusal, "after" | "goesOn"> {
  const { steps } = useDraft.getState().history;
  const place = step ? steps.indexOf(step) : -1;
  if (place >= 0) return { after: place, goesOn };
  const before = step ? Math.min(cursor, MOST_STEPS) - 1 : cursor;
  const lowest = Math.min(before, ...waiting.map((one) => (one.step ? one.cursor - 1 : one.cursor)));
  return { after: Math.min(lowest, steps.length), goesOn: goesOn || lowest < before };
}

/**
 * Takes in what somebody else has saved and puts everything in line that is not on disk on top of it, as one step
 * that can be taken back. Nothing is told where theirs is one's own: the engine had saved it and its answer was lost.
 */
async function putOnTop(): Promise<boolean> {
  const { flow, opened } = useDraft.getState();
  if (flow === null) return false;
  let theirs: Draft;
  try {
    theirs = await flowsApi.draft(flow);
  } catch (error) {
    if (useDraft.getState().opened !== opened) return true;
    useDraft.setState({ save: "failed" });
    tellOnce(error);
    timer = setTimeout(() => void send(), AGAIN_MS);
    return false;
  }
  if (useDraft.getState().opened !== opened) return true;
  isOverwritten = false;
  waiting.length = 0;
  refusal = null;
  const { history: here, kept } = useDraft.getState();
  const { steps, cursor } = theirs.history;
  const isOwn = perhapsKept !== null && isSame(perhapsKept, theirs.document);
  perhapsKept = null;
  const { document, both } = rebased(isOwn ? theirs.document : kept, here.document, theirs.document);
  const name = here.steps[here.cursor - 1]?.name ?? i18next.t("flows:conflict.step");
  const on = { document: theirs.document, steps, cursor };
  const done = change(on, name, (draft) => {
    for (const key of Object.keys({ ...draft, ...document }))
      if (document[key] === undefined) delete draft[key];
      else if (!isSame(draft[key], document[key])) draft[key] = document[key];
  });
  const history = done?.history ?? on;
  useDraft.setState({ history, seq: theirs.seq, kept: theirs.document, joining: null });
  if (both.length > 0 || !isSame(document, here.document)) tellBoth(document, both);
  if (done) waiting.push({ document: history.document, step: done.step, cursor: done.place, goesOn: false });
  else void checkAnew(flow, opened);
  return true;
}

/** Says that somebody else edited the flow as well, and what both have changed. */
function tellBoth(document: FlowDocument, both: readonly string[]): void {
  const t = i18next.getFixedT(null, "flows");
  const names = both.flatMap((id) => {
    const node = nodeOf(document, id);
    return node ? [nodeName(node)] : [];
  });
  const text =
    both.length === 0
      ? t("conflict.kept")
      : names.length === 0
        ? t("conflict.both")
        : t("conflict.bothSteps", { names: names.join(", ") });
  tell({ text });
}

/** Nothing is left to be saved, so that no answer brings what the check says of the other draft. */
async function checkAnew(flow: FlowId, opened: number): Promise<void> {
  const { document } = useDraft.getState().history;
  const check = await flowsApi.check(document, flow).catch(() => null);
  if (useDraft.getState().opened !== opened) return;
  useDraft.setState({ save: "saved", ...(check && { check: sameWhereEqual(check) }) });
}

/** Signed out, not allowed for the moment, too slow, too often: that passes, and what waits is sent then. */
const PASSING = [401, 403, 408, 429];

/** Whether it was told why nothing is saved; told again after something was. */
let isTold = false;

function tellOnce(error: unknown): void {
  if (!isTold) tellRefused(error);
  isTold = true;
}

/** Facts that did not change keep their identity, so that only what changed is drawn again. */
function sameWhereEqual(check: ReturnType<typeof useDraft.getState>["check"]) {
  const before = useDraft.getState().check.nodes;
  const nodes = Object.fromEntries(
    Object.entries(check.nodes).map(([id, facts]) => {
      const old = before[id];
      return [id, old && JSON.stringify(old) === JSON.stringify(facts) ? old : facts];
    }),
  );
  return { ...check, nodes };
}
