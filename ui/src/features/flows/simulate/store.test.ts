// Trying a call: it stops where the caller is asked, and goes on by what they do.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openFlow } from "../../../testing/flows";
import { startText } from "../../../text";
import { flowsApi, type Rehearsal, type Rehearsed, type TraceStep } from "../api";
import { openDocument } from "../draft/store";
import { useTrail } from "../trail";
import {
  act,
  callIn,
  endSimulation,
  isOver,
  momentOf,
  nextQuestion,
  showUpTo,
  useSimulation,
  wait,
} from "./store";

const step = (
  seq: number,
  tMs: number,
  node: string,
  event: TraceStep["event"],
  rest: Partial<TraceStep> = {},
) => ({
  seq,
  tMs,
  node,
  event,
  ...rest,
});

/** A caller who says nothing: asked twice, then the sales phone rings. */
const SILENT: TraceStep[] = [
  step(0, 0, "n_start", "enter"),
  step(1, 0, "n_start", "outcome", { outcome: "default" }),
  step(2, 0, "n_menu", "enter"),
  step(3, 0, "n_menu", "prompt"),
  step(4, 9000, "n_menu", "outcome", { outcome: "timeout" }),
  step(5, 9000, "n_sales", "enter"),
  step(6, 34_000, "n_sales", "outcome", { outcome: "no_answer" }),
];
const result = (steps: TraceStep[]): Rehearsed => ({
  steps,
  hears: [{ atMs: 0, forMs: 4000, sounds: [] }],
  reached: [],
  ended: { how: "hungUp", cause: "normal" },
});

beforeEach(() => {
  startText("en");
  openFlow();
});
afterEach(() => {
  endSimulation();
  vi.restoreAllMocks();
});

test("it is shown until the caller is asked", () => {
  expect(nextQuestion(openDocument(), SILENT, 0)).toBe(4);
  expect(nextQuestion(openDocument(), SILENT, 4)).toBe(SILENT.length);
});

test("who is asked again may press a key the first time and the second time", async () => {
  const asked = [...SILENT.slice(0, 4), step(4, 9000, "n_menu", "prompt"), ...SILENT.slice(4)];
  expect(nextQuestion(openDocument(), asked, 0)).toBe(4);
  vi.spyOn(flowsApi, "rehearse").mockResolvedValue(result(asked));
  await callIn();
  wait();
  expect(useSimulation.getState().at).toBe(5);
});

test("a menu that the key of another menu leads to asks, too", async () => {
  const pressed = [
    ...SILENT.slice(0, 4),
    step(4, 4600, "n_menu", "digit", { digits: "2" }),
    step(5, 4600, "n_menu", "outcome", { outcome: "digit:2" }),
    step(6, 4600, "n_menu", "enter"),
    step(7, 4600, "n_menu", "prompt"),
    step(8, 9000, "n_menu", "outcome", { outcome: "timeout" }),
  ];
  vi.spyOn(flowsApi, "rehearse").mockImplementation(async (_, call) =>
    result(call.acts.length > 0 ? pressed : SILENT),
  );
  await callIn();
  await act({ key: "2" });
  expect(useSimulation.getState().at).toBe(8);
});

test("a key is pressed when the question was heard, and what was to come is played anew", async () => {
  const asked: Rehearsal[] = [];
  vi.spyOn(flowsApi, "rehearse").mockImplementation(async (_, call) => {
    asked.push(call);
    const pressed = call.acts.length > 0;
    return result(
      pressed ? [...SILENT.slice(0, 4), step(4, 4600, "n_menu", "digit", { digits: "2" })] : SILENT,
    );
  });
  await callIn();
  expect(useSimulation.getState().at).toBe(4);
  expect(isOver(useSimulation.getState())).toBe(false);
  expect(momentOf(useSimulation.getState())).toBe(4600);
  await act({ key: "2" });
  expect(asked[1]?.acts).toEqual([{ afterMs: 4600, key: "2" }]);
  expect(isOver(useSimulation.getState())).toBe(true);
  expect(useTrail.getState().trail?.at).toBe(5);
});

test("going back and pressing another key forgets what came after", async () => {
  const asked: Rehearsal[] = [];
  vi.spyOn(flowsApi, "rehearse").mockImplementation(async (_, call) => {
    asked.push(call);
    return result(SILENT);
  });
  await callIn();
  await act({ key: "2" });
  showUpTo(4);
  await act({ key: "1" });
  expect(asked[2]?.acts).toEqual([{ afterMs: 4600, key: "1" }]);
});

test("saying nothing goes on to the next question or the end", async () => {
  vi.spyOn(flowsApi, "rehearse").mockResolvedValue(result(SILENT));
  await callIn();
  wait();
  expect(useSimulation.getState().at).toBe(SILENT.length);
});
