// Adding, copying and removing schedules; each can be taken back.
import i18next from "i18next";
import { api } from "../../live/api";
import { useLive } from "../../live/store";
import { perform } from "../../live/undo";
import type { ScheduleId, ScheduleView } from "./api";
import { newDocument } from "./document";

const t = i18next.getFixedT(null, "hours");

/** A new one with ordinary hours, or like another. Answers with its number. */
export async function addSchedule(name: string, like?: ScheduleView): Promise<ScheduleId> {
  const document = like?.document ? { ...like.document, id: "", name, override: null } : newDocument(name);
  let added: ScheduleView | null = null;
  await perform({
    name: t("told.added", { name }),
    do: async () => {
      // Done again, it is the one that was there before.
      added = added ? await api.restoreSchedule(added.id) : await api.addSchedule(document);
      keep(added);
    },
    undo: () => (added ? api.removeSchedule(added.id, latest(added).version) : Promise.resolve()),
  });
  return (added as ScheduleView | null)?.id ?? -1;
}

export async function removeSchedule(schedule: ScheduleView): Promise<void> {
  const { id, name } = schedule;
  await perform({
    name: t("told.removed", { name }),
    do: () => api.removeSchedule(id, latest(schedule).version),
    undo: async () => keep(await api.restoreSchedule(id)),
  });
}

/** A name nobody else has: `Office hours 2`. */
export function freeName(wanted: string): string {
  const taken = new Set([...useLive.getState().schedules.values()].map(({ name }) => name));
  let name = wanted;
  for (let number = 2; taken.has(name); number += 1) name = `${wanted} ${number}`;
  return name;
}

/** The feed brings it as well; the window need not wait for that. */
function keep(schedule: ScheduleView): void {
  useLive.setState(({ schedules }) => ({ schedules: new Map(schedules).set(schedule.id, schedule) }));
}

function latest(schedule: ScheduleView): ScheduleView {
  return useLive.getState().schedules.get(schedule.id) ?? schedule;
}
