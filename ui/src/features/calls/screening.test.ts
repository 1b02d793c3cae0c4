// Blocking a caller, and letting one through always, from the story of a call.
import { beforeEach, expect, test, vi } from "vitest";
import { api } from "../../live/api";
import { forgetSteps, undo } from "../../live/undo";
import { startText } from "../../text";
import type { CallerListView } from "../hours/api";
import { lines } from "../lines/api";
import { screenCaller } from "./screening";

const mia = { number: "+4930901820", name: "Mia" };
const typed = { number: "030 901820", compared: "+4930901820", name: "Mia Berg", values: [] };

let kept: CallerListView[];
let policy: { revision: number; blocked: number | null; welcome: number | null };

/** The engine's lists, as far as they matter here. */
beforeEach(() => {
  startText("en");
  forgetSteps();
  kept = [];
  policy = { revision: 1, blocked: null, welcome: null };
  const compared = (one: CallerListView): CallerListView => ({
    ...one,
    callers: one.callers.map((caller) => ({ ...caller, compared: caller.compared ?? caller.number })),
  });
  vi.spyOn(api, "callerLists").mockImplementation(async () => kept);
  vi.spyOn(api, "addCallerList").mockImplementation(async (edit) => {
    const added = compared({ ...edit, id: kept.length + 1, version: 1, usedBy: [] });
    kept = [...kept, added];
    return added;
  });
  vi.spyOn(api, "editCallerList").mockImplementation(async (id, version, edit) => {
    const before = kept.find((one) => one.id === id);
    if (before?.version !== version) throw new Error("changed meanwhile");
    const after = compared({ ...before, ...edit, version: version + 1 });
    kept = kept.map((one) => (one.id === id ? after : one));
    return after;
  });
  vi.spyOn(lines, "policy").mockImplementation(async () => policy as never);
  vi.spyOn(lines, "editPolicy").mockImplementation(async (next) => {
    policy = { ...(next as unknown as typeof policy), revision: next.revision + 1 };
    return policy as never;
  });
});

const numbers = (id: number | null) => kept.find((one) => one.id === id)?.callers.map(({ number }) => number);

test("the first caller who is blocked begins the list, and can be taken off it again", async () => {
  await screenCaller("blocked", mia, "Mia is turned away", "Blocked callers");
  expect(policy.blocked).toBe(1);
  expect(kept[0]?.name).toBe("Blocked callers");
  expect(numbers(1)).toEqual(["+4930901820"]);
  await undo();
  expect(numbers(1)).toEqual([]);
});

test("whoever is blocked is welcome no more, however their number was typed, until it is undone", async () => {
  kept = [{ id: 5, version: 3, name: "VIP", columns: [], callers: [typed], usedBy: [] }];
  policy = { revision: 1, blocked: null, welcome: 5 };
  await screenCaller("blocked", mia, "Mia is turned away", "Blocked callers");
  expect(numbers(5)).toEqual([]);
  expect(numbers(policy.blocked)).toEqual(["+4930901820"]);
  await undo();
  expect(numbers(policy.blocked)).toEqual([]);
  expect(kept[0]?.callers).toEqual([typed]);
});

test("where blocking is refused, whoever was welcome still is, and no list is left behind", async () => {
  kept = [{ id: 5, version: 3, name: "VIP", columns: [], callers: [typed], usedBy: [] }];
  policy = { revision: 1, blocked: null, welcome: 5 };
  vi.mocked(lines.editPolicy).mockRejectedValueOnce(new Error("changed meanwhile"));
  const removed = vi.spyOn(api, "removeCallerList").mockImplementation(async (id) => {
    kept = kept.filter((one) => one.id !== id);
  });
  const block = () => screenCaller("blocked", mia, "Mia is turned away", "Blocked callers");
  await expect(block()).rejects.toThrow("changed meanwhile");
  expect(kept.map(({ callers }) => callers)).toEqual([[typed]]);
  expect(removed).toHaveBeenCalledTimes(1);
  // The other way round: what was done already is undone.
  vi.mocked(api.editCallerList).mockRejectedValueOnce(new Error("list is full"));
  await expect(block()).rejects.toThrow("list is full");
  expect([numbers(5), numbers(policy.blocked)]).toEqual([["030 901820"], []]);
});

test("whoever is on the list already is not put there twice, and stays when that is undone", async () => {
  kept = [{ id: 5, version: 3, name: "Spam", columns: [], callers: [typed], usedBy: [] }];
  policy = { revision: 1, blocked: 5, welcome: null };
  await screenCaller("blocked", mia, "Mia is turned away", "Blocked callers");
  expect(numbers(5)).toEqual(["030 901820"]);
  await undo();
  expect(numbers(5)).toEqual(["030 901820"]);
});
