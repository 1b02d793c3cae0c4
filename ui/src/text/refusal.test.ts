// A refusal is told by what refused it, not by what its status means in general.
import i18next from "i18next";
import { afterEach, expect, test } from "vitest";
import calls from "../../../src-tauri/crates/api/src/commands/calls.rs?raw";
import groups from "../../../src-tauri/crates/api/src/commands/ring_groups.rs?raw";
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

test("whatever refuses a ring group has its own sentence at its field, in every language", () => {
  const codes = [...(groups + groupViews).matchAll(/\bcoded\("(\w+)"\)/g)].flatMap(([, code]) => code ?? []);
  expect(codes).toContain("groupIsDrawn");
  for (const language of LANGUAGES) {
    startText(language);
    const told = (code: string) =>
      fieldError(
        new Refused(422, { code, field: "group.otherwise", detail: "engine" } as ProblemDocument),
        "group.otherwise",
      );
    // A field's own words are good for a number that is none.
    const own = told("unheardOf");
    expect(own).not.toBe("engine");
    expect(codes.filter((code) => code !== "badExtension" && told(code) === own)).toEqual([]);
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
