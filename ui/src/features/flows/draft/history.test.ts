// Undo takes back everything, however many steps there were.
import { expect, test } from "vitest";
import { menuFlow } from "../../../testing/flows";
import type { FlowDocument } from "../document";
import { change, extend, type History, MOST_STEPS, redo, undo } from "./history";

const begin = (document: FlowDocument = menuFlow()): History => ({ document, steps: [], cursor: 0 });

/** The same numbers each time. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** One random edit of any kind the builder makes. */
function anyEdit(chance: () => number): (draft: FlowDocument) => void {
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(chance() * list.length)];
  const what = Math.floor(chance() * 7);
  const mark = Math.floor(chance() * 1e9).toString(36);
  return (draft) => {
    const node = pick(draft.nodes);
    const edge = pick(draft.edges);
    if (what === 0) {
      draft.nodes.push({
        id: `n_${mark}`,
        type: "play",
        position: { x: 1, y: 2 },
        data: { kind: "play", prompts: [] },
      });
    } else if (what === 1 && node)
      node.position = { x: Math.floor(chance() * 900), y: Math.floor(chance() * 900) };
    else if (what === 2 && node) node.data.title = mark;
    else if (what === 3 && edge) edge.target = pick(draft.nodes)?.id ?? edge.target;
    else if (what === 4) draft.edges = draft.edges.filter((one) => one !== edge);
    else if (what === 5 && node) {
      draft.nodes = draft.nodes.filter((one) => one !== node);
      draft.edges = draft.edges.filter(({ source, target }) => source !== node.id && target !== node.id);
    } else draft.settings = { ...draft.settings, language: mark };
  };
}

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  "whatever was done, undoing all of it gives the same document (%i)",
  (seed) => {
    const chance = dice(seed);
    const first = begin();
    const before = JSON.stringify(first.document);
    let history = first;
    const states: string[] = [];
    for (let count = 0; count < 200; count += 1) {
      const done = change(history, "edit", anyEdit(chance));
      if (!done) continue;
      history = done.history;
      states.push(JSON.stringify(history.document));
    }
    expect(history.steps.length).toBeGreaterThan(100);
    const after = JSON.stringify(history.document);
    // Each step back is the state before it, each step forward the state after it.
    for (let at = states.length - 2; at >= 0; at -= 1) {
      history = undo(history) as History;
      expect(JSON.stringify(history.document)).toBe(states[at]);
    }
    history = undo(history) as History;
    expect(JSON.stringify(history.document)).toBe(before);
    expect(undo(history)).toBeNull();
    for (let next = redo(history); next; next = redo(history)) history = next;
    expect(JSON.stringify(history.document)).toBe(after);
  },
);

test("steps that went to disk and back still take everything back", () => {
  const first = begin();
  let history = first;
  for (const title of ["One", "Two"]) {
    const done = change(history, title, (draft) => {
      const [node] = draft.nodes;
      if (node) node.data.title = title;
    });
    if (done) history = done.history;
  }
  const restored = JSON.parse(JSON.stringify(history)) as History;
  const back = undo(undo(restored) as History) as History;
  expect(back.document).toEqual(first.document);
});

test("500 steps are kept, and the oldest goes", () => {
  let history = begin();
  let place = 0;
  for (let count = 0; count < MOST_STEPS + 3; count += 1) {
    const done = change(history, `step ${count}`, (draft) => {
      draft.name = `name ${count}`;
    });
    if (!done) throw new Error("nothing changed");
    ({ history, place } = done);
  }
  expect(history.steps.length).toBe(MOST_STEPS);
  expect(history.cursor).toBe(MOST_STEPS);
  expect(history.steps[0]?.name).toBe("step 3");
  // Told with the step that is about to go, so that the engine knows a new one from a longer one.
  expect(place).toBe(MOST_STEPS + 1);
});

test("what was typed is one step", () => {
  const first = begin();
  const type = (text: string) => (draft: FlowDocument) => {
    draft.name = text;
  };
  const begun = change(first, "Rename", type("S"));
  const more = begun && extend(begun.history, type("Sa"));
  const all = more && extend(more.history, type("Sales"));
  expect(all?.history.steps.length).toBe(1);
  expect(all?.place).toBe(1);
  expect(undo(all?.history as History)?.document.name).toBe("Main number");
});

test("a new step forgets what was taken back", () => {
  const one = change(begin(), "one", (draft) => {
    draft.name = "one";
  });
  const back = undo(one?.history as History) as History;
  const two = change(back, "two", (draft) => {
    draft.name = "two";
  });
  expect(two?.history.steps.map(({ name }) => name)).toEqual(["two"]);
  expect(redo(two?.history as History)).toBeNull();
});
