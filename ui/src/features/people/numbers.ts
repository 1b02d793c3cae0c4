// The numbers of the office and whose they are.
import type { Live } from "../../live/store";

/** Every number in use with the name of whom it leads to. */
export function numbersTaken(live: Pick<Live, "people">): Map<string, string> {
  const taken = new Map<string, string>();
  for (const { name, numbers, extension } of live.people.values()) {
    for (const number of numbers) taken.set(number, name);
    if (extension) taken.set(extension, name);
  }
  return taken;
}
