// Where callers go if nobody says otherwise: a mailbox of several people, that of the first of them, or nowhere.
import type { LeadsTo, PersonId } from "../../../bindings/api";
import { useMailboxes } from "../../../live/select";

export function useUsualGoal(name: string, people: readonly { person: PersonId }[]): LeadsTo {
  const boxes = [...useMailboxes().values()];
  const shared = boxes.filter(({ person }) => person === null);
  // Of several only one of the same name is surely meant.
  const box =
    (shared.length === 1 ? shared[0] : shared.find((one) => one.name === name.trim())) ??
    boxes.find(({ person }) => person === people[0]?.person);
  return box ? { kind: "mailbox", id: box.id } : { kind: "hangup" };
}
