// Recordings: listed, heard by either side, and turned on and off during a call.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, configure, fireEvent, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { LiveCallView } from "../../bindings/api";
import type { RecordingView } from "../../bindings/sound";
import { api, Refused } from "../../live/api";
import { useSession } from "../../live/session";
import { speakOfRefusals, useToasts } from "../../live/toasts";
import { expectAccessible } from "../../testing/accessible";
import { party, person, talking } from "../../testing/office";
import { FakeAudio, fakeSound } from "../../testing/sound";
import { startText } from "../../text";
import { sentence } from "../../text/refusal";
import Screen from "./index";
import { RecordButtons } from "./record-buttons";
import { mixOf } from "./two-sides";

configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 40_000 });

const recording = (id: number, from: string, rest: Partial<RecordingView> = {}): RecordingView => ({
  id,
  call: 100 + id,
  startedAt: 1_700_000_000_000 - id * 60_000,
  seconds: 90,
  bytes: 9000,
  from: { person: null, name: from, number: "+4989" },
  to: { person: 2, name: "Ben", number: "102" },
  announced: true,
  complete: true,
  gaps: false,
  peaks: [20, 60],
  ...rest,
});

beforeEach(() => {
  startText("en");
  speakOfRefusals(sentence);
  fakeSound();
  vi.stubGlobal("CSS", { escape: (text: string) => text.replace(/[^\w-]/g, "\\$&") });
  useSession.setState({
    state: "signedIn",
    session: { user: 1, name: "x", role: "admin", person: null, remote: true },
  });
});
afterEach(() => {
  cleanup();
  useToasts.setState({ toasts: [] });
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  window.history.replaceState(null, "", "/");
});

function open() {
  window.history.replaceState(null, "", "/calls/recordings");
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <Screen />
    </QueryClientProvider>,
  );
}

test("recordings are walked through and played by keys", async () => {
  vi.spyOn(api, "recordings").mockResolvedValue({
    recordings: [recording(1, "Ana"), recording(2, "Carla")],
    next: null,
  });
  open();
  await screen.findByRole("option", { name: /Ana/ });
  fireEvent.keyDown(document.body, { key: "j" });
  fireEvent.keyDown(document.body, { key: "j" });
  expect(screen.getByRole("option", { selected: true }).textContent).toContain("Carla");
  fireEvent.keyDown(document.body, { key: " " });
  expect(FakeAudio.now.src).toBe("/api/recordings/2/sound.wav");
  expect(FakeAudio.now.paused).toBe(false);
});

test("what was not announced, and what is incomplete, is said", async () => {
  vi.spyOn(api, "recordings").mockResolvedValue({
    recordings: [recording(1, "Ana", { announced: false, complete: false, gaps: true })],
    next: null,
  });
  open();
  fireEvent.click(await screen.findByRole("option", { name: /Not announced.*Incomplete/ }));
  expect(screen.getByText(/^Something is missing in this recording/)).toBeTruthy();
});

test("an office that records nothing is led to where it is decided", async () => {
  vi.spyOn(api, "recordings").mockResolvedValue({ recordings: [], next: null });
  open();
  expect(await screen.findByRole("button", { name: "Choose whose calls" })).toBeTruthy();
});

test("one side alone is heard at both ears", () => {
  const [leftFromLeft, leftFromRight, rightFromLeft, rightFromRight] = mixOf("from");
  expect([leftFromLeft, rightFromLeft]).toEqual([1, 1]);
  expect([leftFromRight, rightFromRight]).toEqual([0, 0]);
  expect(mixOf("to")).toEqual([0, 1, 0, 1]);
});

const call = talking(7, party("+49"), person(1, "Ana"));
const recorded = (recording: "off" | "on" | "paused") => ({ ...call, recording }) as LiveCallView;

test("a call is recorded, paused, gone on with and stopped; an engine that tells nothing records nothing", async () => {
  const asked = vi.spyOn(api, "recordCall").mockResolvedValue();
  const user = userEvent.setup();
  const { rerender } = render(<RecordButtons call={call} />);
  await user.click(screen.getByRole("button", { name: "Record" }));
  rerender(<RecordButtons call={recorded("on")} />);
  expect(screen.getByText("Recording")).toBeTruthy();
  await user.click(screen.getByRole("button", { name: "Pause recording" }));
  rerender(<RecordButtons call={recorded("paused")} />);
  await user.click(screen.getByRole("button", { name: "Go on recording" }));
  await user.click(screen.getByRole("button", { name: "Stop recording" }));
  expect(asked.mock.calls).toEqual([
    [7, "start"],
    [7, "pause"],
    [7, "resume"],
    [7, "stop"],
  ]);
});

test("why a call cannot be recorded is said", async () => {
  const problem = { type: "", title: "", status: 409, detail: "", code: "neverRecorded" };
  vi.spyOn(api, "recordCall").mockRejectedValue(new Refused(409, problem));
  render(<RecordButtons call={recorded("off")} />);
  fireEvent.click(screen.getByRole("button", { name: "Record" }));
  await waitFor(() => expect(useToasts.getState().toasts[0]?.text).toContain("Recording is set to never"));
});

test("everybody can use the recordings", async () => {
  vi.spyOn(api, "recordings").mockResolvedValue({ recordings: [recording(1, "Ana")], next: null });
  open();
  fireEvent.click(await screen.findByRole("option", { name: /Ana/ }));
  await expectAccessible();
});
