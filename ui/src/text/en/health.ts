// The words of the screen health.
export const health = {
  title: "Health",
};
