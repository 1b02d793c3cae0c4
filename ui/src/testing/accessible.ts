// Whether everybody can use what is on the page, as far as that can be judged without a layout.
import axe from "axe-core";
import { expect } from "vitest";

/** Colours need a layout; landmarks belong to the frame around a screen. */
const NOT_HERE = ["color-contrast", "region", "page-has-heading-one", "landmark-one-main"];

export async function expectAccessible(): Promise<void> {
  const { violations } = await axe.run(document.body, {
    resultTypes: ["violations"],
    rules: Object.fromEntries(NOT_HERE.map((rule) => [rule, { enabled: false }])),
  });
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  expect(found).toEqual([]);
}
