// The names of what nodes refer to: people, mailboxes, schedules and the rest of the office.
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { create } from "zustand";
import { api } from "../../live/api";
import { useLiveValue } from "../../live/select";
import { useSounds } from "../audio/sounds";
import { visible } from "../calls/said";
import { type FlowView, flowsApi, type RefKind } from "./api";
import { isPlaceholder } from "./document";
import { say } from "./say";

export type Choice = { id: string; name: string; note?: string; heading?: string };
type Things = Partial<Record<RefKind, readonly Choice[]>>;

/** What can be referred to, for every component that shows a name. */
export const useThings = create<{ things: Things }>(() => ({ things: {} }));

/** Kinds that no office has yet. */
export const MISSING: readonly RefKind[] = ["lot", "table"];

const once = { staleTime: 30_000, retry: false } as const;

/** Keeps the names up to date while the builder is open. */
export function useKeepNames(): void {
  const people = useLiveChoices((live) =>
    [...live.people.values()].map(({ id, name, extension }) => [id, name, extension ?? ""]),
  );
  const devices = useLiveChoices((live) =>
    [...live.devices.values()].map(({ id, label, person }) => [
      id,
      label,
      person === null ? "" : (live.people.get(person)?.name ?? ""),
    ]),
  );
  const mailboxes = useLiveChoices((live) =>
    [...live.mailboxes.values()].map(({ id, name, number }) => [id, name, number ?? ""]),
  );
  const rooms = useLiveChoices((live) =>
    [...live.rooms.values()].map(({ id, name, number }) => [id, name, number]),
  );
  // The office's slots are one lot, as the park step has it.
  const lots = useLiveChoices((live) => {
    const { first, slots } = live.office?.parking ?? { first: 0, slots: 0 };
    return slots > 0 ? [[1, slots > 1 ? `${first}–${first + slots - 1}` : String(first), ""]] : [];
  });
  const { sounds } = useSounds();
  const schedules = useLiveChoices((live) =>
    [...live.schedules.values()].map(({ id, name }) => [id, name, ""]),
  );
  const modes = useLiveChoices((live) => [...live.modes.values()].map(({ id, name }) => [id, name, ""]));
  const flows = useQuery({ queryKey: ["flows"], queryFn: flowsApi.flows, ...once });
  const pinSets = useQuery({ queryKey: ["pinSets"], queryFn: api.pinSets, ...once });
  const lists = useQuery({ queryKey: ["callerLists"], queryFn: api.callerLists, ...once });
  const things = useMemo<Things>(
    () => ({
      person: people,
      device: devices,
      mailbox: mailboxes,
      room: rooms,
      lot: lots,
      sound: sounds.map(({ id, title }) => ({ id: String(id), name: title })),
      schedule: schedules,
      flow: apart(flows.data ?? []),
      // To choose from. Callers get what is live.
      ringGroup: named(flows.data?.filter(({ ringGroup, live }) => ringGroup && live)),
      queue: named(flows.data?.filter(({ queue, live }) => queue && live)),
      mode: modes,
      pinSet: named(pinSets.data),
      callerList: named(lists.data),
    }),
    [people, devices, mailboxes, rooms, lots, sounds, schedules, flows.data, modes, pinSets.data, lists.data],
  );
  useEffect(() => useThings.setState({ things }), [things]);
}

function named(list: readonly { id: number; name: string }[] | undefined): Choice[] {
  return (list ?? []).map(({ id, name }) => ({ id: String(id), name }));
}

/** Ring groups and queues are flows; they are found under headings of their own. */
function apart(flows: readonly FlowView[]): Choice[] {
  const groups = flows.filter(({ ringGroup }) => ringGroup);
  const queues = flows.filter(({ queue }) => queue);
  const others = flows.filter(({ ringGroup, queue }) => !(ringGroup ?? queue));
  if (groups.length + queues.length === 0) return named(others);
  const under = (heading: string) => (choice: Choice) => ({ ...choice, heading });
  return [
    ...named(others).map(under(say("refs.flow.plural"))),
    ...named(groups).map(under(say("refs.ringGroup.plural"))),
    ...named(queues).map(under(say("refs.queue.plural"))),
  ];
}

type Row = readonly [id: number, name: string, note: string];

/** Only names count: presence changes all the time. */
function useLiveChoices(read: (live: Parameters<Parameters<typeof useLiveValue>[0]>[0]) => Row[]): Choice[] {
  const rows = useLiveValue((live) => JSON.stringify(read(live)));
  return useMemo(
    () =>
      (JSON.parse(rows) as Row[])
        .map(([id, name, note]) => ({ id: String(id), name: visible(name), note }))
        .sort((a, b) => a.name.localeCompare(b.name)),
    [rows],
  );
}

/** What is referred to, if it is there. A ring group or queue that was drawn further works on where it is used. */
export function thingOf(things: Things, ref: RefKind, id: unknown): Choice | undefined {
  const isIt = (one: Choice) => one.id === String(id);
  return (
    things[ref]?.find(isIt) ?? (ref === "ringGroup" || ref === "queue" ? things.flow?.find(isIt) : undefined)
  );
}

/** The name of what is referred to; a placeholder says what it stands for. */
export function nameOfRef(things: Things, ref: RefKind, id: unknown): string {
  if (id === undefined || id === null || id === "") return say(`refs.${ref}.none`, {}, "…");
  if (isPlaceholder(id)) {
    const label = id.replace(/^\?/, "").trim();
    return say(`refs.${ref}.choose`, { label }, label);
  }
  const found = thingOf(things, ref, id);
  return found?.name ?? say(`refs.${ref}.gone`, { id: String(id) }, String(id));
}
