// Renaming a state must not change what call flows ask for.
import { expect, test } from "vitest";
import { statesOf } from "./mode-states";

const DAY = { id: "day", name: "Day" };
const NIGHT = { id: "night", name: "Night" };

test("states are lines, each once, with an id made of their name", () => {
  expect(statesOf("Normal\n On call \n\nÜber Nacht\nNormal", [])).toEqual([
    { id: "normal", name: "Normal" },
    { id: "on_call", name: "On call" },
    { id: "uber_nacht", name: "Über Nacht" },
  ]);
  expect(statesOf("昼\n夜", []).map(({ id }) => id)).toEqual(["state", "state_2"]);
});

test("a state that is renamed or moved keeps its id", () => {
  expect(statesOf("Daytime\nNight", [DAY, NIGHT])).toEqual([{ id: "day", name: "Daytime" }, NIGHT]);
  expect(statesOf("Night\nDay", [DAY, NIGHT])).toEqual([NIGHT, DAY]);
  expect(statesOf("Day\nDusk\nNight", [DAY, NIGHT])).toEqual([DAY, { id: "dusk", name: "Dusk" }, NIGHT]);
});
