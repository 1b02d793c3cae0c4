// The words of the screen board.
export const board = {
  title: "Board",
};
