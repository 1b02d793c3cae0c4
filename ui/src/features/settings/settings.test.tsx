// Settings: each field is saved at once, can be taken back, and never overwrites what somebody else changed.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, configure, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import i18next from "i18next";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { BackupDiff, BackupsView, OfficeEdit, OfficeView } from "../../bindings/api";
import { api, Refused } from "../../live/api";
import { usePreferences } from "../../live/preferences";
import { useSession } from "../../live/session";
import { useLive } from "../../live/store";
import { speakOfRefusals, useToasts } from "../../live/toasts";
import { forgetSteps, undo } from "../../live/undo";
import { LANGUAGES, speak, startText } from "../../text";
import { en } from "../../text/en";
import { sentence } from "../../text/refusal";
import { fuseOf, ofCallAbroad } from "./abroad";
import { differences } from "./differences";
import Screen from "./index";
import { findSettings, SETTINGS, visibleSettings } from "./settings-list";
import { VIEWS } from "./views";

const OFFICE: OfficeView = {
  revision: 3,
  name: "Reed & Sons",
  country: "DE",
  timeZone: "Europe/Berlin",
  language: "en",
  ringSeconds: 30,
  maxCalls: 100,
  maxCallsPerPerson: 4,
  setUp: true,
  domains: [],
};

// Browsers have it, the test's page does not.
vi.stubGlobal("CSS", { escape: (text: string) => text.replace(/[^\w-]/g, "\\$&") });

// A computer that is busy with other things is no reason to fail.
configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 40_000 });

beforeEach(() => {
  startText("en");
  speakOfRefusals(sentence);
  forgetSteps();
  useToasts.setState({ toasts: [] });
  useLive.setState({ office: OFFICE });
  useSession.setState({
    state: "signedIn",
    session: { user: null, name: "", role: "owner", person: null, remote: false },
  });
  vi.spyOn(api, "setup").mockResolvedValue({
    finished: true,
    country: "DE",
    timeZone: "Europe/Berlin",
    timeZones: ["Europe/Berlin", "Asia/Tokyo"],
    countries: ["DE", "FR"],
    languages: ["en", "de"],
  });
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  window.history.replaceState(null, "", "/");
});

function show(path: string, client = new QueryClient()): void {
  window.history.replaceState(null, "", path);
  render(
    <QueryClientProvider client={client}>
      <Screen />
    </QueryClientProvider>,
  );
}

/** An engine that keeps the office and insists on its revision. */
function keepOffice() {
  let office = OFFICE;
  return vi.spyOn(api, "editOffice").mockImplementation(async (revision: number, edit: OfficeEdit) => {
    if (revision !== office.revision) throw new Refused(412, null);
    office = { ...office, ...edit, revision: revision + 1 };
    return office;
  });
}

test("a name is saved on leaving its field, with the revision that was seen, and can be taken back", async () => {
  const user = userEvent.setup();
  const edit = keepOffice();
  show("/settings/office");
  const field = screen.getByRole("textbox", { name: "Name of the office" });
  await user.clear(field);
  await user.type(field, "Reed Ltd");
  expect(edit).not.toHaveBeenCalled();
  await user.tab();
  await waitFor(() => expect(edit).toHaveBeenCalledTimes(1));
  expect(edit).toHaveBeenCalledWith(3, expect.objectContaining({ name: "Reed Ltd", ringSeconds: 30 }));
  await waitFor(() => expect(useToasts.getState().toasts[0]?.text).toBe("The office is now called Reed Ltd"));
  await act(undo);
  expect(edit).toHaveBeenLastCalledWith(4, expect.objectContaining({ name: "Reed & Sons" }));
});

test("what somebody else changed meanwhile is not overwritten: their value is shown and it is said why", async () => {
  const user = userEvent.setup();
  vi.spyOn(api, "editOffice").mockRejectedValue(new Refused(412, null));
  show("/settings/office");
  const field = screen.getByRole("textbox", { name: "Name of the office" });
  await user.clear(field);
  await user.type(field, "Mine{Enter}");
  await waitFor(() => expect(useToasts.getState().toasts).toHaveLength(1));
  expect(useToasts.getState().toasts[0]).toMatchObject({
    severity: "problem",
    text: en.problems.status.s412,
  });
  act(() => useLive.setState({ office: { ...OFFICE, name: "Theirs", revision: 4 } }));
  expect((field as HTMLInputElement).value).toBe("Theirs");
});

test("a value that is refused stays in its field with the reason under it", async () => {
  const user = userEvent.setup();
  vi.spyOn(api, "editOffice").mockRejectedValue(
    new Refused(422, { type: "", title: "", status: 422, detail: "no", field: "name", code: "badName" }),
  );
  show("/settings/office");
  const field = screen.getByRole("textbox", { name: "Name of the office" });
  await user.clear(field);
  await user.tab();
  await waitFor(() => expect(field.getAttribute("aria-invalid")).toBe("true"));
  const notes = (field.getAttribute("aria-describedby") ?? "").split(" ");
  expect(notes.map((id) => document.getElementById(id)?.textContent).join(" ")).not.toBe("");
  expect(useToasts.getState().toasts).toHaveLength(0);
});

test("Escape in a field goes back to what is saved", async () => {
  const user = userEvent.setup();
  const edit = keepOffice();
  show("/settings/office");
  const field = screen.getByRole("textbox", { name: "Name of the office" }) as HTMLInputElement;
  await user.type(field, " and more{Escape}");
  expect(field.value).toBe("Reed & Sons");
  await user.tab();
  expect(edit).not.toHaveBeenCalled();
});

test("every setting has its field and its words in every language, and is listed once", () => {
  expect(SETTINGS.map(({ id }) => id).sort()).toEqual(Object.keys(en.settings.items).sort());
  expect(Object.keys(VIEWS).sort()).toEqual(Object.keys(en.settings.items).sort());
  for (const language of LANGUAGES) {
    speak(language);
    for (const { id, section } of SETTINGS) {
      expect(i18next.exists(`settings:items.${id}.synonyms`), id).toBe(true);
      expect(i18next.exists(`settings:sections.${section}.lead`), section).toBe(true);
    }
  }
});

test.each([
  ["en", "sip port", "sipPorts"],
  ["en", "dark", "theme"],
  ["en", "no answer", "ringSeconds"],
  ["en", "font", "scale"],
  ["de", "klingelzeit", "ringSeconds"],
  ["de", "dunkel", "theme"],
  ["de", "passwort", "users"],
])("in %s, “%s” finds %s first", (language, query, id) => {
  speak(language);
  const t = i18next.getFixedT(language, "settings");
  expect(findSettings(query, SETTINGS, t)[0]?.id).toBe(id);
});

test("what is searched for can be changed in place", async () => {
  const user = userEvent.setup();
  show("/settings/office");
  await user.type(screen.getByRole("searchbox", { name: "Find a setting" }), "dark");
  expect(screen.queryByRole("textbox", { name: "Name of the office" })).toBeNull();
  await user.click(screen.getByRole("radio", { name: "Dark" }));
  expect(usePreferences.getState().theme).toBe("dark");
});

test("nobody is offered settings their role may not change", () => {
  expect(visibleSettings("staff").map(({ section }) => section)).not.toContain("office");
  expect(visibleSettings("admin").map(({ id }) => id)).not.toContain("exportBackup");
  expect(visibleSettings("owner")).toHaveLength(SETTINGS.length);
});

test("network access cannot be turned on before somebody could sign in", async () => {
  vi.spyOn(api, "lan").mockResolvedValue({
    enabled: false,
    port: 7443,
    urls: [],
    problem: null,
    usersWithPassword: 0,
  });
  vi.spyOn(api, "certificates").mockRejectedValue(new Refused(503, null));
  show("/settings/network");
  expect(await screen.findByRole("button", { name: "Add a user" })).toBeTruthy();
  const toggle = screen.getByRole("switch", { name: "Open this window on other computers" });
  expect((toggle as HTMLInputElement).disabled).toBe(true);
});

const BACKUPS: BackupsView = {
  folder: "/f",
  dataFolder: "/d",
  backups: [],
  contents: {
    sounds: { count: 2, bytes: 40_000 },
    messages: { count: 3, bytes: 900_000 },
    recordings: { count: 1, bytes: 5_000_000 },
    most: 4_000_000,
  },
};

test("a backup file holds messages and, if wanted, recordings, unless they are too large for it", async () => {
  const user = userEvent.setup();
  vi.spyOn(api, "backups").mockResolvedValue(BACKUPS);
  const make = vi.spyOn(api, "exportBackup").mockRejectedValue(new Refused(503, null));
  show("/settings/backup");
  await user.click(screen.getByRole("button", { name: "Make a backup file…" }));
  expect(screen.getByText("3 files, 900 kB")).toBeDefined();
  await user.click(screen.getByRole("checkbox", { name: /Recordings of calls/ }));
  expect(screen.getByText(/more than fits into one file/)).toBeDefined();
  await user.click(screen.getByRole("checkbox", { name: /Recordings of calls/ }));
  expect(screen.queryByText(/more than fits into one file/)).toBeNull();
  await user.type(screen.getByLabelText("Passphrase"), "a long way home");
  await user.type(screen.getByLabelText("The same again"), "a long way home");
  await user.click(screen.getByRole("button", { name: "Make the file" }));
  expect(make).toHaveBeenCalledWith({ passphrase: "a long way home", messages: true, recordings: false });
});

test("a backup file needs the same passphrase twice", async () => {
  const user = userEvent.setup();
  vi.spyOn(api, "backups").mockResolvedValue(BACKUPS);
  const make = vi.spyOn(api, "exportBackup").mockRejectedValue(new Refused(503, null));
  show("/settings/backup");
  await user.click(screen.getByRole("button", { name: "Make a backup file…" }));
  await user.type(screen.getByLabelText("Passphrase"), "four short words");
  await user.type(screen.getByLabelText("The same again"), "four short word");
  await user.click(screen.getByRole("button", { name: "Make the file" }));
  expect(screen.getByText("The two are not the same.")).toBeTruthy();
  expect(make).not.toHaveBeenCalled();
  await user.type(screen.getByLabelText("The same again"), "s");
  await user.click(screen.getByRole("button", { name: "Make the file" }));
  await waitFor(() =>
    expect(make).toHaveBeenCalledWith(expect.objectContaining({ passphrase: "four short words" })),
  );
});

test("restoring shows what would change by subject, and only then changes it", async () => {
  const user = userEvent.setup();
  const diff: BackupDiff = {
    restore: "word",
    madeAt: 0,
    office: "Reed",
    messages: 2,
    recordings: 0,
    changes: [
      { subject: "person", change: "removed", name: "Ana <b>", fields: [] },
      {
        subject: "settings",
        change: "changed",
        name: "Office",
        // biome-ignore lint/suspicious/noThenProperty: it is the value a restore would bring
        fields: [{ field: "ringSeconds", now: "30", then: "25" }],
      },
      {
        subject: "mailbox",
        change: "changed",
        name: "Ana",
        // biome-ignore lint/suspicious/noThenProperty: it is the value a restore would bring
        fields: [{ field: "greetings.standard", now: "", then: "Welcome" }],
      },
    ],
  };
  vi.spyOn(api, "backups").mockResolvedValue(BACKUPS);
  vi.spyOn(api, "inspectBackup").mockResolvedValue(diff);
  const restore = vi.spyOn(api, "restoreBackup").mockResolvedValue(undefined);
  show("/settings/backup");
  await user.click(screen.getByRole("button", { name: "Choose a backup file…" }));
  const dialog = screen.getByRole("dialog");
  const input = document.querySelector<HTMLInputElement>("input[type=file]");
  if (!input) throw new Error("there is no field for the file");
  await user.upload(input, new File(["x"], "office.backup"));
  await user.type(within(dialog).getByLabelText("Passphrase"), "four short words{Enter}");
  expect(await within(dialog).findByText("Ring time: 30 becomes 25")).toBeTruthy();
  expect(
    within(dialog)
      .getAllByRole("heading", { level: 3 })
      .map((one) => one.textContent),
  ).toEqual(["Settings", "People", "Mailboxes"]);
  expect(within(dialog).getByText("Greeting: nothing becomes Welcome")).toBeTruthy();
  expect(within(dialog).getByText("2 messages come back.")).toBeTruthy();
  expect(within(dialog).getByText("Ana <b>")).toBeTruthy();
  expect(restore).not.toHaveBeenCalled();
  await user.click(within(dialog).getByRole("button", { name: "Restore this office" }));
  expect(restore).toHaveBeenCalledWith({ restore: "word" });
});

test("the audit log shows only what differs", () => {
  expect(differences({ name: "Ana", team: "" }, { name: "Ana Kraft", team: "" })).toEqual([
    { field: "name", was: "Ana", is: "Ana Kraft" },
  ]);
  expect(differences(null, { name: "Ana", team: null })).toEqual([{ field: "name", was: null, is: "Ana" }]);
  expect(differences({ name: "Ana" }, null)).toEqual([{ field: "name", was: "Ana", is: null }]);
  expect(differences({ days: [1] }, { days: [1, 2] })).toEqual([{ field: "days", was: "[1]", is: "[1,2]" }]);
  expect(differences(null, null)).toEqual([]);
});

test("calls abroad and fuses stand in the audit log in words", () => {
  const words = ofCallAbroad(
    differences(null, {
      way: "dialled",
      reason: "countryNotAllowed",
      country: "GB",
      person: 1,
      device: 2,
      call: 7,
    }),
  );
  expect(words.map(({ field, is }) => [field, is])).toEqual([
    ["way", "dialled on a phone"],
    ["reason", expect.stringMatching(/country/i)],
    ["country", "United Kingdom"],
    ["call", "7"],
  ]);
  expect(fuseOf("person-3-tries")).toEqual({ of: "person", person: 3, line: null, what: "tries" });
  expect(fuseOf("office-foreignMinutes")).toEqual({
    of: "office",
    person: null,
    line: null,
    what: "foreignMinutes",
  });
  expect(fuseOf("nonsense")).toBeNull();
});

test("a caller who is on the list in two spellings is not dropped unseen: the line is named", async () => {
  const user = userEvent.setup();
  vi.stubGlobal("CSS", { escape: (text: string) => text });
  vi.spyOn(api, "callerLists").mockResolvedValue([]);
  const problem = { type: "", title: "", status: 422, detail: "", code: "callerListedTwice" };
  const add = vi.spyOn(api, "addCallerList");
  add.mockRejectedValueOnce(new Refused(422, { ...problem, field: "callers[1].number" }));
  show("/settings/modes");
  await user.click(screen.getByRole("button", { name: "Add a list" }));
  await user.type(screen.getByRole("textbox", { name: "Name" }), "VIP");
  const numbers = screen.getByRole("textbox", { name: "Numbers" });
  await user.type(numbers, "030 901820 Mia{Enter}+4930901820 Mia Berg");
  await user.click(screen.getByRole("button", { name: "Add" }));
  expect(await screen.findByText(/^\+4930901820 is on the list twice/)).toBeTruthy();
  // Once the text is another, it may be sent again.
  await user.type(numbers, "{Backspace}");
  expect(screen.queryByText(/^\+4930901820 is on the list twice/)).toBeNull();
  vi.unstubAllGlobals();
});

test("a part of the audit log that cannot be read leaves the way to the others, and an unknown state is said", async () => {
  const user = userEvent.setup();
  vi.spyOn(api, "auditCheck").mockRejectedValue(new Refused(500, null));
  vi.spyOn(api, "audit").mockImplementation(async ({ series }) => {
    if (series === "calls") throw new Refused(503, null);
    return { entries: [], next: null };
  });
  show("/settings/audit", new QueryClient({ defaultOptions: { queries: { retry: false } } }));
  expect(await screen.findByText("Whether the log is whole could not be found out.")).toBeTruthy();
  await user.click(screen.getByRole("radio", { name: "Calls abroad" }));
  expect(await screen.findByText(en.problems.status.s503)).toBeTruthy();
  await user.click(screen.getByRole("radio", { name: "Everything" }));
  await waitFor(() => expect(screen.queryByText(en.problems.status.s503)).toBeNull());
});

test("whether the audit log is whole is said above it, and it can be saved as a table", async () => {
  const series = { lines: 2, last: "00", whole: true, brokenLine: null };
  const check = { checkedAt: 0, whole: true, series: [{ ...series, series: "deeds" as const }] };
  const checked = vi.spyOn(api, "auditCheck").mockResolvedValue(check);
  const asked = vi.spyOn(api, "audit").mockResolvedValue({ entries: [], next: null });
  show("/settings/audit");
  const user = userEvent.setup();
  expect(await screen.findByText(/^The log is as it was written: 2 lines/)).toBeTruthy();
  expect(screen.getByRole("link", { name: "Save as table" }).getAttribute("href")).toBe("/api/audit.csv");
  await user.click(screen.getByRole("radio", { name: "Calls abroad" }));
  await waitFor(() => expect(asked).toHaveBeenLastCalledWith(expect.objectContaining({ series: "calls" })));
  cleanup();
  const brokenLine = { id: 7, at: Date.UTC(2026, 10, 22, 12) };
  const broken = { ...series, series: "calls" as const, whole: false, brokenLine };
  checked.mockResolvedValue({ checkedAt: 0, whole: false, series: [broken] });
  show("/settings/audit");
  expect(await screen.findByText("The log is not as it was written")).toBeTruthy();
  expect(screen.getByText(/^The line of .*2026.* was changed/)).toBeTruthy();
});
