// What the palette can do with people and phones.
import { ClipboardPaste, Contact, MinusCircle, Smartphone, UserRoundPlus } from "lucide-react";
import { mayAct, ownPerson, useSession } from "../../live/session";
import { useLive } from "../../live/store";
import type { Command, CommandSource } from "../../shell/commands";
import { setWants } from "../board/actions";

export const commands: CommandSource = (context) => [...own(context), ...managing(context)];

const own: CommandSource = ({ t }) => {
  const me = useLive.getState().people.get(ownPerson() ?? -1);
  if (!me) return [];
  const isFree = me.wants.state === "available";
  return [
    {
      id: "wants.doNotDisturb",
      section: "actions",
      title: t(isFree ? "people:commands.doNotDisturb" : "people:commands.available"),
      synonyms: t("people:commands.synonyms.wants"),
      icon: MinusCircle,
      run: () => void setWants(me, { state: isFree ? "doNotDisturb" : "available", note: "", until: null }),
    },
  ];
};

const managing: CommandSource = ({ t, navigate }) => {
  const now = useSession.getState();
  if (now.state !== "signedIn" || !mayAct(now.session.role, "admin")) return [];
  const act = (
    name: "addPerson" | "pasteList" | "addPhone",
    icon: typeof Contact,
    path: string,
  ): Command => ({
    id: `people.${name}`,
    section: "actions",
    title: t(`people:commands.${name}`),
    synonyms: t(`people:commands.synonyms.${name}`),
    icon,
    run: () => navigate(path),
  });
  const people = [...useLive.getState().people.values()];
  return [
    act("addPerson", UserRoundPlus, "/people?add=person"),
    act("pasteList", ClipboardPaste, "/people?add=list"),
    ...(people.length > 0 ? [act("addPhone", Smartphone, "/people?add=phone")] : []),
    ...people.map(
      (person): Command => ({
        id: `people.edit.${person.id}`,
        section: "people",
        title: t("people:commands.edit", { name: person.name }),
        note: person.extension ?? "",
        synonyms: `${person.numbers.join(" ")} ${t("people:commands.synonyms.edit")}`,
        icon: Contact,
        hidden: true,
        run: () => navigate(`/people/${person.id}`),
      }),
    ),
  ];
};
