// What the palette can do: each feature folder adds its own in a file `commands.ts`.
import type { TFunction } from "i18next";
import type { LucideIcon } from "lucide-react";
import type { Role } from "../bindings/api";

export type CommandSection = "screens" | "people" | "calls" | "actions" | "settings";

export type Command = {
  /** The same each time, such as `board.tiles`. */
  id: string;
  section: CommandSection;
  title: string;
  /** What stands beside the title. */
  note?: string;
  /** Other words that find it, in the user's language. */
  synonyms?: string;
  icon?: LucideIcon;
  /** The keys that do the same, such as `Ctrl+K`. */
  keys?: string;
  /** Who is offered it: this role and those above it. */
  least?: Role;
  /** Offered below everything that was found: its title repeats what was typed. */
  comesLast?: boolean;
  /** Only offered when something was typed. */
  hidden?: boolean;
  run: () => void;
};

export type CommandContext = {
  t: TFunction<
    [
      "shell",
      "common",
      "audio",
      "board",
      "calls",
      "flows",
      "health",
      "hours",
      "lines",
      "now",
      "people",
      "recordings",
      "settings",
      "setup",
      "voicemail",
    ]
  >;
  navigate: (path: string) => void;
  /** What was typed so far. */
  query: string;
};

/** The commands of a feature at this moment. Exported as `commands` from `features/<name>/commands.ts`. */
export type CommandSource = (context: CommandContext) => Command[];

const files = import.meta.glob<{ commands: CommandSource }>("../features/*/commands.ts", { eager: true });

/** The commands of all features. */
export function featureCommands(context: CommandContext): Command[] {
  return Object.values(files).flatMap((file) => file.commands(context));
}
