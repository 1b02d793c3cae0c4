// The words of the screen now.
import type { now as english } from "../en/now";
import type { Same } from "../same";

export const now: Same<typeof english> = {
  title: "Jetzt",
};
