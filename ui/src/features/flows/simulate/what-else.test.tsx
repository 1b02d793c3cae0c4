// What else is so in a tried call, and what each phone does: only what the flow asks about, told to the
// engine as it reads it.
import { cleanup, render, screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { useLive } from "../../../live/store";
import { person } from "../../../testing/office";
import { startText } from "../../../text";
import { whyText } from "../dock/scenarios";
import { openDraft } from "../draft/store";
import { useThings } from "../names";
import { Staff } from "./staff";
import { endSimulation, useSimulation } from "./store";
import { WhatElse } from "./what-else";

const node = (id: string, kind: string, data: object = {}) => ({
  id,
  type: kind,
  position: { x: 0, y: 0 },
  data: { kind, ...data },
});

function open(...nodes: object[]) {
  const all = [node("n_start", "entry"), ...nodes];
  const document = { schemaVersion: 1, id: "flow_f", name: "F", entry: "n_start", nodes: all, edges: [] };
  openDraft(1, { document: document as never, steps: [], cursor: 0 }, 1);
}

const call = () => useSimulation.getState().call;

beforeEach(() => {
  startText("en");
  vi.stubGlobal("CSS", { escape: (text: string) => text });
  useSimulation.setState({ call: { at: 0, caller: null, acts: [], phones: [] } });
  const people = new Map([[2, person(2, "Ben")]]);
  const devices = new Map([
    [3, { id: 3, person: 2, label: "Desk phone" }],
    [4, { id: 4, person: 2, label: "Mobile" }],
  ]);
  const modes = new Map([[1, { id: 1, name: "Day and night", states: [{ id: "night", name: "Night" }] }]]);
  useLive.setState({ people, devices, modes } as never);
  useThings.setState({
    things: {
      person: [{ id: "2", name: "Ben" }],
      schedule: [{ id: "5", name: "Office hours" }],
      mode: [{ id: "1", name: "Day and night" }],
      mailbox: [{ id: "7", name: "Sales" }],
    },
  });
});
afterEach(() => {
  cleanup();
  endSimulation();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

async function choose(label: RegExp, option: string) {
  const user = userEvent.setup();
  await user.click(screen.getByRole("button", { name: label }));
  await user.click(await screen.findByRole("option", { name: option }));
}

test("a flow that asks about none of it offers none of it", () => {
  open(node("n_play", "play"));
  const { container } = render(<WhatElse />);
  expect(container.innerHTML).toBe("");
});

test("hours and modes are set by hand for this call, and as they are again", async () => {
  open(node("n_hours", "timeCondition", { schedule: "5" }), node("n_mode", "modeSwitch", { mode: "1" }));
  render(<WhatElse />);
  await choose(/Office hours/, "Set to closed by hand");
  await choose(/Day and night/, "Night");
  expect(call().hours).toEqual([{ schedule: 5, state: "closed" }]);
  expect(call().modes).toEqual([{ mode: 1, state: "night" }]);
  await choose(/Office hours/, "As drawn");
  expect(call().hours).toEqual([]);
});

test("the caller dials wrong PINs first, and another program replies as it is told", async () => {
  open(node("n_pin", "pin"), node("n_ask", "httpRequest"));
  render(<WhatElse />);
  await choose(/PINs the caller dials/, "Are wrong at first");
  expect(call().pins).toEqual({ rightAfter: 1 });
  const body = screen.getByRole("textbox", { name: "What they reply" });
  const user = userEvent.setup();
  await user.click(body);
  await user.paste('{"customer": 17}');
  expect(call().http).toEqual({ replies: { status: 200, body: { customer: 17 } } });
  await choose(/Other programs/, "Do not reply in time");
  expect(call().http).toBe("timesOut");
});

test("each phone of a person, and a number outside, does what it is told", async () => {
  const targets = [
    { type: "user", id: "2" },
    { type: "number", id: "+49301234567" },
  ];
  open(node("n_ring", "dial", { targets }));
  render(<Staff />);
  await choose(/Mobile of Ben/, "Is busy");
  expect(call().phones).toEqual([{ person: 2, device: 4, does: "busy" }]);
  await choose(/answers Ben$/, "Declines");
  expect(call().phones).toEqual([
    { person: 2, device: 4, does: "busy" },
    { person: 2, does: "declines" },
  ]);
  await choose(/Mobile of Ben/, "As their other phones");
  expect(call().phones).toEqual([{ person: 2, does: "declines" }]);
  await choose(/\+49301234567/, "Answers");
  expect(call().outside).toEqual([{ number: "+49301234567", does: { answersAfterS: 6 } }]);
});

test("a scenario that reaches somebody else says whom", () => {
  const scenario = {
    id: 1,
    name: "Sunday",
    call: call(),
    expects: { ends: null, visits: [], reaches: { kind: "person", id: 2 } },
    last: { ok: false, why: "reaches", reached: [{ kind: "mailbox", id: 7 }] },
  } as const;
  expect(whyText(scenario as never)).toBe("the caller reaches the mailbox of Sales, not Ben.");
  const nobody = { ...scenario, last: { ...scenario.last, reached: [] } };
  expect(whyText(nobody as never)).toBe("the caller reaches nobody, not Ben.");
});
