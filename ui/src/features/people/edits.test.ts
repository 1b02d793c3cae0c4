// Two people change the same person: nothing is overwritten unseen.
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { PersonEdit, PersonView } from "../../bindings/api";
import { api, Refused } from "../../live/api";
import { forget, takeIn, useLive } from "../../live/store";
import { forgetSteps, redo, undo } from "../../live/undo";
import { person, state } from "../../testing/office";
import { startText } from "../../text";
import { clashes, editPerson, takeTheirs, useConflict } from "./edits";

const ana = person(1, "Ana");
let seq = 1;

/** The engine: takes only edits of the latest revision, and tells of each by the feed. */
let saved: PersonView;
const engine = vi.fn(async (_: number, revision: number, edit: PersonEdit): Promise<PersonView> => {
  if (revision !== saved.revision) throw new Refused(412, null);
  return change(edit);
});

function change(edit: Partial<PersonEdit>): PersonView {
  saved = { ...saved, ...edit, revision: saved.revision + 1 };
  seq += 1;
  takeIn({ type: "changes", seq, now: 0, changes: [{ kind: "person", id: 1, value: saved }] });
  return saved;
}

const live = () => useLive.getState().people.get(1);
const conflict = () => useConflict.getState().conflict;

beforeAll(() => startText("en"));

beforeEach(() => {
  seq = 1;
  saved = ana;
  takeIn({ type: "snapshot", epoch: "e", seq, now: 0, state: state({ people: [ana] }) });
  vi.spyOn(api, "editPerson").mockImplementation(engine);
});

afterEach(() => {
  vi.restoreAllMocks();
  takeTheirs();
  forgetSteps();
  forget();
});

test("an edit can be taken back and done again", async () => {
  await editPerson(ana, { name: "Anna" });
  expect(live()?.name).toBe("Anna");
  await undo();
  expect(live()?.name).toBe("Ana");
  await redo();
  expect(live()?.name).toBe("Anna");
});

test("undo leaves what somebody else changed meanwhile", async () => {
  await editPerson(ana, { name: "Anna" });
  change({ team: "Sales" });
  await undo();
  expect(live()).toMatchObject({ name: "Ana", team: "Sales" });
});

test("edits of different fields are joined without a question", async () => {
  change({ team: "Sales" });
  await editPerson(ana, { name: "Anna" });
  expect(live()).toMatchObject({ name: "Anna", team: "Sales" });
  expect(conflict()).toBeNull();
});

test("edits of the same field are shown side by side, and theirs stays until one is chosen", async () => {
  change({ name: "Annette" });
  await editPerson(ana, { name: "Anna" });
  expect(conflict()?.fields).toEqual([{ field: "name", theirs: "Annette", mine: "Anna" }]);
  expect(live()?.name).toBe("Annette");
});

test("keeping mine overwrites on purpose, and can be taken back to theirs", async () => {
  change({ name: "Annette" });
  await editPerson(ana, { name: "Anna" });
  await conflict()?.keepMine();
  expect(live()?.name).toBe("Anna");
  expect(conflict()).toBeNull();
  await undo();
  expect(live()?.name).toBe("Annette");
});

test("taking theirs leaves nothing to undo", async () => {
  change({ name: "Annette" });
  await editPerson(ana, { name: "Anna" });
  takeTheirs();
  await undo();
  expect(live()?.name).toBe("Annette");
});

test("a third change while one chooses asks again", async () => {
  change({ name: "Annette" });
  await editPerson(ana, { name: "Anna" });
  change({ name: "Annika" });
  await conflict()?.keepMine();
  expect(conflict()?.fields).toEqual([{ field: "name", theirs: "Annika", mine: "Anna" }]);
});

test("the feed may tell of the other change after the refusal", async () => {
  vi.spyOn(api, "editPerson").mockImplementationOnce(async () => {
    queueMicrotask(() => change({ name: "Annette" }));
    throw new Refused(412, null);
  });
  await editPerson(ana, { name: "Anna" });
  expect(conflict()?.fields[0]?.theirs).toBe("Annette");
});

test("any other refusal is the caller's to show", async () => {
  vi.spyOn(api, "editPerson").mockRejectedValueOnce(new Refused(409, null));
  await expect(editPerson(ana, { extension: "102" })).rejects.toThrow(Refused);
  expect(conflict()).toBeNull();
});

test("the same change by both is no conflict", () => {
  expect(clashes({ name: "a" }, { name: "b" }, { name: "b" })).toEqual([]);
});
