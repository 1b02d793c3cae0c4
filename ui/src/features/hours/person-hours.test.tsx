// Somebody takes calls at certain hours; at others their callers go where it is set.
import { act, cleanup, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { PersonHours, PersonView } from "../../bindings/api";
import { api } from "../../live/api";
import { forget, takeIn } from "../../live/store";
import { forgetSteps, undo } from "../../live/undo";
import { schedule } from "../../testing/hours";
import { person, state } from "../../testing/office";
import { mailbox } from "../../testing/sound";
import { startText } from "../../text";
import { HoursOfPerson } from "./person-hours";

vi.setConfig({ testTimeout: 40_000 });

beforeEach(() => {
  startText("en");
  forgetSteps();
  vi.stubGlobal("CSS", { escape: (text: string) => text.replace(/[^\w-]/g, "\\$&") });
});
afterEach(() => {
  cleanup();
  forget();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

function open(hours: PersonHours | null | undefined): PersonView {
  const ana = { ...person(1, "Ana"), ...(hours === undefined ? {} : { hours }) } as PersonView;
  const mailboxes = [mailbox(4, "Ana", { person: 1 }), mailbox(5, "Support")];
  const whole = { ...state({ people: [ana, person(2, "Ben")], mailboxes }), schedules: [schedule(7)] };
  takeIn({ type: "snapshot", epoch: "e", seq: 1, now: Date.now(), state: whole });
  render(<HoursOfPerson person={ana} />);
  return ana;
}

test("who takes calls at certain hours has their callers in the own mailbox at others, until said otherwise", async () => {
  const edit = vi.spyOn(api, "editPerson").mockImplementation(async (_, revision, fields) => {
    return { ...person(1, "Ana"), ...fields, revision: revision + 1 } as PersonView;
  });
  open(null);
  expect(screen.queryByRole("combobox")).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: /Takes calls/ }));
  await userEvent.click(await screen.findByRole("option", { name: "Office hours" }));
  await waitFor(() => expect(edit).toHaveBeenCalledTimes(1));
  const hours = { schedule: 7, whenClosed: { kind: "mailbox", id: 4 } };
  expect(edit).toHaveBeenCalledWith(1, 1, expect.objectContaining({ hours }));
  await act(undo);
  expect(edit).toHaveBeenLastCalledWith(1, 2, expect.objectContaining({ hours: null }));
});

test("callers at other times are led elsewhere by name; what was set elsewhere is kept", async () => {
  const edit = vi.spyOn(api, "editPerson").mockImplementation(async () => person(1, "Ana"));
  open({ schedule: 7, whenClosed: { kind: "flow", id: 3 } });
  const goal = screen.getByRole<HTMLInputElement>("combobox", { name: "Callers at other times" });
  expect(goal.value).toBe("something that was removed");
  await userEvent.clear(goal);
  await userEvent.type(goal, "Ben");
  await userEvent.click(await screen.findByRole("option", { name: /Ben/ }));
  await waitFor(() => expect(edit).toHaveBeenCalledTimes(1));
  const hours = { schedule: 7, whenClosed: { kind: "person", id: 2 } };
  expect(edit).toHaveBeenCalledWith(1, 1, expect.objectContaining({ hours }));
});

test("an engine without hours is not asked for them", () => {
  open(undefined);
  expect(screen.queryByText("Takes calls")).toBeNull();
});
