// The outline: each step once, all of it by keys.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { expectAccessible } from "../../../testing/accessible";
import { menuFlow, openFlow } from "../../../testing/flows";
import { startText } from "../../../text";
import { flowsApi } from "../api";
import { openDocument, useDraft } from "../draft/store";
import { editFrame } from "../edits";
import { forgetSelection, selection } from "../selection";
import { resetView, useView } from "../view";
import { Outline } from "./outline";
import { flat, treeOf } from "./tree";

beforeEach(() => {
  startText("en");
  vi.stubGlobal("CSS", { escape: (text: string) => text.replace(/["\\]/g, "\\$&") });
  vi.stubGlobal("requestAnimationFrame", (act: () => void) => {
    act();
    return 0;
  });
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
  vi.unstubAllGlobals();
});

function open() {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <Outline />
    </QueryClientProvider>,
  );
  const items = screen.getAllByRole("treeitem");
  items.find((item) => item.tabIndex === 0)?.focus();
}
const here = () => document.activeElement?.textContent ?? "";
const press = (...keys: string[]) => {
  for (const key of keys) fireEvent.keyDown(document.activeElement ?? document.body, { key });
};

test("every step is described once; where it is reached again it is named", () => {
  const lines = flat(treeOf(menuFlow()), new Set());
  const described = lines.filter(({ branch }) => branch.node !== null && !branch.isAgain);
  expect(described.map(({ branch }) => branch.node)).toEqual([
    "n_start",
    "n_hours",
    "n_menu",
    "n_sales",
    "n_mail",
    "n_help",
  ]);
});

test("a cycle does not go on for ever", () => {
  const document = menuFlow();
  document.edges.push({ id: "e_back", source: "n_mail", sourceHandle: "saved", target: "n_start" });
  expect(flat(treeOf(document), new Set()).length).toBeLessThan(40);
});

test("it is one stop of the Tab key, and the arrows walk it", () => {
  open();
  expect(screen.getAllByRole("treeitem").filter((item) => item.tabIndex === 0).length).toBe(1);
  press("ArrowDown", "ArrowDown");
  expect(here()).toContain("Menu Welcome");
  press("ArrowLeft");
  expect(screen.queryByText("Ring people Sales")).toBeNull();
  press("ArrowRight", "ArrowRight");
  expect(here()).toContain("Ring people Sales");
});

test("a step is added, connected, disconnected and removed by keys", () => {
  open();
  press("ArrowDown", "ArrowDown", "ArrowDown");
  expect(selection().at).toBe("n_sales");
  press("c");
  expect(useView.getState().picking).toEqual({
    what: "connect",
    from: { node: "n_menu", outcome: "digit:1" },
  });
  press("a");
  expect(useView.getState().picking).toEqual({
    what: "add",
    from: { node: "n_sales", outcome: "answered" },
    at: null,
  });
  press("x");
  expect(
    openDocument().edges.some(
      ({ source, sourceHandle }) => source === "n_menu" && sourceHandle === "digit:1",
    ),
  ).toBe(false);
});

/** `Shift+ArrowDown` and the like. */
const pressWith = (...keys: string[]) => {
  for (const chord of keys) {
    const [key = "", ...held] = chord.split("+").reverse();
    fireEvent.keyDown(document.activeElement ?? document.body, {
      key,
      ctrlKey: held.includes("Ctrl"),
      shiftKey: held.includes("Shift"),
    });
  }
};
const chosen = () =>
  screen.getAllByRole("treeitem", { selected: true }).map(({ dataset }) => dataset.key ?? "");

test("several steps are chosen by keys and put into a frame, which has a line of its own", () => {
  open();
  pressWith("ArrowDown", "Shift+ArrowDown", "Ctrl+ArrowDown", " ");
  expect([...selection().ids]).toEqual(["n_hours", "n_menu", "n_sales"]);
  expect(chosen()).toEqual(["n_start default", "n_hours in_hours", "n_menu digit:1", "n_menu timeout"]);
  pressWith(" ", "Ctrl+g");
  const [frame] = openDocument().frames ?? [];
  expect([...selection().ids]).toEqual([frame?.id]);
  expect(here()).toContain("Group");
  expect(here()).toContain("Welcome");
  pressWith("F2");
  expect(useView.getState()).toMatchObject({ inspector: true, renaming: frame?.id });
  pressWith("Ctrl+Shift+G");
  expect(openDocument().frames?.[0]?.collapsed).toEqual(["n_hours", "n_menu"]);
  pressWith("Delete");
  expect(openDocument().frames).toEqual([]);
  expect(openDocument().nodes.length).toBe(6);
});

test("a note is added at a step, read in the outline and removed again", () => {
  open();
  pressWith("ArrowDown", "n");
  const [note] = openDocument().frames ?? [];
  expect(useView.getState()).toMatchObject({ inspector: true, renaming: note?.id });
  act(() => editFrame(note?.id ?? "", { text: "Ask Ben about the hours" }));
  expect(screen.getByText("Frames and notes")).toBeTruthy();
  expect(here()).toContain("Ask Ben about the hours");
  pressWith("Delete");
  expect(openDocument().frames).toEqual([]);
  expect(document.activeElement?.getAttribute("role")).toBe("treeitem");
});

test("everybody can use it", async () => {
  open();
  await expectAccessible();
});
