// All languages say the same things.
import { expect, test } from "vitest";
import { de } from "./de";
import { en } from "./en";
import { pseudo, stretch } from "./pseudo";

type Words = { [key: string]: string | Words };

/** Every sentence by its path, such as `board.people_one`. */
function flat(words: Words, path = ""): Map<string, string> {
  return new Map(
    Object.entries(words).flatMap(([key, value]) =>
      typeof value === "string" ? [[path + key, value] as const] : [...flat(value, `${path}${key}.`)],
    ),
  );
}

const placeholders = (sentence: string) => (sentence.match(/\{\{.*?\}\}|<\/?\w+\/?>/g) ?? []).sort();

test("German has every sentence that English has, and no others", () => {
  expect([...flat(de).keys()].sort()).toEqual([...flat(en).keys()].sort());
});

test("German fills in the same values as English", () => {
  const german = flat(de);
  for (const [key, english] of flat(en)) {
    expect(placeholders(german.get(key) ?? ""), key).toEqual(placeholders(english));
  }
});

test("no sentence is empty", () => {
  for (const words of [en, de]) {
    for (const [key, sentence] of flat(words)) expect(sentence.trim(), key).not.toBe("");
  }
});

test("the stretched language keeps its placeholders and grows by 40 %", () => {
  const stretched = flat(pseudo(en));
  for (const [key, english] of flat(en)) {
    expect(placeholders(stretched.get(key) ?? ""), key).toEqual(placeholders(english));
  }
  expect(stretch("Somebody called {{name}}").length).toBeGreaterThanOrEqual(
    "Somebody called {{name}}".length + 6,
  );
  expect(stretch("Somebody called {{name}}")).toContain("{{name}}");
});
