// The words of the screen setup.
export const setup = {
  title: "Setup",
};
