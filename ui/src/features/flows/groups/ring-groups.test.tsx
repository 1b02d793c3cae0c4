// Ring groups: a form of whom to ring, among the call flows and wherever calls can be led.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import i18next from "i18next";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Router } from "wouter";
import { memoryLocation } from "wouter/memory-location";
import { Refused } from "../../../live/api";
import { forget, takeIn } from "../../../live/store";
import { forgetSteps, redo, undo } from "../../../live/undo";
import { expectAccessible } from "../../../testing/accessible";
import { flowView, ringGroup } from "../../../testing/flows";
import { schedule } from "../../../testing/hours";
import { person, state } from "../../../testing/office";
import { mailbox } from "../../../testing/sound";
import { startText } from "../../../text";
import { LeadsToField } from "../../hours/leads-to-field";
import { type FlowView, flowsApi } from "../api";
import { commands } from "../commands";
import { FlowsList } from "../list/flows-list";
import { addRingGroup, editOf, editRingGroup } from "./deeds";
import { FormHint } from "./form-hint";
import { RingGroupDialog } from "./ring-group-dialog";

vi.setConfig({ testTimeout: 40_000 });

const people = [
  person(1, "Ana Kraft"),
  person(2, "Ben Lang"),
  person(3, "Carla Vogt", { reachable: { state: "noDevice", since: null } }),
];
const sales = flowView(7, "Sales", { number: "700", ringGroup: ringGroup() });
const main = flowView(8, "Main number");

beforeEach(() => {
  startText("en");
  forgetSteps();
  vi.stubGlobal("CSS", { escape: (text: string) => text.replace(/[^\w-]/g, "\\$&") });
  keep([sales, main]);
});
afterEach(() => {
  cleanup();
  forget();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** An office with three people, a mailbox of one of them, and these flows. */
function keep(
  flows: FlowView[],
  mailboxes = [mailbox(4, "Ana Kraft", { person: 1 }), mailbox(5, "Office")],
  staff = people,
) {
  const whole = { ...state({ people: staff, mailboxes }), schedules: [schedule(6)], flows };
  takeIn({ type: "snapshot", epoch: "e", seq: 1, now: 0, state: whole });
}

function show(what: React.ReactNode, path = "/flows") {
  const location = memoryLocation({ path, record: true });
  render(
    <QueryClientProvider client={new QueryClient()}>
      <Router hook={location.hook} searchHook={location.searchHook}>
        {what}
      </Router>
    </QueryClientProvider>,
  );
  return location;
}

async function addMember(user: ReturnType<typeof userEvent.setup>, name: string) {
  await user.type(screen.getByRole("combobox", { name: "Add somebody" }), name);
  await user.click(await screen.findByRole("option", { name: new RegExp(name) }));
}

function refuse(code: string, field?: string, status = 422) {
  return new Refused(status, {
    type: "",
    title: "",
    status,
    detail: "no",
    code,
    ...(field ? { field } : {}),
  });
}

const rows = () => screen.getAllByRole("listitem").map(({ textContent }) => textContent);

test("a name and somebody to ring are enough; callers nobody answers come to the mailbox of several", async () => {
  const add = vi.spyOn(flowsApi, "addRingGroup").mockResolvedValue(sales);
  const closed = vi.fn();
  const user = userEvent.setup();
  show(<RingGroupDialog flow={null} onClose={closed} />);
  const submit = screen.getByRole("button", { name: "Add" });
  await user.type(screen.getByRole("textbox", { name: /Name/ }), " Sales ");
  expect(submit).toHaveProperty("disabled", true);
  await addMember(user, "Ben");
  await addMember(user, "Carla");
  // The next one could be typed at once.
  expect(document.activeElement).toBe(screen.getByRole("combobox", { name: "Add somebody" }));
  await user.click(submit);
  await waitFor(() => expect(closed).toHaveBeenCalled());
  expect(add).toHaveBeenCalledWith({
    name: "Sales",
    group: ringGroup({
      members: [
        { person: 2, delay: 0 },
        { person: 3, delay: 0 },
      ],
    }),
  });
});

test("adding is taken back after later changes were, from the version there is then", async () => {
  vi.spyOn(flowsApi, "addRingGroup").mockResolvedValue(sales);
  const later = { ...sales, version: 4 };
  vi.spyOn(flowsApi, "flows").mockResolvedValue([main, later]);
  const remove = vi.spyOn(flowsApi, "remove").mockResolvedValue();
  const restore = vi.spyOn(flowsApi, "restore").mockResolvedValue(sales);
  await addRingGroup(new QueryClient(), { name: "Sales", group: ringGroup() });
  await undo();
  expect(remove.mock.calls).toEqual([[later]]);
  await redo();
  expect(restore.mock.calls).toEqual([[7]]);
});

test("without a mailbox of several that of the first member takes them, and nobody where there is none", async () => {
  keep([], [mailbox(4, "Ana Kraft", { person: 1 })]);
  const user = userEvent.setup();
  show(<RingGroupDialog flow={null} onClose={() => {}} />);
  const goal = () => screen.getByRole<HTMLInputElement>("combobox", { name: "If nobody answers" }).value;
  await addMember(user, "Ben");
  expect(goal()).toBe("nobody: the call ends");
  await user.click(screen.getByRole("button", { name: "Remove Ben Lang" }));
  await addMember(user, "Ana");
  expect(goal()).toBe("mailbox Ana Kraft");
});

test("of several mailboxes of several only one with the name of the group is meant", async () => {
  keep([], [mailbox(4, "Ana Kraft", { person: 1 }), mailbox(5, "Office"), mailbox(6, "Sales")]);
  const user = userEvent.setup();
  show(<RingGroupDialog flow={null} onClose={() => {}} />);
  const goal = () => screen.getByRole<HTMLInputElement>("combobox", { name: "If nobody answers" }).value;
  await addMember(user, "Ana");
  expect(goal()).toBe("mailbox Ana Kraft");
  await user.type(screen.getByRole("textbox", { name: /^Name/ }), "Sales");
  expect(goal()).toBe("mailbox Sales");
});

test("everything that is set is sent", async () => {
  const add = vi.spyOn(flowsApi, "addRingGroup").mockResolvedValue(sales);
  const user = userEvent.setup();
  show(<RingGroupDialog flow={null} onClose={() => {}} />);
  await user.type(screen.getByRole("textbox", { name: /^Name/ }), "Sales");
  await user.type(screen.getByRole("textbox", { name: /Number/ }), "700");
  await addMember(user, "Ana");
  const delay = screen.getByRole("textbox", { name: "How many seconds later Ana Kraft is rung" });
  await user.clear(delay);
  await user.type(delay, "15");
  await user.tab();
  const choose = async (field: RegExp, option: string) => {
    await user.click(screen.getByRole("button", { name: field }));
    await user.click(await screen.findByRole("option", { name: option }));
  };
  await choose(/How it rings/, "One after the other");
  expect(screen.queryByRole("textbox", { name: /later Ana Kraft/ })).toBeNull();
  const time = screen.getByRole("textbox", { name: "Rings each of them for" });
  await user.clear(time);
  await user.type(time, "40");
  await user.tab();
  await choose(/Callers hear/, "Music on hold");
  await user.type(screen.getByRole("textbox", { name: /Before the caller/ }), "Sales: ");
  await user.click(screen.getByRole("checkbox", { name: /Record talks/ }));
  expect(screen.getByText(/must be told that it is recorded/)).toBeTruthy();
  await choose(/When it rings/, "Office hours");
  const closed = screen.getByRole("combobox", { name: "When closed" });
  await user.clear(closed);
  await user.type(closed, "Ben");
  await user.click(await screen.findByRole("option", { name: /Ben Lang/ }));
  await user.click(screen.getByRole("button", { name: "Add" }));
  await waitFor(() => expect(add).toHaveBeenCalled());
  expect(add).toHaveBeenCalledWith({
    name: "Sales",
    number: "700",
    group: {
      members: [{ person: 1, delay: 15 }],
      strategy: "order",
      ringFor: 40,
      music: true,
      prefix: "Sales: ",
      records: true,
      hours: { schedule: 6, whenClosed: { kind: "person", id: 2 } },
      otherwise: { kind: "mailbox", id: 5 },
    },
  });
});

test("a change says what it was made from, and is taken back from what came of it", async () => {
  const live = sales.live && { ...sales.live, revision: 4 };
  const sent = vi.fn();
  vi.stubGlobal("fetch", async (path: string, { method, body }: { method: string; body?: string }) => {
    if (!body) return new Response(JSON.stringify([]));
    sent(method, path, JSON.parse(body));
    return new Response(JSON.stringify({ ...sales, live }));
  });
  const user = userEvent.setup();
  show(<RingGroupDialog flow={sales} onClose={() => {}} />);
  const name = screen.getByRole("textbox", { name: /Name/ });
  await user.clear(name);
  await user.type(name, "Field");
  await user.click(screen.getByRole("button", { name: "Save" }));
  const put = (name: string, madeFrom: number) => [
    "PUT",
    "/api/ring-groups/7",
    { name, number: "700", group: sales.ringGroup, madeFrom },
  ];
  await waitFor(() => expect(sent.mock.calls).toEqual([put("Field", 3)]));
  await act(undo);
  expect(sent.mock.calls[1]).toEqual(put("Sales", 4));
});

test("members are put in order and removed by keys alone, which go on where the row is", async () => {
  const user = userEvent.setup();
  show(<RingGroupDialog flow={sales} onClose={() => {}} />);
  expect(rows()).toEqual([expect.stringContaining("Ana"), expect.stringContaining("Ben")]);
  screen.getByRole("button", { name: "Move Ben Lang up" }).focus();
  await user.keyboard("{Enter}");
  expect(rows()).toEqual([expect.stringContaining("Ben"), expect.stringContaining("Ana")]);
  // Higher it cannot go.
  const down = screen.getByRole("button", { name: "Move Ben Lang down" });
  await waitFor(() => expect(document.activeElement).toBe(down));
  screen.getByRole("button", { name: "Remove Ben Lang" }).focus();
  await user.keyboard("{Enter}");
  expect(rows()).toEqual([expect.stringContaining("Ana")]);
  const remove = screen.getByRole("button", { name: "Remove Ana Kraft" });
  await waitFor(() => expect(document.activeElement).toBe(remove));
  await user.keyboard("{Enter}");
  await waitFor(() =>
    expect(document.activeElement).toBe(screen.getByRole("combobox", { name: "Add somebody" })),
  );
});

test("what is typed among the members stays when somebody new comes to the office", async () => {
  const user = userEvent.setup();
  show(<RingGroupDialog flow={null} onClose={() => {}} />);
  const name = screen.getByRole("textbox", { name: /^Name/ });
  await addMember(user, "Ben");
  const field = () => screen.getByRole<HTMLInputElement>("combobox", { name: "Add somebody" });
  await user.type(field(), "Ca");
  const before = field();
  act(() => keep([sales, main], [mailbox(5, "Office")], [...people, person(4, "Cara Wolf")]));
  expect(field()).toBe(before);
  expect(field().value).toBe("Ca");
  expect(await screen.findByRole("option", { name: /Cara Wolf/ })).toBeTruthy();
  await user.keyboard("{Escape}");
  await user.click(name);
  act(() => keep([sales, main]));
  expect(document.activeElement).toBe(name);
});

test("who is in it already is not offered again, and who has no phone is said to have none", async () => {
  const user = userEvent.setup();
  show(<RingGroupDialog flow={sales} onClose={() => {}} />);
  expect(screen.queryByText("No phone yet")).toBeNull();
  await user.click(screen.getByRole("combobox", { name: "Add somebody" }));
  const offered = await screen.findAllByRole("option");
  expect(offered.map(({ textContent }) => textContent)).toEqual(["Carla Vogt103"]);
  await user.click(offered[0] as HTMLElement);
  expect(screen.getByText("No phone yet")).toBeTruthy();
});

test.each([
  ["groupRingFor", "group.ringFor", "Rings for", /5 to 300 seconds/],
  ["numberTaken", "number", "Number", /has this number/],
  ["badText", "group.prefix", "Before the caller’s name", /too long/],
  ["badExtension", "group.otherwise", "If nobody answers", /cannot be dialled/],
  ["flowHasErrors", "group.otherwise", "If nobody answers", /chosen here is gone. Nothing was changed/],
  ["groupIsEmpty", "group.members", "Add somebody", /Nobody is in this ring group/],
])("%s stands at its field", async (code, field, label, words) => {
  vi.spyOn(flowsApi, "editRingGroup").mockRejectedValue(refuse(code, field));
  const user = userEvent.setup();
  show(<RingGroupDialog flow={sales} onClose={() => {}} />);
  await user.click(screen.getByRole("button", { name: "Save" }));
  await screen.findByText(words);
  const input = screen.getByLabelText(label, { selector: "input" });
  const told = (input.getAttribute("aria-describedby") ?? "").split(" ");
  expect(told.map((id) => document.getElementById(id)?.textContent).join(" ")).toMatch(words);
  expect(screen.queryByRole("alert")).toBeNull();
});

test.each([
  ["E06.noLine", { id: "0170" }, /there is no line for 0170/],
  ["E07.template", {}, /in double braces cannot be read/],
  // A sentence about ways, which the form has not.
  ["E04", {}, /chosen here is gone. Nothing was changed/],
])("what the check found is told in its own words where they fit: %s", async (rule, params, words) => {
  const found = { rule, level: "error", node: "x", params, fixes: [] };
  const { status, problem } = refuse("flowHasErrors", "group.otherwise");
  const refusal = new Refused(status, problem && { ...problem, findings: [found] });
  vi.spyOn(flowsApi, "editRingGroup").mockRejectedValue(refusal);
  const user = userEvent.setup();
  show(<RingGroupDialog flow={sales} onClose={() => {}} />);
  await user.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText(words)).toBeTruthy();
});

test("a group that was drawn freely meanwhile is told where it is seen, and the form stays", async () => {
  const seen = vi.fn();
  Element.prototype.scrollIntoView = function () {
    seen(this.getAttribute("role"));
  };
  vi.spyOn(flowsApi, "editRingGroup").mockRejectedValue(refuse("groupIsDrawn", undefined, 409));
  const closed = vi.fn();
  const user = userEvent.setup();
  show(<RingGroupDialog flow={sales} onClose={closed} />);
  await user.click(screen.getByRole("button", { name: "Save" }));
  expect((await screen.findByRole("alert")).textContent).toContain("drawn more than this form can show");
  expect(seen).toHaveBeenLastCalledWith("alert");
  expect(closed).not.toHaveBeenCalled();
});

test("everybody can use the form", async () => {
  show(<RingGroupDialog flow={sales} onClose={() => {}} />);
  await expectAccessible();
});

test("the list says whom a group rings; its row opens the form, its menu the drawing", async () => {
  vi.spyOn(flowsApi, "flows").mockResolvedValue([sales, main]);
  const user = userEvent.setup();
  const { history } = show(<FlowsList />);
  const row = await screen.findByRole("row", { name: /Sales/ });
  expect(within(row).getByText("Ring group")).toBeTruthy();
  expect(within(row).getByText("Ana Kraft and Ben Lang · 25 sec · then mailbox Office")).toBeTruthy();
  await expectAccessible();
  await user.click(row);
  const dialog = await screen.findByRole("dialog", { name: "Ring group Sales" });
  await user.click(within(dialog).getByRole("button", { name: "Cancel" }));
  await user.click(screen.getByRole("button", { name: "More for Sales" }));
  expect(screen.queryByRole("menuitem", { name: "Name and number" })).toBeNull();
  await user.click(await screen.findByRole("menuitem", { name: "Show its drawing" }));
  expect(history).toEqual(["/flows", "/flows/7"]);
});

test("while somebody draws in a live group its row opens the drawing, and its menu has no form", async () => {
  const drawn = { ...sales, draftDiffers: true };
  vi.spyOn(flowsApi, "flows").mockResolvedValue([drawn, main]);
  keep([drawn, main]);
  const user = userEvent.setup();
  const { history } = show(<FlowsList />);
  await user.click(await screen.findByRole("button", { name: "More for Sales" }));
  expect(await screen.findByRole("menuitem", { name: "Show its drawing" })).toBeTruthy();
  expect(screen.queryByRole("menuitem", { name: "Change…" })).toBeNull();
  await user.keyboard("{Escape}");
  await user.click(screen.getByRole("row", { name: /Sales/ }));
  expect(history).toEqual(["/flows", "/flows/7"]);
});

test("a copy of a group opens its form", async () => {
  vi.spyOn(flowsApi, "flows").mockResolvedValue([sales, main]);
  const draft = { document: { nodes: [] } } as never;
  vi.spyOn(flowsApi, "draft").mockResolvedValue(draft);
  const copy = { ...sales, id: 9, name: "Sales (copy)", live: null, draftDiffers: true, schedule: null };
  vi.spyOn(flowsApi, "add").mockResolvedValue(copy);
  const user = userEvent.setup();
  show(<FlowsList />);
  await user.click(await screen.findByRole("button", { name: "More for Sales" }));
  await user.click(await screen.findByRole("menuitem", { name: "Duplicate" }));
  expect(await screen.findByRole("dialog", { name: "Ring group Sales (copy)" })).toBeTruthy();
});

test("above its drawing it says that it has a form, until that is put away", async () => {
  const user = userEvent.setup();
  show(<FormHint flow={sales} />);
  expect(screen.getByRole("status").textContent).toContain("This is the ring group Sales.");
  await user.click(screen.getByRole("button", { name: "Close" }));
  expect(screen.queryByRole("status")).toBeNull();
});

test("the palette leads to a new group", () => {
  const navigate = vi.fn();
  const found = commands({ t: i18next.t, navigate } as never);
  found.find(({ title }) => title === "New ring group")?.run();
  expect(navigate).toHaveBeenCalledWith("/flows?newGroup");
});

test("the row of any other flow opens its drawing", async () => {
  vi.spyOn(flowsApi, "flows").mockResolvedValue([sales, main]);
  const user = userEvent.setup();
  const { history } = show(<FlowsList />);
  await user.click(await screen.findByRole("row", { name: /Main number/ }));
  expect(history).toEqual(["/flows", "/flows/8"]);
});

test("a new group is asked for by address, and offered where there is no flow yet", async () => {
  keep([]);
  vi.spyOn(flowsApi, "flows").mockResolvedValue([]);
  vi.spyOn(flowsApi, "templates").mockResolvedValue([]);
  const user = userEvent.setup();
  show(<FlowsList />, "/flows?newGroup");
  const dialog = await screen.findByRole("dialog", { name: "New ring group" });
  await user.click(within(dialog).getByRole("button", { name: "Cancel" }));
  await screen.findByText("No call flow yet");
  const [, offered] = screen.getAllByRole("button", { name: "New ring group" });
  await user.click(offered as HTMLElement);
  expect(await screen.findByRole("dialog", { name: "New ring group" })).toBeTruthy();
});

test("where calls can be led ring groups stand under their own heading", async () => {
  const chosen = vi.fn();
  const user = userEvent.setup();
  show(<LeadsToField label="Goal" value={{ kind: "hangup" }} onChange={chosen} />);
  await user.click(screen.getByRole("button", { name: /Show choices/ }));
  const groups = within(await screen.findByRole("group", { name: "Ring groups" }));
  expect(groups.getAllByRole("option").map(({ textContent }) => textContent)).toEqual(["ring group Sales"]);
  const flows = within(screen.getByRole("group", { name: "Call flows" }));
  expect(flows.getAllByRole("option").map(({ textContent }) => textContent)).toEqual([
    "call flow Main number",
  ]);
  await expectAccessible();
  await user.click(groups.getByRole("option"));
  expect(chosen).toHaveBeenCalledWith({ kind: "flow", id: 7 });
});

test("what would lead calls in a circle is not offered", async () => {
  const user = userEvent.setup();
  show(<RingGroupDialog flow={sales} onClose={() => {}} />);
  const goal = screen.getByRole("combobox", { name: "If nobody answers" });
  await user.clear(goal);
  await user.type(goal, "a");
  expect(await screen.findByRole("option", { name: "call flow Main number" })).toBeTruthy();
  expect(screen.queryByRole("option", { name: "ring group Sales" })).toBeNull();
});

test("of two changes both are taken back, one after the other", async () => {
  let kept = sales;
  vi.spyOn(flowsApi, "flows").mockImplementation(async () => [kept]);
  vi.spyOn(flowsApi, "editRingGroup").mockImplementation(async (from, edit) => {
    if (!kept.live || from.live?.revision !== kept.live.revision) throw new Error("changed meanwhile");
    const live = { ...kept.live, revision: kept.live.revision + 1 };
    kept = { ...kept, name: edit.name, ringGroup: edit.group, live };
    return kept;
  });
  const queries = new QueryClient();
  const ringing = (ringFor: number) => editOf("Sales", "700", { ...ringGroup(), ringFor });
  const first = await editRingGroup(queries, sales, ringing(31));
  await editRingGroup(queries, first, ringing(41));
  await undo();
  expect(kept.ringGroup?.ringFor).toBe(31);
  await undo();
  expect(kept.ringGroup?.ringFor).toBe(ringGroup().ringFor);
  await redo();
  expect(kept.ringGroup?.ringFor).toBe(31);
});
