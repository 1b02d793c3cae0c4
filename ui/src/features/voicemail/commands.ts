// What the palette can do with voicemail.
import { KeyRound, Megaphone, Palmtree, Play, Trash2, Voicemail } from "lucide-react";
import { ownPerson } from "../../live/session";
import { useLive } from "../../live/store";
import type { Command, CommandSource } from "../../shell/commands";
import { inOrder } from "./boxes";

export const commands: CommandSource = ({ t, navigate }) => {
  const own = ownPerson();
  const boxes = inOrder(useLive.getState().mailboxes.values(), own);
  const waiting = boxes.find((box) => box.new > 0 && (box.person === own || box.person === null));
  const mine = boxes.find((box) => own !== null && box.person === own);
  const act = (
    name: "next" | "deleted" | "greeting" | "away" | "pin",
    icon: typeof Play,
    path: string,
  ): Command => ({
    id: `voicemail.${name}`,
    section: "actions",
    title: t(`voicemail:commands.${name}`),
    synonyms: t(`voicemail:commands.synonyms.${name}`),
    icon,
    run: () => navigate(path),
  });
  return [
    ...(waiting ? [act("next", Play, `/voicemail/${waiting.id}?message=newest`)] : []),
    ...(boxes[0] ? [act("deleted", Trash2, `/voicemail/${boxes[0].id}/deleted`)] : []),
    ...(mine
      ? [
          act("greeting", Megaphone, `/voicemail/${mine.id}/settings?greeting=standard`),
          act("away", Palmtree, `/voicemail/${mine.id}/settings?greeting=away`),
          act("pin", KeyRound, `/voicemail/${mine.id}/settings?pin`),
        ]
      : []),
    ...boxes.map(
      (box): Command => ({
        id: `voicemail.box.${box.id}`,
        section: "actions",
        title: t("voicemail:commands.box", { name: box.name }),
        note: box.number ?? "",
        synonyms: t("voicemail:commands.synonyms.box"),
        icon: Voicemail,
        hidden: true,
        run: () => navigate(`/voicemail/${box.id}`),
      }),
    ),
  ];
};
