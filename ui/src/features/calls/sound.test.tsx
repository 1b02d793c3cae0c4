// How a call sounded is told per party, in words anybody understands.
import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { CallSound } from "../../bindings/api";
import { startText } from "../../text";
import { Sound } from "./sound";

const heard = (over: Partial<CallSound>): CallSound => ({
  party: { person: 1, number: "101", name: "Ana" },
  mos: 4.31,
  worstMos: 4.2,
  loss: 0,
  jitterMs: 2.4,
  roundTripMs: null,
  ...over,
});

beforeEach(() => startText("en"));
afterEach(cleanup);

test("a good call is told in one word and its figures", () => {
  render(<Sound sound={[heard({})]} />);
  expect(screen.getByText("From Ana")).toBeDefined();
  expect(screen.getByText(/Good \(4\.3\)/)).toBeDefined();
  expect(screen.getByText("0.0 % lost · 2 ms jitter")).toBeDefined();
});

test("a call that was poor for a while says so, whatever it was in the mean", () => {
  const ben = { person: 2, number: "102", name: "Ben" };
  render(<Sound sound={[heard({ party: ben, mos: 3.9, worstMos: 2.1, loss: 0.052, roundTripMs: 34 })]} />);
  expect(screen.getByText(/Fair \(3\.9\)/)).toBeDefined();
  expect(screen.getByText(/at worst poor \(2\.1\) · 5\.2 % lost · 2 ms jitter · 34 ms/)).toBeDefined();
});

test("a call whose sound ran between the phones has nothing to tell", () => {
  const { container } = render(<Sound sound={[]} />);
  expect(container.childElementCount).toBe(0);
});
