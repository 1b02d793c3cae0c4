// The screen of calls: search as one types, a story by its link, and the way back.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import {
  act,
  cleanup,
  configure,
  fireEvent,
  getByRole,
  render,
  screen,
  waitFor,
} from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { CallRow, CallStory, Role } from "../../bindings/api";
import { api, Refused } from "../../live/api";
import { useSession } from "../../live/session";
import { useLive } from "../../live/store";
import { line } from "../../testing/lines";
import { startText } from "../../text";
import Screen from "./index";

const call: CallRow = {
  id: 7,
  startedAt: 0,
  answeredAt: 5000,
  endedAt: 65_000,
  from: { person: 1, number: "101", name: "Ana" },
  to: { person: 2, number: "102", name: "Ben" },
  outcome: "answered",
  reason: "hungUp",
  hungUpBy: "caller",
  media: "direct",
  recording: null,
  message: null,
};
const story: CallStory = {
  call,
  sound: [],
  steps: [{ offset: 0, kind: "callerArrived", detail: { from: call.from, dialled: "102" } }],
};

function signIn(role: Role): void {
  useSession.setState({
    state: "signedIn",
    session: { user: 1, name: "x", role, person: null, remote: true },
  });
}

// A computer that is busy with other things is no reason to fail.
configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 40_000 });

beforeEach(() => {
  startText("en");
  signIn("admin");
  vi.stubGlobal("CSS", { escape: (text: string) => text.replace(/[^\w-]/g, "\\$&") });
  // Without a layout no row would be in view.
  vi.spyOn(Element.prototype, "clientHeight", "get").mockReturnValue(600);
  vi.spyOn(Element.prototype, "clientWidth", "get").mockReturnValue(800);
  vi.spyOn(api, "call").mockResolvedValue(story);
  vi.spyOn(api, "trace").mockRejectedValue(new Refused(404, null));
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  window.history.replaceState(null, "", "/");
});

function show(path: string): void {
  window.history.replaceState(null, "", path);
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <Screen />
    </QueryClientProvider>,
  );
}

test("what is typed is searched for by the engine, once the fingers rest", async () => {
  const list = vi.spyOn(api, "calls").mockResolvedValue({ calls: [call], next: null });
  show("/calls");
  await screen.findByRole("option", { name: /Ana/ });
  const field = screen.getByRole("searchbox", { name: "Find a call" });
  for (const value of ["b", "be", "ben"]) fireEvent.change(field, { target: { value } });
  await waitFor(() => expect(list).toHaveBeenLastCalledWith(expect.objectContaining({ q: "ben" })));
  expect(list).toHaveBeenCalledTimes(2);
  expect(window.location.search).toBe("?q=ben");
});

test("a row is opened by Enter, its story closed by Escape, and the list has the focus again", async () => {
  const user = userEvent.setup();
  vi.spyOn(api, "calls").mockResolvedValue({ calls: [call], next: null });
  show("/calls?outcome=answered");
  await screen.findByRole("option", { name: /Ana/ });
  screen.getByRole("listbox").focus();
  await user.keyboard("{ArrowDown}{Enter}");
  const headline = await screen.findByRole("heading", { level: 2 });
  expect(headline.textContent).toMatch(/^Ana waited 5 .* then talked with Ben for 1 .*\. Ana hung up\.$/);
  expect(document.activeElement).toBe(headline);
  expect(window.location.pathname + window.location.search).toBe("/calls/7?outcome=answered");
  fireEvent.keyDown(headline, { key: "Escape" });
  expect(window.location.pathname).toBe("/calls");
  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole("listbox")));
});

test("a link to a call that is not kept any more says so", async () => {
  vi.spyOn(api, "calls").mockResolvedValue({ calls: [], next: null });
  vi.spyOn(api, "call").mockRejectedValue(new Refused(404, null));
  show("/calls/99");
  expect(await screen.findByText("This call is not in the history.")).toBeTruthy();
});

test("the messages of a call are not asked for by those who may not see them", async () => {
  signIn("receptionist");
  vi.spyOn(api, "calls").mockResolvedValue({ calls: [call], next: null });
  show("/calls/7");
  expect(await screen.findByText("What happened")).toBeTruthy();
  expect(api.trace).not.toHaveBeenCalled();
});

test("a row says over which line a call came and which number was called", async () => {
  const outside: CallRow = {
    ...call,
    direction: "in",
    line: 3,
    lineName: "City line",
    shown: "+493012345",
    shownAs: "030 12345",
  };
  vi.spyOn(api, "calls").mockResolvedValue({ calls: [outside, { ...call, id: 6 }], next: null });
  show("/calls");
  const [over, within] = await screen.findAllByRole("option");
  expect(over?.textContent).toContain("City line 030 12345");
  expect(over && getByRole(over, "img", { name: /Incoming/ })).toBeTruthy();
  expect(within?.textContent).toContain("Internal");
});

test("calls are filtered by direction and by line with the keys, and the address keeps it", async () => {
  const user = userEvent.setup();
  useLive.setState({ lines: new Map([[3, line(3, "City line")]]) });
  const list = vi.spyOn(api, "calls").mockResolvedValue({ calls: [call], next: null });
  show("/calls");
  const pick = async (label: string, entry: string) => {
    act(() => screen.getByRole("button", { name: label }).focus());
    await user.keyboard("{Enter}");
    act(() => screen.getByRole("menuitem", { name: entry }).focus());
    await user.keyboard("{Enter}");
  };
  await screen.findByRole("option");
  await pick("Direction", "Outgoing");
  await pick("Line", "City line");
  expect(window.location.search).toBe("?direction=out&line=3");
  await waitFor(() =>
    expect(list).toHaveBeenLastCalledWith(expect.objectContaining({ direction: "out", line: 3 })),
  );
  expect(screen.getByRole("link", { name: "Save as table" }).getAttribute("href")).toBe(
    "/api/calls.csv?direction=out&line=3",
  );
  await user.click(screen.getByRole("button", { name: "Line: City line" }));
  expect(window.location.search).toBe("?direction=out");
});

test("the story says the line by the name it had, and the number as people write it", async () => {
  const outside: CallRow = {
    ...call,
    direction: "out",
    line: 9,
    lineName: "Old line",
    shown: "+493012345",
    shownAs: "030 12345",
  };
  const detail = { kind: "lineChosen", line: 9, shows: "+493012345" };
  vi.spyOn(api, "calls").mockResolvedValue({ calls: [outside], next: null });
  vi.spyOn(api, "call").mockResolvedValue({
    call: outside,
    sound: [],
    steps: [{ offset: 5, kind: "lineChosen", detail }],
  });
  show("/calls/7");
  const region = await screen.findByRole("region", { name: "Story of the call" });
  await waitFor(() => expect(region.textContent).toContain("Went out over Old line"));
  expect(region.textContent).toContain("The call went out on the line Old line and showed 030 12345.");
});

test("the table for spreadsheets is a link to the calls that are shown", async () => {
  vi.spyOn(api, "calls").mockResolvedValue({ calls: [call], next: null });
  show("/calls?outcome=missed&person=5");
  const link = await screen.findByRole("link", { name: "Save as table" });
  expect(link.getAttribute("href")).toBe("/api/calls.csv?outcome=nobodyAnswered&person=5");
});
