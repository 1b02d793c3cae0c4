// The wizard, found in the palette.
import { ListChecks, PhoneForwarded } from "lucide-react";
import type { CommandSource } from "../../shell/commands";

export const commands: CommandSource = ({ t, navigate }) => [
  {
    id: "setup.open",
    section: "actions",
    title: t("setup:commands.open"),
    synonyms: t("setup:commands.synonyms"),
    icon: ListChecks,
    least: "admin",
    run: () => navigate("/setup"),
  },
  {
    id: "setup.call",
    section: "actions",
    title: t("setup:commands.testCall"),
    synonyms: t("setup:commands.testCallSynonyms"),
    icon: PhoneForwarded,
    least: "admin",
    run: () => navigate("/setup/call"),
  },
];
