// A refusal is told by what refused it, not by what its status means in general.
import i18next from "i18next";
import { afterEach, expect, test } from "vitest";
import calls from "../../../src-tauri/crates/api/src/commands/calls.rs?raw";
import forms from "../../../src-tauri/crates/api/src/commands/flow_forms.rs?raw";
import queues from "../../../src-tauri/crates/api/src/commands/queues.rs?raw";
import groups from "../../../src-tauri/crates/api/src/commands/ring_groups.rs?raw";
import queueViews from "../../../src-tauri/crates/api/src/views/queues.rs?raw";
import groupViews from "../../../src-tauri/crates/api/src/views/ring_groups.rs?raw";
import type { ProblemDocument } from "../bindings/api";
import { Refused } from "../live/api";
import { LANGUAGES, speak, startText } from ".";
import { fieldError, sentence } from "./refusal";

afterEach(() => speak("en"));

/** The codes that commands on calls are refused with. */
const CODES = [...calls.matchAll(/\b(?:not_now|person|to|coded)\(\s*"(\w+)"/g)].flatMap(
  ([, code]) => code ?? [],
);

test("whatever refuses a command on a call has its own sentence, in every language", () => {
  expect(CODES.length).toBeGreaterThan(40);
  for (const language of LANGUAGES) {
    startText(language);
    const exists = (code: string) =>
      i18next.exists(`problems:code.${code}`, { lng: language, fallbackLng: [] });
    expect(CODES.filter((code) => !exists(code))).toEqual([]);
  }
});

/** The codes that sources refuse with: where a problem is made, and in the form that all such flows have in common. */
function codesOf(...sources: string[]): string[] {
  const made = /\bcoded\(\s*"(\w+)"/g;
  const drawn = /\bdrawn: \(\s*"[^"]*",\s*"(\w+)"/g;
  const found = sources.flatMap((source) => [...source.matchAll(made), ...source.matchAll(drawn)]);
  return [...new Set(found.flatMap(([, code]) => code ?? []))];
}

test.each([
  ["a ring group", codesOf(groups, groupViews, forms), "groupIsDrawn", "group.otherwise"],
  ["a queue", codesOf(queues, queueViews, forms), "queueIsDrawn", "queue.otherwise"],
])("whatever refuses %s has its own sentence at its field, in every language", (_, codes, drawn, field) => {
  expect(codes).toEqual(expect.arrayContaining([drawn, "flowHasErrors", "listedTwice", "badText"]));
  expect(codes.length).toBeGreaterThan(8);
  for (const language of LANGUAGES) {
    startText(language);
    const told = (code: string) =>
      fieldError(new Refused(422, { code, field, detail: "engine" } as ProblemDocument), field);
    // A field's own words are good for a number that is none.
    const own = told("unheardOf");
    expect(own).not.toBe("engine");
    expect(codes.filter((code) => code !== "badExtension" && told(code) === own)).toEqual([]);
  }
});

test("a number that is none is told by its field, wherever a queue leads", () => {
  const fields = [...queueViews.matchAll(/led_to\([^"]*"([\w.]+)"\)|read\("([\w.]+)"\)/g)];
  const named = fields.flatMap(([, led, read]) => led ?? read ?? []);
  expect(named.sort()).toEqual(["queue.exit", "queue.hours.whenClosed", "queue.otherwise"]);
  for (const language of LANGUAGES) {
    startText(language);
    for (const field of named) {
      const refused = new Refused(422, { code: "badExtension", field, detail: "engine" } as ProblemDocument);
      expect(fieldError(refused, field), field).not.toBe("engine");
    }
  }
});

test("a line that is switched off and a talk that nobody can listen to are not told as taken by somebody", () => {
  startText("en");
  const refused = (code: string) => sentence(new Refused(409, { code } as ProblemDocument));
  expect(refused("lineOff")).toContain("switched off");
  expect(refused("badMedia")).toContain("sound");
  for (const code of CODES) expect(refused(code), code).not.toContain("Somebody else has this already");
});

test("too many wrong passwords are not told as too many calls abroad", () => {
  startText("en");
  const waits = sentence(new Refused(429, { code: "tooManyTries" } as ProblemDocument));
  expect(waits).toContain("Wait a minute");
});
