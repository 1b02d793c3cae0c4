// Numbers and lines are read as sentences, changed by keys alone, and refused where it helps.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, configure, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type {
  CallingPolicy,
  EmergencyView,
  FuseView,
  PresetView,
  State,
  WayOutView,
} from "../../bindings/api";
import { api, Refused } from "../../live/api";
import { useSession } from "../../live/session";
import { forget, takeIn } from "../../live/store";
import { speakOfRefusals, useToasts } from "../../live/toasts";
import { forgetSteps } from "../../live/undo";
import { expectAccessible } from "../../testing/accessible";
import { schedule } from "../../testing/hours";
import { line, number, rule } from "../../testing/lines";
import { person, state } from "../../testing/office";
import { speak, startText } from "../../text";
import { sentence } from "../../text/refusal";
import { lines } from "./api";
import { EmergencyBanner } from "./emergency-banner";
import Lines from "./index";
import { LinesStatus } from "./status";

configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 60_000 });

const ana = person(1, "Ana", { team: "Sales" });
const ben = person(2, "Ben", { team: "Sales" });
const telekom = line(1, "Telekom");
const sipgate = line(2, "sipgate", {
  state: "refused",
  sentence: "wrongPassword",
  detail: "403 Forbidden",
});

const POLICY: CallingPolicy & { revision: number } = {
  revision: 4,
  countries: ["AT"],
  premiumAllowed: [],
  foreignMinutesOffice: 30,
  foreignMinutesPerson: 10,
  foreignParallel: 3,
  outsideParallelPerson: 5,
  moneyOffice: 0,
  moneyPerson: 0,
  moneyLine: 0,
  minutesLine: 0,
  foreignHours: null,
  foreignTries: 5,
  newCountries: 3,
  newDevicesAbroad: false,
  forwardAbroad: false,
  outsideToOutside: false,
  blocked: null,
  welcome: null,
  outsidePrefix: null,
  areaCode: "30",
};
const PRESETS: PresetView[] = [
  {
    id: "easybell",
    name: "easybell SIP trunk",
    countries: ["DE"],
    website: "https://www.easybell.de",
    confidence: "reported",
    source: "Settings others publish",
    registers: true,
    oneRegistrationOnly: false,
    asks: [
      { field: "authUser", name: "SIP-Benutzername", example: "49301234567", optional: false, secret: false },
      { field: "password", name: "SIP-Passwort", example: "", optional: false, secret: true },
    ],
    notes: { en: ["easybell refuses registrations that last less than ten minutes."] },
    spendCap: {
      confidence: "documented",
      link: "https://www.easybell.de/limit",
      where: { en: "In the portal, under call barring." },
    },
  },
  {
    id: "other",
    name: "Another provider, with user name and password",
    countries: [],
    website: "",
    confidence: "assumed",
    source: "",
    registers: true,
    oneRegistrationOnly: false,
    asks: [{ field: "server", name: "SIP server", example: "", optional: false, secret: false }],
    notes: {},
    spendCap: null,
  },
];
const FUSE: FuseView = {
  id: "person-1-foreignMinutes",
  of: "person",
  person: 1,
  line: null,
  peer: null,
  what: "foreignMinutes",
  used: 600,
  limit: 600,
  blown: true,
  blownAt: 0,
};
const WAYS_OUT: WayOutView[] = [
  wayOut({
    kind: "number",
    name: "Main",
    number: "+49301234567",
    to: "0171 1234567",
    country: "DE",
    set: { at: 0, by: "maria", address: "192.0.2.9" },
  }),
  wayOut({
    kind: "callFlow",
    name: "Night",
    flow: 7,
    node: "n_dial",
    step: "On call",
    to: "+44 20 7946 0000",
    country: "GB",
    abroad: true,
    refusal: "forwardAbroad",
  }),
  wayOut({ kind: "otherSystem", name: "Branch", peer: 3 }),
];

function wayOut(fields: Pick<WayOutView, "kind" | "name"> & Partial<WayOutView>): WayOutView {
  return {
    number: null,
    person: null,
    flow: null,
    peer: null,
    node: null,
    step: null,
    to: null,
    country: null,
    abroad: false,
    refusal: null,
    set: null,
    ...fields,
  };
}

const EMERGENCY: EmergencyView = {
  id: "12",
  call: 12,
  number: "112",
  caller: "Ana",
  phone: "101",
  person: 1,
  location: "Hauptstr. 1, 2nd floor",
  callback: "+49301234567",
  line: 1,
  startedAt: 0,
  endedAt: null,
};

beforeEach(() => {
  startText("en");
  speakOfRefusals(sentence);
  vi.stubGlobal("CSS", { escape: (text: string) => text.replace(/[^\w-]/g, "\\$&") });
  useSession.setState({
    state: "signedIn",
    session: { user: null, name: "", role: "owner", person: null, remote: false },
  });
  vi.spyOn(api, "setup").mockResolvedValue({ countries: ["AT", "DE", "GB"] } as never);
  vi.spyOn(api, "callerLists").mockResolvedValue([]);
  vi.spyOn(lines, "providers").mockResolvedValue(PRESETS);
  vi.spyOn(lines, "numbers").mockResolvedValue([
    number("+49301234567", "030 1234567", {
      label: "Main",
      hours: { schedule: 1, whenClosed: { dest_kind: "hangup" } },
      lastCalled: 1,
    }),
    number("+49301234568", "030 1234568", { anonymous: "refuse" }),
  ]);
  vi.spyOn(lines, "extensions").mockResolvedValue([
    { number: "101", revision: 3, leadsTo: { dest_kind: "user", dest_id: 1 }, hours: null },
  ]);
  vi.spyOn(lines, "unknownNumbers").mockResolvedValue([
    { number: "+49301234599", shown: "030 1234599", line: 1, times: 3, last: 0 },
  ]);
  vi.spyOn(lines, "peers").mockResolvedValue([]);
  vi.spyOn(lines, "domainAccess").mockResolvedValue({ revision: 1, domains: [] });
  vi.spyOn(lines, "rules").mockResolvedValue({
    revision: 7,
    rules: [
      rule(1, { to: [{ kind: "mobile" }], lines: [1, 2], shows: { kind: "number", value: "+49301234567" } }),
      rule(2, { name: "Rest" }),
    ],
  });
  vi.spyOn(lines, "allRights").mockResolvedValue([]);
  vi.spyOn(lines, "policy").mockResolvedValue(POLICY);
  vi.spyOn(lines, "admission").mockResolvedValue({
    revision: 1,
    maxIn: null,
    maxOut: 4,
    maxDialer: null,
    rates: [{ of: "personOut", calls: 10, seconds: 60 }],
  });
  vi.spyOn(lines, "waysOut").mockResolvedValue(WAYS_OUT);
  vi.spyOn(lines, "fuses").mockResolvedValue([FUSE]);
  vi.spyOn(lines, "newPhones").mockResolvedValue([
    { device: 5, person: 2, agent: "Yealink T46U", network: "10.0.0.0/24", since: 0 },
  ]);
  vi.spyOn(lines, "emergencyPlan").mockResolvedValue({
    revision: 2,
    numbers: ["112", "110"],
    location: "",
    locations: [],
    callback: null,
    line: null,
    alertPersons: [1],
    alertEmails: [],
  });
  vi.spyOn(lines, "lineLog").mockResolvedValue([
    { at: 0, state: "refused", sentence: "wrongPassword", detail: "403 Forbidden" },
  ]);
  vi.spyOn(lines, "lineTest").mockResolvedValue(null);
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

function open(path: string, rest: object = {}) {
  takeIn({
    type: "snapshot",
    epoch: "e",
    seq: 1,
    now: Date.now(),
    state: state({
      people: [ana, ben],
      schedules: [schedule(1)],
      lines: [telekom, sipgate],
      fuses: [FUSE],
      ...rest,
    } as Partial<State>),
  });
  window.history.replaceState(null, "", path);
  render(
    <QueryClientProvider client={new QueryClient()}>
      <Lines />
      <LinesStatus />
      <EmergencyBanner />
    </QueryClientProvider>,
  );
  return userEvent.setup();
}

test("each number says in words where it leads, and a number nobody set up can be added", async () => {
  const user = open("/lines");
  expect(
    await screen.findByText("→ Ana while Office hours is open, otherwise nobody: the call ends"),
  ).toBeTruthy();
  expect(screen.getByText("turns hidden callers away")).toBeTruthy();
  expect(screen.getByText(/^last called /)).toBeTruthy();
  expect(await screen.findByText(/030 1234599 was called, but leads nowhere/)).toBeTruthy();
  await user.click(screen.getByRole("button", { name: "Add it" }));
  const box = await screen.findByRole("textbox", { name: "Numbers" });
  expect((box as HTMLTextAreaElement).value).toBe("030 1234599");
});

test("a pasted list is added as a whole, and a refused row is named by its line", async () => {
  const many = vi.spyOn(lines, "addNumbers").mockRejectedValueOnce(
    new Refused(422, {
      status: 422,
      title: "",
      code: "unheardOf",
      rows: [{ row: 1, field: "number", code: "unheardOf", detail: "it is there already" }],
    } as never),
  );
  const user = open("/lines?add");
  const box = await screen.findByRole("textbox", { name: "Numbers" });
  await user.click(box);
  await user.paste("030 1234570 Sales\n\n030 1234571\nnonsense");
  expect(screen.getByText("Line 4 is no number: “nonsense”. Begin it with a digit or +.")).toBeTruthy();
  await user.type(box, "{Backspace>8/}");
  await user.click(screen.getByRole("button", { name: "Add 2 numbers" }));
  expect(await screen.findByText("Line 3: it is there already")).toBeTruthy();
  expect(many.mock.calls[0]?.[0].map(({ number, label }) => [number, label])).toEqual([
    ["030 1234570", "Sales"],
    ["030 1234571", ""],
  ]);
});

test("who would ring now is told with its reasons", async () => {
  vi.spyOn(lines, "tryNumber").mockResolvedValue({
    to: { dest_kind: "user", dest_id: 1 },
    steps: [
      { sentence: "hoursOpen", detail: "" },
      { sentence: "toPerson", detail: "Ana" },
    ],
    rings: [{ person: 1, name: "Ana", online: 2 }],
    flow: null,
  });
  const user = open("/lines");
  await user.click(
    await screen.findByRole("button", { name: "Test 030 1234567: who rings if somebody calls now?" }),
  );
  expect(await screen.findByText("Callers reach: Ana")).toBeTruthy();
  expect(screen.getByText("2 phones can be reached")).toBeTruthy();
  expect(screen.getByText("It leads to Ana.")).toBeTruthy();
});

test("a line that is refused says why, what it means and what to do, and can be tried at once", async () => {
  const tried = vi.spyOn(lines, "tryLine").mockResolvedValue(sipgate);
  const user = open("/lines/lines");
  expect(screen.getByText("Refused")).toBeTruthy();
  expect(
    screen.getByText(/refuses the user name or the password.*not possible.*Type both again/),
  ).toBeTruthy();
  await user.click(screen.getByRole("button", { name: "Try now" }));
  expect(tried).toHaveBeenCalledWith(2);
  expect(screen.getByRole("link", { name: "1 of 2 lines ready" })).toBeTruthy();
});

test("a provider is found by search, asks what it needs, and the line is tested at once", async () => {
  const added = vi.spyOn(lines, "addFromPreset").mockResolvedValue(line(3, "easybell SIP trunk"));
  vi.spyOn(lines, "testLine").mockResolvedValue({
    startedAt: 0,
    finishedAt: 1,
    checks: [
      { check: "name", state: "good", sentence: "nameFound", detail: "voip.easybell.de", at: null },
      { check: "register", state: "bad", sentence: "wrongPassword", detail: "403", at: null },
    ],
  });
  // What was asked before the test began is answered last.
  let answerLate = (_: null) => {};
  vi.spyOn(lines, "lineTest").mockImplementation(
    () =>
      new Promise((resolve) => {
        answerLate = resolve;
      }),
  );
  const user = open("/lines/lines?add");
  await user.type(await screen.findByRole("searchbox"), "easyb");
  await user.click(screen.getByRole("button", { name: /easybell SIP trunk/ }));
  expect(screen.getByText("As others have reported it")).toBeTruthy();
  const save = screen.getByRole("button", { name: "Save and test" });
  expect(save.hasAttribute("disabled") || save.getAttribute("aria-disabled")).toBeTruthy();
  await user.type(screen.getByLabelText("SIP-Benutzername"), "49301234567");
  await user.type(screen.getByLabelText("SIP-Passwort"), "secret");
  await user.click(save);
  expect(await screen.findByText(/refuses user name or password: no calls/)).toBeTruthy();
  await act(async () => {
    answerLate(null);
    // Queries tell what came in with the next turn of the loop.
    await new Promise((turn) => setTimeout(turn));
  });
  expect(screen.getByText(/refuses user name or password: no calls/)).toBeTruthy();
  expect(added).toHaveBeenCalledWith({
    preset: "easybell",
    name: "easybell SIP trunk",
    answers: { authUser: "49301234567", password: "secret" },
  });
});

test("the way from numbers to a new line leads to the new line, not to new numbers", async () => {
  vi.spyOn(lines, "numbers").mockResolvedValue([]);
  const user = open("/lines", { lines: [] });
  await user.click(await screen.findByRole("button", { name: "Connect a line" }));
  expect(await screen.findByRole("searchbox", { name: "Find your provider" })).toBeTruthy();
});

test("a rule reads as a sentence and is moved by keys; undo brings the order back", async () => {
  const written = vi
    .spyOn(lines, "editRules")
    .mockImplementation(async (revision, rules) => ({ revision: revision + 1, rules: [...rules] }));
  const user = open("/lines/out");
  expect(
    await screen.findByText(
      "Calls by everybody to mobiles go over Telekom, then sipgate, showing 030 1234567.",
    ),
  ).toBeTruthy();
  screen.getByRole("button", { name: "Move rule 2 up" }).focus();
  await user.keyboard("{Enter}");
  await waitFor(() => expect(written).toHaveBeenCalled());
  expect(written.mock.calls[0]?.[1].map(({ id }) => id)).toEqual([2, 1]);
  useToasts.getState().toasts[0]?.undo?.();
  await waitFor(() => expect(written).toHaveBeenCalledTimes(2));
  expect(written.mock.calls[1]?.[0]).toBe(8);
  expect(written.mock.calls[1]?.[1].map(({ id }) => id)).toEqual([1, 2]);
});

test("a new rule begins with everybody and everywhere, and needs a line", async () => {
  const written = vi
    .spyOn(lines, "editRules")
    .mockImplementation(async (revision, rules) => ({ revision: revision + 1, rules: [...rules] }));
  const user = open("/lines/out");
  await user.click(await screen.findByRole("button", { name: "Add a rule" }));
  const dialog = within(await screen.findByRole("dialog"));
  expect(dialog.getByText(/Calls by everybody to anywhere go over no line/)).toBeTruthy();
  await user.click(dialog.getByRole("combobox", { name: "Add a line" }));
  await user.click(await screen.findByRole("option", { name: "Telekom" }));
  await user.click(dialog.getByRole("button", { name: "Add" }));
  await waitFor(() => expect(written).toHaveBeenCalled());
  expect(written.mock.calls[0]?.[1].at(-1)).toEqual(rule(0));
});

test("a number that may not be called says why, and what would have to be changed", async () => {
  const where = vi.spyOn(lines, "where").mockResolvedValue({
    leads: "outside",
    inside: null,
    readsAs: "+442079460000",
    shown: "+44 20 7946 0000",
    kind: "fixed",
    country: "GB",
    abroad: true,
    allowed: false,
    refusal: "countryNotAllowed",
    why: [{ sentence: "countryNotAllowed", rule: null, line: null, detail: "GB" }],
    line: null,
    shows: null,
    hidden: false,
    showsBecause: null,
    forwardedFor: null,
    atMostSeconds: null,
  });
  const user = open("/lines/out?where");
  await user.type(await screen.findByRole("textbox", { name: "Number" }), "0044 20 79460000{Enter}");
  expect(await screen.findByText(/Not allowed\. This country is not among those/)).toBeTruthy();
  expect(screen.getByText("United Kingdom is not among the countries that may be called.")).toBeTruthy();
  expect(screen.getByText("a fixed line in United Kingdom")).toBeTruthy();
  expect(where).toHaveBeenLastCalledWith({ number: "0044 20 79460000", person: null, peer: null, at: null });
  await user.click(screen.getByRole("radio", { name: "At another time" }));
  await user.click(screen.getByRole("button", { name: "Ask" }));
  await waitFor(() => expect(where.mock.lastCall?.[0].at).toBeTypeOf("number"));
  expect(await screen.findByText(/^By the hours of .*as they are now\.$/)).toBeTruthy();
});

test("a blown fuse is told with its use and reset only after a question", async () => {
  const reset = vi.spyOn(lines, "resetFuse").mockResolvedValue(undefined);
  const user = open("/lines/protection");
  expect(await screen.findByText("10 min of 10 min")).toBeTruthy();
  await user.click(screen.getByRole("button", { name: "Reset Ana: minutes abroad" }));
  expect(reset).not.toHaveBeenCalled();
  await user.click(within(screen.getByRole("alertdialog")).getByRole("button", { name: "Reset" }));
  expect(reset).toHaveBeenCalledWith("person-1-foreignMinutes");
});

test("everything that leads out by itself stands in one list, with who set it and where it is changed", async () => {
  open("/lines/protection");
  const list = await screen.findByRole("list", { name: "Calls that leave the office by themselves" });
  const rows = within(list).getAllByRole("listitem");
  expect(rows).toHaveLength(3);
  const [main, night, branch] = rows.map((row) => within(row));
  expect(main?.getByText(/^Number Main →/).textContent).toContain("0171 1234567");
  expect(main?.getByText(/^Set by maria from 192\.0\.2\.9, /)).toBeTruthy();
  expect(main?.getByRole("link", { name: "Change where Main leads" }).getAttribute("href")).toBe("/lines");
  expect(night?.getByText("United Kingdom")).toBeTruthy();
  expect(night?.getByText("At the step On call")).toBeTruthy();
  expect(night?.getByText(/^No such call is made as things are: .*abroad/i)).toBeTruthy();
  expect(night?.getByRole("link").getAttribute("href")).toBe("/flows/7?step=n_dial");
  expect(branch?.getByText("any number outside")).toBeTruthy();
  expect(branch?.getByText("Who set it is not known any more.")).toBeTruthy();
});

test("a line asks whether its provider limits what calls abroad may cost until somebody has answered", async () => {
  const answer = vi
    .spyOn(lines, "answerSpendCap")
    .mockImplementation(async (_, spendCap) => ({ ...telekom, provider: "easybell", spendCap }));
  const user = open(`/lines/lines/${telekom.id}`, { lines: [{ ...telekom, provider: "easybell" }, sipgate] });
  const question = "Does your provider limit what calls abroad may cost? Turn it on.";
  expect(await screen.findByText("In the portal, under call barring.")).toBeTruthy();
  expect(screen.getByText("From the provider’s own description")).toBeTruthy();
  const group = within(screen.getByRole("group", { name: question }));
  await user.click(group.getByRole("button", { name: "It is on" }));
  expect(answer).toHaveBeenCalledWith(telekom.id, "on");
  expect(await screen.findByText("The provider limits what calls abroad may cost.")).toBeTruthy();
  expect(group.getByRole("button", { name: "It is on" }).getAttribute("aria-pressed")).toBe("true");
  expect(group.getByRole("button", { name: "This provider has none" })).toBeTruthy();
});

test("where nothing is known of a provider, it is said what such a setting is usually called", async () => {
  open(`/lines/lines/${telekom.id}`);
  expect(await screen.findByText(/For this provider nothing is known here.*call barring/)).toBeTruthy();
});

test("a new phone is let abroad by name", async () => {
  const cleared = vi.spyOn(lines, "clearPhone").mockResolvedValue(undefined);
  const user = open("/lines/protection");
  expect(await screen.findByText(/Ben: Yealink T46U in 10\.0\.0\.0\/24/)).toBeTruthy();
  await user.click(screen.getByRole("button", { name: "It is ours: the new phone of Ben" }));
  expect(cleared).toHaveBeenCalledWith(5);
});

test("a limit is a draft until it is saved; what is refused names its field", async () => {
  const saved = vi
    .spyOn(lines, "editPolicy")
    .mockRejectedValueOnce(
      new Refused(422, { status: 422, title: "", detail: "too much", field: "foreignTries" } as never),
    )
    .mockImplementation(async (policy) => ({ ...policy, revision: policy.revision + 1 }));
  const user = open("/lines/protection");
  await user.click(await screen.findByRole("button", { name: "Take Austria out" }));
  expect(saved).not.toHaveBeenCalled();
  await user.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("“foreignTries” cannot be accepted.")).toBeTruthy();
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(screen.queryByText("Not saved yet")).toBeNull());
  expect(saved.mock.calls[1]?.[0].countries).toEqual([]);
  expect(saved.mock.calls[1]?.[0].revision).toBe(4);
});

test("an emergency call stands above every screen until somebody has seen it", async () => {
  const seen = vi.spyOn(lines, "dismissEmergency").mockResolvedValue(undefined);
  const user = open("/lines/emergency", { emergencies: [EMERGENCY] });
  const alert = within(screen.getByRole("alert"));
  expect(alert.getByText("Emergency call: Ana calls 112.")).toBeTruthy();
  expect(alert.getByText(/Location: Hauptstr\. 1/)).toBeTruthy();
  await user.click(alert.getByRole("button", { name: "Seen" }));
  expect(seen).toHaveBeenCalledWith("12");
});

test("the drill says for each person what is missing, without dialling", async () => {
  vi.spyOn(lines, "drill").mockResolvedValue([
    {
      person: 1,
      name: "Ana",
      line: 1,
      shows: "+49301234567",
      callback: "+49301234567",
      location: "",
      alerts: ["Ana"],
      problems: ["noLocation"],
    },
  ]);
  const user = open("/lines/emergency");
  await user.click(await screen.findByRole("button", { name: "Start the drill" }));
  expect(await screen.findByText(/Nobody could say where to go/)).toBeTruthy();
  expect(screen.getByText("Goes over Telekom")).toBeTruthy();
});

test.each([
  "/lines",
  "/lines/lines",
  "/lines/lines/2",
  "/lines/out",
  "/lines/protection",
  "/lines/emergency",
  "/lines/peers",
])("%s can be used by everybody, in both languages", async (path) => {
  open(path);
  await waitFor(() => expect(screen.queryByText("One moment…")).toBeNull());
  await expectAccessible();
  speak("de");
  await expectAccessible();
});

test("a test call is made only after a question, over this line, and only where it may be made", async () => {
  const where = vi.spyOn(lines, "where").mockResolvedValue({
    leads: "outside",
    inside: null,
    readsAs: "+491711234567",
    shown: "0171 1234567",
    kind: "mobile",
    country: "DE",
    abroad: false,
    allowed: false,
    refusal: "insideOnly",
    why: [],
    line: null,
    shows: null,
    hidden: false,
    showsBecause: null,
    forwardedFor: null,
    atMostSeconds: null,
  });
  const call = vi.spyOn(lines, "testCall").mockResolvedValue({ call: 77 });
  vi.spyOn(lines, "callOnLine").mockResolvedValue({
    call: 77,
    over: true,
    checks: [
      { check: "line", state: "good", sentence: "thisLine", detail: "", at: null },
      { check: "ended", state: "bad", sentence: "turnedDown", detail: "486", at: null },
    ],
  });
  const user = open("/lines/lines/1");
  await user.type(await screen.findByRole("textbox", { name: "Number to call" }), "01711234567");
  await user.click(screen.getByRole("combobox", { name: "Whose phone rings first" }));
  await user.click(await screen.findByRole("option", { name: /Ana/ }));
  await user.click(screen.getByRole("button", { name: "Make a test call" }));
  expect(await screen.findByText(/They may not call this number/)).toBeTruthy();
  expect(where).toHaveBeenCalledWith({ number: "01711234567", person: 1, line: 1 });
  expect(screen.queryByRole("alertdialog")).toBeNull();

  where.mockResolvedValue({ ...(await where.mock.results[0]?.value), allowed: true, refusal: null, line: 1 });
  await user.click(screen.getByRole("button", { name: "Make a test call" }));
  const question = within(await screen.findByRole("alertdialog"));
  expect(question.getByText(/It costs what any call there costs/)).toBeTruthy();
  expect(call).not.toHaveBeenCalled();
  await user.click(question.getByRole("button", { name: "Call" }));
  expect(call).toHaveBeenCalledWith(1, { person: 1, to: "01711234567" });
  expect(await screen.findByText("The call was turned down:")).toBeTruthy();
  expect(screen.getByText("it is busy (486)")).toBeTruthy();
  expect(screen.getByRole("link", { name: "The story of this call" }).getAttribute("href")).toBe("/calls/77");
});

test("a line is tried by a call to itself only after a question, and tells when a real call has shown it", async () => {
  vi.spyOn(lines, "lineTest").mockResolvedValue({
    startedAt: 0,
    finishedAt: 1,
    checks: [
      {
        check: "inbound",
        state: "good",
        sentence: "lastByRegistration",
        detail: "030654321 → +49301234567",
        at: Date.UTC(2026, 0, 2, 10, 5),
      },
    ],
  });
  const trip = vi.spyOn(lines, "roundTrip").mockResolvedValue({ call: 78 });
  vi.spyOn(lines, "callOnLine").mockResolvedValue({
    call: 78,
    over: true,
    checks: [
      { check: "inbound", state: "bad", sentence: "notBack", detail: "403", at: null },
      {
        check: "callerId",
        state: "warning",
        sentence: "maybeRefused",
        detail: "+49301234567 · 403",
        at: null,
      },
      { check: "sound", state: "bad", sentence: "notIn", detail: "-20 dB, –", at: null },
    ],
  });
  const user = open("/lines/lines/1");
  expect(await screen.findByText(/recognised by the secret only the provider was told/)).toBeTruthy();
  expect(screen.getByText(/Shown by a call of/)).toBeTruthy();
  await user.click(screen.getByRole("combobox", { name: "Whose call it is" }));
  await user.click(await screen.findByRole("option", { name: /Ana/ }));
  await user.click(screen.getByRole("button", { name: "Call back" }));
  const question = within(await screen.findByRole("alertdialog"));
  expect(question.getByText(/less than a minute.*costs what a call to this number costs/)).toBeTruthy();
  expect(trip).not.toHaveBeenCalled();
  await user.click(question.getByRole("button", { name: "Call" }));
  expect(trip).toHaveBeenCalledWith(1, { person: 1 });
  expect(await screen.findByText(/The call did not come back in/)).toBeTruthy();
  expect(screen.getByText(/may mean the number shown/)).toBeTruthy();
  expect(screen.getByText(/Nothing was heard of the far end/)).toBeTruthy();
  // Refused the next time, what the first call has shown is not told as if it were of this one.
  const problem = { type: "", title: "", status: 409, detail: "", code: "lineOff" };
  trip.mockRejectedValueOnce(new Refused(409, problem));
  await user.click(screen.getByRole("button", { name: "Call back again" }));
  await user.click(within(await screen.findByRole("alertdialog")).getByRole("button", { name: "Call" }));
  expect(await screen.findByText(/The line is switched off/)).toBeTruthy();
  expect(screen.queryByText(/The call did not come back in/)).toBeNull();
});

test("whom a forwarded caller reaches is told what is shown, and from which number it is forwarded", async () => {
  const where = vi.spyOn(lines, "where").mockResolvedValue({
    leads: "outside",
    inside: null,
    readsAs: "+491711234567",
    shown: "0171 1234567",
    kind: "mobile",
    country: "DE",
    abroad: false,
    allowed: true,
    refusal: null,
    why: [],
    line: 1,
    shows: "+49301112223",
    hidden: false,
    showsBecause: "caller",
    forwardedFor: "+49301234567",
    atMostSeconds: null,
  });
  const user = open("/lines/out");
  await user.type(await screen.findByRole("textbox", { name: "Number" }), "01711234567");
  await user.type(
    screen.getByRole("textbox", { name: "Forwarded for a caller with the number" }),
    "0301112223",
  );
  await user.click(screen.getByRole("button", { name: "Ask" }));
  expect(await screen.findByText("Told as forwarded from")).toBeTruthy();
  expect(where.mock.calls[0]?.[0]).toMatchObject({ number: "01711234567", caller: "0301112223" });
});

test("the hours of an extension are chosen like those of a number, told in words, and taken back", async () => {
  const edit = vi
    .spyOn(lines, "editExtensionHours")
    .mockImplementation(async (extension, revision, hours) => ({
      number: extension,
      revision: revision + 1,
      leadsTo: { dest_kind: "user", dest_id: 1 },
      hours,
    }));
  const user = userEvent.setup();
  open("/lines");
  const list = await screen.findByRole("list", { name: "Extensions" });
  const row = within(list).getByRole("button", { name: /^101/ });
  expect(row.textContent).toContain("at any time");
  await user.click(row);
  const dialog = await screen.findByRole("dialog", { name: "Hours of 101" });
  await user.click(within(dialog).getByRole("button", { name: /Hours/ }));
  await user.click(await screen.findByRole("option", { name: "Office hours" }));
  expect(within(dialog).getByText("When closed, callers reach")).toBeTruthy();
  await user.click(within(dialog).getByRole("button", { name: "Save" }));
  const hours = { schedule: 1, whenClosed: { dest_kind: "hangup" } };
  await waitFor(() => expect(edit).toHaveBeenCalledWith("101", 3, hours));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
});
