// The words of the screen calls.
import type { calls as english } from "../en/calls";
import type { Same } from "../same";

export const calls: Same<typeof english> = {
  title: "Anrufe",
};
