import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import type { Status } from "../../live/api";
import { text } from "../../text/en";
import { Now } from "./now";

const status: Status = {
  office: "Reed & Sons",
  version: "0.1.0",
  uptime_seconds: 65,
  registered_devices: 0,
  active_calls: 0,
  sip: [{ transport: "udp", address: "127.0.0.1:5062" }],
};

function engineTells(answers: Record<string, unknown>) {
  const tell = (path: string) => {
    const told = answers[path];
    return typeof told === "number" ? new Response("", { status: told }) : Response.json(told);
  };
  vi.stubGlobal("fetch", async (path: string) => tell(path));
}

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

test("an empty office is told how to begin", async () => {
  engineTells({ "/api/status": status, "/api/people": [] });
  render(<Now />);
  expect(await screen.findByText("Reed & Sons")).toBeTruthy();
  expect(screen.getByRole("status").textContent).toBe(text.state.told);
  expect(await screen.findByText(text.people.none)).toBeTruthy();
  const current = document.querySelector("[aria-current=step]");
  expect(current?.textContent).toContain(text.next.commands.addPeople);
});

test("people are listed and the next step moves on", async () => {
  engineTells({ "/api/status": status, "/api/people": [{ name: "Anna", extension: "101" }] });
  render(<Now />);
  expect(await screen.findByText("Anna")).toBeTruthy();
  expect(document.querySelector("[aria-current=step]")?.textContent).toContain(text.next.addPhone);
});

test("an office with phones needs no lesson", async () => {
  engineTells({ "/api/status": { ...status, registered_devices: 2 }, "/api/people": [] });
  render(<Now />);
  expect(await screen.findByText("2")).toBeTruthy();
  expect(screen.queryByText(text.next.heading)).toBeNull();
});

test("who is not signed in sees no people", async () => {
  engineTells({ "/api/status": status, "/api/people": 401 });
  render(<Now />);
  expect(await screen.findByText(text.people.locked)).toBeTruthy();
});

test("an engine that does not answer is named as such", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("refused")));
  render(<Now />);
  expect(await screen.findByText(text.state.unreachable)).toBeTruthy();
  expect(screen.getByText(text.unreachableHelp)).toBeTruthy();
});

test.each([
  [0, "0 seconds"],
  [1, "1 second"],
  [65, "1 minute 5 seconds"],
  [3600, "1 hour"],
  [90_061, "1 day 1 hour"],
])("an uptime of %i s is said as %s", (seconds, said) => {
  expect(text.uptime(seconds)).toBe(said);
});
