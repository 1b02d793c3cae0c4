// What a rehearsal shows of the words of a mailbox.
import { beforeEach, expect, test } from "vitest";
import { startText } from "../../../text";
import type { Heard, Sound, TraceStep } from "../api";
import { openDraft } from "../draft/store";
import { soundText, stepText } from "./steps";

beforeEach(() => startText("en"));

const box = {
  id: "n_box",
  type: "voicemail",
  position: { x: 0, y: 0 },
  data: { kind: "voicemail", title: "Sales", mailbox: "1" },
};
const enters: TraceStep = { seq: 1, tMs: 40, flow: 1, node: "n_box", event: "enter" };

test("a mailbox says which of its greetings a caller hears, or the words of a closed day", () => {
  const document = { schemaVersion: 1, id: "f", name: "F", entry: "n_box", nodes: [box], edges: [] };
  openDraft(1, { document: document as never, steps: [], cursor: 0 }, 1);
  const things = { sound: new Map([["31", "Christmas"]]) } as never;
  const shown = (sound: Sound) => {
    const heard: Heard[] = [{ atMs: 40, forMs: 6000, sounds: [sound] }];
    return stepText(enters, heard, (one) => soundText(one, things));
  };
  const closed = shown({ kind: "ofMailbox", mailbox: 1, greeting: "closed" });
  expect(closed).toContain("Says: its greeting for when it is closed");
  const words = "Nobody can answer your call.";
  expect(shown({ kind: "phrase", file: "prompts/en/x", words })).toContain(`Says: ${words}`);
  expect(stepText(enters, [], () => "")).not.toContain("Says");
});
