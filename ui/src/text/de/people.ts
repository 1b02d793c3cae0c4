// The words of the screen people.
import type { people as english } from "../en/people";
import type { Same } from "../same";

export const people: Same<typeof english> = {
  title: "Personen",
};
