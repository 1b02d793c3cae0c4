// What the palette can do with call flows.
import { ListOrdered, UsersRound, Workflow } from "lucide-react";
import type { CommandSource } from "../../shell/commands";

export const commands: CommandSource = ({ t, navigate }) => [
  {
    id: "flows.new",
    section: "actions",
    title: t("flows:commands.new"),
    synonyms: t("flows:commands.synonyms.new"),
    icon: Workflow,
    least: "admin",
    run: () => navigate("/flows?new"),
  },
  {
    id: "flows.newGroup",
    section: "actions",
    title: t("flows:commands.newGroup"),
    synonyms: t("flows:commands.synonyms.newGroup"),
    icon: UsersRound,
    least: "admin",
    run: () => navigate("/flows?newGroup"),
  },
  {
    id: "flows.newQueue",
    section: "actions",
    title: t("flows:commands.newQueue"),
    synonyms: t("flows:commands.synonyms.newQueue"),
    icon: ListOrdered,
    least: "admin",
    run: () => navigate("/flows?newQueue"),
  },
];
