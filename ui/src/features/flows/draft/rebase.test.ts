// Nobody's changes are lost where two people edit the same flow, and what comes of both can be drawn.
import { expect, test } from "vitest";
import { menuFlow } from "../../../testing/flows";
import type { FlowDocument } from "../document";
import { isSame, rebased } from "./rebase";

type Act = (draft: FlowDocument) => void;
const base = menuFlow();
const after = (...acts: Act[]): FlowDocument => {
  const draft = structuredClone(base);
  for (const act of acts) act(draft);
  return draft;
};
const data =
  (id: string, change: Record<string, unknown>): Act =>
  (draft) => {
    const node = draft.nodes.find((one) => one.id === id);
    if (node) Object.assign(node.data, change);
  };
const move =
  (id: string, x: number): Act =>
  (draft) => {
    const node = draft.nodes.find((one) => one.id === id);
    if (node) node.position = { x, y: node.position.y };
  };
const remove =
  (id: string): Act =>
  (draft) => {
    draft.nodes = draft.nodes.filter((one) => one.id !== id);
    draft.edges = draft.edges.filter(({ source, target }) => source !== id && target !== id);
  };
const add =
  (id: string): Act =>
  (draft) => {
    draft.nodes.push({ id, type: "play", position: { x: 1, y: 2 }, data: { kind: "play", prompts: [] } });
  };
const lead =
  (source: string, sourceHandle: string, target: string, id: string): Act =>
  (draft) => {
    draft.edges = draft.edges.filter((edge) => edge.source !== source || edge.sourceHandle !== sourceHandle);
    draft.edges.push({ id, source, sourceHandle, target });
  };
const variable =
  (name: string, type: string): Act =>
  (draft) => {
    draft.variables = [...(draft.variables ?? []).filter((one) => one.name !== name), { name, type }];
  };

const CASES: [string, Act[], Act[], Act[], string[]][] = [
  ["different steps", [data("n_menu", { timeout: 9 })], [data("n_hours", { at: "arrival" })], [], []],
  [
    "different settings of one step",
    [data("n_menu", { timeout: 9 })],
    [data("n_menu", { attempts: 7 })],
    [],
    [],
  ],
  ["a place and a setting", [move("n_menu", 999)], [data("n_menu", { timeout: 9 })], [], []],
  ["two new steps", [add("n_mine")], [add("n_theirs")], [], []],
  ["a step and what is no step", [add("n_mine")], [variable("order", "text")], [], []],
  ["two variables", [variable("mine", "text")], [variable("theirs", "digits")], [], []],
  ["the same change", [data("n_menu", { timeout: 9 })], [data("n_menu", { timeout: 9 })], [], []],
];

test.each(CASES)("what both did is there: %s", (_, mine, theirs) => {
  const { document, both } = rebased(base, after(...mine), after(...theirs));
  expect(isSame(sorted(document), sorted(after(...theirs, ...mine)))).toBe(true);
  expect(both).toEqual([]);
});

/** The order of steps and ways says nothing. */
function sorted(document: FlowDocument): FlowDocument {
  const byId = <Item extends { id: string }>(items: Item[]) =>
    items.toSorted((one, other) => one.id.localeCompare(other.id));
  return { ...document, nodes: byId(document.nodes), edges: byId(document.edges) };
}

test("of one setting that both changed, one's own stands and the step is told", () => {
  const mine = after(data("n_menu", { timeout: 9, title: "Mine" }));
  const theirs = after(data("n_menu", { timeout: 3, attempts: 2 }));
  const { document, both } = rebased(base, mine, theirs);
  const menu = document.nodes.find(({ id }) => id === "n_menu");
  expect(menu?.data).toMatchObject({ timeout: 9, title: "Mine", attempts: 2 });
  expect(both).toEqual(["n_menu"]);
});

test("lists whose order means something are not mixed", () => {
  const keys = (...digits: string[]) => digits.map((digit) => ({ digit, label: digit }));
  const mine = after(data("n_menu", { options: keys("1", "3") }));
  const theirs = after(data("n_menu", { options: keys("1", "2", "4") }));
  const { document, both } = rebased(base, mine, theirs);
  expect(document.nodes.find(({ id }) => id === "n_menu")?.data.options).toEqual(keys("1", "3"));
  expect(both).toEqual(["n_menu"]);
});

test("a step that one removed and the other changed is as one left it oneself, and told", () => {
  const removed = rebased(base, after(remove("n_menu")), after(data("n_menu", { timeout: 9 })));
  expect(removed.document.nodes.some(({ id }) => id === "n_menu")).toBe(false);
  expect(removed.both).toContain("n_menu");
  const changed = rebased(base, after(data("n_menu", { timeout: 9 })), after(remove("n_menu")));
  expect(changed.document.nodes.find(({ id }) => id === "n_menu")?.data.timeout).toBe(9);
  expect(changed.both).toContain("n_menu");
});

test("no way is left that leads from or to a step that one of them removed", () => {
  const theirs = after(add("n_theirs"), lead("n_theirs", "default", "n_menu", "e_theirs"));
  const { document } = rebased(base, after(remove("n_menu")), theirs);
  const nodes = new Set(document.nodes.map(({ id }) => id));
  expect(nodes.has("n_theirs")).toBe(true);
  for (const { source, target } of document.edges)
    expect([nodes.has(source), nodes.has(target)]).toEqual([true, true]);
});

test("an outcome that both connected leads where one led it oneself, and nowhere else", () => {
  const mine = after(lead("n_menu", "digit:9", "n_hours", "e_mine"));
  const theirs = after(lead("n_menu", "digit:9", "n_menu", "e_theirs"));
  for (const [here, there, id] of [
    [mine, theirs, "e_mine"],
    [theirs, mine, "e_theirs"],
  ] as const) {
    const { document } = rebased(base, here, there);
    const ways = document.edges.filter((edge) => edge.source === "n_menu" && edge.sourceHandle === "digit:9");
    expect(ways.map((edge) => edge.id)).toEqual([id]);
  }
});
