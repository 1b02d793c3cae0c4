// Hearing what is said at a step of a tried call: texts, recordings and phrases, one after the other.
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Refused } from "../../../live/api";
import { forget, useLive } from "../../../live/store";
import { useToasts } from "../../../live/toasts";
import { openFlow } from "../../../testing/flows";
import { startText } from "../../../text";
import { flowsApi, type Sound, type TraceStep } from "../api";
import { HearButton } from "./hear";
import { endSimulation, useSimulation } from "./store";

const speech = (text: string): Sound => ({ kind: "speech", language: "en", voice: null, text });
const SAID: Sound[] = [
  { kind: "uploaded", sound: 7 },
  speech("For sales press 1."),
  { kind: "phrase", file: "prompts/en/goodbye", words: "Goodbye." },
  { kind: "name", person: 3, speech: { language: "de", voice: "de-DE", text: "Anna" } },
  { kind: "beep" },
];

/** Where sound was played from, in order. */
let played: string[];
let paused: number;

beforeEach(() => {
  startText("en");
  openFlow();
  played = [];
  paused = 0;
  let made = 0;
  vi.stubGlobal(
    "Audio",
    class {
      onended: (() => void) | null = null;
      constructor(readonly src: string) {}
      async play() {
        played.push(this.src);
        if (!this.src.endsWith("/7/sound.wav") || !isLong) setTimeout(() => this.onended?.());
      }
      pause() {
        paused += 1;
      }
    },
  );
  vi.stubGlobal("URL", {
    createObjectURL: () => {
      made += 1;
      return `blob:${made}`;
    },
    revokeObjectURL: () => {},
  });
  isLong = false;
});
/** Whether the upload goes on until it is stopped. */
let isLong = false;
afterEach(() => {
  cleanup();
  endSimulation();
  forget();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** A call of which the last step that is shown says this. */
function says(sounds: Sound[]): void {
  const steps: TraceStep[] = [
    { seq: 0, tMs: 0, node: "n_start", event: "enter" },
    { seq: 1, tMs: 0, node: "n_menu", event: "prompt" },
    { seq: 2, tMs: 9000, node: "n_menu", event: "outcome", outcome: "timeout" },
  ];
  const hears = [
    { atMs: 0, forMs: 4000, sounds },
    { atMs: 9000, forMs: 1000, sounds: [speech("Of the next step.")] },
  ];
  useSimulation.setState({ result: { steps, hears, reached: [], ended: { how: "hungUp" } }, at: 2 });
}

test("texts are spoken, recordings and phrases played, each in its turn", async () => {
  const spoken = vi.spyOn(flowsApi, "speech").mockResolvedValue(new Blob());
  says(SAID);
  render(<HearButton />);
  fireEvent.click(screen.getByRole("button", { name: "Hear what is said" }));
  await screen.findByRole("button", { name: "Stop" });
  await screen.findByRole("button", { name: "Hear what is said" });
  expect(played).toEqual([
    "/api/sounds/7/sound.wav",
    "blob:1",
    "/api/prompts/en/goodbye/sound.wav",
    "blob:2",
    "blob:3",
  ]);
  expect(spoken.mock.calls.map(([{ text }, person]) => [text, person])).toEqual([
    ["For sales press 1.", undefined],
    ["Anna", 3],
  ]);
});

test("stopping is silence, and what was to come is not spoken", async () => {
  const spoken = vi.spyOn(flowsApi, "speech").mockResolvedValue(new Blob());
  isLong = true;
  says(SAID);
  render(<HearButton />);
  fireEvent.click(screen.getByRole("button", { name: "Hear what is said" }));
  fireEvent.click(await screen.findByRole("button", { name: "Stop" }));
  await screen.findByRole("button", { name: "Hear what is said" });
  expect([played.length, paused]).toEqual([1, 1]);
  expect(spoken).not.toHaveBeenCalled();
});

test("a mailbox is heard with its own greeting and with the name in the words of the office", async () => {
  const greetings = { standard: 11, name: 12, busy: null, closed: null, away: { sound: 13, until: null } };
  useLive.setState({ mailboxes: new Map([[4, { id: 4, greetings }]]) } as never);
  says([
    { kind: "ofMailbox", mailbox: 4, greeting: "standard" },
    { kind: "ofMailbox", mailbox: 4, greeting: "name" },
    { kind: "ofMailbox", mailbox: 4, greeting: "away" },
    { kind: "ofMailbox", mailbox: 4, greeting: "busy" },
    { kind: "ownMessage", ms: 10 },
  ]);
  render(<HearButton />);
  fireEvent.click(screen.getByRole("button", { name: "Hear what is said" }));
  await screen.findByRole("button", { name: "Stop" });
  await screen.findByRole("button", { name: "Hear what is said" });
  expect(played).toEqual([
    "/api/sounds/11/sound.wav",
    "/api/sounds/12/sound.wav",
    "/api/sounds/13/sound.wav",
  ]);
});

test.each<Sound>([
  { kind: "ownMessage", ms: 5000 },
  { kind: "ofMailbox", mailbox: 99, greeting: "standard" },
])("where there is nothing to be heard, nothing is offered to be heard: $kind", (sound) => {
  says([sound]);
  render(<HearButton />);
  expect(screen.getByRole("button", { name: "Nothing is said here" }).hasAttribute("disabled")).toBe(true);
});

test("stopping does not wait for a voice that is still to speak", async () => {
  vi.stubGlobal(
    "fetch",
    (_: string, { signal }: RequestInit) =>
      new Promise((_, reject) => signal?.addEventListener("abort", () => reject(new Error("stopped")))),
  );
  says([speech("A long text.")]);
  render(<HearButton />);
  fireEvent.click(screen.getByRole("button", { name: "Hear what is said" }));
  fireEvent.click(await screen.findByRole("button", { name: "Stop" }));
  await screen.findByRole("button", { name: "Hear what is said" });
  expect(useToasts.getState().toasts).toEqual([]);
});

test("a text that no voice can speak is told", async () => {
  const problem = { type: "", title: "", status: 422, detail: "", code: "noVoice" };
  vi.spyOn(flowsApi, "speech").mockRejectedValue(new Refused(422, problem));
  says([speech("Dzień dobry")]);
  render(<HearButton />);
  fireEvent.click(screen.getByRole("button", { name: "Hear what is said" }));
  await waitFor(() => expect(useToasts.getState().toasts).toHaveLength(1));
});

test("where nothing is said there is nothing to hear", () => {
  says([{ kind: "silence", ms: 500 }]);
  render(<HearButton />);
  expect(screen.getByRole("button", { name: "Nothing is said here" }).hasAttribute("disabled")).toBe(true);
});
