// The forms made from the catalogue: a field for every setting, and each change one step.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, fireEvent, render, renderHook, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { api } from "../../../live/api";
import { forget, takeIn } from "../../../live/store";
import { expectAccessible } from "../../../testing/accessible";
import { flowView, KINDS, menuFlow, openFlow, queue, ringGroup } from "../../../testing/flows";
import { person, state } from "../../../testing/office";
import { startText } from "../../../text";
import { type Finding, type FlowView, flowsApi } from "../api";
import { outcomeName, startingData } from "../catalogue";
import { eachReference } from "../clipboard";
import { edgeFrom, type FlowNode, nodeOf } from "../document";
import { openDocument, useDraft } from "../draft/store";
import { useKeepNames, useThings } from "../names";
import { choose } from "../selection";
import { summaryOf, targetsText } from "../summary";
import { resetView, useView } from "../view";
import { NodeForm } from "./node-form";
import { unsaidKeys } from "./prompts";

vi.setConfig({ testTimeout: 40_000 });

beforeEach(() => {
  startText("en");
  vi.stubGlobal("CSS", { escape: (text: string) => text });
  vi.spyOn(flowsApi, "saveDraft").mockImplementation(async (_, { seq }) => ({
    seq: seq + 1,
    check: useDraft.getState().check,
  }));
  vi.spyOn(api, "sounds").mockResolvedValue([]);
  openFlow();
  resetView();
  useThings.setState({
    things: {
      person: [
        { id: "1", name: "Ana Kraft" },
        { id: "2", name: "Ben Lang" },
        { id: "3", name: "Carla Vogt" },
      ],
      mailbox: [{ id: "2", name: "Office" }],
      schedule: [{ id: "1", name: "Office hours" }],
    },
  });
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

function Form({ id }: { id: string }) {
  const node = useDraft((draft) => draft.history.document.nodes.find((one) => one.id === id));
  return node ? <NodeForm node={node} /> : null;
}

function open(id: string) {
  choose(id);
  render(
    <QueryClientProvider client={new QueryClient()}>
      <Form id={id} />
    </QueryClientProvider>,
  );
}
const dataOf = (id: string): Record<string, unknown> => nodeOf(openDocument(), id)?.data ?? {};

test.each(KINDS.map(({ kind }) => kind))(
  "%s: every setting has a field that everybody can use",
  async (kind) => {
    const document = menuFlow();
    document.nodes.push({ id: "n_new", type: kind, position: { x: 0, y: 400 }, data: { kind } });
    openFlow(document);
    const node = nodeOf(openDocument(), "n_new");
    // As it is right after adding, and as an import may leave it: with nothing at all.
    for (const data of [startingData(kind), { kind }]) {
      act(() => {
        if (node) openFlow({ ...document, nodes: [...document.nodes.slice(0, -1), { ...node, data }] });
      });
      open("n_new");
      const params = KINDS.find((one) => one.kind === kind)?.params ?? [];
      for (const { name } of params) {
        expect(window.document.querySelector(`[data-param="${name}"]`)?.textContent, name).not.toBe("");
      }
      await expectAccessible();
      cleanup();
    }
  },
);

test("what an import left in the wrong shape is shown, not broken", () => {
  const document = menuFlow();
  const menu = document.nodes.find(({ id }) => id === "n_menu");
  if (menu) menu.data = { kind: "menu", prompts: "hello", options: [null], timeout: "x" };
  openFlow(document);
  open("n_menu");
  expect(screen.getByText("Says nothing yet")).toBeTruthy();
});

test("typing a text is one step, taken back as one", async () => {
  const user = userEvent.setup();
  open("n_menu");
  const text = screen.getByRole("textbox", { name: "Spoken text" });
  await user.clear(text);
  await user.type(text, "Hello");
  expect(dataOf("n_menu").prompts).toEqual([{ source: "tts", text: "Hello" }]);
  const { steps } = useDraft.getState().history;
  expect(steps.map(({ name }) => name)).toEqual(["Change Says of Welcome"]);
});

test("a key is added with the next free digit, and removed with its way", async () => {
  const user = userEvent.setup();
  open("n_menu");
  await user.click(screen.getByRole("button", { name: "Add a key" }));
  expect(dataOf("n_menu").options).toContainEqual({ digit: "3", label: "" });
  await user.click(screen.getByRole("button", { name: "Remove Key 1" }));
  expect(edgeFrom(openDocument(), "n_menu", "digit:1")).toBeUndefined();
});

test("a person is chosen by typing their name, and takes the place that waited for somebody", async () => {
  const document = menuFlow();
  const sales = document.nodes.find(({ id }) => id === "n_sales");
  if (sales) sales.data.targets = [{ type: "user", id: "?sales" }];
  openFlow(document);
  const user = userEvent.setup();
  open("n_sales");
  expect(screen.getByText("Choose a person: sales")).toBeTruthy();
  await user.type(screen.getByRole("combobox", { name: "Add somebody" }), "carl");
  await user.click(await screen.findByRole("option", { name: /Carla Vogt/ }));
  expect(dataOf("n_sales").targets).toEqual([{ type: "user", id: "3" }]);
});

test("a number that is typed rings, too", async () => {
  const user = userEvent.setup();
  open("n_sales");
  await user.type(screen.getByRole("combobox", { name: "Add somebody" }), "+49 89 123");
  await user.click(screen.getByRole("button", { name: "Ring +4989123" }));
  expect(dataOf("n_sales").targets).toContainEqual({ type: "number", id: "+4989123" });
});

test("where callers go is seen and connected without the drawing", async () => {
  const user = userEvent.setup();
  open("n_menu");
  const ways = screen.getByRole("region", { name: "Where callers go" });
  expect(within(ways).getByRole("button", { name: "Go to Ring people Help" })).toBeTruthy();
  await user.click(within(ways).getByRole("button", { name: "Connect Wrong key: Leads nowhere yet" }));
  expect(useView.getState().picking).toEqual({
    what: "connect",
    from: { node: "n_menu", outcome: "invalid" },
  });
  await user.click(within(ways).getByRole("button", { name: "Disconnect 2 Help" }));
  expect(edgeFrom(openDocument(), "n_menu", "digit:2")).toBeUndefined();
});

test("what is wrong stands at its setting, with what mends it at its outcome", () => {
  openFlow(menuFlow(), {
    findings: [
      { rule: "E07.required", level: "error", node: "n_mail", field: "mailbox", params: {}, fixes: [] },
      {
        rule: "E03",
        level: "error",
        node: "n_mail",
        outcome: "saved",
        params: {},
        fixes: [
          {
            id: "connectTo",
            params: { to: "n_menu" },
            patches: [
              {
                op: "add",
                path: ["edges", 8],
                value: { id: "e_fix", source: "n_mail", sourceHandle: "saved", target: "n_menu" },
              },
            ],
          },
        ],
      },
    ],
  });
  open("n_mail");
  expect(screen.getByText("This has to be filled in.")).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Connect to Welcome" }));
  expect(edgeFrom(openDocument(), "n_mail", "saved")?.target).toBe("n_menu");
});

function openWith(data: FlowNode["data"]) {
  const document = menuFlow();
  document.nodes.push({ id: "n_new", type: data.kind, position: { x: 0, y: 400 }, data });
  openFlow(document);
  open("n_new");
}

test("what no office has yet is said plainly", () => {
  openWith({ kind: "park" });
  expect(screen.getByText(/^Needs parking slots; turn on call parking/)).toBeTruthy();
});

test("a ring group is chosen by its name, and kept by its number", async () => {
  const user = userEvent.setup();
  useThings.setState({ things: { ringGroup: [{ id: "7", name: "Sales" }] } });
  openWith({ kind: "ringGroup" });
  const field = screen.getByRole("combobox", { name: "Ring group" });
  expect(field.getAttribute("placeholder")).toBe("No ring group chosen");
  await user.click(field);
  await user.click(await screen.findByRole("option", { name: "Sales" }));
  expect(dataOf("n_new").group).toBe("7");
});

test("a ring group that was drawn further keeps its name where it rings; only one without a flow is gone", async () => {
  const user = userEvent.setup();
  const flow = [{ id: "8", name: "Field team", heading: "Call flows" }];
  const things = { ringGroup: [{ id: "7", name: "Sales" }], flow };
  useThings.setState({ things });
  openWith({ kind: "ringGroup", group: "8" });
  const field = screen.getByRole<HTMLInputElement>("combobox", { name: "Ring group" });
  expect(field.value).toBe("Field team");
  await user.click(screen.getByRole("button", { name: /Show choices/ }));
  const offered = await screen.findAllByRole("option");
  expect(offered.map(({ textContent }) => textContent)).toEqual(["Sales", "Field team"]);
  expect(targetsText([{ type: "ring_group", id: "8" }], things)).toBe("Field team");
  expect(targetsText([{ type: "ring_group", id: "9" }], things)).toContain("gone");
});

test("a ring group that is made on the way is chosen at once", async () => {
  const user = userEvent.setup();
  takeIn({
    type: "snapshot",
    epoch: "e",
    seq: 1,
    now: 0,
    state: state({ people: [person(1, "Ana Kraft")] }),
  });
  vi.spyOn(flowsApi, "addRingGroup").mockResolvedValue(flowView(9, "Sales", { ringGroup: ringGroup() }));
  openWith({ kind: "ringGroup" });
  await user.click(screen.getByRole("button", { name: "New ring group" }));
  const dialog = within(await screen.findByRole("dialog", { name: "New ring group" }));
  await user.type(dialog.getByRole("textbox", { name: /Name/ }), "Sales");
  await user.type(dialog.getByRole("combobox", { name: "Add somebody" }), "Ana");
  await user.click(await screen.findByRole("option", { name: /Ana Kraft/ }));
  await user.click(dialog.getByRole("button", { name: "Add" }));
  await waitFor(() => expect(dataOf("n_new").group).toBe("9"));
  expect(screen.queryByRole("dialog")).toBeNull();
  forget();
});

test("a ring group rings beside people, and is shown by its name", async () => {
  const user = userEvent.setup();
  useThings.setState(({ things }) => ({
    things: { ...things, ringGroup: [{ id: "7", name: "Field team" }] },
  }));
  open("n_sales");
  await user.type(screen.getByRole("combobox", { name: "Add somebody" }), "field");
  await user.click(await screen.findByRole("option", { name: /Field team/ }));
  expect(dataOf("n_sales").targets).toContainEqual({ type: "ring_group", id: "7" });
  expect(screen.getByRole("button", { name: "Remove Field team" })).toBeTruthy();
  const node = nodeOf(openDocument(), "n_sales");
  expect(node && summaryOf(node, useThings.getState().things)).toContain("Ana Kraft and Field team");
});

test("a queue that is made on the way is chosen at once, where callers wait and where they are led", async () => {
  const user = userEvent.setup();
  const whole = state({ people: [person(1, "Ana Kraft")] });
  takeIn({ type: "snapshot", epoch: "e", seq: 1, now: 0, state: whole });
  vi.spyOn(flowsApi, "addQueue").mockResolvedValue(flowView(9, "Support", { queue: queue() }));
  const make = async () => {
    await user.click(screen.getByRole("button", { name: "New queue" }));
    const dialog = within(await screen.findByRole("dialog", { name: "New queue" }));
    await user.type(dialog.getByRole("textbox", { name: /Name/ }), "Support");
    await user.type(dialog.getByRole("combobox", { name: "Add somebody" }), "Ana");
    await user.click(await screen.findByRole("option", { name: /Ana Kraft/ }));
    await user.click(dialog.getByRole("button", { name: "Add" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  };
  openWith({ kind: "enqueue" });
  expect(screen.getByRole("combobox", { name: "Queue" }).getAttribute("placeholder")).toBe("No queue chosen");
  await make();
  expect(dataOf("n_new").queue).toBe("9");
  cleanup();
  openWith({ kind: "goto", target: { kind: "queue" } });
  await make();
  expect(dataOf("n_new").target).toEqual({ kind: "queue", id: "9" });
  forget();
});

test("whether somebody of a queue is free can be asked; a queue does not ring", async () => {
  const user = userEvent.setup();
  const things = { ...useThings.getState().things, queue: [{ id: "7", name: "Support" }] };
  useThings.setState({ things });
  openWith({ kind: "availability" });
  await user.type(screen.getByRole("combobox", { name: "Add somebody" }), "supp");
  await user.click(await screen.findByRole("option", { name: /Support/ }));
  expect(dataOf("n_new").of).toEqual([{ type: "queue", id: "7" }]);
  const node = nodeOf(openDocument(), "n_new");
  expect(node && summaryOf(node, things)).toContain("Support");
  cleanup();
  open("n_sales");
  await user.click(screen.getByRole("combobox", { name: "Add somebody" }));
  const offered = await screen.findAllByRole("option");
  expect(offered.map(({ textContent }) => textContent)).not.toContain("SupportQueue");
});

/** Somebody who answers in the queue of a step's own. */
const agent = (id: string, tier = 1) => ({ type: "user", id, tier });

test("the queue of a step's own is set where it is, instead of choosing one", async () => {
  const user = userEvent.setup();
  const whole = state({ people: [person(1, "Ana Kraft"), person(2, "Ben Lang")] });
  takeIn({ type: "snapshot", epoch: "e", seq: 1, now: 0, state: whole });
  const own = { agents: [agent("1")], ringFor: 30, music: { mediaId: "12" } };
  openWith({ kind: "enqueue", own });
  expect(screen.queryByRole("combobox", { name: "Queue" })).toBeNull();
  const fields = within(screen.getByRole("group", { name: "Queue of its own" }));
  expect(fields.getByRole<HTMLInputElement>("textbox", { name: "Rings each of them for" }).value).toBe("30");
  // Where callers go is told by its ways, and how long they wait by the step.
  expect(fields.queryByRole("combobox", { name: "If nobody takes the call" })).toBeNull();
  expect(fields.queryByRole("textbox", { name: "Wait at most" })).toBeNull();
  await expectAccessible();
  await user.type(fields.getByRole("combobox", { name: "Add somebody" }), "Ben");
  await user.click(await screen.findByRole("option", { name: /Ben Lang/ }));
  const agents = [agent("1"), agent("2")];
  // What is as usual stays left out.
  expect(dataOf("n_new").own).toEqual({ ...own, agents });
  await user.click(fields.getByRole("button", { name: /While they wait/ }));
  await user.click(await screen.findByRole("option", { name: "The office’s music" }));
  await user.type(fields.getByRole("textbox", { name: /Before the caller/ }), "Help");
  expect(dataOf("n_new").own).toStrictEqual({ agents, ringFor: 30, prefix: "Help" });
  const node = nodeOf(openDocument(), "n_new");
  expect(node && summaryOf(node, useThings.getState().things)).toBe("Ana Kraft and Ben Lang");
  forget();
});

test("what an import left of a queue of a step's own is shown, not broken; what is wrong stands at its field", () => {
  const own = { agents: "Ana", strategy: 3, ringFor: "x", music: null };
  openWith({ kind: "enqueue", own });
  const finding = (rule: string, field: string): Finding => {
    return { rule, level: "error", node: "n_new", field, params: {}, fixes: [] };
  };
  const findings = [
    finding("enqueue.noAgents", "own.agents"),
    finding("E06.missing", "own.music"),
    finding("E07.range", "own.wrapUp"),
  ];
  act(() => useDraft.setState(({ check }) => ({ check: { ...check, findings } })));
  const fields = within(screen.getByRole("group", { name: "Queue of its own" }));
  expect(fields.getByText(/^Nobody yet/)).toBeTruthy();
  expect(fields.getByText(/^None of those who answer/).closest(".field")?.textContent).toContain(
    "Add somebody",
  );
  expect(fields.getByText(/chosen here is gone/).closest(".field")?.textContent).toContain("While they wait");
  expect(fields.getByText(/is too far off/).closest(".field")?.textContent).toContain("Left alone");
});

test("what is said to those who wait names the keys by which they can leave", async () => {
  const exitKeys = [{ digit: "1", label: "Message" }];
  openWith({ kind: "enqueue", queue: "7", exitKeys, prompts: [{ source: "tts", text: "Press two." }] });
  const said = within(screen.getByRole("group", { name: "Also says to those who wait" }));
  expect(said.getByText("This text does not say key 1.")).toBeTruthy();
  await userEvent.click(said.getByRole("button", { name: /^Remove/ }));
  expect(said.getByText(/^Callers know of the keys only/)).toBeTruthy();
  expect(dataOf("n_new").prompts).toEqual([]);
});

test("whom nobody takes in time has not failed to press a key", () => {
  const words = (kind: string, name: string) =>
    outcomeName({ name }, { id: "n", type: "x", position: { x: 0, y: 0 }, data: { kind } });
  expect(words("menu", "timeout")).toBe("No key");
  expect(words("enqueue", "timeout")).toBe("Nobody in time");
  openWith({ kind: "enqueue", queue: "7" });
  const ways = within(screen.getByRole("region", { name: "Where callers go" }));
  expect(ways.getByText("Nobody in time")).toBeTruthy();
  expect(ways.queryByText("No key")).toBeNull();
});

test("a new step has no queue of its own, and is given one by nothing but its form", () => {
  expect(startingData("enqueue")).toEqual({ kind: "enqueue" });
});

test("who is yet to be found after pasting stays, whatever else is set", async () => {
  const user = userEvent.setup();
  const own = { agents: [agent("?Ana Kraft", 2)], music: { mediaId: "?Piano" } };
  openWith({ kind: "enqueue", own });
  const fields = within(screen.getByRole("group", { name: "Queue of its own" }));
  await user.click(fields.getByRole("button", { name: "More of this queue" }));
  await user.type(fields.getByRole("textbox", { name: /Before the caller/ }), "Help");
  expect(dataOf("n_new").own).toEqual({ ...own, prefix: "Help" });
});

test("a part that is copied tells who answers in the queue of its own", () => {
  const own = { agents: [agent("1")], music: { mediaId: "12" } };
  const seen: string[] = [];
  eachReference(
    { id: "n", type: "x", position: { x: 0, y: 0 }, data: { kind: "enqueue", own } },
    (ref, id) => {
      seen.push(`${ref} ${id}`);
      return `?${id}`;
    },
  );
  expect(seen).toEqual(["sound 12", "person 1"]);
  expect(own).toEqual({ agents: [agent("?1")], music: { mediaId: "?12" } });
});

test("only ring groups and queues that callers can get are chosen, and flows that are one stand apart", async () => {
  const { result } = renderNames([
    flowView(1, "Main number"),
    flowView(2, "Sales", { ringGroup: ringGroup() }),
    flowView(3, "Copy of Sales", { ringGroup: ringGroup(), live: null }),
    flowView(4, "Support", { queue: queue() }),
    flowView(5, "Copy of Support", { queue: queue(), live: null }),
  ]);
  await waitFor(() => expect(result().ringGroup).toEqual([{ id: "2", name: "Sales" }]));
  expect(result().queue).toEqual([{ id: "4", name: "Support" }]);
  expect(result().flow).toEqual([
    { id: "1", name: "Main number", heading: "Call flows" },
    { id: "2", name: "Sales", heading: "Ring groups" },
    { id: "3", name: "Copy of Sales", heading: "Ring groups" },
    { id: "4", name: "Support", heading: "Queues" },
    { id: "5", name: "Copy of Support", heading: "Queues" },
  ]);
});

function renderNames(flows: FlowView[]) {
  vi.spyOn(flowsApi, "flows").mockResolvedValue(flows);
  vi.spyOn(api, "pinSets").mockResolvedValue([]);
  vi.spyOn(api, "callerLists").mockResolvedValue([]);
  const wrapper = ({ children }: { children: React.ReactNode }) => (
    <QueryClientProvider client={new QueryClient()}>{children}</QueryClientProvider>
  );
  renderHook(useKeepNames, { wrapper });
  return { result: () => useThings.getState().things };
}

test("keys that a text does not speak of are found, by digit or by word", () => {
  const text = (words: string) => [{ source: "tts" as const, text: words }];
  expect(unsaidKeys(text("For sales press one, for help press 2."), ["1", "2", "9"])).toEqual(["9"]);
  expect(unsaidKeys([{ source: "audio", mediaId: "1" }], ["1"])).toEqual([]);
});
