// What the palette can do with the health of the phone system.
import { Activity } from "lucide-react";
import type { CommandSource } from "../../shell/commands";

export const commands: CommandSource = ({ t, navigate }) => [
  {
    id: "health.check",
    section: "actions",
    title: t("health:commands.check"),
    synonyms: t("health:commands.synonyms"),
    icon: Activity,
    least: "admin",
    run: () => navigate("/health"),
  },
];
