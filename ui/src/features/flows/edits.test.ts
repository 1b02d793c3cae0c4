// What can be done to a flow, and that each of it is one step with a name.
import { beforeEach, expect, test, vi } from "vitest";
import { menuFlow, openFlow } from "../../testing/flows";
import { startText } from "../../text";
import { flowsApi } from "./api";
import { nodesOf } from "./canvas/react-flow-nodes";
import { waysOf } from "./canvas/ways-of";
import { copied, paste, readPart } from "./clipboard";
import { edgeFrom, nodeOf } from "./document";
import { openDocument, undoEdit, useDraft } from "./draft/store";
import {
  addFrame,
  addNode,
  bridgeOver,
  collapseFrame,
  connect,
  disableFrame,
  insideFrame,
  moveThings,
  removeThings,
  rename,
  setParam,
} from "./edits";

beforeEach(() => {
  startText("en");
  vi.spyOn(flowsApi, "saveDraft").mockImplementation(async (_, { seq }) => ({
    seq: seq + 1,
    check: useDraft.getState().check,
  }));
  openFlow();
});

const stepNames = () => useDraft.getState().history.steps.map(({ name }) => name);

test("a step is inserted on a way: who went there comes to it first", () => {
  const id = addNode("play", null, { node: "n_hours", outcome: "in_hours" });
  const document = openDocument();
  expect(edgeFrom(document, "n_hours", "in_hours")?.target).toBe(id);
  expect(edgeFrom(document, id, "default")?.target).toBe("n_menu");
  expect(stepNames()).toEqual(["Add Say something"]);
  expect(undoEdit()?.name).toBe("Add Say something");
  expect(openDocument()).toEqual(menuFlow());
});

test("a new step stands where nothing is", () => {
  const first = addNode("play", { x: 0, y: 0 }, null);
  const second = addNode("hangup", null, { node: "n_start", outcome: "default" });
  const third = addNode("hangup", null, { node: "n_menu", outcome: "invalid" });
  const places = [first, second, third].map((id) => nodeOf(openDocument(), id)?.position);
  expect(places[0]).toEqual({ x: 0, y: 0 });
  for (const place of places.slice(1)) {
    const near = openDocument().nodes.filter(
      ({ position: { x, y } }) => Math.abs(x - (place?.x ?? 0)) < 200 && Math.abs(y - (place?.y ?? 0)) < 40,
    );
    expect(near.length).toBe(1);
  }
});

test("connecting moves the way there is; a way into the beginning is none", () => {
  connect({ node: "n_menu", outcome: "digit:2" }, "n_sales");
  expect(openDocument().edges.length).toBe(8);
  expect(edgeFrom(openDocument(), "n_menu", "digit:2")?.target).toBe("n_sales");
  connect({ node: "n_menu", outcome: "invalid" }, "n_start");
  expect(stepNames()).toEqual(["Connect 2 Help → Sales"]);
});

test("removing with a bridge leads everybody on", () => {
  expect(bridgeOver(openDocument(), "n_sales")).toBe("n_mail");
  expect(bridgeOver(openDocument(), "n_menu")).toBeNull();
  removeThings(["n_sales"], true);
  const into = openDocument().edges.filter(({ target }) => target === "n_mail");
  expect(into.map(({ source, sourceHandle }) => `${source} ${sourceHandle}`)).toEqual([
    "n_hours out_of_hours",
    "n_menu digit:1",
    "n_menu timeout",
    "n_help no_answer",
  ]);
});

test("removing without a bridge leaves the ways open, and the settings point at nothing that is gone", () => {
  const document = menuFlow();
  document.settings = { onError: "n_mail" };
  openFlow(document);
  removeThings(["n_mail"], false);
  expect(openDocument().edges.some(({ target }) => target === "n_mail")).toBe(false);
  expect(openDocument().settings?.onError).toBeUndefined();
});

test("taking a key away takes its way along", () => {
  setParam("n_menu", "options", [{ digit: "1", label: "Sales" }]);
  expect(edgeFrom(openDocument(), "n_menu", "digit:2")).toBeUndefined();
  expect(edgeFrom(openDocument(), "n_menu", "digit:1")).toBeDefined();
});

test("a name that did not change is no step", () => {
  rename("n_menu", "Welcome");
  rename("n_menu", "  Hello ");
  expect(nodeOf(openDocument(), "n_menu")?.data.title).toBe("Hello");
  expect(stepNames()).toEqual(["Rename Welcome"]);
});

test("a frame goes around what is chosen and knows what stands in it", () => {
  const id = addFrame("frame", ["n_sales", "n_help"], { x: 0, y: 0 });
  const document = openDocument();
  const frame = document.frames?.find((one) => one.id === id);
  if (!frame) throw new Error("no frame");
  expect(insideFrame(document, frame).sort()).toEqual(["n_help", "n_sales"]);
});

const NAMES: Record<string, string> = { "person 1": "Ana", "person 2": "Ben", "mailbox 2": "Office" };
const names = (ref: string, id: string) => NAMES[`${ref} ${id}`] ?? id;

test("what is copied can be pasted into another office: what it does not have waits to be chosen", () => {
  const part = readPart(JSON.stringify(copied(openDocument(), ["n_menu", "n_sales", "n_mail"], names)));
  if (!part) throw new Error("not read");
  // The other office has an Ana by the same number, and somebody else's mailbox.
  const ids = paste(part, { x: 0, y: 0 }, (_, id, name) => id === "1" && name === "Ana");
  const document = openDocument();
  const [menu, sales, mail] = ["menu", "dial", "voicemail"].map((kind) =>
    document.nodes.find(({ id, data }) => ids.includes(id) && data.kind === kind),
  );
  expect(sales?.data.targets).toEqual([{ type: "user", id: "1" }]);
  expect(mail?.data.mailbox).toBe("?Office");
  expect(edgeFrom(document, menu?.id ?? "", "digit:1")?.target).toBe(sales?.id);
  // Ways to what was not copied are not there.
  expect(edgeFrom(document, menu?.id ?? "", "digit:2")).toBeUndefined();
  expect(new Set(document.nodes.map(({ id }) => id)).size).toBe(9);
  expect(stepNames()).toEqual(["Paste 3 steps"]);
});

test("the beginning is never copied, and other text is no part of a flow", () => {
  expect(copied(openDocument(), ["n_start"], names).nodes).toEqual([]);
  expect(readPart("Hello")).toBeNull();
  expect(readPart('{"format":"cordboard/flow-part","nodes":[{"id":4}],"edges":[]}')).toBeNull();
  expect(readPart("null")).toBeNull();
});

test("a collapsed frame stands for its steps: ways end at it, and it is moved, copied, disabled and undone as one", () => {
  const frame = addFrame("frame", ["n_sales", "n_help"], { x: 0, y: 0 });
  const facts = useDraft.getState().check.nodes;
  const drawn = () => nodesOf(openDocument(), facts, new Set(), new Map()).map(({ id }) => id);
  const ways = () => waysOf(openDocument(), facts, null).filter(({ isGhost }) => !isGhost);
  const before = ways();
  collapseFrame(frame, true);
  expect(drawn()).toContain(frame);
  expect(drawn()).not.toContain("n_sales");
  const intoFrame = ways().filter(({ target }) => target === frame);
  expect(intoFrame.map(({ source }) => source)).toContain("n_menu");
  // What leaves a step in it still says which.
  for (const { source, from } of ways()) {
    if (source === frame) expect(["n_sales", "n_help"]).toContain(from);
  }
  // A step that is set down where its steps were is not swallowed.
  const kept = openDocument().frames?.[0];
  if (!kept) throw new Error("no frame");
  moveThings(new Map([["n_mail", { x: kept.x + 30, y: kept.y + 50 }]]));
  expect(insideFrame(openDocument(), openDocument().frames?.[0] ?? kept).sort()).toEqual([
    "n_help",
    "n_sales",
  ]);

  disableFrame(frame, true);
  const isOff = (id: string) => openDocument().nodes.find((node) => node.id === id)?.data.disabled;
  expect([isOff("n_sales"), isOff("n_help"), isOff("n_mail")]).toEqual([true, true, undefined]);

  const part = copied(openDocument(), [frame], () => "");
  expect(part.nodes.map(({ id }) => id).sort()).toEqual(["n_help", "n_sales"]);
  const pasted = paste(part, { x: 900, y: 900 }, () => true);
  const copy = openDocument().frames?.find(({ id }) => pasted.includes(id));
  expect(copy?.collapsed?.length).toBe(2);
  expect(copy?.collapsed).not.toContain("n_sales");

  for (let steps = 0; steps < 4; steps += 1) undoEdit();
  expect(openDocument().frames?.[0]?.collapsed).toBeUndefined();
  expect(ways()).toEqual(before);
});
