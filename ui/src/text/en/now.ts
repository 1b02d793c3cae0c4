// The words of the screen now.
export const now = {
  title: "Now",
};
