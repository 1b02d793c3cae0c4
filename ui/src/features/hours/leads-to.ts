// The hours of a person, as the engine keeps them, and where a call can go next.
import type { LeadsTo, PersonHours, PersonView, RouteTarget } from "../../bindings/api";

/** `null` is always; nothing at all from an engine that knows no hours. */
export function hoursOf(person: PersonView): PersonHours | null | undefined {
  return person.hours;
}

/** The same as numbers are led: the fields of both choose among the same. */
export function routeOf(to: LeadsTo): RouteTarget {
  switch (to.kind) {
    case "person":
      return { dest_kind: "user", dest_id: to.id };
    case "extension":
      return { dest_kind: "extension", dest_id: to.id };
    case "mailbox":
      return { dest_kind: "voicemail", dest_id: to.id };
    case "room":
      return { dest_kind: "conference", dest_id: to.id };
    case "flow":
      return { dest_kind: "flow", dest_id: to.id };
    case "outside":
      return { dest_kind: "forward", dest_id: to.id };
    case "hangup":
      return { dest_kind: "hangup" };
  }
}

export function leadsToOf(route: RouteTarget): LeadsTo {
  switch (route.dest_kind) {
    case "user":
      return { kind: "person", id: route.dest_id };
    case "extension":
      return { kind: "extension", id: route.dest_id };
    case "voicemail":
      return { kind: "mailbox", id: route.dest_id };
    case "conference":
      return { kind: "room", id: route.dest_id };
    case "flow":
      return { kind: "flow", id: route.dest_id };
    case "forward":
      return { kind: "outside", id: route.dest_id };
    case "hangup":
      return { kind: "hangup" };
  }
}
