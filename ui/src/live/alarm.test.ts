// The alarm sounds once for each fuse that blows and each call for help, and can be silenced.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { EmergencyView, FuseView } from "../bindings/api";
import { silence, useAlarm, watchForAlarms } from "./alarm";
import { useLive } from "./store";

const fuse = (id: string) => [id, { id, blown: true } as FuseView] as const;
const help = (id: string, endedAt: number | null = null) =>
  [id, { id, endedAt } as unknown as EmergencyView] as const;

const end = vi.fn();
const sound = vi.fn(() => end);
let leave = () => {};

beforeEach(() => {
  vi.useFakeTimers();
  vi.clearAllMocks();
  useLive.setState({ epoch: "e", fuses: new Map([fuse("old")]), emergencies: new Map() });
  leave = watchForAlarms(sound);
});

afterEach(() => {
  leave();
  vi.useRealTimers();
});

test("a fuse that blows sounds once, and one that had blown before does not", () => {
  expect(sound).not.toHaveBeenCalled();
  useLive.setState({ fuses: new Map([fuse("old"), fuse("new")]) });
  expect(sound).toHaveBeenCalledTimes(1);
  expect(useAlarm.getState().sounds).toBe(true);
  vi.advanceTimersByTime(10_000);
  expect(end).toHaveBeenCalledTimes(1);
  expect(useAlarm.getState().sounds).toBe(false);
  useLive.setState({ fuses: new Map([fuse("new"), fuse("old")]) });
  expect(sound).toHaveBeenCalledTimes(1);
});

test("a fuse that is put back in and blows again sounds again", () => {
  useLive.setState({ fuses: new Map() });
  useLive.setState({ fuses: new Map([fuse("old")]) });
  expect(sound).toHaveBeenCalledTimes(1);
});

test("a call for help sounds until it is silenced, and not again when it ends", () => {
  useLive.setState({ emergencies: new Map([help("1")]) });
  expect(sound).toHaveBeenCalledTimes(1);
  silence();
  expect(end).toHaveBeenCalledTimes(1);
  expect(useAlarm.getState().sounds).toBe(false);
  useLive.setState({ emergencies: new Map([help("1", 5)]) });
  vi.advanceTimersByTime(60_000);
  expect(sound).toHaveBeenCalledTimes(1);
});

test("a window that opens while somebody calls for help says so", () => {
  leave();
  useLive.setState({ emergencies: new Map([help("1")]) });
  leave = watchForAlarms(sound);
  expect(sound).toHaveBeenCalledTimes(1);
});
