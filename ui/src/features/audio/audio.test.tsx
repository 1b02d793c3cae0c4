// The library: what is used stays, what is no sound is refused in words, cutting asks first.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, configure, fireEvent, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { api, Refused } from "../../live/api";
import { useSession } from "../../live/session";
import { forget, takeIn } from "../../live/store";
import { useToasts } from "../../live/toasts";
import { forgetSteps } from "../../live/undo";
import { expectAccessible } from "../../testing/accessible";
import { person, state } from "../../testing/office";
import { FakeAudio, fakeSound, sound } from "../../testing/sound";
import { startText } from "../../text";
import { closeSentence } from "../../text/refusal";
import Audio from "./index";

// A computer that is busy with other things is no reason to fail.
configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 40_000 });

const greeting = sound(1, "Main greeting", {
  madeBy: "microphone",
  usedBy: [{ what: "mailbox", id: 1, name: "Support" }],
});
const unused = sound(2, "Old greeting", { madeBy: "phone" });
const walk = sound(3, "Morning walk", { kind: "music", madeBy: "builtIn" });
const jingle = sound(4, "Jingle", { kind: "music" });

beforeEach(() => {
  startText("en");
  fakeSound();
  vi.stubGlobal("CSS", { escape: (text: string) => text.replace(/[^\w-]/g, "\\$&") });
  useSession.setState({
    state: "signedIn",
    session: { user: null, name: "", role: "owner", person: 1, remote: false },
  });
  takeIn({
    type: "snapshot",
    epoch: "e",
    seq: 1,
    now: Date.now(),
    state: state({ people: [person(1, "Ana")] }),
  });
  vi.spyOn(api, "sounds").mockResolvedValue([greeting, unused, walk, jingle]);
});

afterEach(() => {
  cleanup();
  forget();
  forgetSteps();
  useToasts.setState({ toasts: [] });
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  window.history.replaceState(null, "", "/");
});

function open(path: string) {
  window.history.replaceState(null, "", path);
  return render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <Audio />
    </QueryClientProvider>,
  );
}

test("what is used cannot be deleted, and it is said by whom", async () => {
  open("/audio/1");
  const button = await screen.findByRole("button", { name: "Delete" });
  expect(button.hasAttribute("disabled")).toBe(true);
  expect(screen.getByText(/while it is used by Mailbox Support/)).toBeTruthy();
});

test("what nobody uses is deleted after being asked", async () => {
  const remove = vi.spyOn(api, "removeSound").mockResolvedValue();
  open("/audio/2");
  fireEvent.click(await screen.findByRole("button", { name: "Delete" }));
  expect(remove).not.toHaveBeenCalled();
  const question = await screen.findByRole("alertdialog", { name: "Delete Old greeting?" });
  fireEvent.click([...question.querySelectorAll("button")].at(-1) as HTMLElement);
  await waitFor(() => expect(remove).toHaveBeenCalledWith(2));
});

test("what comes with Cordboard can be heard but neither cut nor deleted", async () => {
  open("/audio/3");
  expect(await screen.findByText("It comes with Cordboard and stays.")).toBeTruthy();
  expect(screen.queryByRole("slider", { name: "Begins at" })).toBeNull();
  expect(screen.queryByRole("button", { name: "Delete" })).toBeNull();
});

test("the ends are set by keys, and only what is kept is sent, after being asked", async () => {
  const edit = vi.spyOn(api, "editSound").mockResolvedValue({ ...unused, seconds: 8.9 });
  open("/audio/2");
  const begin = await screen.findByRole("slider", { name: "Begins at" });
  fireEvent.keyDown(begin, { key: "PageUp" });
  fireEvent.keyDown(begin, { key: "ArrowRight" });
  expect(begin.getAttribute("aria-valuenow")).toBe("1.1");
  fireEvent.click(screen.getByRole("button", { name: /^Keep 8/ }));
  const question = await screen.findByRole("alertdialog");
  fireEvent.click([...question.querySelectorAll("button")].at(-1) as HTMLElement);
  await waitFor(() => expect(edit).toHaveBeenCalledWith(2, { title: "Old greeting", from: 1.1, to: 10 }));
});

test("as callers hear it is another file, which goes on where the first one was", async () => {
  open("/audio/2");
  const asCaller = await screen.findByRole("switch", { name: /As callers hear it/ });
  expect(FakeAudio.made).toHaveLength(0);
  fireEvent.click(screen.getByRole("button", { name: "Play" }));
  expect(FakeAudio.now.src).not.toContain("as=caller");
  FakeAudio.now.currentTime = 4;
  fireEvent.click(asCaller);
  expect(FakeAudio.now.src).toContain("/api/sounds/2/sound.wav?as=caller");
  expect(FakeAudio.now.currentTime).toBe(4);
  expect(FakeAudio.now.paused).toBe(false);
});

test("only one sound is heard at a time", async () => {
  vi.spyOn(api, "music").mockResolvedValue({ revision: 4, office: [3, 4], people: [] });
  open("/audio/music");
  fireEvent.click(await screen.findByRole("button", { name: "Play Morning walk" }));
  const first = FakeAudio.now;
  fireEvent.click(screen.getByRole("button", { name: "Play Jingle" }));
  expect(first.paused).toBe(true);
  expect(FakeAudio.now.paused).toBe(false);
});

test("a file that is no sound is refused with its name and what to choose instead, and is not sent", async () => {
  const { container } = open("/audio");
  await screen.findByRole("option", { name: /Old greeting/ });
  const input = container.querySelector("input[type=file]") as HTMLInputElement;
  fireEvent.change(input, { target: { files: [new File(["x"], "menu.pdf", { type: "application/pdf" })] } });
  expect(await screen.findByText("menu.pdf was not added.")).toBeTruthy();
  expect(screen.getByText(/menu\.pdf is no sound file.*Choose a WAV, MP3, OGG or FLAC file\./)).toBeTruthy();
});

test("why the engine did not take a file is said in its own words, unless ours are better", () => {
  const refused = (status: number, detail: string, code = "badValue") =>
    new Refused(status, { type: "", title: "", status, detail, code });
  expect(closeSentence(refused(422, "The sound file is damaged"))).toBe("The sound file is damaged");
  expect(closeSentence(refused(409, "in use", "soundUsed"))).toContain("cannot be deleted while it is used");
  expect(closeSentence(refused(500, "panic at line 7"))).toContain("Something went wrong");
});

test("an office without music of its own plays what comes with Cordboard, and the first piece replaces it", async () => {
  vi.spyOn(api, "music").mockResolvedValue({ revision: 4, office: [], people: [] });
  const edit = vi.spyOn(api, "editMusic").mockImplementation(async (_, music) => ({ ...music, revision: 5 }));
  open("/audio/music");
  expect(await screen.findByText("Morning walk")).toBeTruthy();
  expect(screen.queryByText("Jingle")).toBeNull();
  const [field] = screen.getAllByRole("combobox");
  const user = userEvent.setup();
  await user.click(field as HTMLElement);
  await user.click(await screen.findByRole("option", { name: /Jingle/ }));
  await waitFor(() => expect(edit).toHaveBeenCalledWith(4, { office: [4], people: [] }));
});

test("phrases are those of one language, found by their words", async () => {
  vi.spyOn(api, "prompts").mockResolvedValue([
    { id: "bye", language: "en", text: "Goodbye." },
    { id: "pin", language: "en", text: "Please enter your PIN." },
    { id: "bye", language: "de", text: "Auf Wiederhören." },
  ]);
  open("/audio/phrases");
  expect(await screen.findByText("Goodbye.")).toBeTruthy();
  expect(screen.queryByText("Auf Wiederhören.")).toBeNull();
  fireEvent.change(screen.getByRole("searchbox"), { target: { value: "pin" } });
  expect(screen.queryByText("Goodbye.")).toBeNull();
  expect(screen.getByRole("button", { name: "Play Please enter your PIN." })).toBeTruthy();
});

test("a route that the engine does not have yet is told like any other refusal", async () => {
  vi.mocked(api.sounds).mockRejectedValue(new Refused(404, null));
  open("/audio");
  expect(await screen.findByText("The sounds cannot be shown.")).toBeTruthy();
});

test("everybody can use the library, the music and the phrases", async () => {
  vi.spyOn(api, "music").mockResolvedValue({
    revision: 4,
    office: [4],
    people: [{ person: 1, sounds: [4] }],
  });
  vi.spyOn(api, "prompts").mockResolvedValue([{ id: "bye", language: "en", text: "Goodbye." }]);
  open("/audio/2");
  await screen.findByRole("slider", { name: "Begins at" });
  await expectAccessible();
  cleanup();
  open("/audio/music");
  await screen.findAllByText("Jingle");
  await expectAccessible();
  cleanup();
  open("/audio/phrases");
  await screen.findByText("Goodbye.");
  await expectAccessible();
});
