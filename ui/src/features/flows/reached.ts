// Whom or what a caller reaches, in words.
import type { ScenarioReaches } from "../../bindings/api";
import { nameOfRef, type useThings } from "./names";
import { say } from "./say";

export function reachedText(
  reached: ScenarioReaches,
  things: ReturnType<typeof useThings.getState>["things"],
): string {
  switch (reached.kind) {
    case "nobody":
      return say("reached.nobody");
    case "number":
      return say("reached.number", { number: reached.number });
    case "person":
      return say("reached.person", { name: nameOfRef(things, "person", String(reached.id)) });
    case "mailbox":
      return say("reached.mailbox", { name: nameOfRef(things, "mailbox", String(reached.id)) });
    case "room":
      return say("reached.room", { name: nameOfRef(things, "room", String(reached.id)) });
  }
}
