// Adding and removing people. Each step can be taken back.
import i18next from "i18next";
import type { PersonEdit, PersonView } from "../../bindings/api";
import { api } from "../../live/api";
import { tellRefused } from "../../live/toasts";
import { perform } from "../../live/undo";

const t = i18next.getFixedT(null, "people");

/** Adds somebody. Throws what the engine refuses. */
export async function addPerson(person: PersonEdit): Promise<PersonView> {
  const [added] = await add(t("told.added", { name: person.name }), async () => [
    await api.addPerson(person),
  ]);
  if (!added) throw new Error("the engine answered without the person");
  return added;
}

/** Adds all or none. Throws what the engine refuses. */
export function addPeople(people: PersonEdit[]): Promise<PersonView[]> {
  return add(t("told.addedMany", { count: people.length }), () => api.addPeople({ people }));
}

/** Removes somebody with their phones and number. */
export async function removePerson(person: PersonView): Promise<void> {
  try {
    await perform({
      name: t("told.removed", { name: person.name }),
      do: () => api.removePerson(person.id),
      undo: () => api.restorePerson(person.id),
    });
  } catch (error) {
    tellRefused(error);
  }
}

async function add(name: string, make: () => Promise<PersonView[]>): Promise<PersonView[]> {
  const added: PersonView[] = [];
  await perform({
    name,
    do: async () => {
      if (added.length === 0) added.push(...(await make()));
      else for (const { id } of added) await api.restorePerson(id);
    },
    undo: async () => {
      for (const { id } of [...added].reverse()) await api.removePerson(id);
    },
  });
  return added;
}
