// The commands of the frame itself: screens, people, calls of this moment, appearance, undo.
import {
  Keyboard,
  LogOut,
  Monitor,
  Moon,
  Phone,
  PhoneCall,
  Redo2,
  Search,
  Sun,
  Tv,
  Undo2,
  UserRound,
} from "lucide-react";
import { api } from "../live/api";
import { calleeOf, nameOf } from "../live/names";
import { prefer } from "../live/preferences";
import { mayAct, ownPerson, signOut, useSession } from "../live/session";
import { useLive } from "../live/store";
import { tellRefused } from "../live/toasts";
import { redo, undo, useLog } from "../live/undo";
import type { Command, CommandContext } from "./commands";
import { visibleScreens } from "./rail";
import { showShortcuts } from "./shortcuts";

export function basicCommands(context: CommandContext): Command[] {
  const now = useSession.getState();
  const role = now.state === "signedIn" ? now.session.role : "staff";
  return [...screens(context), ...people(context), ...calls(context), ...actions(context)].filter(
    (command) => !command.least || mayAct(role, command.least),
  );
}

function screens({ t, navigate }: CommandContext): Command[] {
  return visibleScreens().map(({ id, path, icon }, place) => ({
    id: `screen.${id}`,
    section: "screens",
    title: t(`shell:screens.${id}`),
    synonyms: t("shell:commands.synonyms.screens"),
    icon,
    // There are nine such keys, and one for the settings.
    ...(id === "settings" ? { keys: "Ctrl+0" } : place < 9 ? { keys: `Ctrl+${place + 1}` } : {}),
    run: () => navigate(path),
  }));
}

function people({ t, navigate, query }: CommandContext): Command[] {
  const own = ownPerson();
  const found: Command[] = [...useLive.getState().people.values()].map((person) => ({
    id: `person.${person.id}`,
    section: "people",
    title: person.name,
    note: [person.extension, person.team].filter(Boolean).join(" · "),
    synonyms: [...person.numbers, person.team].join(" "),
    icon: UserRound,
    hidden: true,
    run: () => navigate(`/board?person=${person.id}`),
  }));
  const number = query.replace(/[\s()/-]/g, "");
  if (own !== null && /^[+*#\d]{2,}$/.test(number)) {
    found.unshift({
      id: "call.number",
      section: "actions",
      title: t("shell:palette.callNumber", { number }),
      synonyms: query,
      icon: Phone,
      run: () => void api.startCall({ person: own, to: number }).catch(tellRefused),
    });
  }
  return found;
}

function calls({ t, navigate, query }: CommandContext): Command[] {
  const found: Command[] = [...useLive.getState().calls.values()].map((call) => ({
    id: `call.${call.id}`,
    section: "calls",
    title: nameOf(call.from),
    note: calleeOf(call),
    synonyms: `${call.from.number} ${call.dialled} ${call.with?.name ?? ""} ${call.with?.number ?? ""}`,
    icon: PhoneCall,
    hidden: true,
    run: () => navigate(`/board?call=${call.id}`),
  }));
  if (query.trim().length > 1) {
    found.push({
      id: "calls.search",
      section: "calls",
      title: t("shell:palette.searchCalls", { query: query.trim() }),
      icon: Search,
      least: "receptionist",
      comesLast: true,
      run: () => navigate(`/calls?q=${encodeURIComponent(query.trim())}`),
    });
  }
  return found;
}

function actions({ t, navigate }: CommandContext): Command[] {
  const say = (key: "shortcuts" | "light" | "dark" | "system" | "signOut" | "wall") => ({
    title: t(`shell:commands.${key}`),
    synonyms: t(`shell:commands.synonyms.${key}`),
    section: "actions" as const,
  });
  const list: Command[] = [
    { id: "wall", ...say("wall"), icon: Tv, run: () => navigate("/wall") },
    { id: "shortcuts", ...say("shortcuts"), icon: Keyboard, keys: "?", run: showShortcuts },
    { id: "theme.light", ...say("light"), icon: Sun, run: () => prefer({ theme: "light" }) },
    { id: "theme.dark", ...say("dark"), icon: Moon, run: () => prefer({ theme: "dark" }) },
    { id: "theme.system", ...say("system"), icon: Monitor, run: () => prefer({ theme: "system" }) },
    { id: "session.signOut", ...say("signOut"), icon: LogOut, run: () => void signOut().catch(tellRefused) },
  ];
  const { done, undone } = useLog.getState();
  const last = done.at(-1);
  const next = undone.at(-1);
  if (next) {
    list.unshift({
      id: "redo",
      section: "actions",
      title: t("shell:commands.redo", { name: next.name }),
      synonyms: t("shell:commands.synonyms.redo"),
      icon: Redo2,
      keys: "Ctrl+Y",
      run: () => void redo(),
    });
  }
  if (last) {
    list.unshift({
      id: "undo",
      section: "actions",
      title: t("shell:commands.undo", { name: last.name }),
      synonyms: t("shell:commands.synonyms.undo"),
      icon: Undo2,
      keys: "Ctrl+Z",
      run: () => void undo(),
    });
  }
  return list;
}
