// What the palette can do with opening hours.
import { CalendarClock, Clock, DoorClosed, DoorOpen, RotateCcw } from "lucide-react";
import { mayAct, useSession } from "../../live/session";
import { useLive } from "../../live/store";
import type { Command, CommandSource } from "../../shell/commands";
import { activeOverride, endOverride, showOverrideMenu } from "./override";
import { officeSchedule } from "./words";

export const commands: CommandSource = (context) => {
  const now = useSession.getState();
  const role = now.state === "signedIn" ? now.session.role : "staff";
  return [
    ...(mayAct(role, "receptionist") ? overriding(context) : []),
    ...(mayAct(role, "admin") ? managing(context) : []),
  ];
};

const overriding: CommandSource = ({ t }) => {
  const schedules = useLive.getState().schedules;
  const office = officeSchedule(schedules);
  if (!office) return [];
  const isOpen = office.openness.state === "open" || office.openness.state === "break";
  return [
    {
      id: "hours.override",
      section: "actions",
      title: t(isOpen ? "hours:commands.close" : "hours:commands.open"),
      synonyms: t("hours:commands.synonyms.override"),
      icon: isOpen ? DoorClosed : DoorOpen,
      keys: "Ctrl+Shift+O",
      // The palette gives the focus back first.
      run: () => setTimeout(showOverrideMenu),
    },
    ...[...schedules.values()]
      .filter((schedule) => activeOverride(schedule) !== null)
      .map(
        (schedule): Command => ({
          id: `hours.end.${schedule.id}`,
          section: "actions",
          title: t("hours:commands.end", { name: schedule.name }),
          synonyms: t("hours:commands.synonyms.override"),
          icon: RotateCcw,
          run: () => endOverride(schedule),
        }),
      ),
  ];
};

const managing: CommandSource = ({ t, navigate }) => [
  {
    id: "hours.add",
    section: "actions",
    title: t("hours:commands.add"),
    synonyms: t("hours:commands.synonyms.add"),
    icon: CalendarClock,
    run: () => navigate("/hours?add"),
  },
  ...[...useLive.getState().schedules.values()].map(
    (schedule): Command => ({
      id: `hours.edit.${schedule.id}`,
      section: "actions",
      title: t("hours:commands.edit", { name: schedule.name }),
      synonyms: t("hours:commands.synonyms.edit"),
      icon: Clock,
      hidden: true,
      run: () => navigate(`/hours/${schedule.id}`),
    }),
  ),
];
