// Every change goes to disk, in order, and nothing is lost on the way.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Refused } from "../../../live/api";
import { openFlow } from "../../../testing/flows";
import { startText } from "../../../text";
import { type CheckResult, flowsApi } from "../api";
import type { FlowDocument } from "../document";
import { atConflict, forgetWaiting, saved } from "./save";
import { edit, openDocument, undoEdit, useDraft } from "./store";

const CHECK: CheckResult = { findings: [], nodes: {} };
const name = (text: string) => (draft: FlowDocument) => {
  draft.name = text;
};

beforeEach(() => {
  startText("en");
  openFlow();
});
afterEach(() => {
  forgetWaiting();
  atConflict(null);
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** A disk that takes each draft after it was asked, and refuses a wrong number. */
function disk() {
  const kept: { cursor: number; step?: { name: string }; name: string }[] = [];
  let seq = 1;
  vi.spyOn(flowsApi, "saveDraft").mockImplementation(async (_, save) => {
    if (save.seq !== seq) throw new Refused(409, null);
    seq += 1;
    kept.push({ cursor: save.cursor, name: save.document.name, ...(save.step ? { step: save.step } : {}) });
    return { seq, check: CHECK };
  });
  return kept;
}

test("each step is sent with its place, one after the other", async () => {
  const kept = disk();
  edit("one", name("one"));
  edit("two", name("two"));
  undoEdit();
  await saved();
  expect(kept.map(({ cursor, step, name: now }) => [cursor, step?.name ?? null, now])).toEqual([
    [1, "one", "one"],
    [2, "two", "two"],
    [1, null, "one"],
  ]);
  expect(useDraft.getState().save).toBe("saved");
});

test("what is typed is sent after a moment as one step that grows", async () => {
  vi.useFakeTimers();
  const kept = disk();
  for (const text of ["S", "Sa", "Sal"]) edit("Rename", name(text), "name");
  expect(kept.length).toBe(0);
  await vi.advanceTimersByTimeAsync(400);
  edit("Rename", name("Sales"), "name");
  await vi.advanceTimersByTimeAsync(400);
  // What is on disk already is taken off before the longer one takes its place.
  expect(kept.map(({ cursor, step, name: now }) => [cursor, step !== undefined, now])).toEqual([
    [1, true, "Sal"],
    [0, false, "Sales"],
    [1, true, "Sales"],
  ]);
});

test("what did not arrive is sent again", async () => {
  vi.useFakeTimers();
  const kept = disk();
  const save = vi.mocked(flowsApi.saveDraft);
  save.mockRejectedValueOnce(new Refused(0, null));
  edit("one", name("one"));
  await vi.advanceTimersByTimeAsync(10);
  expect(useDraft.getState().save).toBe("failed");
  await vi.advanceTimersByTimeAsync(3000);
  expect(kept.map(({ name: now }) => now)).toEqual(["one"]);
  expect(useDraft.getState().save).toBe("saved");
});

test("a draft that was changed in another window is told, and not overwritten", async () => {
  const kept = disk();
  const told = vi.fn();
  atConflict(told);
  useDraft.setState({ seq: 7 });
  edit("one", name("one"));
  await vi.waitFor(() => expect(told).toHaveBeenCalledOnce());
  expect(kept).toEqual([]);
});

test("nothing is changed in a flow that is only looked at", () => {
  useDraft.setState({ isReadOnly: true });
  edit("one", name("one"));
  expect(openDocument().name).toBe("Main number");
});
