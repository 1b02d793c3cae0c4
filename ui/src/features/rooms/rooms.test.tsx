// Conference rooms: who is in them is seen, and what is done is asked of the engine.
import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Role } from "../../bindings/api";
import type { RoomView } from "../../bindings/sound";
import { api, Refused } from "../../live/api";
import { useSession } from "../../live/session";
import { forget, takeIn, useLive } from "../../live/store";
import { useToasts } from "../../live/toasts";
import { expectAccessible } from "../../testing/accessible";
import { party, person, state } from "../../testing/office";
import { room } from "../../testing/sound";
import { startText } from "../../text";
import { pinOf, RoomDialog } from "./room-dialog";
import { dialable, RoomsOnBoard } from "./rooms-on-board";

vi.setConfig({ testTimeout: 40_000 });

const ana = person(1, "Ana Kraft");
const ben = person(2, "Ben Lang");
const carla = person(3, "Carla Vogt");
const member = (call: number, of: typeof ana, rest = {}) => ({
  call,
  party: party(of),
  host: false,
  muted: false,
  speaking: false,
  since: 0,
  ...rest,
});
const meeting = room(1, "Meeting", {
  live: {
    locked: false,
    recording: true,
    since: 0,
    members: [member(11, ana, { host: true, speaking: true }), member(12, ben, { muted: true })],
  },
});

beforeEach(() => {
  startText("en");
  vi.stubGlobal("CSS", { escape: (text: string) => text.replace(/[^\w-]/g, "\\$&") });
});
afterEach(() => {
  cleanup();
  forget();
  useToasts.setState({ toasts: [] });
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

function open(rooms: RoomView[], role: Role = "receptionist", me: number | null = 3) {
  useSession.setState({
    state: "signedIn",
    session: { user: 1, name: "x", role, person: me, remote: false },
  });
  const whole = { ...state({ people: [ana, ben, carla] }), rooms };
  takeIn({ type: "snapshot", epoch: "e", seq: 1, now: Date.now(), state: whole });
  render(<RoomsOnBoard />);
}

test("who is in a room is listed, with who leads, speaks and is muted", () => {
  open([meeting, room(2, "Customers")]);
  const card = screen.getByRole("article", { name: "Meeting" });
  expect(within(card).getByText("Host · Speaking")).toBeTruthy();
  expect(within(card).getByText("Muted")).toBeTruthy();
  expect(within(card).getByText("Recording")).toBeTruthy();
  expect(screen.getByText("1 empty room")).toBeTruthy();
});

test("a room follows the feed: who speaks now, and that it has emptied", async () => {
  open([meeting]);
  const change = (value: RoomView) =>
    takeIn({
      type: "changes",
      seq: useLive.getState().seq + 1,
      now: Date.now(),
      changes: [{ kind: "room", id: 1, value }] as never,
    });
  change({ ...meeting, live: null });
  expect(await screen.findByText("1 empty room")).toBeTruthy();
  expect(screen.queryByRole("article")).toBeNull();
});

test("one member is muted or removed, and everybody but the hosts at once", async () => {
  const mute = vi.spyOn(api, "muteInRoom").mockResolvedValue();
  const remove = vi.spyOn(api, "removeFromRoom").mockResolvedValue();
  const user = userEvent.setup();
  open([meeting]);
  await user.click(screen.getByRole("button", { name: "Mute Ana Kraft" }));
  expect(mute).toHaveBeenLastCalledWith(1, 11, true);
  await user.click(screen.getByRole("button", { name: "Let Ben Lang speak" }));
  expect(mute).toHaveBeenLastCalledWith(1, 12, false);
  await user.click(screen.getByRole("button", { name: "Remove Ben Lang from the room" }));
  expect(remove).toHaveBeenCalledWith(1, 12);
  await user.click(screen.getByRole("button", { name: "More for Meeting" }));
  // Everybody but the host is muted already.
  await user.click(await screen.findByRole("menuitem", { name: "Let all speak" }));
  expect(mute).toHaveBeenLastCalledWith(1, null, false);
});

test("any number is invited by typing it, somebody of the office by name", async () => {
  const invite = vi.spyOn(api, "inviteToRoom").mockResolvedValue();
  const user = userEvent.setup();
  open([meeting]);
  await user.click(screen.getByRole("button", { name: /Invite into Meeting/ }));
  await user.type(await screen.findByRole("combobox"), "+49 89 123");
  await user.click(screen.getByRole("button", { name: "Ring them" }));
  expect(invite).toHaveBeenLastCalledWith(1, "+4989123");
  await user.click(screen.getByRole("button", { name: /Invite into Meeting/ }));
  await user.type(await screen.findByRole("combobox"), "car");
  await user.click(await screen.findByRole("option", { name: /Carla Vogt/ }));
  expect(invite).toHaveBeenLastCalledWith(1, "103");
});

test("names are no numbers", () => {
  expect(dialable("+49 (89) 12-3")).toBe("+4989123");
  expect(dialable("Ana 2")).toBeNull();
  expect(dialable("7")).toBeNull();
});

test("who is neither reception nor host sees a room and cannot steer it; its host can", () => {
  open([meeting], "staff", 2);
  expect(screen.queryByRole("button", { name: "Mute Ana Kraft" })).toBeNull();
  cleanup();
  open([meeting], "staff", 1);
  expect(screen.getByRole("button", { name: "Mute Ana Kraft" })).toBeTruthy();
});

test("staff, who are not told who is in a room, are not told that it is empty either", () => {
  open([room(2, "Customers")], "staff", 3);
  expect(screen.getByText("Customers")).toBeTruthy();
  expect(screen.queryByText(/empty/)).toBeNull();
});

test("an office without rooms shows nothing of them", () => {
  open([]);
  expect(document.querySelector(".rooms")).toBeNull();
});

test("a PIN is kept when nothing is typed, set when digits are, and removed when asked", () => {
  expect(pinOf("pin", { text: "", remove: false })).toEqual({});
  expect(pinOf("pin", { text: "482915", remove: false })).toEqual({ pin: "482915" });
  expect(pinOf("hostPin", { text: "", remove: true })).toEqual({ hostPin: null });
});

test("a room that would wait for a host nobody can be is refused at its field", async () => {
  vi.spyOn(api, "addRoom").mockRejectedValue(
    new Refused(422, {
      type: "",
      title: "",
      status: 422,
      detail: "no",
      field: "waitForHost",
      code: "badValue",
    }),
  );
  const user = userEvent.setup();
  render(<RoomDialog room={null} onClose={() => {}} />);
  await user.type(screen.getByRole("textbox", { name: "Name" }), "Meeting");
  await user.type(screen.getByRole("textbox", { name: "Number" }), "700");
  fireEvent.click(screen.getByRole("checkbox", { name: /Wait for the host/ }));
  await user.click(screen.getByRole("button", { name: "Add" }));
  await waitFor(() => expect(screen.getByText(/has no host PIN.*Set a host PIN\./)).toBeTruthy());
});

test("everybody can use the rooms on the board", async () => {
  open([meeting, room(2, "Customers")]);
  await expectAccessible();
});
