// What the palette can do with sounds.
import { FileAudio, Languages, MessageSquareText, Mic, Music, Phone } from "lucide-react";
import type { Command, CommandSource } from "../../shell/commands";

export const commands: CommandSource = ({ t, navigate }) => {
  const act = (
    name: "addFile" | "microphone" | "phone" | "text" | "music" | "phrases",
    icon: typeof Mic,
    path: string,
  ): Command => ({
    id: `audio.${name}`,
    section: "actions",
    title: t(`audio:commands.${name}`),
    synonyms: t(`audio:commands.synonyms.${name}`),
    icon,
    least: "admin",
    run: () => navigate(path),
  });
  return [
    act("addFile", FileAudio, "/audio"),
    act("microphone", Mic, "/audio?add=microphone"),
    act("phone", Phone, "/audio?add=phone"),
    act("text", MessageSquareText, "/audio?add=text"),
    act("music", Music, "/audio/music"),
    act("phrases", Languages, "/audio/phrases"),
  ];
};
