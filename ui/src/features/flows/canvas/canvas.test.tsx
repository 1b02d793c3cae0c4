// The drawing: one stop of the Tab key, its steps in reading order, each with its whole name.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { takeIn } from "../../../live/store";
import { expectAccessible } from "../../../testing/accessible";
import { menuFlow, openFlow } from "../../../testing/flows";
import { party, person, ringing, state } from "../../../testing/office";
import { startText } from "../../../text";
import { flowsApi } from "../api";
import { useDraft } from "../draft/store";
import { forgetOverlay, showOverlay } from "../overlay";
import { choose, forgetSelection } from "../selection";
import { forgetTrail, showTrail } from "../trail";
import { resetView } from "../view";
import { Canvas } from "./canvas";

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

test("callers are numbers on the step they are at, and nothing else is drawn for them", () => {
  open();
  const ana = person(1, "Ana Kraft");
  const at = (node: string, id: number) => ({
    ...ringing(id, party("+4989123"), ana),
    at: { flow: 1, revision: 1, node, since: 0 },
  });
  act(() => {
    const calls = [at("n_menu", 1), at("n_menu", 2), at("n_sales", 3)];
    takeIn({ type: "snapshot", epoch: "e", seq: 1, now: Date.now(), state: state({ people: [ana], calls }) });
  });
  expect(window.document.querySelector("#step-n_menu .step-callers")?.textContent).toBe("2");
  expect(window.document.querySelector("#step-n_sales .step-callers")?.textContent).toBe("1");
  expect(window.document.querySelector("#step-n_help .step-callers")).toBeNull();
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
  const before = menuFlow();
  before.nodes.push({
    id: "n_old",
    type: "play",
    position: { x: 0, y: 300 },
    data: { kind: "play", title: "Old" },
  });
  act(() =>
    showOverlay(
      [
        { kind: "changed", node: "n_menu", sentence: { id: "x", params: {} } },
        { kind: "removed", node: "n_old", sentence: { id: "x", params: {} } },
      ],
      before,
    ),
  );
  expect(window.document.querySelector("#step-n_menu .step-mark")?.textContent).toBe("～ changed");
  expect(screen.getByRole("group", { name: "Say something Old － removed" })).toBeTruthy();
});

test("everybody can use it", async () => {
  open();
  choose("n_menu");
  await expectAccessible();
});
