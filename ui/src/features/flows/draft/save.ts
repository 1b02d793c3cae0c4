// Every change goes to disk at once, one after the other, in the order it was made.
import { Refused } from "../../../live/api";
import { tellRefused } from "../../../live/toasts";
import { flowsApi, type Step } from "../api";
import type { FlowDocument } from "../document";
import type { Changed } from "./history";
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

const waiting: Waiting[] = [];
let isSending = false;
let timer: ReturnType<typeof setTimeout> | undefined;
let whenDone: (() => void)[] = [];

/** Puts the draft as it is now in line. `isSame`: the step goes on with the one before. */
export function queueSave(done: Changed | null, isSame = false, isTyping = false): void {
  const { history } = useDraft.getState();
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

/** Resolves when everything is on disk. */
export function saved(): Promise<void> {
  if (waiting.length === 0 && !isSending) return Promise.resolve();
  const done = new Promise<void>((resolve) => whenDone.push(resolve));
  void send();
  return done;
}

/** Forgets what is in line: the draft was replaced. */
export function forgetWaiting(): void {
  waiting.length = 0;
  clearTimeout(timer);
  timer = undefined;
}

async function send(): Promise<void> {
  clearTimeout(timer);
  timer = undefined;
  if (isSending) return;
  isSending = true;
  while (waiting.length > 0) {
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
      useDraft.setState({ seq: taken.seq });
    }
    const { seq } = useDraft.getState();
    const answer = await flowsApi.saveDraft(flow, { seq, document, cursor, ...(step ? { step } : {}) });
    if (useDraft.getState().opened !== opened) return true;
    useDraft.setState({
      seq: answer.seq,
      check: sameWhereEqual(answer.check),
      save: waiting.length > 0 ? "saving" : "saved",
    });
    return true;
  } catch (error) {
    if (useDraft.getState().opened !== opened) return true;
    useDraft.setState({ save: "failed" });
    if (error instanceof Refused && error.status === 409) {
      tellRefused(error);
      onConflict?.();
      return false;
    }
    // What did not arrive is sent again; what was refused is told.
    if (error instanceof Refused && error.status >= 400 && error.status < 500) tellRefused(error);
    else {
      waiting.unshift(next);
      timer = setTimeout(() => void send(), AGAIN_MS);
    }
    return false;
  }
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

let onConflict: (() => void) | null = null;

/** What is done when the draft was changed in another window. */
export function atConflict(act: (() => void) | null): void {
  onConflict = act;
}
