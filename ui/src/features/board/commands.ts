// What the palette can do with the board.
import { LayoutGrid, List, Rows2, Rows4 } from "lucide-react";
import { prefer, usePreferences } from "../../live/preferences";
import type { Command, CommandSource } from "../../shell/commands";

export const commands: CommandSource = ({ t, navigate }) => {
  const { board } = usePreferences.getState();
  const synonyms = t("board:commands.synonyms");
  const set = (change: Partial<typeof board>) => () => {
    prefer({ board: { ...board, ...change } });
    navigate("/board");
  };
  const view: Command =
    board.view === "tiles"
      ? {
          id: "board.list",
          section: "actions",
          title: t("board:commands.list"),
          synonyms,
          icon: List,
          run: set({ view: "list" }),
        }
      : {
          id: "board.tiles",
          section: "actions",
          title: t("board:commands.tiles"),
          synonyms,
          icon: LayoutGrid,
          run: set({ view: "tiles" }),
        };
  const size: Command = board.compact
    ? {
        id: "board.roomy",
        section: "actions",
        title: t("board:commands.roomy"),
        synonyms,
        icon: Rows2,
        run: set({ compact: false }),
      }
    : {
        id: "board.compact",
        section: "actions",
        title: t("board:commands.compact"),
        synonyms,
        icon: Rows4,
        run: set({ compact: true }),
      };
  return [view, size];
};
