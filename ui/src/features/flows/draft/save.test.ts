// Every change goes to disk, in order, and nothing is lost on the way.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Refused } from "../../../live/api";
import { useToasts } from "../../../live/toasts";
import { openFlow } from "../../../testing/flows";
import { startText } from "../../../text";
import { type CheckResult, flowsApi, type Step } from "../api";
import type { FlowDocument } from "../document";
import { forgetWaiting, kept, saved } from "./save";
import { edit, openDocument, redoEdit, undoEdit, useDraft } from "./store";

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
  useToasts.setState({ toasts: [] });
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** A disk that takes each draft after it was asked, and refuses a wrong number. */
function disk() {
  const saves: { cursor: number; step?: { name: string }; name: string }[] = [];
  let seq = 1;
  vi.spyOn(flowsApi, "saveDraft").mockImplementation(async (_, save) => {
    if (save.seq !== seq) throw new Refused(409, null);
    seq += 1;
    saves.push({ cursor: save.cursor, name: save.document.name, ...(save.step ? { step: save.step } : {}) });
    return { seq, check: CHECK };
  });
  return saves;
}

test("each step is sent with its place, one after the other", async () => {
  const saves = disk();
  edit("one", name("one"));
  edit("two", name("two"));
  undoEdit();
  await saved();
  expect(saves.map(({ cursor, step, name: now }) => [cursor, step?.name ?? null, now])).toEqual([
    [1, "one", "one"],
    [2, "two", "two"],
    [1, null, "one"],
  ]);
  expect(useDraft.getState().save).toBe("saved");
});

test("what is typed is sent after a moment as one step that grows", async () => {
  vi.useFakeTimers();
  const saves = disk();
  for (const text of ["S", "Sa", "Sal"]) edit("Rename", name(text), "name");
  expect(saves.length).toBe(0);
  await vi.advanceTimersByTimeAsync(400);
  edit("Rename", name("Sales"), "name");
  await vi.advanceTimersByTimeAsync(400);
  // What is on disk already is taken off before the longer one takes its place.
  expect(saves.map(({ cursor, step, name: now }) => [cursor, step !== undefined, now])).toEqual([
    [1, true, "Sal"],
    [0, false, "Sales"],
    [1, true, "Sales"],
  ]);
});

test("what did not arrive is sent again", async () => {
  vi.useFakeTimers();
  const saves = disk();
  const save = vi.mocked(flowsApi.saveDraft);
  save.mockRejectedValueOnce(new Refused(0, null));
  edit("one", name("one"));
  await vi.advanceTimersByTimeAsync(10);
  expect(useDraft.getState().save).toBe("failed");
  await vi.advanceTimersByTimeAsync(3000);
  expect(saves.map(({ name: now }) => now)).toEqual(["one"]);
  expect(useDraft.getState().save).toBe("saved");
});

/** A disk on which somebody else has saved `theirs` after the draft was opened. */
function sharedDisk(theirs: (draft: FlowDocument) => void) {
  const document = structuredClone(openDocument());
  theirs(document);
  const on = { document, steps: [{ name: "theirs", forward: [], back: [] }] as Step[], seq: 7, cursor: 1 };
  vi.spyOn(flowsApi, "draft").mockImplementation(async () => ({
    document: on.document,
    seq: on.seq,
    history: { steps: on.steps, cursor: on.cursor },
  }));
  vi.spyOn(flowsApi, "check").mockResolvedValue(CHECK);
  vi.spyOn(flowsApi, "saveDraft").mockImplementation(async (_, save) => {
    if (save.seq !== on.seq) throw new Refused(409, null);
    on.seq += 1;
    on.document = save.document;
    if (save.step) on.steps = [...on.steps.slice(0, on.cursor), save.step];
    on.cursor = save.step ? on.cursor + 1 : Math.min(save.cursor, on.steps.length);
    return { seq: on.seq, check: CHECK };
  });
  return on;
}
const retitle = (id: string, title: string) => (draft: FlowDocument) => {
  const node = draft.nodes.find((one) => one.id === id);
  if (node) node.data.title = title;
};
const titleOf = (document: FlowDocument, id: string) =>
  document.nodes.find((one) => one.id === id)?.data.title;

test("what was done while somebody else saved the draft is kept on top of theirs, and told", async () => {
  const on = sharedDisk(retitle("n_menu", "Theirs"));
  edit("one", retitle("n_hours", "Mine"));
  edit("two", name("Mine as well"));
  await saved();
  for (const document of [on.document, openDocument()]) {
    expect(titleOf(document, "n_menu")).toBe("Theirs");
    expect(titleOf(document, "n_hours")).toBe("Mine");
    expect(document.name).toBe("Mine as well");
  }
  expect(useDraft.getState().save).toBe("saved");
  const { toasts } = useToasts.getState();
  expect(toasts.map(({ text, severity }) => [text, severity])).toEqual([
    ["Somebody else has edited this flow as well. What you did is kept, on top of their changes.", "info"],
  ]);
  // One step back is theirs, here and on the disk.
  undoEdit();
  await saved();
  for (const document of [on.document, openDocument()]) {
    expect(titleOf(document, "n_menu")).toBe("Theirs");
    expect(document.name).toBe("Main number");
  }
  expect(held().steps).toEqual(["theirs", "two"]);
  expect(on.steps.map((step) => step.name)).toEqual(["theirs", "two"]);
});

test("of what both have changed, one's own stands, theirs is a step back, and its name is told", async () => {
  const on = sharedDisk(retitle("n_menu", "Theirs"));
  edit("one", retitle("n_menu", "Mine"));
  await saved();
  expect(titleOf(on.document, "n_menu")).toBe("Mine");
  expect(useToasts.getState().toasts[0]?.text).toContain("as you left it: Mine. Undo brings back theirs");
  undoEdit();
  await saved();
  expect(titleOf(on.document, "n_menu")).toBe("Theirs");
});

test("what is done while the other draft is on its way is kept as well", async () => {
  const on = sharedDisk(retitle("n_menu", "Theirs"));
  const draft = vi.mocked(flowsApi.draft).getMockImplementation() as typeof flowsApi.draft;
  vi.mocked(flowsApi.draft).mockImplementation(async (id) => {
    edit("two", name("Meanwhile"));
    return draft(id);
  });
  edit("one", retitle("n_hours", "Mine"));
  await saved();
  expect(titleOf(on.document, "n_menu")).toBe("Theirs");
  expect(titleOf(on.document, "n_hours")).toBe("Mine");
  expect(on.document.name).toBe("Meanwhile");
  expect(openDocument()).toEqual(on.document);
});

test("the other draft is asked for again when it does not arrive; nothing is lost until then", async () => {
  vi.useFakeTimers();
  const on = sharedDisk(retitle("n_menu", "Theirs"));
  vi.mocked(flowsApi.draft).mockRejectedValueOnce(new Refused(0, null));
  edit("one", retitle("n_hours", "Mine"));
  await vi.advanceTimersByTimeAsync(10);
  expect(useDraft.getState().save).toBe("failed");
  edit("two", name("Meanwhile"));
  await vi.advanceTimersByTimeAsync(3000);
  expect(useDraft.getState().save).toBe("saved");
  expect(titleOf(on.document, "n_hours")).toBe("Mine");
  expect(on.document.name).toBe("Meanwhile");
  expect(titleOf(on.document, "n_menu")).toBe("Theirs");
});

test("where the disk has taken a step and its answer was lost, nobody is told of somebody else", async () => {
  const on = sharedDisk(() => {});
  on.seq = 1;
  on.steps = [];
  on.cursor = 0;
  const save = vi.mocked(flowsApi.saveDraft).getMockImplementation() as typeof flowsApi.saveDraft;
  vi.useFakeTimers();
  vi.mocked(flowsApi.saveDraft).mockImplementationOnce(async (id, wish) => {
    await save(id, wish);
    throw new Refused(0, null);
  });
  edit("one", name("one"));
  await vi.advanceTimersByTimeAsync(10);
  edit("two", name("two"));
  await vi.advanceTimersByTimeAsync(3000);
  expect(useDraft.getState().save).toBe("saved");
  expect(on.steps.map((step) => step.name)).toEqual(["one", "two"]);
  expect(held()).toEqual({ name: "two", steps: ["one", "two"], cursor: 2 });
  expect(on.document).toEqual(openDocument());
  const { toasts } = useToasts.getState();
  expect(toasts.filter(({ text }) => text.startsWith("Somebody"))).toEqual([]);
});

/** A disk that takes no document of a name, and tells what it holds: the document and its steps. */
function pickyDisk(refused: (name: string) => boolean, status = 422) {
  const on = { name: "Main number", steps: [] as string[], cursor: 0, asked: 0 };
  let seq = 1;
  vi.spyOn(flowsApi, "saveDraft").mockImplementation(async (_, save) => {
    on.asked += 1;
    if (refused(save.document.name)) throw new Refused(status, null);
    if (save.seq !== seq) throw new Refused(409, null);
    seq += 1;
    on.name = save.document.name;
    // As the engine does: a step comes after those that are done on the disk.
    if (save.step) on.steps = [...on.steps.slice(0, on.cursor), save.step.name];
    on.cursor = save.step ? on.cursor + 1 : Math.min(save.cursor, on.steps.length);
    return { seq, check: CHECK };
  });
  return on;
}
/** What the window holds, as the disk must after it. */
const held = () => {
  const { document, steps, cursor } = useDraft.getState().history;
  return { name: document.name, steps: steps.map((step) => step.name), cursor };
};
const settled = () => vi.waitFor(() => expect(useDraft.getState().save).not.toBe("saving"));

test("a step that is refused is told once, kept, and saved with the one that mends it", async () => {
  const on = pickyDisk((now) => now.startsWith("bad"));
  edit("one", name("one"));
  edit("two", name("bad"));
  edit("three", name("bad, too"));
  await settled();
  expect(useDraft.getState().save).toBe("failed");
  expect(useToasts.getState().toasts).toHaveLength(1);
  expect(on).toMatchObject({ name: "one", steps: ["one"], cursor: 1 });
  expect(openDocument().name).toBe("bad, too");
  edit("four", name("good"));
  await vi.waitFor(() => expect(useDraft.getState().save).toBe("saved"));
  expect(on).toMatchObject({ name: "good", steps: ["one", "four"], cursor: 2 });
  expect(held()).toEqual({ name: "good", steps: ["one", "four"], cursor: 2 });
  // And taken back as one, here and there.
  undoEdit();
  await saved();
  expect(on).toMatchObject({ name: "one", cursor: 1 });
  expect(openDocument().name).toBe("one");
});

test("a step that is refused and taken back leaves nothing unsaved, and may be done again", async () => {
  let isPicky = true;
  const on = pickyDisk((now) => isPicky && now === "bad");
  edit("one", name("one"));
  edit("two", name("bad"));
  await settled();
  undoEdit();
  await vi.waitFor(() => expect(useDraft.getState().save).toBe("saved"));
  expect(on).toMatchObject({ name: "one", steps: ["one"], cursor: 1 });
  isPicky = false;
  redoEdit();
  await saved();
  expect(on).toMatchObject({ name: "bad", steps: ["one", "two"], cursor: 2 });
});

test("a change that mends a refused one is sent though the answer came late", async () => {
  const on = pickyDisk((now) => now === "bad");
  edit("one", name("one"));
  await saved();
  edit("two", name("bad"));
  edit("three", name("good"));
  await settled();
  await saved();
  expect(useDraft.getState().save).toBe("saved");
  expect(on).toMatchObject({ name: "good", steps: ["one", "three"], cursor: 2 });
  expect(held()).toEqual({ name: "good", steps: ["one", "three"], cursor: 2 });
});

test("what is typed on while it is being refused is sent as the one step that it is", async () => {
  vi.useFakeTimers();
  const on = pickyDisk((now) => now === "bad");
  const save = vi.mocked(flowsApi.saveDraft).getMockImplementation() as typeof flowsApi.saveDraft;
  vi.mocked(flowsApi.saveDraft).mockImplementation(async (...wish) => {
    await new Promise((arrived) => setTimeout(arrived, 1000));
    return save(...wish);
  });
  edit("Rename", name("bad"), "name");
  await vi.advanceTimersByTimeAsync(500);
  edit("Rename", name("good"), "name");
  await vi.advanceTimersByTimeAsync(10_000);
  expect(useDraft.getState().save).toBe("saved");
  expect(on).toMatchObject({ name: "good", steps: ["Rename"], cursor: 1 });
  expect(held()).toEqual({ name: "good", steps: ["Rename"], cursor: 1 });
});

test("what is done while the change that mends is on its way is on disk as it is here", async () => {
  const on = pickyDisk((now) => now === "bad");
  edit("one", name("one"));
  edit("two", name("bad"));
  await settled();
  edit("three", name("good"));
  edit("four", name("better"));
  await saved();
  expect(useDraft.getState().save).toBe("saved");
  expect(on).toMatchObject(held());
  expect(held()).toEqual({ name: "better", steps: ["one", "four"], cursor: 2 });
});

test("what was taken back while it was being refused leaves the steps on disk as they are here", async () => {
  const on = pickyDisk((now) => now === "bad");
  for (const each of ["one", "two"]) edit(each, name(each));
  await saved();
  edit("three", name("bad"));
  undoEdit();
  undoEdit();
  edit("other", name("other"));
  await settled();
  await saved();
  expect(on).toMatchObject(held());
  expect(held()).toEqual({ name: "other", steps: ["one", "other"], cursor: 2 });
});

test("who needs everything on disk is told why it is not", async () => {
  pickyDisk((now) => now === "bad");
  edit("one", name("bad"));
  await saved();
  await expect(kept()).rejects.toMatchObject({ status: 422 });
  edit("two", name("good"));
  await expect(kept()).resolves.toBeUndefined();
});

test("what was lost on its way once is not taken for what somebody else has made of the draft", async () => {
  vi.useFakeTimers();
  const on = sharedDisk(() => {});
  Object.assign(on, { seq: 1, steps: [], cursor: 0 });
  vi.mocked(flowsApi.saveDraft).mockRejectedValueOnce(new Refused(0, null));
  edit("one", retitle("n_menu", "Mine"));
  await vi.advanceTimersByTimeAsync(3000);
  const lost = openDocument();
  edit("two", retitle("n_menu", "Mine, later"));
  edit("three", name("Renamed"));
  await vi.advanceTimersByTimeAsync(10);
  // A colleague takes the draft back to what it was after the first step.
  Object.assign(on, { document: lost, seq: on.seq + 1, cursor: 1 });
  edit("four", retitle("n_hours", "Hours"));
  await vi.advanceTimersByTimeAsync(3000);
  expect(useDraft.getState().save).toBe("saved");
  expect(titleOf(on.document, "n_menu")).toBe("Mine");
  expect(titleOf(on.document, "n_hours")).toBe("Hours");
  expect(on.document.name).toBe("Main number");
});

test("who was signed out loses nothing: what waits is saved when they are back", async () => {
  vi.useFakeTimers();
  let isOut = true;
  const on = pickyDisk(() => isOut, 401);
  edit("one", name("one"));
  edit("two", name("two"));
  await vi.advanceTimersByTimeAsync(5000);
  expect(useDraft.getState().save).toBe("failed");
  expect(useToasts.getState().toasts).toHaveLength(1);
  isOut = false;
  await vi.advanceTimersByTimeAsync(5000);
  expect(on).toMatchObject({ name: "two", steps: ["one", "two"], cursor: 2 });
  expect(useDraft.getState().save).toBe("saved");
});

test("nothing is changed in a flow that is only looked at", () => {
  useDraft.setState({ isReadOnly: true });
  edit("one", name("one"));
  expect(openDocument().name).toBe("Main number");
});
