// The outline: each step once, all of it by keys.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { expectAccessible } from "../../../testing/accessible";
import { menuFlow, openFlow } from "../../../testing/flows";
import { startText } from "../../../text";
import { flowsApi } from "../api";
import { openDocument, useDraft } from "../draft/store";
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

test("everybody can use it", async () => {
  open();
  await expectAccessible();
});
