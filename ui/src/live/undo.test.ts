// What was done can be taken back and done again, in its order.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { useToasts } from "./toasts";
import { forgetSteps, perform, redo, undo, useLog } from "./undo";

let board: string[] = [];

const write = (word: string) => ({
  name: `${word} written`,
  do: async () => void board.push(word),
  undo: async () => void board.splice(board.lastIndexOf(word), 1),
});

beforeEach(() => vi.useFakeTimers());

afterEach(() => {
  vi.useRealTimers();
  forgetSteps();
  useToasts.setState({ toasts: [] });
  board = [];
});

test("the latest is taken back first, and done again last", async () => {
  await perform(write("a"));
  await perform(write("b"));
  await undo();
  expect(board).toEqual(["a"]);
  await undo();
  expect(board).toEqual([]);
  await redo();
  await redo();
  expect(board).toEqual(["a", "b"]);
});

test("something new ends what could be done again", async () => {
  await perform(write("a"));
  await undo();
  await perform(write("b"));
  await redo();
  expect(board).toEqual(["b"]);
});

test("what is refused is not remembered", async () => {
  const refused = { ...write("a"), do: () => Promise.reject(new Error("no")) };
  await expect(perform(refused)).rejects.toThrow("no");
  expect(useLog.getState().done).toEqual([]);
});

test("a step that cannot be taken back stays, and says so", async () => {
  await perform({ ...write("a"), undo: () => Promise.reject(new Error("gone")) });
  await undo();
  expect(useLog.getState().done).toHaveLength(1);
  expect(useLog.getState().busy).toBe(false);
  expect(useToasts.getState().toasts.at(-1)?.severity).toBe("problem");
});

test("the toast of a step takes back that step, not the latest", async () => {
  await perform(write("a"));
  await perform(write("b"));
  useToasts
    .getState()
    .toasts.find((toast) => toast.text === "a written")
    ?.undo?.();
  await vi.runAllTimersAsync();
  expect(board).toEqual(["b"]);
});

test("what was taken back by key offers no undo any more", async () => {
  await perform(write("a"));
  await undo();
  expect(useToasts.getState().toasts.map((toast) => [toast.undone, toast.undo !== undefined])).toEqual([
    [true, false],
  ]);
});

test("toasts go away by themselves", async () => {
  await perform(write("a"));
  await vi.advanceTimersByTimeAsync(8000);
  expect(useToasts.getState().toasts).toEqual([]);
});
