// The words of the screen health.
import type { health as english } from "../en/health";
import type { Same } from "../same";

export const health: Same<typeof english> = {
  title: "Zustand",
};
