// The words of the screen board.
import type { board as english } from "../en/board";
import type { Same } from "../same";

export const board: Same<typeof english> = {
  title: "Tafel",
};
