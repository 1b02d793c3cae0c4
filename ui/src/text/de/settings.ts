// The words of the screen settings.
import type { settings as english } from "../en/settings";
import type { Same } from "../same";

export const settings: Same<typeof english> = {
  title: "Einstellungen",
};
