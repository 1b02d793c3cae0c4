// Which mailboxes there are for somebody, in their order, and how many messages wait in them.
import type { PersonId } from "../../bindings/api";
import type { MailboxView } from "../../bindings/sound";

export type BoxGroup = "own" | "group" | "people";

/** One's own, those of groups, those of other people. */
export function groupOf(box: Pick<MailboxView, "person">, own: PersonId | null): BoxGroup {
  if (box.person === null) return "group";
  return box.person === own ? "own" : "people";
}

/** New messages that are for somebody: in their own mailbox and in those they are a member of. */
export function newMessages(
  boxes: Iterable<Pick<MailboxView, "person" | "members" | "new">>,
  own: PersonId | null,
): number {
  let sum = 0;
  for (const box of boxes) {
    // Who is nobody in particular looks after the groups.
    const isMine = box.person === null ? own === null || box.members.includes(own) : box.person === own;
    if (isMine) sum += box.new;
  }
  return sum;
}

const ORDER: readonly BoxGroup[] = ["own", "group", "people"];
const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** By group, then one's own groups first, then by name. */
export function inOrder(boxes: Iterable<MailboxView>, own: PersonId | null): MailboxView[] {
  const isStranger = (box: MailboxView) => Number(own === null || !box.members.includes(own));
  return [...boxes].sort(
    (a, b) =>
      ORDER.indexOf(groupOf(a, own)) - ORDER.indexOf(groupOf(b, own)) ||
      isStranger(a) - isStranger(b) ||
      collator.compare(a.name, b.name),
  );
}
