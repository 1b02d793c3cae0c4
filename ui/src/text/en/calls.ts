// The words of the screen calls.
export const calls = {
  title: "Calls",
};
