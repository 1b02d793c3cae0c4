// The board by keyboard alone: what is typed and pressed is asked of the engine.
import { act, cleanup, render, screen, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Role, State } from "../../bindings/api";
import { useSession } from "../../live/session";
import { forget, takeIn } from "../../live/store";
import { useToasts } from "../../live/toasts";
import { party, person, ringing, state, talking } from "../../testing/office";
import { startText } from "../../text";
import Board from ".";

const own = person(1, "Dana Reception");
const ben = person(2, "Ben Kraft", { team: "Support" });
const benno = person(3, "Benno Vogt", { team: "IT", wants: { state: "away", note: "Lunch", until: null } });
const bea = person(4, "Bea Lang", { extension: null });

type Asked = { method: string; path: string; body: unknown };
let asked: Asked[] = [];

beforeAll(() => {
  startText("en");
  // The rows in view are those that fit: a page without layout has to be given a height.
  Object.defineProperty(HTMLElement.prototype, "clientHeight", { configurable: true, value: 800 });
  Object.defineProperty(HTMLElement.prototype, "clientWidth", { configurable: true, value: 1000 });
});

beforeEach(() => {
  asked = [];
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    asked.push({ method: init.method ?? "GET", path, body: JSON.parse(String(init.body)) });
    return Response.json({ call: 9 });
  });
});

afterEach(() => {
  cleanup();
  forget();
  useToasts.setState({ toasts: [] });
  vi.unstubAllGlobals();
});

function open(rest: Partial<State> = {}, role: Role = "receptionist", self: number | null = own.id) {
  useSession.setState({
    state: "signedIn",
    session: { user: 1, name: "dana", role, person: self, remote: false },
  });
  takeIn({
    type: "snapshot",
    epoch: "e",
    seq: 1,
    now: Date.now(),
    state: state({ people: [own, ben, benno, bea], ...rest }),
  });
  render(<Board />);
  return userEvent.setup({ delay: null });
}

test("who is parked is shown at their slot, is got back with a click, and the slot is no longer free", async () => {
  const parked = {
    ...talking(5, party(ben), benno),
    parked: { slot: 71, who: party(ben), by: party(benno), since: 0 },
  };
  const office = { ...state({}).office, parking: { first: 70, slots: 3 } };
  const keys = open({ office, calls: [parked] } as Partial<State>);
  const strip = screen.getByRole("region", { name: "Parked" });
  expect(strip.textContent).toContain("71Ben Kraft");
  const free = [...strip.querySelectorAll("[data-drop-slot]")].map((slot) => slot.textContent);
  expect(free).toEqual(["70", "72"]);
  await keys.click(within(strip).getByRole("button", { name: /Ben Kraft/ }));
  expect(asked.at(-1)?.path).toMatch(/calls\/5\//);
});

describe("listening in", () => {
  const talk = talking(5, party("+49891234"), benno);
  const listening = { ...state({}).office, listening: true };

  test("an administrator hears a talk of others, then whispers to the colleague, not to the caller outside", async () => {
    const keys = open({ office: listening, calls: [talk] }, "admin");
    await keys.click(screen.getByRole("button", { name: /Benno Vogt/, pressed: false }));
    await keys.click(screen.getByRole("button", { name: "Listen in" }));
    expect(asked.at(-1)).toEqual({
      method: "POST",
      path: "/api/calls/5/listen",
      body: { person: 1, how: "hears" },
    });
    act(() =>
      takeIn({
        type: "snapshot",
        epoch: "e",
        seq: 2,
        now: Date.now(),
        state: state({
          people: [own, ben, benno, bea],
          office: listening,
          calls: [{ ...talk, listeners: [{ party: party(own), how: "hears" }] }],
        } as Partial<State>),
      }),
    );
    expect(screen.getAllByText("Dana Reception listens in").length).toBeGreaterThan(0);
    const group = within(screen.getByRole("group", { name: "How you take part" }));
    const ways = group.getAllByRole("button");
    expect(ways.map((way) => way.textContent)).toEqual(["Listen", "Whisper to Benno Vogt", "Talk with both"]);
    expect(ways.map((way) => way.getAttribute("aria-pressed"))).toEqual(["true", "false", "false"]);
    await keys.click(group.getByRole("button", { name: "Whisper to Benno Vogt" }));
    expect(asked.at(-1)?.body).toEqual({ person: 1, how: "whispersToCallee" });
  });

  test("who goes by keys from hearing to talking whispers to nobody on the way", async () => {
    const heard = { ...talk, listeners: [{ party: party(own), how: "hears" }] };
    const keys = open({ office: listening, calls: [heard] } as Partial<State>, "admin");
    await keys.click(screen.getByRole("button", { name: /Benno Vogt/, pressed: false }));
    screen.getByRole("button", { name: "Listen" }).focus();
    await keys.keyboard("{ArrowRight}{Tab}{Tab}");
    expect(asked).toEqual([]);
    await keys.keyboard("{Enter}");
    expect(asked.map(({ body }) => body)).toEqual([{ person: 1, how: "talks" }]);
  });

  test("who has not said who they are is told to, instead of being offered nothing", async () => {
    const keys = open({ office: listening, calls: [talk] }, "owner", null);
    await keys.click(screen.getByRole("button", { name: /Benno Vogt/, pressed: false }));
    await keys.click(screen.getByRole("button", { name: "Listen in" }));
    expect(asked).toEqual([]);
    expect(useToasts.getState().toasts.map(({ text }) => text)).toEqual([
      "Choose who you are first, at the foot of the calls.",
    ]);
  });

  test.each([
    ["the reception", { office: listening }, "receptionist"],
    ["an office that does not allow it", {}, "admin"],
    ["one's own talk", { office: listening, calls: [talking(5, party(own), benno)] }, "admin"],
  ] as const)("is not offered to %s", async (_, rest, role) => {
    const keys = open({ calls: [talk], ...rest } as Partial<State>, role);
    const call = screen
      .getAllByRole("button", { pressed: false })
      .find((each) => each.classList.contains("call-choose"));
    if (call) await keys.click(call);
    expect(screen.getByRole("button", { name: "Hang up" })).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Listen in" })).toBeNull();
  });
});

test("a name typed anywhere finds the person, says so, and Enter calls them", async () => {
  const keys = open();
  await keys.keyboard("ben");
  expect(screen.getByText("Ben Kraft, 102, Support, Free, 1 of 2")).toBeTruthy();
  await keys.keyboard("{Enter}");
  expect(asked).toEqual([{ method: "POST", path: "/api/calls", body: { person: 1, to: "102" } }]);
});

test("with a call of one's own up, Enter hands the caller to the person found", async () => {
  const keys = open({ calls: [talking(7, party("+49891234"), own)] });
  await keys.keyboard("benno{Enter}");
  expect(asked).toEqual([
    { method: "POST", path: "/api/calls/7/transfer", body: { keep: "caller", to: "103" } },
  ]);
});

test("when one called somebody oneself, it is the callee who is handed over", async () => {
  const keys = open({ calls: [talking(7, party(own), ben)] });
  await keys.keyboard("benno{Enter}");
  expect(asked[0]?.body).toEqual({ keep: "callee", to: "103" });
});

test("a ringing call that is chosen rings at the person found instead", async () => {
  const keys = open({ calls: [ringing(8, party("+49891234"), ben)] });
  await keys.keyboard("{Control>}{ArrowDown}{/Control}");
  expect(screen.getByText("Call chosen: +49891234")).toBeTruthy();
  await keys.keyboard("benno{Enter}");
  expect(asked).toEqual([{ method: "POST", path: "/api/calls/8/take-over", body: { person: 3 } }]);
});

test("F2 takes over the call that has waited longest", async () => {
  const keys = open({ calls: [ringing(8, party("2"), ben, 2000), ringing(9, party("1"), benno, 1000)] });
  await keys.keyboard("{F2}");
  expect(asked).toEqual([{ method: "POST", path: "/api/calls/9/take-over", body: { person: 1 } }]);
});

test("F4 hangs up the current call", async () => {
  const keys = open({ calls: [talking(7, party("+49891234"), own)] });
  await keys.keyboard("{F4}");
  expect(asked.map(({ path }) => path)).toEqual(["/api/calls/7/hang-up"]);
});

test("Esc clears the search, then lets go of the call: Enter calls again", async () => {
  const keys = open({ calls: [talking(7, party("+49891234"), own)] });
  await keys.keyboard("ben{Escape}");
  expect(screen.getByRole("combobox", { name: "Find a person" })).toHaveProperty("value", "");
  await keys.keyboard("{Escape}ben{Enter}");
  expect(asked.map(({ path }) => path)).toEqual(["/api/calls"]);
});

test("somebody without a number cannot be called, and the reason is told", async () => {
  const keys = open();
  await keys.keyboard("bea{Enter}");
  expect(asked).toEqual([]);
  expect(useToasts.getState().toasts[0]?.text).toContain("Bea Lang has no number yet");
});

test("the arrows walk through the people, and stop at the ends", async () => {
  const keys = open();
  await keys.keyboard("ben{ArrowDown}{ArrowDown}{ArrowDown}");
  expect(screen.getByText("Benno Vogt, 103, IT, Away, 2 of 2")).toBeTruthy();
});

test("three facts stand beside each name", () => {
  open();
  const row = screen.getByText("Benno Vogt").closest("[role=row]");
  expect(row?.textContent).toContain("Away · Lunch");
  expect(row?.textContent).toContain("No call");
  expect(row?.textContent).toContain("Reachable");
});

test("a row follows what happens to its person", () => {
  open();
  act(() => {
    const call = ringing(8, party("+49891234"), ben);
    takeIn({
      type: "changes",
      seq: 2,
      now: Date.now(),
      changes: [
        { kind: "person", id: 2, value: { ...ben, doing: "ringing" } },
        { kind: "call", id: 8, value: call },
      ],
    });
  });
  const row = screen.getByText("Ben Kraft").closest("[role=row]");
  expect(row?.textContent).toContain("Ringing from +49891234");
});

test("a name that looks like a page stays a name", () => {
  open({ people: [own, person(5, '<img src=x onerror="alert(1)">')] });
  expect(screen.getByText('<img src=x onerror="alert(1)">')).toBeTruthy();
  expect(document.querySelector("img[src=x]")).toBeNull();
});

test("Tab leads to one call, and the arrows from there to the others", async () => {
  const keys = open({ calls: [ringing(8, party("2"), ben, 1000), talking(9, party("1"), benno, 2000)] });
  const calls = () => [...document.querySelectorAll<HTMLElement>(".call-choose")];
  expect(calls().map((call) => call.tabIndex)).toEqual([0, -1]);
  calls()[0]?.focus();
  await keys.keyboard("{ArrowDown}{ArrowDown}");
  expect(document.activeElement).toBe(calls()[1]);
  expect(screen.getByText("Call chosen: 1")).toBeTruthy();
});
