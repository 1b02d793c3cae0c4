// The drawing by keys alone: arrows follow the call, letters act.
import { beforeEach, expect, test, vi } from "vitest";
import { usePreferences } from "../../../live/preferences";
import { menuFlow, openFlow } from "../../../testing/flows";
import { startText } from "../../../text";
import { flowsApi } from "../api";
import { nodeOf } from "../document";
import { openDocument, useDraft } from "../draft/store";
import { insideFrame } from "../edits";
import { choose, forgetSelection, selection, toggleChosen } from "../selection";
import { resetView, useView } from "../view";
import { order } from "./follow";
import { canvasDeed } from "./keys";
import { spokenName } from "./spoken-name";

beforeEach(() => {
  startText("en");
  vi.spyOn(flowsApi, "saveDraft").mockImplementation(async (_, { seq }) => ({
    seq: seq + 1,
    check: useDraft.getState().check,
  }));
  usePreferences.setState({ letterKeys: true });
  openFlow();
  forgetSelection();
  resetView();
});

function press(...keys: string[]): void {
  for (const key of keys) {
    const [name = "", ...with_] = key.split("+").reverse();
    canvasDeed(
      new KeyboardEvent("keydown", {
        key: name,
        code: /^\d$/.test(name) ? `Digit${name}` : `Key${name.toUpperCase()}`,
        ctrlKey: with_.includes("Ctrl"),
        shiftKey: with_.includes("Shift"),
        altKey: with_.includes("Alt"),
      }),
    )?.();
  }
}
const here = () => [selection().at, selection().outcome];

test("the first arrow stands at the beginning", () => {
  press("ArrowRight");
  expect(here()).toEqual(["n_start", "default"]);
});

test("right follows the chosen outcome, left goes back the way one came", () => {
  press("Home", "ArrowRight", "ArrowRight");
  expect(here()).toEqual(["n_menu", "digit:1"]);
  press("ArrowDown", "ArrowRight");
  expect(here()).toEqual(["n_help", "answered"]);
  press("ArrowLeft");
  expect(here()).toEqual(["n_menu", "digit:2"]);
  press("ArrowLeft", "ArrowLeft");
  expect(here()).toEqual(["n_start", "default"]);
  press("ArrowLeft");
  expect(here()).toEqual(["n_start", "default"]);
});

test("up and down choose among the outcomes and stay within the step", () => {
  choose("n_menu");
  press("ArrowUp");
  expect(selection().outcome).toBeNull();
  press("ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown", "ArrowDown");
  expect(selection().outcome).toBe("invalid");
});

test("an outcome nobody drew is followed to where callers really go", () => {
  const { check } = useDraft.getState();
  const facts = check.nodes.n_sales;
  if (!facts) throw new Error("no facts");
  const outcomes = facts.outcomes.map((one) =>
    one.name === "busy" ? { ...one, ghost: { to: "n_mail", target: null } } : one,
  );
  useDraft.setState({ check: { ...check, nodes: { ...check.nodes, n_sales: { ...facts, outcomes } } } });
  choose("n_sales", "busy");
  press("ArrowRight");
  expect(selection().at).toBe("n_mail");
});

test("the order of reading follows the call, outcome by outcome, and ends with what nobody reaches", () => {
  const document = menuFlow();
  document.nodes.push({ id: "n_lost", type: "play", position: { x: 0, y: 500 }, data: { kind: "play" } });
  openFlow(document);
  expect(order(openDocument())).toEqual([
    "n_start",
    "n_hours",
    "n_menu",
    "n_sales",
    "n_mail",
    "n_help",
    "n_lost",
  ]);
  press("Home", "PageDown", "PageDown", "PageDown");
  expect(selection().at).toBe("n_sales");
  press("End");
  expect(selection().at).toBe("n_lost");
});

test("a cycle is read once and comes to an end", () => {
  const document = menuFlow();
  document.edges.push({ id: "e_back", source: "n_mail", sourceHandle: "saved", target: "n_hours" });
  openFlow(document);
  expect(order(openDocument()).length).toBe(6);
});

test("every step says what it is, where its outcomes lead and what is wrong", () => {
  const document = openDocument();
  const menu = nodeOf(document, "n_menu");
  if (!menu) throw new Error("no menu");
  const facts = useDraft.getState().check.nodes.n_menu;
  expect(spokenName(document, menu, facts, [{ rule: "W05", level: "warning", params: {}, fixes: [] }])).toBe(
    "Menu Welcome. 4 outcomes: 1 Sales to Ring people Sales; 2 Help to Ring people Help; No key to Ring people Sales; Wrong key leads nowhere. 1 warning.",
  );
});

test("A adds after the outcome one stands at, C connects it, G goes anywhere", () => {
  choose("n_menu", "invalid");
  press("a");
  expect(useView.getState().picking).toEqual({
    what: "add",
    from: { node: "n_menu", outcome: "invalid" },
    at: null,
  });
  press("c");
  expect(useView.getState().picking).toEqual({
    what: "connect",
    from: { node: "n_menu", outcome: "invalid" },
  });
  press("g");
  expect(useView.getState().picking).toEqual({ what: "goTo" });
});

test("X disconnects, and only the outcome one stands at", () => {
  choose("n_menu", "timeout");
  press("x");
  const ways = openDocument().edges.filter(({ source }) => source === "n_menu");
  expect(ways.map(({ sourceHandle }) => sourceHandle)).toEqual(["digit:1", "digit:2"]);
});

test("M moves by the arrow keys as one step until Enter", () => {
  choose("n_menu");
  press("m", "ArrowRight", "ArrowRight", "Shift+ArrowDown", "Enter");
  expect(nodeOf(openDocument(), "n_menu")?.position).toEqual({ x: 616, y: 40 });
  expect(useDraft.getState().history.steps.length).toBe(1);
  expect(useView.getState().moving).toBe(false);
  press("ArrowRight");
  expect(selection().at).toBe("n_sales");
});

test("removing offers to bridge where there is one way on", () => {
  choose("n_sales");
  press("Delete");
  expect(useView.getState().removing).toEqual(["n_sales"]);
  expect(openDocument().nodes.length).toBe(6);
});

test("what is chosen is removed though the keys have gone on to another step", () => {
  choose("n_menu", "digit:1");
  press("Ctrl+ArrowRight");
  expect([selection().at, [...selection().ids]]).toEqual(["n_sales", ["n_menu"]]);
  press("Delete");
  // The menu leads to two steps, so there is none to bridge to and nothing to ask.
  expect(useView.getState().removing).toBeNull();
  expect(nodeOf(openDocument(), "n_menu")).toBeUndefined();
  expect(nodeOf(openDocument(), "n_sales")).toBeDefined();
});

test("a step that can be bridged is asked for though the keys stand at one that cannot", () => {
  choose("n_sales", "no_answer");
  press("Ctrl+ArrowRight");
  expect(selection().at).toBe("n_mail");
  press("Delete");
  expect(useView.getState().removing).toEqual(["n_sales"]);
});

test("with nothing chosen the step at which the keys stand is removed", () => {
  choose("n_sales");
  toggleChosen();
  expect(selection().ids.size).toBe(0);
  press("Delete");
  expect(useView.getState().removing).toEqual(["n_sales"]);
});

test("the beginning cannot be removed", () => {
  choose("n_start");
  press("Delete");
  expect(openDocument().nodes.length).toBe(6);
});

test("single letters do nothing for who has turned them off; arrows still work", () => {
  usePreferences.setState({ letterKeys: false });
  choose("n_menu", "timeout");
  press("x", "a", "m");
  expect(openDocument().edges.length).toBe(8);
  expect(useView.getState().picking).toBeNull();
  press("ArrowRight");
  expect(selection().at).toBe("n_sales");
});

test("nothing is changed by keys in a flow that is only looked at", () => {
  useDraft.setState({ isReadOnly: true });
  choose("n_menu", "timeout");
  press("x", "Delete", "Ctrl+d", "a");
  expect(openDocument()).toEqual(menuFlow());
  expect(useView.getState().picking).toBeNull();
});

test("some steps are chosen along the way, others one by one, and the keys go past the rest", () => {
  const ids = () => [...selection().ids];
  press("Home", "PageDown", "Shift+PageDown");
  expect(ids()).toEqual(["n_hours", "n_menu"]);
  // Past the sales phones to the mailbox, which is chosen as well.
  press("Ctrl+PageDown", "Ctrl+PageDown", " ");
  expect([selection().at, ids()]).toEqual(["n_mail", ["n_hours", "n_menu", "n_mail"]]);
  press("Ctrl+Home", "PageDown", " ");
  expect([selection().at, ids()]).toEqual(["n_hours", []]);
  press("Shift+ArrowRight");
  expect(ids()).toEqual(["n_menu"]);
});

test("what was chosen by keys is framed, moved and copied together, and nothing else", () => {
  const places = () => Object.fromEntries(openDocument().nodes.map(({ id, position }) => [id, position.x]));
  const before = places();
  press("Home", "ArrowRight", "Shift+ArrowRight", "m", "ArrowRight", "Enter");
  expect(places()).toEqual({ ...before, n_hours: 308, n_menu: 608 });
  press("Ctrl+g");
  const [frame] = openDocument().frames ?? [];
  if (!frame) throw new Error("no frame");
  expect(insideFrame(openDocument(), frame)).toEqual(["n_hours", "n_menu"]);
  press("Home", "ArrowRight", "Shift+ArrowRight", "Ctrl+d");
  expect(openDocument().nodes.length).toBe(8);
});

test("a note is made at the step one stands at, and its text is written at once", () => {
  choose("n_menu");
  press("n");
  const [note] = openDocument().frames ?? [];
  expect(note).toMatchObject({ kind: "note", text: "", x: 600, y: -136 });
  expect(useView.getState()).toMatchObject({ inspector: true, renaming: note?.id });
});
