// The words of the screen setup.
import type { setup as english } from "../en/setup";
import type { Same } from "../same";

export const setup: Same<typeof english> = {
  title: "Einrichten",
};
