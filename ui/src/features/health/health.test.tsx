// Every check says what happened, what callers notice and what to do.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, configure, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Check, CheckId } from "../../bindings/api";
import bindings from "../../bindings/api.ts?raw";
import { api } from "../../live/api";
import { LANGUAGES, speak, startText } from "../../text";
import { en } from "../../text/en";
import { dayAndTime } from "../../text/format";
import { byWeight, findingOf, nameOf, whenOk } from "./finding";
import Screen from "./index";

// A computer that is busy with other things is no reason to fail.
configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 40_000 });

beforeEach(() => startText("en"));
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  window.history.replaceState(null, "", "/");
});

const IDS = [...(/export type CheckId =([\s\S]*?);/.exec(bindings)?.[1] ?? "").matchAll(/"(\w+)"/g)].map(
  ([, id]) => id as CheckId,
);
const check = (id: CheckId, finding: string, facts: Check["facts"] = {}): Check => ({
  id,
  state: "problem",
  finding,
  facts,
});

test("every check of the contract has its name and its sentences in every language", () => {
  expect(IDS.length).toBeGreaterThan(8);
  for (const language of LANGUAGES) {
    speak(language);
    for (const id of IDS) {
      const { what, callers, toDo } = findingOf(check(id, "somethingNew"));
      for (const words of [nameOf(check(id, "ok")), whenOk(check(id, "ok")), what, callers, toDo]) {
        expect(words).not.toMatch(/checks\.|\{\{/);
      }
    }
  }
});

test("every finding has all three sentences", () => {
  for (const { findings } of Object.values(en.health.checks)) {
    for (const finding of Object.values(findings)) {
      expect(Object.keys(finding).sort()).toEqual(["callers", "toDo", "what"]);
    }
  }
});

test("every finding of the engine has a sentence of its own", () => {
  const sources = import.meta.glob<string>("../../../../src-tauri/crates/engine/src/health/*.rs", {
    query: "?raw",
    import: "default",
    eager: true,
  });
  const found = Object.values(sources).flatMap((source) =>
    [...source.matchAll(/(?:warning|problem)\(\s*(?:id|CheckId::\w+),\s*"(\w+)"/g)].map(([, word]) => word),
  );
  expect(found.length).toBeGreaterThan(8);
  const told = Object.values(en.health.checks).flatMap(({ findings }) => Object.keys(findings));
  expect(found.filter((word) => word && !told.includes(word))).toEqual([]);
});

test("a finding names what it found, ports as names and sizes as sizes", () => {
  expect(findingOf(check("sipPorts", "portTaken", { program: "Zoiper", port: 5060 })).what).toBe(
    "Another program (Zoiper) uses port 5060.",
  );
  expect(findingOf(check("disk", "low", { freeBytes: 48_000_000 })).what).toContain("48 MB");
});

test("the line of the audit log that was changed is named by the time that the log itself shows", () => {
  const atMs = Date.UTC(2026, 10, 22, 14, 57);
  const { what } = findingOf(check("auditLog", "changed", { atMs }));
  expect(what).toContain(dayAndTime(atMs));
  expect(what).not.toContain("UTC");
});

test("network access that is off is in order, and said to be off", () => {
  expect(whenOk(check("lan", "off"))).toBe("Network access is off: only this computer can open the window.");
  expect(whenOk(check("lan", "ok", { port: 7443 }))).toBe("Other computers can open this window.");
});

test("a finding that names too little falls back to a whole sentence", () => {
  expect(findingOf(check("sipPorts", "portTaken")).what).toBe(
    "The ports for phones are not as they should be.",
  );
});

test("problems come before what is worth a look", () => {
  const checks: Check[] = [
    { ...check("disk", "low"), state: "warning" },
    { ...check("clock", "ok"), state: "ok" },
    check("network", "noNetwork"),
  ];
  expect(byWeight(checks).open.map(({ id }) => id)).toEqual(["network", "disk"]);
});

const show = (checks: Check[]) => {
  vi.spyOn(api, "health").mockResolvedValue({ checks, checkedAt: 0 });
  render(
    <QueryClientProvider client={new QueryClient()}>
      <Screen />
    </QueryClientProvider>,
  );
};

test("nothing warns when nothing is wrong", async () => {
  show(IDS.map((id) => ({ ...check(id, "ok"), state: "ok" })));
  expect(await screen.findByText("Everything works.")).toBeTruthy();
  expect(document.querySelector("[data-state=problem], [data-state=warning], [role=alert]")).toBeNull();
});

test("the button beside missing prices opens the lines, where they are typed", async () => {
  show([{ ...check("prices", "missing"), state: "warning" }]);
  fireEvent.click(await screen.findByRole("button", { name: "Open the lines" }));
  expect(window.location.pathname).toBe("/lines/lines");
});

test("what the window can mend has a button for it", async () => {
  show([{ ...check("backup", "never"), state: "warning" }]);
  expect(await screen.findByRole("button", { name: "Go to backups" })).toBeTruthy();
});
