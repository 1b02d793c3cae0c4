// Opening hours on the screen: drawn, typed, filled in; and closed early from anywhere.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, configure, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Role } from "../../bindings/api";
import { api, Refused } from "../../live/api";
import { useSession } from "../../live/session";
import { forget, takeIn, useLive } from "../../live/store";
import { speakOfRefusals, useToasts } from "../../live/toasts";
import { forgetSteps, undo } from "../../live/undo";
import { useGlobalKeys } from "../../shell/keys";
import { expectAccessible } from "../../testing/accessible";
import { FRIDAY, document as hoursDocument, preview, schedule } from "../../testing/hours";
import { state } from "../../testing/office";
import { startText } from "../../text";
import { sentence } from "../../text/refusal";
import type { ScheduleDocument, ScheduleView } from "./api";
import { OverrideBanner } from "./banner";
import type { ReadableSchedule } from "./document";
import Hours from "./index";
import { useOverrideUi } from "./override";
import { HoursStatus } from "./status";

configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 40_000 });

/** What the engine keeps, by its rules: each version is written once. */
let kept: ReadableSchedule;

beforeEach(() => {
  startText("en");
  speakOfRefusals(sentence);
  forgetSteps();
  useToasts.setState({ toasts: [] });
  useOverrideUi.setState({ menu: false, asked: null });
  vi.stubGlobal("CSS", { escape: (text: string) => text.replace(/[^\w-]/g, "\\$&") });
  vi.useFakeTimers({ now: FRIDAY, toFake: ["Date"] });
  vi.spyOn(api, "previewSchedule").mockResolvedValue(preview());
  vi.spyOn(api, "holidayCountries").mockResolvedValue([
    { country: "DE", name: "Germany", regions: [{ code: "BY", name: "Bayern" }] },
  ]);
  vi.spyOn(api, "holidays").mockResolvedValue([
    {
      date: "2026-12-25",
      id: "christmas",
      name: "Erster Weihnachtstag",
      english: "Christmas Day",
      type: "public",
    },
  ]);
  vi.spyOn(api, "sounds").mockResolvedValue([]);
});
afterEach(() => {
  cleanup();
  forget();
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  window.history.replaceState(null, "", "/");
});

function open(path: string, schedules: ScheduleView[], role: Role = "owner", view = <Hours />) {
  useSession.setState({
    state: "signedIn",
    session: { user: null, name: "", role, person: null, remote: false },
  });
  const whole = { ...state(), schedules };
  takeIn({ type: "snapshot", epoch: "e", seq: 1, now: Date.now(), state: whole });
  window.history.replaceState(null, "", path);
  render(<QueryClientProvider client={new QueryClient()}>{view}</QueryClientProvider>);
}

/** An engine that insists on the version. */
function keep(first: ReadableSchedule) {
  kept = first;
  return vi
    .spyOn(api, "editSchedule")
    .mockImplementation(async (_: number, version: number, document: ScheduleDocument) => {
      if (version !== kept.version) throw new Refused(412, null);
      kept = { ...kept, version: version + 1, name: document.name, document };
      return kept;
    });
}

test("each schedule says whether it is open, until when, why, and who uses it", () => {
  const other = schedule(2, {
    name: "Support",
    openness: {
      state: "holiday",
      label: "Move",
      since: null,
      next: null,
      because: { kind: "exception", id: "x", label: "Move" },
    },
    usedBy: [{ kind: "flow", id: 3, name: "Main number" }],
  });
  open("/hours", [schedule(1), other]);
  const [office, support] = screen.getAllByRole("listitem");
  expect(within(office as HTMLElement).getByText(/closes 5:30 PM \(in 2 hr 14 min\)/)).toBeTruthy();
  expect(within(office as HTMLElement).getByText("Not used yet")).toBeTruthy();
  expect(within(support as HTMLElement).getByText("because of “Move”")).toBeTruthy();
  expect(within(support as HTMLElement).getByText("Used by Main number")).toBeTruthy();
});

test("new hours begin with Monday to Friday, nine to five", async () => {
  const add = vi.spyOn(api, "addSchedule").mockImplementation(async (document) => schedule(5, { document }));
  open("/hours", []);
  await userEvent.click(screen.getByRole("button", { name: "Make office hours" }));
  expect(add).toHaveBeenCalledWith(
    expect.objectContaining({ weekly: [{ days: [1, 2, 3, 4, 5], open: ["09:00", "17:00"] }] }),
  );
  await waitFor(() => expect(window.location.pathname).toBe("/hours/5"));
});

test("hours that are used are not removed; it is said where they are used", async () => {
  const remove = vi.spyOn(api, "removeSchedule").mockResolvedValue();
  open("/hours", [schedule(1, { usedBy: [{ kind: "flow", id: 3, name: "Main number" }] })]);
  await userEvent.click(screen.getByRole("button", { name: "More for Office hours" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: "Remove" }));
  const dialog = await screen.findByRole("dialog");
  expect(within(dialog).getByText("Main number")).toBeTruthy();
  expect(within(dialog).queryByRole("button", { name: "Remove" })).toBeNull();
  expect(remove).not.toHaveBeenCalled();
});

test("every interval of the week has a name, nights with where they go", () => {
  open("/hours/1", [schedule(1)]);
  const grid = screen.getByRole("grid", { name: /The week/ });
  const names = within(grid)
    .getAllByRole("gridcell")
    .map(({ textContent }) => textContent);
  expect(names.some((name) => name?.includes("Monday 9:00 AM to 5:30 PM open"))).toBe(true);
  expect(
    names.some((name) => name?.includes("Saturday 8:00 PM to 12:00 AM open, on until 2:00 AM the next day")),
  ).toBe(true);
  expect(
    names.some((name) => name?.includes("Sunday 12:00 AM to 2:00 AM open, from the evening of Saturday")),
  ).toBe(true);
});

/** Presses keys on the week, all within a moment. */
function press(...keys: (string | KeyboardEventInit)[]): void {
  const grid = screen.getByRole("grid", { name: /The week/ });
  act(() => grid.focus());
  for (const key of keys) fireEvent.keyDown(grid, typeof key === "string" ? { key } : key);
}

/** So long that what was drawn is saved. */
const rest = () => act(() => vi.advanceTimersByTimeAsync(600));
const haltTimers = () => vi.useFakeTimers({ now: FRIDAY, toFake: ["Date", "setTimeout", "clearTimeout"] });

test("a stroke of keys is one step, saved with the version that was seen, and can be taken back", async () => {
  haltTimers();
  const edit = keep(schedule(1));
  open("/hours/1", [kept]);
  // Sunday is the first row here; the cursor is at nine.
  press("Enter", "PageDown", "Enter", "ArrowDown", "Delete");
  expect(screen.getByText(/Removed\. Monday/)).toBeTruthy();
  expect(edit).not.toHaveBeenCalled();
  await rest();
  expect(edit).toHaveBeenCalledTimes(1);
  expect(edit).toHaveBeenCalledWith(
    1,
    1,
    expect.objectContaining({
      weekly: [
        { days: [0], open: ["09:00", "10:15"] },
        { days: [2, 3, 4, 5], open: ["09:00", "17:30"] },
        { days: [6], open: ["20:00", "02:00"] },
      ],
    }),
  );
  await act(undo);
  expect(edit).toHaveBeenLastCalledWith(1, 2, expect.objectContaining({ weekly: hoursDocument().weekly }));
});

test("what is not saved yet is the first to be taken back", async () => {
  haltTimers();
  const edit = keep(schedule(1));
  open("/hours/1", [kept]);
  press("ArrowDown", "Delete");
  expect(screen.queryByText(/Monday 9:00 AM to 5:30 PM open/)).toBeNull();
  press({ key: "z", ctrlKey: true });
  expect(screen.getByText(/Monday 9:00 AM to 5:30 PM open/)).toBeTruthy();
  await rest();
  expect(edit).not.toHaveBeenCalled();
});

test("leaving saves what was drawn last", () => {
  haltTimers();
  const edit = keep(schedule(1));
  open("/hours/1", [kept]);
  press("ArrowDown", "Delete");
  cleanup();
  expect(edit).toHaveBeenCalledTimes(1);
});

test("an edit keeps the override that began meanwhile", async () => {
  haltTimers();
  const edit = keep(schedule(1));
  open("/hours/1", [kept]);
  press("ArrowDown", "Delete");
  const override = { state: "closed", until: "2026-11-20T23:00:00Z", by: "Ana" } as const;
  kept = { ...kept, version: 2, document: { ...kept.document, override } };
  act(() => useLive.setState({ schedules: new Map([[1, kept]]) }));
  await rest();
  expect(edit).toHaveBeenCalledWith(1, 2, expect.objectContaining({ override }));
});

test("a pull over several days draws all of them, and a click draws nothing", async () => {
  const edit = keep(schedule(1, { document: hoursDocument({ weekly: [] }) }));
  open("/hours/1", [kept]);
  const tracks = [...document.querySelectorAll<HTMLElement>(".week-track")];
  tracks.forEach((track, row) => {
    const rect = { left: 0, right: 1440, width: 1440, top: row * 40, bottom: row * 40 + 40, height: 40 };
    track.getBoundingClientRect = () => ({ ...rect, x: 0, y: rect.top, toJSON: () => rect }) as DOMRect;
  });
  const [, monday] = tracks as [HTMLElement, HTMLElement];
  fireEvent.pointerDown(monday, { button: 0, clientX: 542, clientY: 60 });
  fireEvent.pointerUp(monday, { clientX: 542, clientY: 60 });
  expect(edit).not.toHaveBeenCalled();
  fireEvent.pointerDown(monday, { button: 0, clientX: 542, clientY: 60 });
  fireEvent.pointerMove(monday, { clientX: 800, clientY: 100 });
  fireEvent.pointerMove(monday, { clientX: 1048, clientY: 220 });
  fireEvent.pointerUp(monday, { clientX: 1048, clientY: 220 });
  await waitFor(() => expect(edit).toHaveBeenCalledTimes(1));
  expect(edit.mock.calls[0]?.[2].weekly).toEqual([{ days: [1, 2, 3, 4, 5], open: ["09:00", "17:30"] }]);
});

test("a line of words is read by the engine, shown on the grid and taken over with Enter", async () => {
  const edit = keep(schedule(1));
  vi.spyOn(api, "readHours").mockResolvedValue({
    weekly: [{ days: [3], open: ["10:00", "12:00"] }],
    said: "Wednesday from ten to twelve",
  });
  open("/hours/1", [kept]);
  const field = screen.getByRole("textbox", { name: "Or type it" });
  await userEvent.clear(field);
  await userEvent.type(field, "Wed 10-12");
  expect(await screen.findByText("Understood: Wednesday from ten to twelve")).toBeTruthy();
  expect(await screen.findByText(/Wednesday 10:00 AM to 12:00 PM open/)).toBeTruthy();
  expect(edit).not.toHaveBeenCalled();
  await userEvent.keyboard("{Enter}");
  await waitFor(() => expect(edit).toHaveBeenCalledTimes(1));
  expect(edit.mock.calls[0]?.[2].weekly).toEqual([{ days: [3], open: ["10:00", "12:00"] }]);
});

test("what cannot be read is named, and nothing changes", async () => {
  const edit = keep(schedule(1));
  vi.spyOn(api, "readHours").mockRejectedValue(
    new Refused(422, { type: "", title: "", status: 422, detail: "", at: 8 } as never),
  );
  open("/hours/1", [kept]);
  const field = screen.getByRole("textbox", { name: "Or type it" });
  await userEvent.clear(field);
  await userEvent.type(field, "Mon 9-5 lunch{Enter}");
  expect(await screen.findByText(/“lunch” is not understood\. Nothing was changed\./)).toBeTruthy();
  expect(edit).not.toHaveBeenCalled();
});

test("a date after a night asks in words what becomes of the night", async () => {
  const edit = keep(schedule(1));
  open("/hours/1", [kept]);
  const sunday = screen.getByRole("button", { name: /Sunday, November 22, 2026/ });
  await userEvent.click(sunday);
  await userEvent.click(sunday);
  const dialog = await screen.findByRole("dialog", { name: /Sunday, November 22, 2026/ });
  expect(within(dialog).getByText("The night of Saturday runs until 2:00 AM on November 22.")).toBeTruthy();
  await userEvent.click(within(dialog).getByRole("radio", { name: "Stop at midnight" }));
  await userEvent.type(within(dialog).getByRole("textbox", { name: "What for" }), "Clean-up");
  await userEvent.click(within(dialog).getByRole("button", { name: "Add" }));
  await waitFor(() => expect(edit).toHaveBeenCalledTimes(1));
  expect(edit.mock.calls[0]?.[2].exceptions).toEqual([
    { id: "x1", label: "Clean-up", when: { date: "2026-11-22" }, effect: "closed", spill: "cut" },
  ]);
});

test("the holidays of a region take three clicks", async () => {
  const edit = keep(schedule(1));
  open("/hours/1", [kept]);
  const side = within(screen.getByRole("complementary"));
  const holidays = () => side.getByRole("button", { name: "Holidays…" });
  await waitFor(() => expect(holidays().getAttribute("aria-haspopup")).toBe("true"));
  await userEvent.click(holidays());
  await userEvent.click(await screen.findByRole("menuitem", { name: "Bavaria" }));
  expect(await screen.findByText("Christmas Day")).toBeTruthy();
  await userEvent.click(screen.getByRole("button", { name: "Confirm" }));
  await waitFor(() => expect(edit).toHaveBeenCalledTimes(1));
  expect(edit.mock.calls[0]?.[2].holidays).toEqual([
    expect.objectContaining({ country: "DE", region: "BY", skip: [], confirmedThrough: "2027-11-30" }),
  ]);
});

test("a holiday gets a greeting of its own in the list that is confirmed", async () => {
  vi.mocked(api.sounds).mockResolvedValue([{ id: 31, title: "Merry Christmas", kind: "greeting" } as never]);
  const edit = keep(schedule(1));
  open("/hours/1", [kept]);
  const side = within(screen.getByRole("complementary"));
  const holidays = () => side.getByRole("button", { name: "Holidays…" });
  await waitFor(() => expect(holidays().getAttribute("aria-haspopup")).toBe("true"));
  await userEvent.click(holidays());
  await userEvent.click(await screen.findByRole("menuitem", { name: "Bavaria" }));
  await userEvent.click(await screen.findByRole("button", { name: /Greeting on Christmas Day/ }));
  await userEvent.click(await screen.findByRole("option", { name: "Merry Christmas" }));
  await userEvent.click(screen.getByRole("button", { name: "Confirm" }));
  await waitFor(() => expect(edit).toHaveBeenCalledTimes(1));
  expect(edit.mock.calls[0]?.[2].holidays?.[0]?.greetings).toEqual({ christmas: "31" });
});

test("what might surprise is said, and the ribbon is walked by keys", async () => {
  const holidays = [{ source: "builtin", country: "DE" }] as const;
  open("/hours/1", [schedule(1, { document: hoursDocument({ holidays }) })]);
  expect(await screen.findByText("Thu, May 6, 2027 is Ascension Day; you are set open.")).toBeTruthy();
  const ribbon = screen.getByRole("slider", { name: /The next 6 days/ });
  act(() => ribbon.focus());
  await userEvent.keyboard("{ArrowRight}{ArrowRight}{ArrowRight}");
  expect(ribbon.getAttribute("aria-valuetext")).toBe("Mon, Nov 23, 2026: open 9:00 AM – 5:30 PM (Move)");
  await userEvent.keyboard("{Enter}");
  expect(await screen.findByRole("dialog", { name: /Monday, November 23, 2026/ })).toBeTruthy();
});

function Keys() {
  useGlobalKeys(() => {});
  return <HoursStatus />;
}

test("two clicks close the office early, and one click opens it again", async () => {
  const close = vi.spyOn(api, "overrideSchedule").mockResolvedValue();
  open("/", [schedule(1)], "receptionist", <HoursStatus />);
  expect(screen.getByText("Open until 5:30 PM")).toBeTruthy();
  await userEvent.click(screen.getByRole("button", { name: "Close early" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: /For the rest of today/ }));
  expect(close).toHaveBeenCalledWith(1, { state: "closed", until: Date.UTC(2026, 10, 20, 23) });

  cleanup();
  const end = vi.spyOn(api, "endOverride").mockResolvedValue();
  const override = { state: "closed", until: "2026-11-20T16:00:00Z", by: "Ana", reason: "Storm" } as const;
  const closed = schedule(1, {
    document: hoursDocument({ override }),
    openness: {
      state: "closed",
      label: null,
      since: FRIDAY,
      next: null,
      because: { kind: "override", id: null, label: null },
    },
  });
  open("/", [closed], "receptionist", <OverrideBanner />);
  expect(screen.getByText("Office hours: closed by hand until 5:00 PM.")).toBeTruthy();
  expect(screen.getByText("Changed by Ana: Storm. It ends by itself.")).toBeTruthy();
  await userEvent.click(screen.getByRole("button", { name: "Back to usual hours" }));
  expect(end).toHaveBeenCalledWith(1);
});

test("Ctrl+Shift+O and Enter close the office without a pointer", async () => {
  const close = vi.spyOn(api, "overrideSchedule").mockResolvedValue();
  open("/", [schedule(1)], "receptionist", <Keys />);
  await userEvent.keyboard("{Control>}{Shift>}o{/Shift}{/Control}");
  await screen.findByRole("menu");
  await userEvent.keyboard("{Enter}");
  await waitFor(() => expect(close).toHaveBeenCalledTimes(1));
});

test("staff see whether it is open, and cannot change it", () => {
  open("/", [schedule(1)], "staff", <HoursStatus />);
  expect(screen.getByText("Open until 5:30 PM")).toBeTruthy();
  expect(screen.queryByRole("button")).toBeNull();
});

test("everybody can use the hours", async () => {
  const exceptions: ScheduleDocument["exceptions"] = [
    { id: "x1", label: "Party", when: { date: "2026-11-27" }, effect: [["09:00", "12:00"]] },
    { id: "x2", when: { yearly: "05-14" }, effect: "closed" },
  ];
  open("/hours/1", [schedule(1, { document: hoursDocument({ exceptions }) })]);
  await screen.findByRole("slider");
  await expectAccessible();
});

test("a moment is slid over the day and the week, and the engine is asked how things stand then", async () => {
  open("/hours/1", [schedule(1)]);
  const slider = await screen.findByRole<HTMLInputElement>("slider", { name: "Slide over the time" });
  const previewed = vi.mocked(api.previewSchedule);
  fireEvent.change(slider, { target: { value: String(14 * 60 + 5) } });
  expect(slider.getAttribute("aria-valuetext")).toMatch(/, (2:05 PM|14:05)$/);
  const asked = () => previewed.mock.calls.filter(([, , days]) => days === 1).map(([, at]) => at);
  await waitFor(() => expect(new Date(asked().at(-1) ?? 0).getUTCMinutes()).toBe(5));
  fireEvent.click(screen.getByRole("radio", { name: "Week" }));
  const before = asked().at(-1) ?? 0;
  fireEvent.change(slider, { target: { value: "0" } });
  await waitFor(() => expect(asked().at(-1)).not.toBe(before));
  expect(slider.getAttribute("aria-valuetext")).toMatch(/, (12:00 AM|0?0:00)$/);
});
