// The drawing: one stop of the Tab key, its steps in reading order, each with its whole name.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { ReactFlow, ReactFlowProvider } from "@xyflow/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { takeIn } from "../../../live/store";
import { expectAccessible } from "../../../testing/accessible";
import { menuFlow, openFlow } from "../../../testing/flows";
import { party, person, ringing, state } from "../../../testing/office";
import { startText } from "../../../text";
import { flowsApi } from "../api";
import { useDraft } from "../draft/store";
import { forgetOverlay, showOverlay } from "../overlay";
import { choose, forgetSelection, useSelection } from "../selection";
import { forgetTrail, showTrail } from "../trail";
import { resetView } from "../view";
import { Canvas } from "./canvas";
import { nodesOf } from "./react-flow-nodes";
import { Ways } from "./ways";
import { waysOf } from "./ways-of";

vi.setConfig({ testTimeout: 40_000 });

class Observer {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

beforeEach(() => {
  startText("en");
  vi.stubGlobal("ResizeObserver", Observer);
  vi.stubGlobal(
    "DOMMatrixReadOnly",
    class {
      m22 = 1;
    },
  );
  vi.spyOn(flowsApi, "saveDraft").mockImplementation(async (_, { seq }) => ({
    seq: seq + 1,
    check: useDraft.getState().check,
  }));
  openFlow();
  forgetSelection();
  resetView();
});
afterEach(() => {
  cleanup();
  forgetTrail();
  forgetOverlay();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function open() {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <Canvas />
    </QueryClientProvider>,
  );
  return screen.getByRole("application", { name: "Drawing of the flow" });
}
const steps = () => screen.getAllByRole("group").filter((one) => one.id.startsWith("step-"));

test("it is one stop of the Tab key: nothing in it is another", () => {
  const canvas = open();
  expect(canvas.tabIndex).toBe(0);
  const stops = [...canvas.querySelectorAll<HTMLElement>("*")].filter((one) => one.tabIndex >= 0);
  expect(stops.map(({ outerHTML }) => outerHTML.slice(0, 80))).toEqual([]);
});

test("the steps stand in the order in which they are read", () => {
  open();
  expect(steps().map(({ id }) => id)).toEqual(
    ["start", "hours", "menu", "sales", "mail", "help"].map((id) => `step-n_${id}`),
  );
});

test("arrows move what is active, and its name tells where its outcomes lead", () => {
  const canvas = open();
  canvas.focus();
  for (const key of ["Home", "ArrowRight", "ArrowRight"]) fireEvent.keyDown(canvas, { key });
  const active = window.document.getElementById(canvas.getAttribute("aria-activedescendant") ?? "");
  expect(active?.getAttribute("aria-label")).toContain(
    "Menu Welcome. 4 outcomes: 1 Sales to Ring people Sales;",
  );
});

test("what cannot be reached and what is wrong is in the name as well", () => {
  const document = menuFlow();
  openFlow(document, {
    findings: [{ rule: "E03", level: "error", node: "n_menu", outcome: "invalid", params: {}, fixes: [] }],
  });
  useDraft.setState(({ check }) => {
    const facts = check.nodes.n_help;
    return facts
      ? { check: { ...check, nodes: { ...check.nodes, n_help: { ...facts, reachable: false } } } }
      : {};
  });
  open();
  expect(screen.getByRole("group", { name: /Menu Welcome.* 1 error\.$/ })).toBeTruthy();
  expect(screen.getByRole("group", { name: /Ring people Help.* No call comes here\.$/ })).toBeTruthy();
});

test("callers are numbers on the step they are at and on the way they came, and nothing moves", () => {
  open();
  const ana = person(1, "Ana Kraft");
  const at = (node: string, id: number, from: string, outcome: string) => ({
    ...ringing(id, party("+4989123"), ana),
    at: { flow: 1, revision: 1, node, by: { node: from, outcome }, since: 0 },
  });
  act(() => {
    const calls = [
      at("n_menu", 1, "n_hours", "in_hours"),
      at("n_menu", 2, "n_hours", "in_hours"),
      at("n_sales", 3, "n_menu", "digit:1"),
      at("n_mail", 4, "n_sales", "no_answer"),
      // They came by a version in which this key led here.
      at("n_mail", 5, "n_menu", "digit:2"),
    ];
    takeIn({ type: "snapshot", epoch: "e", seq: 1, now: Date.now(), state: state({ people: [ana], calls }) });
  });
  expect(window.document.querySelector("#step-n_menu .step-callers")?.textContent).toBe("2");
  expect(window.document.querySelector("#step-n_sales .step-callers")?.textContent).toBe("1");
  expect(window.document.querySelector("#step-n_help .step-callers")).toBeNull();
  const onWays = [...window.document.querySelectorAll<SVGGElement>(".way[data-live]")].map((way) => [
    way.dataset.taken,
    way.querySelector("text")?.textContent,
    way.querySelector("title")?.textContent,
  ]);
  expect(onWays).toEqual([
    ["e_1", "2", "2 callers came this way"],
    ["e_3", "1", "1 caller came this way"],
    ["e_6", "1", "1 caller came this way"],
  ]);
  expect(window.document.querySelector(".animated, animate, animateMotion")).toBeNull();
});

test("of a large drawing the ways are painted together, and each can still be pressed", () => {
  const document = menuFlow();
  for (let at = 0; at < 90; at += 1) {
    const id = `n_more${at}`;
    const place = { x: 300 * at, y: 900 };
    document.nodes.push({ id, type: "play", position: place, data: { kind: "play", prompts: [] } });
    const to = at === 0 ? "n_mail" : `n_more${at - 1}`;
    document.edges.push({ id: `e_more${at}`, source: id, sourceHandle: "default", target: to });
  }
  openFlow(document);
  render(
    <ReactFlowProvider>
      <ReactFlow>
        <Ways
          ways={waysOf(document, useDraft.getState().check.nodes, null)}
          gone={[]}
          nodes={nodesOf(document, useDraft.getState().check.nodes, new Set(), new Map())}
          moving={new Set(["n_more9"])}
          together
        />
      </ReactFlow>
    </ReactFlowProvider>,
  );
  const together = window.document.querySelector(".ways-together:not([data-ghost])")?.getAttribute("d") ?? "";
  // All but those to and from a step that is being moved.
  expect(together.match(/M/g)?.length).toBe(document.edges.length - 2);
  const loose = window.document.querySelectorAll<SVGGElement>(".way[data-loose]");
  expect([...loose].map((one) => one.dataset.edge)).toEqual(["e_more9", "e_more10"]);
  const one = window.document.querySelector('.way[data-edge="e_more7"] .way-touch');
  fireEvent.click(one as Element);
  expect(useSelection.getState().edge).toBe("e_more7");
});

test("a call that is played marks where it was and where it is", () => {
  open();
  act(() =>
    showTrail(
      [
        { seq: 0, tMs: 0, node: "n_start", event: "enter" },
        { seq: 1, tMs: 0, node: "n_start", event: "outcome", outcome: "default" },
        { seq: 2, tMs: 5, node: "n_hours", event: "enter" },
        { seq: 3, tMs: 5, node: "n_menu", event: "enter" },
      ],
      3,
    ),
  );
  const trail = (id: string) => window.document.getElementById(`step-${id}`)?.dataset.trail;
  expect([trail("n_start"), trail("n_hours"), trail("n_menu")]).toEqual(["passed", "here", undefined]);
});

test("differences are marked by word and sign, and what is gone is drawn again", () => {
  open();
  const [before, now] = [menuFlow(), menuFlow()];
  before.nodes.push({
    id: "n_old",
    type: "play",
    position: { x: 0, y: 300 },
    data: { kind: "play", title: "Old" },
  });
  // Key 2 led to what is gone, key 1 to the other colleagues, key 3 is gone itself.
  const way = (id: string, source: string, sourceHandle: string, target: string) => ({
    id,
    source,
    sourceHandle,
    target,
  });
  before.edges = before.edges.map((edge) => {
    if (edge.sourceHandle === "digit:2") return { ...edge, target: "n_old" };
    return edge.sourceHandle === "digit:1" ? { ...edge, target: "n_help" } : edge;
  });
  before.edges.push(way("e_old", "n_old", "default", "n_mail"), way("e_3rd", "n_menu", "digit:3", "n_sales"));
  act(() =>
    showOverlay(
      [
        { kind: "changed", node: "n_menu", sentence: { id: "x", params: {} } },
        { kind: "removed", node: "n_old", sentence: { id: "x", params: {} } },
      ],
      before,
      now,
    ),
  );
  expect(window.document.querySelector("#step-n_menu .step-mark")?.textContent).toBe("～ changed");
  expect(screen.getByRole("group", { name: "Say something Old － removed" })).toBeTruthy();
  const marked = (mark: string) =>
    [...window.document.querySelectorAll<SVGGElement>(`.way[data-mark="${mark}"]`)].map(
      (one) => one.dataset.edge ?? one.querySelector(".way-mark")?.textContent,
    );
  expect(marked("removed")).toEqual(["－ Key 1", "－ Key 2", "－ Then", "－ Key 3"]);
  expect(marked("added")).toEqual(["e_3", "e_4"]);
});

test("everybody can use it", async () => {
  open();
  choose("n_menu");
  await expectAccessible();
});
