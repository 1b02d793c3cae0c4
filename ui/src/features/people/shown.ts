// Which people the list shows, and in which order.
import type { AttentionView, DeviceView, PersonId, PersonView } from "../../bindings/api";
import { useLiveValue } from "../../live/select";
import type { Live } from "../../live/store";
import { matches } from "../../shell/match";

export type SortBy = "name" | "number" | "team";
export type Shown = {
  query: string;
  /** Everybody, those of one team (`team Sales`), or those with something to see to. */
  filter: "everyone" | "attention" | "offline" | "noPhone" | `team ${string}`;
  sort: SortBy;
};

/** Attention that belongs to somebody or one of their phones. */
export function attentionOf(live: Live, person: PersonId): AttentionView[] {
  return [...live.attention.values()].filter((one) => "person" in one && one.person === person);
}

export function shownPeople(live: Live, { query, filter, sort }: Shown): PersonId[] {
  const uneasy = new Set(
    [...live.attention.values()].flatMap((one) =>
      "person" in one && one.person !== null ? [one.person] : [],
    ),
  );
  const phones = query.trim() ? phonesByPerson(live) : null;
  const found: { person: PersonView; rank: number }[] = [];
  for (const person of live.people.values()) {
    if (!isWanted(person, filter, uneasy)) continue;
    const rank = phones ? rankOf(query, person, phones.get(person.id) ?? []) : 1;
    if (rank > 0) found.push({ person, rank });
  }
  found.sort((a, b) => b.rank - a.rank || ORDERS[sort](a.person, b.person));
  return found.map(({ person }) => person.id);
}

/** The names of all teams in order. */
export function useTeams(): string[] {
  return useLiveValue((live) => {
    const teams = new Set([...live.people.values()].map((person) => person.team));
    return [...teams].sort(collator.compare);
  });
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
const byName = (a: PersonView, b: PersonView) => collator.compare(a.name, b.name);
/** What is missing comes last. */
const last = (a: string, b: string) => Number(a === "") - Number(b === "") || collator.compare(a, b);

const ORDERS: Record<SortBy, (a: PersonView, b: PersonView) => number> = {
  name: byName,
  number: (a, b) => last(a.extension ?? "", b.extension ?? "") || byName(a, b),
  team: (a, b) => last(a.team, b.team) || byName(a, b),
};

function isWanted(person: PersonView, filter: Shown["filter"], uneasy: ReadonlySet<PersonId>): boolean {
  switch (filter) {
    case "everyone":
      return true;
    case "attention":
      return uneasy.has(person.id);
    case "offline":
      return person.reachable.state === "offline";
    case "noPhone":
      return person.reachable.state === "noDevice";
    default:
      return `team ${person.team}` === filter;
  }
}

/** Found by name, number and team, and by what a phone is called, is, or where it stands. */
function rankOf(query: string, person: PersonView, phones: DeviceView[]): number {
  const others = phones.flatMap(({ label, user, online }) => [
    label,
    user,
    online?.address ?? "",
    online?.userAgent ?? "",
  ]);
  const rank = matches(query, person.name, [...person.numbers, person.team, ...others].join(" "));
  // Letters that are merely somewhere in a name find too much here.
  return rank > 1 ? rank : 0;
}

function phonesByPerson(live: Live): Map<PersonId, DeviceView[]> {
  const by = new Map<PersonId, DeviceView[]>();
  for (const device of live.devices.values()) {
    const own = by.get(device.person);
    if (own) own.push(device);
    else by.set(device.person, [device]);
  }
  return by;
}
