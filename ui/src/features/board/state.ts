// What is searched, filtered and chosen on the board.
import { create } from "zustand";
import type { CallId, FlowId, LiveCallView, Millis, PersonId, PersonView } from "../../bindings/api";
import { queueName } from "../../live/names";
import { presenceOf } from "../../live/presence";
import { useLiveValue } from "../../live/select";
import { useOwnPerson } from "../../live/session";
import { type Live, useLive } from "../../live/store";
import { matches, plain } from "../../shell/match";

/** Matches below this are letters in order, not parts of words. */
const GOOD = 1.1;

export type BoardState = {
  query: string;
  /** `null` for every team; empty for people without one. */
  team: string | null;
  freeOnly: boolean;
  person: PersonId | null;
  /** `auto`: one's own call while there is one. */
  call: CallId | "auto" | "none";
};

const START: BoardState = { query: "", team: null, freeOnly: false, person: null, call: "auto" };

export const useBoard = create<BoardState>(() => START);
export const setBoard = (change: Partial<BoardState>): void => useBoard.setState(change);
export const resetBoard = (): void => useBoard.setState(START, true);

/** The people to show in their order: by team and name, or the best match first. */
export function shownPeople(
  people: Iterable<PersonView>,
  { query, team, freeOnly }: Pick<BoardState, "query" | "team" | "freeOnly">,
): PersonId[] {
  const found: { person: PersonView; rank: number }[] = [];
  for (const person of people) {
    if (team !== null && person.team !== team) continue;
    if (freeOnly && presenceOf(person) !== "free") continue;
    const rank = query.trim() ? rankOf(query, person) : GOOD;
    if (rank > 0) found.push({ person, rank });
  }
  // Letters that are merely somewhere in a name count only where nothing better was found.
  const good = found.some(({ rank }) => rank >= GOOD);
  const kept = good ? found.filter(({ rank }) => rank >= GOOD) : found;
  kept.sort((a, b) => b.rank - a.rank || byTeam(a.person, b.person) || byName(a.person, b.person));
  return kept.map(({ person }) => person.id);
}

/** Those whose name or number matches come before those who share a team of that name. */
function rankOf(query: string, person: PersonView): number {
  return matches(query, person.name, `${person.numbers.join(" ")} ${person.team}`);
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
const byName = (a: PersonView, b: PersonView) => collator.compare(a.name, b.name);

/** People without a team come last. */
function byTeam(a: PersonView, b: PersonView): number {
  if (a.team === b.team) return 0;
  if (!a.team || !b.team) return a.team ? -1 : 1;
  return collator.compare(plain(a.team), plain(b.team));
}

export function useShownPeople(): PersonId[] {
  const query = useBoard((board) => board.query);
  const team = useBoard((board) => board.team);
  const freeOnly = useBoard((board) => board.freeOnly);
  return useLiveValue((live) => shownPeople(live.people.values(), { query, team, freeOnly }));
}

/** The names of all teams, in order; the empty one if some have none. */
export function useTeams(): string[] {
  return useLiveValue((live) => {
    const teams = new Set([...live.people.values()].map((person) => person.team));
    return [...teams].sort((a, b) => (a && b ? collator.compare(a, b) : a ? -1 : 1));
  });
}

/** The call that is meant: the chosen one, or one's own. */
export function currentCall(live: Live, chosen: BoardState["call"], own: PersonId | null): CallId | null {
  if (chosen === "none") return null;
  if (chosen !== "auto") return live.calls.has(chosen) ? chosen : null;
  if (own === null) return null;
  const mine = live.callsOf.get(own)?.map((id) => live.calls.get(id));
  return mine?.find((call) => call && call.state !== "ringing")?.id ?? null;
}

export function useCurrentCall(): CallId | null {
  const chosen = useBoard((board) => board.call);
  const own = useOwnPerson();
  return useLive((live) => currentCall(live, chosen, own));
}

/** The ids of the calls of one state, the oldest first. Those who wait in a queue stand with it, whatever rings for them. */
export function callsIn(live: Live, state: LiveCallView["state"]): CallId[] {
  return [...live.calls.values()]
    .filter((call) => call.state === state && !call.waits)
    .sort((a, b) => (a.answeredAt ?? a.startedAt) - (b.answeredAt ?? b.startedAt))
    .map((call) => call.id);
}

/** The ids of all calls in the order they are shown. */
export function allCalls(live: Live): CallId[] {
  const waiting = queuesIn(live).flatMap((queue) => waitingIn(live, queue));
  return [...waiting, ...(["ringing", "talking", "held"] as const).flatMap((state) => callsIn(live, state))];
}

/** The queues in which somebody waits, by name. */
export function queuesIn(live: Live): FlowId[] {
  const queues = new Set([...live.calls.values()].flatMap(({ waits }) => waits?.queue ?? []));
  const nameOf = (queue: FlowId) => queueName(queue, live);
  return [...queues].sort((a, b) => collator.compare(nameOf(a), nameOf(b)) || a - b);
}

/** Who waits in a queue, in the order in which they are served; in any queue without one. */
export function waitingIn(live: Live, queue?: FlowId): CallId[] {
  return [...live.calls.values()]
    .flatMap(({ id, waits }) => (waits && (queue ?? waits.queue) === waits.queue ? [{ id, ...waits }] : []))
    .sort((a, b) => b.priority - a.priority || a.since - b.since || a.id - b.id)
    .map(({ id }) => id);
}

/** Since when the one has waited who has waited longest, of those; `null` if there are none. */
export function longestWait(live: Live, ids: readonly CallId[]): Millis | null {
  const since = ids.flatMap((id) => {
    const call = live.calls.get(id);
    return call ? [call.waits?.since ?? call.startedAt] : [];
  });
  return since.length > 0 ? Math.min(...since) : null;
}
