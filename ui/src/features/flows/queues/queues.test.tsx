// Queues: a form of who answers and how callers wait, among the call flows and wherever calls can be led.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import i18next from "i18next";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Router } from "wouter";
import { memoryLocation } from "wouter/memory-location";
import type { LiveCallView } from "../../../bindings/api";
import { api, Refused } from "../../../live/api";
import { forget, takeIn } from "../../../live/store";
import { forgetSteps, redo, undo } from "../../../live/undo";
import { expectAccessible } from "../../../testing/accessible";
import { flowView, queue, ringGroup } from "../../../testing/flows";
import { schedule } from "../../../testing/hours";
import { party, person, state, waiting } from "../../../testing/office";
import { mailbox, sound } from "../../../testing/sound";
import { startText } from "../../../text";
import { LeadsToField } from "../../hours/leads-to-field";
import { type FlowView, flowsApi } from "../api";
import { commands } from "../commands";
import { FormHint } from "../groups/form-hint";
import { FlowsList } from "../list/flows-list";
import { addQueue, editOf, editQueue } from "./deeds";
import { QueueDialog } from "./queue-dialog";

vi.setConfig({ testTimeout: 40_000 });

const people = [
  person(1, "Ana Kraft"),
  person(2, "Ben Lang"),
  person(3, "Carla Vogt", { reachable: { state: "noDevice", since: null } }),
  person(4, "Dora Maier"),
];
const support = flowView(7, "Support", { number: "800", queue: queue() });
const sales = flowView(9, "Sales", { ringGroup: ringGroup() });
const main = flowView(8, "Main number");

beforeEach(() => {
  startText("en");
  forgetSteps();
  vi.stubGlobal("CSS", { escape: (text: string) => text.replace(/[^\w-]/g, "\\$&") });
  vi.spyOn(api, "sounds").mockResolvedValue([
    sound(11, "Welcome"),
    sound(12, "Piano", { kind: "music" }),
    sound(13, "Guitar", { kind: "music" }),
  ]);
  keep([support, sales, main]);
});
afterEach(() => {
  cleanup();
  forget();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** An office with four people, a mailbox of one of them and one of several, and these flows. */
function keep(flows: FlowView[]) {
  const mailboxes = [mailbox(4, "Ana Kraft", { person: 1 }), mailbox(5, "Office")];
  const whole = { ...state({ people, mailboxes }), schedules: [schedule(6)], flows };
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

type User = ReturnType<typeof userEvent.setup>;

async function addAgent(user: User, name: string) {
  await user.type(screen.getByRole("combobox", { name: "Add somebody" }), name);
  await user.click(await screen.findByRole("option", { name: new RegExp(name) }));
}

async function choose(user: User, field: RegExp, option: RegExp) {
  await user.click(screen.getByRole("button", { name: field }));
  await user.click(await screen.findByRole("option", { name: option }));
}

async function enter(user: User, field: string, value: string) {
  const input = screen.getByRole("textbox", { name: field });
  await user.clear(input);
  await user.type(input, value);
  await user.tab();
}

async function lead(user: User, field: string, name: string) {
  const goal = screen.getByRole("combobox", { name: field });
  await user.clear(goal);
  await user.type(goal, name);
  await user.click(await screen.findByRole("option", { name: new RegExp(name) }));
}

const tick = (user: User, name: RegExp) => user.click(screen.getByRole("checkbox", { name }));
const more = () => screen.getByRole("button", { name: "More settings" });

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

test("a name and somebody who answers are enough; the rest is as usual", async () => {
  const add = vi.spyOn(flowsApi, "addQueue").mockResolvedValue(support);
  const closed = vi.fn();
  const user = userEvent.setup();
  show(<QueueDialog flow={null} onClose={closed} />);
  const submit = screen.getByRole("button", { name: "Add" });
  await user.type(screen.getByRole("textbox", { name: /Name/ }), " Support ");
  expect(submit).toHaveProperty("disabled", true);
  await addAgent(user, "Ben");
  // One alone cannot be asked later than others.
  expect(screen.queryByRole("checkbox", { name: /only later/ })).toBeNull();
  await addAgent(user, "Carla");
  expect(screen.getByText("No phone yet")).toBeTruthy();
  expect(more().getAttribute("aria-expanded")).toBe("false");
  await user.click(submit);
  await waitFor(() => expect(closed).toHaveBeenCalled());
  expect(add).toHaveBeenCalledWith({
    name: "Support",
    queue: queue({
      agents: [
        { person: 2, tier: 1 },
        { person: 3, tier: 1 },
      ],
    }),
  });
});

test("everything that is set is sent", async () => {
  const add = vi.spyOn(flowsApi, "addQueue").mockResolvedValue(support);
  const user = userEvent.setup();
  show(<QueueDialog flow={null} onClose={() => {}} />);
  await user.type(screen.getByRole("textbox", { name: /^Name/ }), "Support");
  await user.type(screen.getByRole("textbox", { name: /^Number/ }), "800");
  await addAgent(user, "Ana");
  await choose(user, /next call/, /in turn/);
  await enter(user, "Rings each of them for", "30");
  await lead(user, "If nobody takes the call", "Ben");
  await user.click(more());
  await choose(user, /While they wait/, /Piano/);
  await tick(user, /place in the queue/);
  await tick(user, /how long it will take/);
  await enter(user, "Again every", "90");
  await user.click(screen.getByRole("textbox", { name: "Also say" }));
  await user.paste("To leave a message,\npress 9.");
  await enter(user, "Callers who wait at a time", "5");
  await enter(user, "Wait at most", "300");
  await tick(user, /too long/);
  await enter(user, "Too long is more than", "240");
  await tick(user, /even if nobody can be called/);
  await choose(user, /When it takes calls/, /Office hours/);
  await lead(user, "When closed", "mailbox Ana");
  await tick(user, /with a key/);
  await choose(user, /Key/, /^9$/);
  await lead(user, "Leads to", "mailbox Office");
  await enter(user, "Left alone after each talk for", "0");
  await user.type(screen.getByRole("textbox", { name: /Before the caller/ }), "Help: ");
  await tick(user, /Record talks/);
  await user.click(screen.getByRole("button", { name: "Add" }));
  await waitFor(() => expect(add).toHaveBeenCalled());
  expect(add).toHaveBeenCalledWith({
    name: "Support",
    number: "800",
    queue: {
      agents: [{ person: 1, tier: 1 }],
      strategy: "roundRobin",
      ringFor: 30,
      wrapUp: 0,
      tierAfter: 60,
      music: 12,
      saysPlace: false,
      saysWait: true,
      saysEvery: 90,
      alsoSays: "To leave a message, press 9.",
      maxWaiting: 5,
      maxWait: 300,
      maxEstimate: 240,
      waitsForAgents: true,
      prefix: "Help: ",
      records: true,
      hours: { schedule: 6, whenClosed: { kind: "mailbox", id: 4 } },
      exit: { key: "9", leadsTo: { kind: "mailbox", id: 5 } },
      otherwise: { kind: "person", id: 2 },
    },
  });
});

test("some are asked only later once that is wanted, and all of them at once when it is not", async () => {
  const edit = vi.spyOn(flowsApi, "editQueue").mockResolvedValue(support);
  const user = userEvent.setup();
  show(<QueueDialog flow={support} onClose={() => {}} />);
  expect(screen.queryByRole("button", { name: /When Ben Lang is asked/ })).toBeNull();
  await tick(user, /only later/);
  await user.click(screen.getByRole("button", { name: /When Ben Lang is asked/ }));
  const offered = await screen.findAllByRole("option");
  expect(offered.map(({ textContent }) => textContent).slice(0, 3)).toEqual([
    "First",
    "Secondafter 1 min",
    "Thirdafter 2 min",
  ]);
  await user.click(offered[1] as HTMLElement);
  await enter(user, "The next are asked, too, after", "45");
  await expectAccessible();
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(edit).toHaveBeenCalled());
  const [, sent] = edit.mock.calls[0] ?? [];
  expect(sent?.queue).toMatchObject({
    agents: [
      { person: 1, tier: 1 },
      { person: 2, tier: 2 },
    ],
    tierAfter: 45,
  });
});

test("the tiers of a queue are seen, and taken away together", async () => {
  const edit = vi.spyOn(flowsApi, "editQueue").mockResolvedValue(support);
  const agents = [
    { person: 1, tier: 1 },
    { person: 2, tier: 3 },
  ];
  const user = userEvent.setup();
  show(<QueueDialog flow={{ ...support, queue: queue({ agents }) }} onClose={() => {}} />);
  expect(screen.getByRole("button", { name: /When Ben Lang is asked/ }).textContent).toBe("Third");
  await tick(user, /only later/);
  expect(screen.queryByRole("textbox", { name: /The next are asked/ })).toBeNull();
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(edit).toHaveBeenCalled());
  expect(edit.mock.calls[0]?.[1].queue).toEqual(queue());
});

test("what callers are told is repeated until nobody wants that, be it only that all are busy", async () => {
  const edit = vi.spyOn(flowsApi, "editQueue").mockResolvedValue(support);
  const user = userEvent.setup();
  show(<QueueDialog flow={support} onClose={() => {}} />);
  await user.click(more());
  expect(screen.getByRole("textbox", { name: "Again every" })).toBeTruthy();
  await tick(user, /place in the queue/);
  expect(screen.getByRole("textbox", { name: "Again every" })).toBeTruthy();
  await tick(user, /again while they wait/);
  expect(screen.queryByRole("textbox", { name: "Again every" })).toBeNull();
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(edit).toHaveBeenCalled());
  expect(edit.mock.calls[0]?.[1].queue).toEqual(queue({ saysPlace: false, saysEvery: 0 }));
});

test("what was set once is seen when the form is opened, and music that is gone is told to be", async () => {
  show(<QueueDialog flow={{ ...support, queue: queue({ music: 99 }) }} onClose={() => {}} />);
  expect(more().getAttribute("aria-expanded")).toBe("true");
  const music = await screen.findByRole("button", { name: /Music that was removed/ });
  expect(music).toBeTruthy();
});

test("a key leads out until nobody wants that, and never back into the queue", async () => {
  const exit = { key: "0", leadsTo: { kind: "mailbox" as const, id: 5 } };
  const edit = vi.spyOn(flowsApi, "editQueue").mockResolvedValue(support);
  const user = userEvent.setup();
  show(<QueueDialog flow={{ ...support, queue: queue({ exit }) }} onClose={() => {}} />);
  for (const field of ["Leads to", "If nobody takes the call"]) {
    const goal = screen.getByRole<HTMLInputElement>("combobox", { name: field });
    expect(goal.value).toBe("mailbox Office");
    await user.clear(goal);
    await user.type(goal, "a");
    expect(await screen.findByRole("option", { name: "ring group Sales" })).toBeTruthy();
    expect(screen.queryByRole("option", { name: "queue Support" })).toBeNull();
    await user.keyboard("{Escape}");
  }
  await tick(user, /with a key/);
  expect(screen.queryByRole("combobox", { name: "Leads to" })).toBeNull();
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(edit).toHaveBeenCalled());
  expect(edit.mock.calls[0]?.[1].queue.exit).toBeNull();
});

test("of a key of which callers are not told the form says so", async () => {
  const user = userEvent.setup();
  const exit = { key: "1", leadsTo: { kind: "mailbox" as const, id: 5 } };
  show(<QueueDialog flow={{ ...support, queue: queue({ exit }) }} onClose={() => {}} />);
  const text = screen.getByRole("textbox", { name: "Also say" });
  expect(text.getAttribute("placeholder")).toBe("To leave a message, press 1.");
  expect(screen.getByText(/^Callers know of this key only if/)).toBeTruthy();
  await user.click(text);
  await user.paste("To leave a message, press 2.");
  expect(screen.queryByText(/^Callers know of this key/)).toBeNull();
  expect(screen.getByText("This text does not say key 1.")).toBeTruthy();
  await user.clear(text);
  await user.paste("Press one to leave a message.");
  expect(screen.queryByText(/does not say key/)).toBeNull();
  await user.clear(text);
  await tick(user, /with a key/);
  expect(screen.queryByText(/^Callers know of this key/)).toBeNull();
});

test("a change says what it was made from, and is taken back from what came of it", async () => {
  const live = support.live && { ...support.live, revision: 4 };
  const sent = vi.fn();
  vi.stubGlobal("fetch", async (path: string, { method, body }: { method: string; body?: string }) => {
    if (!body) return new Response(JSON.stringify([]));
    sent(method, path, JSON.parse(body));
    return new Response(JSON.stringify({ ...support, live }));
  });
  const user = userEvent.setup();
  show(<QueueDialog flow={support} onClose={() => {}} />);
  await enter(user, "Name", "Help");
  await user.click(screen.getByRole("button", { name: "Save" }));
  const put = (name: string, madeFrom: number) => [
    "PUT",
    "/api/queues/7",
    { name, number: "800", queue: support.queue, madeFrom },
  ];
  await waitFor(() => expect(sent.mock.calls).toEqual([put("Help", 3)]));
  await act(undo);
  expect(sent.mock.calls[1]).toEqual(put("Support", 4));
});

test("a new queue is taken back and brought back", async () => {
  vi.spyOn(flowsApi, "addQueue").mockResolvedValue(support);
  vi.spyOn(flowsApi, "flows").mockResolvedValue([support]);
  const remove = vi.spyOn(flowsApi, "remove").mockResolvedValue(undefined as never);
  const restore = vi.spyOn(flowsApi, "restore").mockResolvedValue(support);
  await addQueue(new QueryClient(), editOf("Support", "", queue()));
  expect(flowsApi.addQueue).toHaveBeenCalledWith({ name: "Support", queue: queue() });
  await undo();
  expect(remove).toHaveBeenCalledWith(support);
  await redo();
  expect(restore).toHaveBeenCalledWith(7);
});

test("of two changes both are taken back, one after the other", async () => {
  let kept = support;
  vi.spyOn(flowsApi, "flows").mockImplementation(async () => [kept]);
  vi.spyOn(flowsApi, "editQueue").mockImplementation(async (from, edit) => {
    if (!kept.live || from.live?.revision !== kept.live.revision) throw new Error("changed meanwhile");
    const live = { ...kept.live, revision: kept.live.revision + 1 };
    kept = { ...kept, name: edit.name, queue: edit.queue, live };
    return kept;
  });
  const queries = new QueryClient();
  const waiting = (maxWait: number) => editOf("Support", "800", queue({ maxWait }));
  const first = await editQueue(queries, support, waiting(310));
  await editQueue(queries, first, waiting(410));
  await undo();
  expect(kept.queue?.maxWait).toBe(310);
  await undo();
  expect(kept.queue?.maxWait).toBe(600);
  await redo();
  expect(kept.queue?.maxWait).toBe(310);
});

test.each([
  ["numberTaken", "number", "Number", /has this number/],
  ["queueIsEmpty", "queue.agents", "Add somebody", /Nobody answers in this queue/],
  ["listedTwice", "queue.agents", "Add somebody", /on the list twice/],
  ["queueBounds", "queue.ringFor", "Rings each of them for", /less or more than a queue can have/],
  ["badExtension", "queue.otherwise", "If nobody takes the call", /cannot be dialled/],
  // What is folded away comes to light.
  ["queueBounds", "queue.maxWait", "Wait at most", /less or more than a queue can have/],
  ["badText", "queue.prefix", "Before the caller’s name", /text is too long/],
  ["badText", "queue.alsoSays", "Also say", /text is too long/],
  ["queueCircle", "queue.exit", "Leads to", /come back to it and wait again/],
  ["flowHasErrors", "queue.hours.whenClosed", "When closed", /chosen here is gone. Nothing was changed/],
])("%s stands at %s", async (code, field, label, words) => {
  vi.spyOn(flowsApi, "editQueue").mockRejectedValue(refuse(code, field));
  const user = userEvent.setup();
  const goal = { kind: "mailbox" as const, id: 5 };
  const whole = queue({
    ...(field === "queue.exit" ? { exit: { key: "0", leadsTo: goal } } : {}),
    ...(field.startsWith("queue.hours") ? { hours: { schedule: 6, whenClosed: goal } } : {}),
  });
  show(<QueueDialog flow={{ ...support, queue: whole }} onClose={() => {}} />);
  await user.click(screen.getByRole("button", { name: "Save" }));
  await screen.findByText(words);
  const input = screen.getByLabelText(label, { selector: "input, textarea" });
  const told = (input.getAttribute("aria-describedby") ?? "").split(" ");
  expect(told.map((id) => document.getElementById(id)?.textContent).join(" ")).toMatch(words);
  expect(screen.queryByRole("alert")).toBeNull();
});

test("a key that is none stands at the key, not at its goal", async () => {
  vi.spyOn(flowsApi, "editQueue").mockRejectedValue(refuse("queueExitKey", "queue.exit"));
  const user = userEvent.setup();
  const exit = { key: "0", leadsTo: { kind: "mailbox" as const, id: 5 } };
  show(<QueueDialog flow={{ ...support, queue: queue({ exit }) }} onClose={() => {}} />);
  await user.click(screen.getByRole("button", { name: "Save" }));
  const words = await screen.findByText(/one key of a phone/);
  expect(words.closest(".field")?.textContent).toMatch(/^Key/);
});

test("a queue that was drawn freely meanwhile is told where it is seen, and the form stays", async () => {
  vi.spyOn(flowsApi, "editQueue").mockRejectedValue(refuse("queueIsDrawn", undefined, 409));
  const closed = vi.fn();
  const user = userEvent.setup();
  show(<QueueDialog flow={support} onClose={closed} />);
  await user.click(screen.getByRole("button", { name: "Save" }));
  expect((await screen.findByRole("alert")).textContent).toContain("drawn more than this form can show");
  expect(closed).not.toHaveBeenCalled();
});

test("everybody can use the form, with all that it has", async () => {
  const goal = { kind: "mailbox" as const, id: 5 };
  const whole = queue({
    agents: [
      { person: 1, tier: 1 },
      { person: 2, tier: 2 },
    ],
    saysWait: true,
    maxEstimate: 600,
    hours: { schedule: 6, whenClosed: goal },
    exit: { key: "0", leadsTo: goal },
  });
  show(<QueueDialog flow={{ ...support, queue: whole }} onClose={() => {}} />);
  await expectAccessible();
});

test("the list says who answers; a row opens the form, its menu the drawing", async () => {
  const agents = [1, 2, 3, 4].map((one) => ({ person: one, tier: 1 }));
  const long = { ...support, queue: queue({ agents }) };
  keep([long, sales, main]);
  vi.spyOn(flowsApi, "flows").mockResolvedValue([long, sales, main]);
  const user = userEvent.setup();
  const { history } = show(<FlowsList />);
  const row = await screen.findByRole("row", { name: /Support/ });
  expect(within(row).getByText("Queue")).toBeTruthy();
  expect(
    within(row).getByText("Ana Kraft, Ben Lang and 2 more · waits up to 10 min · then mailbox Office"),
  ).toBeTruthy();
  await expectAccessible();
  await user.click(row);
  const dialog = await screen.findByRole("dialog", { name: "Queue Support" });
  await user.click(within(dialog).getByRole("button", { name: "Cancel" }));
  await user.click(screen.getByRole("button", { name: "More for Support" }));
  expect(await screen.findByRole("menuitem", { name: "Change…" })).toBeTruthy();
  expect(screen.queryByRole("menuitem", { name: "Name and number" })).toBeNull();
  await user.click(screen.getByRole("menuitem", { name: "Show its drawing" }));
  expect(history).toEqual(["/flows", "/flows/7"]);
});

test("the list says how many wait in a queue at this moment, also once it was drawn further", async () => {
  const call = waiting(1, party("+49891"), 7, 0);
  const drawn = waiting(2, party("+49892"), 8, 0);
  vi.spyOn(flowsApi, "flows").mockResolvedValue([support, sales, main]);
  show(<FlowsList />);
  const row = await screen.findByRole("row", { name: /Support/ });
  expect(screen.queryByText(/waiting/)).toBeNull();
  const tell = (seq: number, calls: LiveCallView[], gone: number[] = []) =>
    act(() => {
      const values = [
        ...calls.map((value) => ({ id: value.id, value })),
        ...gone.map((id) => ({ id, value: null })),
      ];
      const changes = values.map((one) => ({ kind: "call" as const, ...one }));
      takeIn({ type: "changes", seq, now: 0, changes });
    });
  tell(2, [call, { ...call, id: 3 }, drawn]);
  expect(within(row).getByText("2 waiting")).toBeTruthy();
  const other = screen.getByRole("row", { name: /Main number/ });
  expect(within(other).getByText("1 waiting")).toBeTruthy();
  await expectAccessible();
  tell(3, [], [1, 2, 3]);
  expect(screen.queryByText(/waiting/)).toBeNull();
});

test("while somebody draws in a live queue its row opens the drawing", async () => {
  const drawn = { ...support, draftDiffers: true };
  keep([drawn]);
  vi.spyOn(flowsApi, "flows").mockResolvedValue([drawn]);
  const user = userEvent.setup();
  const { history } = show(<FlowsList />);
  await user.click(await screen.findByRole("row", { name: /Support/ }));
  expect(history).toEqual(["/flows", "/flows/7"]);
});

test("a copy of a queue opens its form", async () => {
  vi.spyOn(flowsApi, "flows").mockResolvedValue([support, main]);
  vi.spyOn(flowsApi, "draft").mockResolvedValue({ document: { nodes: [] } } as never);
  const copy = { ...support, id: 10, name: "Support (copy)", live: null, draftDiffers: true, schedule: null };
  vi.spyOn(flowsApi, "add").mockResolvedValue(copy);
  const user = userEvent.setup();
  show(<FlowsList />);
  await user.click(await screen.findByRole("button", { name: "More for Support" }));
  await user.click(await screen.findByRole("menuitem", { name: "Duplicate" }));
  expect(await screen.findByRole("dialog", { name: "Queue Support (copy)" })).toBeTruthy();
});

test("a new queue is asked for by address, which the palette leads to, and by its button", async () => {
  const navigate = vi.fn();
  const found = commands({ t: i18next.t, navigate } as never);
  found.find(({ title }) => title === "New queue")?.run();
  expect(navigate).toHaveBeenCalledWith("/flows?newQueue");
  vi.spyOn(flowsApi, "flows").mockResolvedValue([main]);
  const user = userEvent.setup();
  const { history } = show(<FlowsList />, "/flows?newQueue");
  const dialog = await screen.findByRole("dialog", { name: "New queue" });
  await user.click(within(dialog).getByRole("button", { name: "Cancel" }));
  expect(history).toEqual(["/flows"]);
  await user.click(screen.getByRole("button", { name: "New queue" }));
  expect(await screen.findByRole("dialog", { name: "New queue" })).toBeTruthy();
});

test("above its drawing it says that it has a form; above that of any other flow nothing stands", () => {
  show(<FormHint flow={support} />);
  expect(screen.getByRole("status").textContent).toContain("This is the queue Support.");
  cleanup();
  show(<FormHint flow={main} />);
  expect(screen.queryByRole("status")).toBeNull();
});

test("where calls can be led queues stand under their own heading", async () => {
  const chosen = vi.fn();
  const user = userEvent.setup();
  show(<LeadsToField label="Goal" value={{ kind: "hangup" }} onChange={chosen} />);
  await user.click(screen.getByRole("button", { name: /Show choices/ }));
  const under = async (heading: string) => {
    const group = within(await screen.findByRole("group", { name: heading }));
    return group.getAllByRole("option").map(({ textContent }) => textContent);
  };
  expect(await under("Queues")).toEqual(["queue Support"]);
  expect(await under("Ring groups")).toEqual(["ring group Sales"]);
  expect(await under("Call flows")).toEqual(["call flow Main number"]);
  await user.click(screen.getByRole("option", { name: "queue Support" }));
  expect(chosen).toHaveBeenCalledWith({ kind: "flow", id: 7 });
});
