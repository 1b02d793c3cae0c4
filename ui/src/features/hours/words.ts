// Whether it is open, until when and why, as sentences.
import type { TFunction } from "i18next";
import type { Millis } from "../../bindings/api";
import { lasting } from "../../text/format";
import type { Because, Openness, OpenState, ScheduleView } from "./api";
import { clockAt, momentAt, otherZone } from "./when";

type Say = TFunction<"hours">;

/** `Open until 17:30`, for the status bar. */
export function shortWords(t: Say, { openness, timeZone }: ScheduleView, now: Millis): string {
  const { state, next } = openness;
  if (!next) return t(`state.${state}`);
  return t(`until.${state}`, { time: momentAt(next.at, now, timeZone) });
}

/** `closes 17:30 (in 2 h 14 min)`. */
export function nextWords(t: Say, { next }: Openness, timeZone: string, now: Millis): string {
  if (!next) return t("next.never");
  const minutes = Math.max(60_000, next.at - now);
  // Seconds would only flicker.
  const left = lasting(minutes - (minutes % 60_000));
  return t(`next.${next.state}`, { time: momentAt(next.at, now, timeZone), left });
}

/** `because of the exception “Christmas closure”`. */
export function becauseWords(t: Say, because: Because, state: OpenState): string {
  const label = because.label ?? "";
  if (because.kind === "weekly") return t(`because.weekly.${state}`);
  if (because.kind === "override" || because.kind === "exception" || because.kind === "holiday") {
    return t(`because.${because.kind}.${label ? "named" : "plain"}`, { label });
  }
  return t(`because.${because.kind}`);
}

/** The time on the clock of who looks, where it differs. */
export function ownTimeWords(t: Say, at: Millis, timeZone: string): string | null {
  const own = otherZone(timeZone, at);
  return own && t("ownTime", { time: clockAt(at, own) });
}

/** The schedule the status bar speaks of: the one that was made first. */
export function officeSchedule(schedules: ReadonlyMap<number, ScheduleView>): ScheduleView | undefined {
  return [...schedules.values()].sort((a, b) => a.id - b.id)[0];
}
