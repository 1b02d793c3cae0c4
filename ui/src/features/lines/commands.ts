// What the palette can do with numbers and lines.
import { Hash, PhoneOutgoing, Plus, Route, ShieldCheck, Siren } from "lucide-react";
import { mayAct, useSession } from "../../live/session";
import { useLive } from "../../live/store";
import type { Command, CommandSource } from "../../shell/commands";
import { visible } from "../calls/said";

export const commands: CommandSource = ({ t, navigate }) => {
  const now = useSession.getState();
  if (now.state !== "signedIn" || !mayAct(now.session.role, "admin")) return [];
  const act = (
    name: "add" | "addNumbers" | "where" | "drill" | "numbers" | "fuses",
    icon: typeof Hash,
    path: string,
  ): Command => ({
    id: `lines.${name}`,
    section: "actions",
    title: t(`lines:commands.${name}`),
    synonyms: t(`lines:commands.synonyms.${name}`),
    icon,
    run: () => navigate(path),
  });
  return [
    act("add", Plus, "/lines/lines?add"),
    act("addNumbers", Plus, "/lines?add"),
    act("where", Route, "/lines/out?where"),
    act("drill", Siren, "/lines/emergency?drill"),
    act("numbers", Hash, "/lines"),
    act("fuses", ShieldCheck, "/lines/protection"),
    ...[...useLive.getState().lines.values()].map(
      ({ id, name }): Command => ({
        id: `lines.line.${id}`,
        section: "actions",
        title: t("lines:commands.line", { name: visible(name) }),
        synonyms: t("lines:commands.synonyms.line"),
        icon: PhoneOutgoing,
        hidden: true,
        run: () => navigate(`/lines/lines/${id}`),
      }),
    ),
  ];
};
