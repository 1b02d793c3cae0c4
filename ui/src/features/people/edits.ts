// Edits that can be taken back, and that never overwrite what somebody else changed meanwhile.
import i18next from "i18next";
import { create } from "zustand";
import type {
  DeviceEdit,
  DeviceView,
  PersonEdit as NamedPerson,
  PersonHours,
  PersonView,
} from "../../bindings/api";
import { api, Refused } from "../../live/api";
import type { RecordingRule } from "../../live/recorded";
import { type Live, useLive } from "../../live/store";
import { tell, tellRefused } from "../../live/toasts";
import { perform } from "../../live/undo";

const t = i18next.getFixedT(null, ["people", "common"]);

type Versioned = { id: number; revision: number };

/** What can be edited: how it is found, which of its fields an edit has, and how it is written. */
type Kind<View extends Versioned, Edit extends object> = {
  name: "person" | "device";
  now: (live: Live, id: number) => View | undefined;
  fields: (view: View) => Edit;
  write: (id: number, revision: number, edit: Edit) => Promise<View>;
};

/** An engine that does not record, or has no hours, knows nothing of them and is told nothing. */
type PersonEdit = NamedPerson & { recording?: RecordingRule; hours?: PersonHours | null };

const PERSON: Kind<PersonView, PersonEdit> = {
  name: "person",
  now: (live, id) => live.people.get(id),
  fields: ({ name, extension, team, ringSeconds, ...rest }: PersonView & Partial<PersonEdit>) => ({
    name,
    extension,
    team,
    ringSeconds,
    ...(rest.recording ? { recording: rest.recording } : {}),
    ...(rest.hours === undefined ? {} : { hours: rest.hours }),
  }),
  write: (id, revision, edit) => api.editPerson(id, revision, edit),
};

const DEVICE: Kind<DeviceView, DeviceEdit> = {
  name: "device",
  now: (live, id) => live.devices.get(id),
  fields: ({ label, person, maxContacts, media }) => ({ label, person, maxContacts, media }),
  write: (id, revision, edit) => api.editDevice(id, revision, edit),
};

/** Changes somebody as they were in `base`. Throws what the engine refuses, but not a conflict: that is asked. */
export function editPerson(base: PersonView, change: Partial<PersonEdit>): Promise<void> {
  return edit(PERSON, base, change, t("told.edited", { name: change.name ?? base.name }));
}

/** Changes a device as it was in `base`. */
export function editDevice(base: DeviceView, change: Partial<DeviceEdit>): Promise<void> {
  return edit(DEVICE, base, change, t("told.editedPhone", { label: change.label ?? base.label }));
}

/** An edit that somebody else came before: both changed the same field. */
export type Conflict = {
  kind: "person" | "device";
  base: PersonView | DeviceView;
  /** The fields both changed, with both values. */
  fields: readonly { field: string; theirs: unknown; mine: unknown }[];
  keepMine: () => Promise<void>;
};

export const useConflict = create<{ conflict: Conflict | null }>(() => ({ conflict: null }));

/** Ends the question of a conflict; what is saved stays. */
export const takeTheirs = (): void => useConflict.setState({ conflict: null });

async function edit<View extends Versioned, Edit extends object>(
  kind: Kind<View, Edit>,
  base: View,
  change: Partial<Edit>,
  name: string,
): Promise<void> {
  const { id } = base;
  const before = pick(kind.fields(base), change);
  let latest = base;
  // The feed may be a moment behind the answer to an edit of our own.
  const now = () => {
    const live = kind.now(useLive.getState(), id);
    return live && live.revision > latest.revision ? live : latest;
  };
  const write = async (on: View, fields: Partial<Edit>) => {
    latest = await kind.write(id, on.revision, { ...kind.fields(on), ...fields });
  };
  let first = true;
  try {
    await perform({
      name,
      do: () => {
        const on = first ? base : now();
        first = false;
        return write(on, change);
      },
      undo: () => write(now(), before),
    });
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 412) throw error;
    await settle(kind, base, change, name);
  }
}

/** After a 412: joins edits of different fields, and asks where both changed the same one. */
async function settle<View extends Versioned, Edit extends object>(
  kind: Kind<View, Edit>,
  base: View,
  change: Partial<Edit>,
  name: string,
): Promise<void> {
  const theirs = await newer(kind, base);
  if (!theirs) throw new Refused(412, null);
  const fields = clashes(kind.fields(base), kind.fields(theirs), change);
  if (fields.length === 0) {
    await edit(kind, theirs, change, name);
    tell({ text: t("told.joined") });
    return;
  }
  const keepMine = async () => {
    takeTheirs();
    try {
      await edit(kind, theirs, change, name);
    } catch (error) {
      tellRefused(error);
    }
  };
  const conflict: Conflict = {
    kind: kind.name,
    base: theirs as unknown as PersonView | DeviceView,
    fields,
    keepMine,
  };
  useConflict.setState({ conflict });
}

/** The fields that both changed, and not to the same value. */
export function clashes<Edit extends object>(
  base: Edit,
  theirs: Edit,
  mine: Partial<Edit>,
): { field: string; theirs: unknown; mine: unknown }[] {
  return (Object.keys(mine) as (keyof Edit & string)[])
    .filter((field) => theirs[field] !== base[field] && theirs[field] !== mine[field])
    .map((field) => ({ field, theirs: theirs[field], mine: mine[field] }));
}

const FEED_PATIENCE_MS = 3000;

/** What somebody else made of it, as soon as the feed has told; nothing if it was removed. */
function newer<View extends Versioned>(
  kind: Pick<Kind<View, object>, "now">,
  base: View,
): Promise<View | undefined> {
  const found = () => kind.now(useLive.getState(), base.id);
  const isNewer = () => (found()?.revision ?? Number.POSITIVE_INFINITY) > base.revision;
  if (isNewer()) return Promise.resolve(found());
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      stop();
      resolve(isNewer() ? found() : undefined);
    };
    const timer = setTimeout(end, FEED_PATIENCE_MS);
    const stop = useLive.subscribe(() => isNewer() && end());
  });
}

function pick<Edit extends object>(from: Edit, like: Partial<Edit>): Partial<Edit> {
  const keys = Object.keys(like) as (keyof Edit)[];
  return Object.fromEntries(keys.map((key) => [key, from[key]])) as Partial<Edit>;
}
