// Tidying up: from left to right, nothing on top of anything, the corner stays.
import { beforeEach, expect, test } from "vitest";
import { menuFlow, openFlow } from "../../testing/flows";
import { layout } from "./layout";
import { asLayout } from "./tidy";

beforeEach(() => openFlow());

test("steps stand right of those that lead to them, and no two overlap", () => {
  const asked = asLayout(menuFlow(), null);
  const places = new Map(layout(asked).places);
  for (const [source, target] of asked.edges) {
    expect(places.get(target)?.x, `${source} → ${target}`).toBeGreaterThan(places.get(source)?.x ?? 0);
  }
  const boxes = asked.nodes.map(({ id, width, height }) => ({
    id,
    width,
    height,
    ...(places.get(id) ?? { x: 0, y: 0 }),
  }));
  for (const one of boxes) {
    for (const other of boxes) {
      if (one.id >= other.id) continue;
      const apart =
        one.x + one.width <= other.x ||
        other.x + other.width <= one.x ||
        one.y + one.height <= other.y ||
        other.y + other.height <= one.y;
      expect(apart, `${one.id} and ${other.id}`).toBe(true);
    }
  }
  expect(Math.min(...boxes.map(({ x }) => x))).toBe(0);
});

test("only what is chosen is laid out", () => {
  const asked = asLayout(menuFlow(), new Set(["n_sales", "n_mail"]));
  expect(asked.nodes.map(({ id }) => id)).toEqual(["n_sales", "n_mail"]);
  expect(asked.edges).toEqual([["n_sales", "n_mail"]]);
});

test("nothing to lay out is no fault", () => {
  expect(layout({ nodes: [], edges: [] })).toEqual({ places: [] });
});
