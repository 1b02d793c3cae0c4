// The hours of a person, as the engine keeps them.
import type { PersonId, PersonView } from "../../bindings/api";
import type { MailboxId, RoomId } from "../../bindings/sound";
import type { ScheduleId } from "./api";

/** Where a call can go next. */
export type LeadsTo =
  | { kind: "person"; id: PersonId }
  | { kind: "extension"; id: string }
  | { kind: "mailbox"; id: MailboxId }
  | { kind: "room"; id: RoomId }
  | { kind: "flow"; id: number }
  | { kind: "outside"; id: string }
  | { kind: "outside"; id: string }
  | { kind: "hangup" };

/** They ring while the schedule is open. */
export type PersonHours = { schedule: ScheduleId; whenClosed: LeadsTo };

/** `null` is always; nothing at all from an engine that knows no hours. */
export function hoursOf(person: PersonView): PersonHours | null | undefined {
  return (person as PersonView & { hours?: PersonHours | null }).hours;
}
