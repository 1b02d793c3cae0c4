// What the palette can do with the calls.
import { CalendarClock, Disc, FileDown, PhoneMissed } from "lucide-react";
import { api } from "../../live/api";
import type { CommandSource } from "../../shell/commands";

export const commands: CommandSource = ({ t, navigate }) => [
  {
    id: "calls.missed",
    section: "actions",
    title: t("calls:commands.missed"),
    synonyms: t("calls:commands.synonyms.missed"),
    icon: PhoneMissed,
    least: "receptionist",
    run: () => navigate("/calls?outcome=missed"),
  },
  {
    id: "calls.today",
    section: "actions",
    title: t("calls:commands.today"),
    synonyms: t("calls:commands.synonyms.today"),
    icon: CalendarClock,
    least: "receptionist",
    run: () => navigate("/calls?day=today"),
  },
  {
    id: "calls.recordings",
    section: "actions",
    title: t("recordings:commands.list"),
    synonyms: t("recordings:commands.synonyms"),
    icon: Disc,
    least: "receptionist",
    run: () => navigate("/calls/recordings"),
  },
  {
    id: "calls.csv",
    section: "actions",
    title: t("calls:commands.csv"),
    synonyms: t("calls:commands.synonyms.csv"),
    icon: FileDown,
    least: "receptionist",
    run: () => window.location.assign(api.callsFile({})),
  },
];
