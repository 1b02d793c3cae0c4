// The queue of a step's own, as documents have it: ids are decimal strings, and what is left out is as usual.
import { listOf } from "../document";
import { type QueueSettings, STRATEGIES, USUAL_SETTINGS } from "./settings";

export type OwnQueue = Record<string, unknown>;

/** Whether a step has a queue of its own; others name one of the office's. */
export function isOwnQueue(value: unknown): value is OwnQueue {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The people of one, by their ids or what stands in for them. */
export function agentsOf(own: OwnQueue): { id: string; tier: number }[] {
  return listOf<{ id?: unknown; tier?: unknown }>(own.agents).map(({ id, tier }) => ({
    id: String(id ?? ""),
    tier: typeof tier === "number" ? tier : 1,
  }));
}

/** The id of its music or what stands in for it; nothing for the office's. */
function musicOf({ music }: OwnQueue): unknown {
  return typeof music === "object" ? (music as { mediaId?: unknown } | null)?.mediaId : undefined;
}

/** As its fields show it; an import may hold anything. */
export function settingsOf(own: OwnQueue): QueueSettings {
  const plain = Object.entries(USUAL_SETTINGS).map(([field, usual]) => [
    field,
    typeof own[field] === typeof usual ? own[field] : usual,
  ]);
  return {
    ...(Object.fromEntries(plain) as QueueSettings),
    // Who is yet to be chosen is told by the check, and is no row.
    agents: agentsOf(own)
      .filter(({ id }) => isId(id))
      .map(({ id, tier }) => ({ person: Number(id), tier })),
    strategy: STRATEGIES.find((one) => one === own.strategy) ?? USUAL_SETTINGS.strategy,
    music: isId(musicOf(own)) ? Number(musicOf(own)) : null,
  };
}

/** The same with a change, as documents have it. */
export function changed(own: OwnQueue, { agents, music, ...rest }: Partial<QueueSettings>): OwnQueue {
  const next: OwnQueue = { ...own, ...rest };
  if (agents) next.agents = agents.map(({ person, tier }) => ({ type: "user", id: String(person), tier }));
  if (music) next.music = { mediaId: String(music) };
  if (music === null) delete next.music;
  return next;
}

const isId = (text: unknown): boolean => typeof text === "string" && /^\d+$/.test(text);
