// Voicemail: which messages count, what the keys do, when a message has been heard, and the way back.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, configure, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Role } from "../../bindings/api";
import type { MailboxView, MessageView } from "../../bindings/sound";
import { api, Refused } from "../../live/api";
import { useSession } from "../../live/session";
import { forget, takeIn, useLive } from "../../live/store";
import { speakOfRefusals, useToasts } from "../../live/toasts";
import { forgetSteps, undo } from "../../live/undo";
import { expectAccessible } from "../../testing/accessible";
import { person, state } from "../../testing/office";
import { FakeAudio, fakeSound, listen, mailbox, message } from "../../testing/sound";
import { startText } from "../../text";
import { sentence } from "../../text/refusal";
import { addressesIn } from "./addresses";
import { inOrder as boxesInOrder, newMessages } from "./boxes";
import { dateOf, endOfDay } from "./days";
import Voicemail from "./index";
import { messageDeed } from "./message-keys";
import { inOrder } from "./messages";

// A computer that is busy with other things is no reason to fail.
configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 40_000 });

const ana = person(1, "Ana");
const own = mailbox(1, "Ana", { person: 1, new: 2, saved: 1, hasPin: false });
const support = mailbox(2, "Support", { members: [1], new: 3 });
const others = mailbox(3, "Ben", { person: 2, new: 5 });

let messages: MessageView[] = [];

beforeEach(() => {
  startText("en");
  speakOfRefusals(sentence);
  fakeSound();
  vi.stubGlobal("CSS", { escape: (text: string) => text.replace(/[^\w-]/g, "\\$&") });
  messages = [message(7, "Ben"), message(8, "Carla"), message(6, "Dana", { state: "saved" })];
  vi.spyOn(api, "messages").mockImplementation(async (box, search) => ({
    messages: messages.filter((one) => one.mailbox === box && one.state === search.state),
    next: null,
  }));
  vi.spyOn(api, "editMessage").mockImplementation(async (id, edit) => {
    messages = messages.map((one) => (one.id === id ? { ...one, ...edit } : one));
    return messages.find((one) => one.id === id) as MessageView;
  });
  vi.spyOn(api, "removeMessage").mockImplementation(async (id) => {
    messages = messages.map((one) => (one.id === id ? { ...one, state: "deleted" } : one));
  });
  vi.spyOn(api, "sounds").mockResolvedValue([]);
});

afterEach(() => {
  cleanup();
  forget();
  forgetSteps();
  useToasts.setState({ toasts: [] });
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  window.history.replaceState(null, "", "/");
});

function open(
  path = "/voicemail",
  boxes: MailboxView[] = [own, support],
  role: Role = "receptionist",
  me: number | null = 1,
) {
  window.history.replaceState(null, "", path);
  useSession.setState({
    state: "signedIn",
    session: { user: 1, name: "ana", role, person: me, remote: false },
  });
  const whole = { ...state({ people: [ana] }), mailboxes: boxes };
  takeIn({ type: "snapshot", epoch: "e", seq: 1, now: Date.now(), state: whole });
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <Voicemail />
    </QueryClientProvider>,
  );
}

const press = (key: string) => fireEvent.keyDown(document.body, { key });

test("new messages count in one's own mailbox and in those one is a member of, not in others", () => {
  const foreign = mailbox(4, "Sales", { members: [9], new: 7 });
  expect(newMessages([own, support, others, foreign], 1)).toBe(5);
  // Who is nobody in particular looks after the groups.
  expect(newMessages([own, support, others, foreign], null)).toBe(10);
  expect(newMessages([], 1)).toBe(0);
});

test("mailboxes stand with one's own first, then one's groups, then others", () => {
  const foreign = mailbox(4, "Accounts", { members: [9] });
  const names = boxesInOrder([others, foreign, support, own], 1).map(({ name }) => name);
  expect(names).toEqual(["Ana", "Support", "Accounts", "Ben"]);
});

test("an engine without mailboxes leaves the screen empty and usable", () => {
  open("/voicemail", []);
  expect(screen.getByText("No mailbox yet")).toBeTruthy();
  expect(screen.getByText(/Ask the owner/)).toBeTruthy();
  act(() => {
    takeIn({ type: "changes", seq: 2, now: Date.now(), changes: [] });
    takeIn({ type: "snapshot", epoch: "e", seq: 3, now: Date.now(), state: state() });
  });
  expect(useLive.getState().mailboxes.size).toBe(0);
});

test("messages are the newest first, each once, and deleted ones only where they belong", () => {
  const list = [message(1, "a"), message(3, "c", { state: "saved" }), message(1, "a"), message(2, "b")];
  expect(inOrder(list, "kept").map(({ id }) => id)).toEqual([3, 2, 1]);
  expect(inOrder([...list, message(4, "d", { state: "deleted" })], "deleted").map(({ id }) => id)).toEqual([
    4,
  ]);
});

test("letters act only where nothing is typed; Space, arrows and Delete always", () => {
  const meant = (key: string, letters = true) => messageDeed({ key }, letters);
  expect(meant("c")).toEqual({ deed: "callBack" });
  expect(meant("E")).toEqual({ deed: "save" });
  expect(meant("Delete", false)).toEqual({ deed: "remove" });
  expect(meant(" ", false)).toEqual({ player: { do: "toggle" } });
  expect(meant("j", false)).toBeNull();
  expect(meant("2", false)).toBeNull();
  expect(meant("F", true)).toEqual({ deed: "forward" });
});

test("a message is heard after three seconds, not before, and then is saved without a word", async () => {
  open();
  await screen.findByRole("option", { name: /Carla/ });
  vi.useFakeTimers();
  press(" ");
  expect(FakeAudio.now.src).toBe("/api/messages/8/sound.wav");
  expect(FakeAudio.now.paused).toBe(false);
  await listen(2.8);
  expect(api.editMessage).not.toHaveBeenCalled();
  await listen(0.4);
  expect(api.editMessage).toHaveBeenCalledExactlyOnceWith(8, { state: "saved" });
  expect(useToasts.getState().toasts).toEqual([]);
});

test("jumping over most of a message is not hearing it", async () => {
  open();
  await screen.findByRole("option", { name: /Carla/ });
  vi.useFakeTimers();
  press("j");
  press(" ");
  await listen(0.5);
  press("ArrowRight");
  press("ArrowRight");
  expect(FakeAudio.now.currentTime).toBeGreaterThan(10);
  await listen(1);
  expect(api.editMessage).not.toHaveBeenCalled();
});

test("a short message that was played to its end has been heard", async () => {
  messages = [message(9, "Emil", { seconds: 2 })];
  open();
  await screen.findByRole("option", { name: /Emil/ });
  vi.useFakeTimers();
  press("j");
  press(" ");
  await listen(1);
  FakeAudio.now.ended = true;
  await listen(0.1);
  expect(api.editMessage).toHaveBeenCalledWith(9, { state: "saved" });
});

test("J and K walk through the messages and stop at the ends; digits set the speed", async () => {
  open();
  await screen.findByRole("option", { name: /Carla/ });
  const chosen = () => screen.getByRole("option", { selected: true }).textContent;
  press("j");
  expect(chosen()).toContain("Carla");
  press("j");
  press("j");
  press("j");
  expect(chosen()).toContain("Dana");
  press("k");
  expect(chosen()).toContain("Ben");
  press(" ");
  press("3");
  expect(FakeAudio.now.playbackRate).toBe(2);
  press("1");
  expect(FakeAudio.now.playbackRate).toBe(1);
});

test("Delete deletes at once, the next message takes its place, and undo brings it back as it was", async () => {
  open();
  await screen.findByRole("option", { name: /Carla/ });
  press("j");
  press("Delete");
  await waitFor(() => expect(useToasts.getState().toasts[0]?.text).toBe("Message from Carla deleted"));
  await waitFor(() => expect(screen.queryByRole("option", { name: /Carla/ })).toBeNull());
  expect(screen.getByRole("option", { selected: true }).textContent).toContain("Ben");
  await act(undo);
  expect(api.editMessage).toHaveBeenLastCalledWith(8, { state: "new" });
  expect(await screen.findByRole("option", { name: /Carla/ })).toBeTruthy();
});

test("calling back rings one's own phones without asking", async () => {
  const back = vi.spyOn(api, "callBack").mockResolvedValue();
  open();
  await screen.findByRole("option", { name: /Carla/ });
  press("j");
  press("c");
  await waitFor(() => expect(back).toHaveBeenCalledWith(8, { person: 1 }));
  expect(screen.queryByRole("dialog")).toBeNull();
});

test("who has not said who they are is asked whose phones are to ring", async () => {
  const back = vi.spyOn(api, "callBack").mockResolvedValue();
  messages = [message(8, "Carla", { mailbox: 2 })];
  open("/voicemail/2", [own, support], "owner", null);
  await screen.findByRole("option", { name: /Carla/ });
  press("j");
  press("c");
  expect(await screen.findByRole("dialog", { name: "Call Carla back" })).toBeTruthy();
  expect(back).not.toHaveBeenCalled();
});

test("what cannot be asked says so, with a way to try again", async () => {
  vi.mocked(api.messages).mockRejectedValue(new Refused(404, null));
  open();
  expect(await screen.findByText("The messages cannot be shown.")).toBeTruthy();
  expect(screen.getByRole("button", { name: "Try again" })).toBeTruthy();
});

test("a new PIN is shown once, and only after it was asked for", async () => {
  const pin = vi.spyOn(api, "renewPin").mockResolvedValue({ pin: "482915" });
  open("/voicemail/1/settings");
  fireEvent.click(screen.getByRole("button", { name: "New PIN" }));
  expect(pin).not.toHaveBeenCalled();
  fireEvent.click(await screen.findByRole("button", { name: "Make a new PIN" }));
  expect(await screen.findByText("482915")).toBeTruthy();
});

test("an away greeting ends with its day, and a date that does not exist is none", () => {
  const end = endOfDay("2026-12-24");
  expect(end && dateOf(end)).toBe("2026-12-24");
  expect(end && dateOf(end + 1)).toBe("2026-12-25");
  expect(endOfDay("2026-02-31")).toBeNull();
  expect(endOfDay("")).toBeNull();
});

test("addresses are told apart however they are separated", () => {
  expect(addressesIn(" a@x.org, b@x.org;a@x.org\nc@x.org ")).toEqual(["a@x.org", "b@x.org", "c@x.org"]);
  expect(addressesIn("  ")).toEqual([]);
});

test("those who run the office set how much a mailbox holds, and a refusal is told at its field", async () => {
  const edit = vi.spyOn(api, "editMailbox").mockResolvedValue(support);
  open("/voicemail/2/settings", [own, support], "owner");
  const minutes = (await screen.findByLabelText("Most minutes")) as HTMLInputElement;
  expect(minutes.value).toBe("60");
  fireEvent.change(minutes, { target: { value: "90" } });
  fireEvent.blur(minutes);
  await waitFor(() => expect(edit).toHaveBeenCalledTimes(1));
  expect(edit.mock.calls[0]?.[2]).toMatchObject({ quotaSeconds: 5400, quotaMessages: 100 });
  edit.mockRejectedValue(
    new Refused(422, { title: "", status: 422, field: "quotaMessages", code: "badQuota" } as never),
  );
  const messages = screen.getByLabelText("Most messages");
  fireEvent.change(messages, { target: { value: "many" } });
  fireEvent.blur(messages);
  expect(await screen.findByText(/Enter 1 to 1,000 messages/)).toBeTruthy();
  expect(edit.mock.calls[1]?.[2]).toMatchObject({ quotaMessages: 0 });
});

test("how much a mailbox holds is not for everybody to set", async () => {
  open("/voicemail/1/settings", [own, support], "staff");
  await screen.findByText("What callers hear");
  expect(screen.queryByLabelText("Most minutes")).toBeNull();
});

test("everybody can use the messages and the settings of a mailbox", async () => {
  open();
  await screen.findByRole("option", { name: /Carla/ });
  press("j");
  await expectAccessible();
  cleanup();
  open("/voicemail/2/settings", [own, support], "owner");
  await screen.findByText("What callers hear");
  await expectAccessible();
});
