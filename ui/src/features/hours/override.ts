// Closing early, opening for an hour: for a while, and always with an end.
import { useQuery } from "@tanstack/react-query";
import i18next from "i18next";
import { create } from "zustand";
import type { Millis } from "../../bindings/api";
import { api } from "../../live/api";
import { useNow } from "../../live/clock";
import { engineNow } from "../../live/store";
import { tellRefused } from "../../live/toasts";
import { perform } from "../../live/undo";
import type { OverrideState, ScheduleId, ScheduleView } from "./api";
import { DAY } from "./week";
import { dateAt, instant, untilAt } from "./when";

const t = i18next.getFixedT(null, "hours");
const HOUR_MS = 3_600_000;
const LOOK_AHEAD_DAYS = 8;

/** Whether the menu of the status bar is open, and for which schedule the dialog asks. */
export const useOverrideUi = create<{ menu: boolean; asked: ScheduleId | null }>(() => ({
  menu: false,
  asked: null,
}));

export function showOverrideMenu(): void {
  useOverrideUi.setState({ menu: true });
}

export async function setOverride(
  schedule: ScheduleView,
  state: OverrideState,
  until: Millis,
  reason = "",
): Promise<void> {
  const { id, name, timeZone } = schedule;
  const time = untilAt(until, engineNow(), timeZone);
  await perform({
    name: t(`told.override.${state}`, { name, time }),
    do: () => api.overrideSchedule(id, { state, until, ...(reason.trim() ? { reason: reason.trim() } : {}) }),
    undo: () => api.endOverride(id),
  });
}

export function endOverride(schedule: ScheduleView): void {
  const override = schedule.document?.override;
  if (!override) return;
  const { state, until, reason } = override;
  void perform({
    name: t("told.overrideEnded", { name: schedule.name }),
    do: () => api.endOverride(schedule.id),
    undo: () =>
      api.overrideSchedule(schedule.id, { state, until: Date.parse(until), ...(reason ? { reason } : {}) }),
  }).catch(tellRefused);
}

/** The override that counts now. */
export function activeOverride({ document, openness }: ScheduleView) {
  return openness.because.kind === "override" ? (document?.override ?? null) : null;
}

export type OverrideChoice = {
  id: "hour" | "today" | "opening" | "longer";
  state: OverrideState;
  until: Millis;
};

/** What is offered at this moment, each with its end. */
export function useOverrideChoices(schedule: ScheduleView): OverrideChoice[] {
  const hour = useNow(HOUR_MS);
  const { document, timeZone, openness } = schedule;
  const usual = document && { ...document, override: null };
  const { data } = useQuery({
    queryKey: ["schedule-preview", usual, hour, LOOK_AHEAD_DAYS],
    queryFn: () => (usual ? api.previewSchedule(usual, hour, LOOK_AHEAD_DAYS) : null),
    retry: false,
  });
  const openings = (data?.spans ?? []).filter(({ state }) => state === "open").map(({ from }) => from);
  const isOpen = openness.state === "open" || openness.state === "break";
  return choicesAt({ now: engineNow(), timeZone, isOpen, next: openness.next?.at ?? null, openings });
}

export function choicesAt(facts: {
  now: Millis;
  timeZone: string;
  isOpen: boolean;
  /** When it changes by itself. */
  next: Millis | null;
  openings: readonly Millis[];
}): OverrideChoice[] {
  const { now, timeZone, isOpen, next, openings } = facts;
  const today = dateAt(now, timeZone);
  const midnight = instant(today, DAY, timeZone);
  const opening = openings.find((at) => at >= midnight);
  const state = isOpen ? "closed" : "open";
  const found: OverrideChoice[] = [
    { id: "today", state, until: midnight },
    { id: "hour", state, until: now + HOUR_MS },
  ];
  if (isOpen && opening !== undefined) found.push({ id: "opening", state, until: opening });
  if (isOpen && next !== null) found.push({ id: "longer", state: "open", until: next + HOUR_MS });
  // An hour that ends after midnight makes the rest of today the same thing.
  return found.filter(({ until }) => until > now);
}
