// Open or closed, on the bar of every screen, and the button that changes it for a while.
import { ChevronDown } from "lucide-react";
import { lazy, Suspense } from "react";
import { Button as AriaButton } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { Link } from "wouter";
import { Menu, type MenuEntry } from "../../design";
import { useNow } from "../../live/clock";
import { useSchedules } from "../../live/select";
import { useMay } from "../../live/session";
import { tellRefused } from "../../live/toasts";
import type { ScheduleView } from "./api";
import { OpenMark } from "./marks";
import {
  activeOverride,
  endOverride,
  type OverrideChoice,
  setOverride,
  useOverrideChoices,
  useOverrideUi,
} from "./override";
import { untilAt } from "./when";
import { becauseWords, officeSchedule, ownTimeWords, shortWords } from "./words";
import "./status.css";

const OverrideDialog = lazy(() => import("./override-dialog"));

/** For the status bar. */
export function HoursStatus() {
  const { t } = useTranslation("hours");
  const now = useNow(60_000);
  const mayManage = useMay("admin");
  const mayOverride = useMay("receptionist");
  const schedules = useSchedules();
  const asked = useOverrideUi((ui) => ui.asked);
  const schedule = officeSchedule(schedules);
  if (!schedule) return null;
  const forAsked = asked === null ? undefined : schedules.get(asked);
  return (
    <div className="hours-status">
      <Link
        href={mayManage ? `/hours/${schedule.id}` : "/"}
        title={[
          schedule.name,
          becauseWords(t, schedule.openness.because, schedule.openness.state),
          schedule.openness.next && ownTimeWords(t, schedule.openness.next.at, schedule.timeZone),
        ]
          .filter(Boolean)
          .join(" · ")}
      >
        <OpenMark state={schedule.openness.state} size={9} />
        {shortWords(t, schedule, now)}
      </Link>
      {mayOverride && <OverrideMenu schedule={schedule} />}
      {forAsked && (
        <Suspense>
          <OverrideDialog
            key={asked}
            schedule={forAsked}
            onClose={() => useOverrideUi.setState({ asked: null })}
          />
        </Suspense>
      )}
    </div>
  );
}

function OverrideMenu({ schedule }: { schedule: ScheduleView }) {
  const { t } = useTranslation("hours");
  const isOpen = useOverrideUi((ui) => ui.menu);
  const entries = useOverrideEntries(schedule);
  const { state } = schedule.openness;
  const overridden = activeOverride(schedule) !== null;
  const label = overridden ? "change" : state === "open" || state === "break" ? "close" : "open";
  return (
    <Menu
      label={t("override.menu", { name: schedule.name })}
      isOpen={isOpen}
      onOpenChange={(menu) => useOverrideUi.setState({ menu })}
      entries={entries}
      trigger={
        <AriaButton className="hours-override">
          {t(`override.button.${label}`)}
          <ChevronDown size={12} strokeWidth={2} aria-hidden="true" />
        </AriaButton>
      }
    />
  );
}

/** The choices of the menu; every one of them names its end. */
export function useOverrideEntries(schedule: ScheduleView): MenuEntry[] {
  const { t } = useTranslation("hours");
  const now = useNow(60_000);
  const choices = useOverrideChoices(schedule);
  const overridden = activeOverride(schedule) !== null;
  const entry = ({ id, state, until }: OverrideChoice): MenuEntry => ({
    id: `${state}-${id}`,
    label: t(`override.choice.${id}`),
    description: t(`override.until.${state}`, { time: untilAt(until, now, schedule.timeZone) }),
    onAction: () => void setOverride(schedule, state, until).catch(tellRefused),
  });
  const closing = choices.filter(({ state }) => state === "closed").map(entry);
  const opening = choices.filter(({ state }) => state === "open").map(entry);
  return [
    ...(overridden
      ? [
          { id: "end", label: t("override.end"), onAction: () => endOverride(schedule) },
          { id: "line-end", separator: true as const },
        ]
      : []),
    ...(closing.length ? [{ id: "closing", heading: t("override.heading.close"), entries: closing }] : []),
    ...(opening.length
      ? [
          {
            id: "opening",
            heading: t(closing.length ? "override.heading.longer" : "override.heading.open"),
            entries: opening,
          },
        ]
      : []),
    { id: "line", separator: true as const },
    {
      id: "pick",
      label: t("override.pick"),
      onAction: () => useOverrideUi.setState({ asked: schedule.id }),
    },
  ];
}
