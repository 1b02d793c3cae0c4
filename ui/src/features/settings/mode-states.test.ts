// Renaming a state must not change what call flows ask for.
import { expect, test } from "vitest";
import { statesOf } from "./mode-states";

const DAY = { id: "day", name: "Day" };
const NIGHT = { id: "night", name: "Night" };

test("states are lines, each once; the engine chooses the ids of new ones", () => {
  expect(statesOf("Normal\n On call \n\nNormal", [])).toEqual([
    { id: "", name: "Normal" },
    { id: "", name: "On call" },
  ]);
});

test("a state that is renamed or moved keeps its id", () => {
  expect(statesOf("Daytime\nNight", [DAY, NIGHT])).toEqual([{ id: "day", name: "Daytime" }, NIGHT]);
  expect(statesOf("Night\nDay", [DAY, NIGHT])).toEqual([NIGHT, DAY]);
  expect(statesOf("Day\nDusk\nNight", [DAY, NIGHT])).toEqual([DAY, { id: "", name: "Dusk" }, NIGHT]);
});
