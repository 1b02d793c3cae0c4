// What three facts come to: what a person wants, what they are doing, whether a phone of theirs can be reached.
import type { PersonView } from "../bindings/api";

/** The five families of presence. */
export type Presence = "free" | "ringing" | "busy" | "notNow" | "offline";

type Facts = Pick<PersonView, "wants" | "doing" | "reachable">;

/** The family that is shown. What goes on counts before what is wanted, and that before what is possible. */
export function presenceOf({ wants, doing, reachable }: Facts): Presence {
  if (doing === "ringing") return "ringing";
  if (doing !== "idle") return "busy";
  if (wants.state !== "available") return "notNow";
  return reachable.state === "online" ? "free" : "offline";
}
