// Who called is blocked, or always let through: their number goes on the list that the limits name.
import { api } from "../../live/api";
import { perform } from "../../live/undo";
import type { CallerListView, ListedCaller } from "../hours/api";
import { lines } from "../lines/api";

export type Screening = "blocked" | "welcome";

export type Screened = { number: string; name: string };

/** Does it, and offers the way back. `told` is what was done; `listName` names a list that is not there yet. */
export async function screenCaller(
  which: Screening,
  caller: Screened,
  told: string,
  listName: string,
): Promise<void> {
  // On no list twice: whoever is welcome is let in though they are blocked as well.
  const other: Screening = which === "blocked" ? "welcome" : "blocked";
  let wasOnOther: readonly ListedCaller[] = [];
  let isNew = false;
  await perform({
    name: told,
    do: async () => {
      isNew = await putOn(which, { ...caller, values: [] }, listName);
      try {
        wasOnOther = await takeOff(other, caller.number);
      } catch (refused) {
        // All of it or nothing: there is no step to take back.
        if (isNew) await takeOff(which, caller.number).catch(() => {});
        throw refused;
      }
    },
    undo: async () => {
      if (isNew) await takeOff(which, caller.number);
      for (const before of wasOnOther) await putOn(other, before, listName);
    },
  });
}

/** Whether they were not on it yet. */
async function putOn(which: Screening, caller: ListedCaller, listName: string): Promise<boolean> {
  const list = await listOf(which);
  if (list) {
    if (list.callers.some(is(caller.number))) return false;
    await write(list, [...list.callers, caller]);
    return true;
  }
  const policy = await lines.policy();
  const added = await api.addCallerList({
    name: listName,
    columns: [],
    callers: [caller],
  });
  try {
    await lines.editPolicy({ ...policy, [which]: added.id });
  } catch (refused) {
    // A list that nothing names would stand beside the one of the next try.
    await api.removeCallerList(added.id, added.version).catch(() => {});
    throw refused;
  }
  return true;
}

/** As they stood there, if they did. */
async function takeOff(which: Screening, number: string): Promise<readonly ListedCaller[]> {
  const list = await listOf(which);
  const found = list?.callers.filter(is(number)) ?? [];
  if (list && found.length > 0) {
    await write(
      list,
      list.callers.filter((caller) => !found.includes(caller)),
    );
  }
  return found;
}

/** However it was typed. */
const is = (number: string) => (caller: ListedCaller) =>
  caller.number === number || caller.compared === number;

async function listOf(which: Screening): Promise<CallerListView | undefined> {
  const [policy, lists] = await Promise.all([lines.policy(), api.callerLists()]);
  return lists.find(({ id }) => id === policy[which]);
}

async function write(list: CallerListView, callers: CallerListView["callers"]): Promise<void> {
  const { id, version, name, columns } = list;
  await api.editCallerList(id, version, { name, columns, callers });
}
