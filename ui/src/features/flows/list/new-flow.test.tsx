// A new flow from a template: what it needs is made on the way.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { api } from "../../../live/api";
import { useSession } from "../../../live/session";
import { useLive } from "../../../live/store";
import { startText } from "../../../text";
import { flowsApi, type Template } from "../api";
import { TemplateCards } from "./new-flow";

const conference = {
  id: "conference",
  name: "Conference line",
  sentence: "Callers come into a room.",
  document: { nodes: [{ id: "n_room", data: { kind: "conference" } }] },
} as unknown as Template;

beforeEach(() => {
  startText("en");
  vi.stubGlobal("CSS", { escape: (text: string) => text.replace(/[^\w-]/g, "\\$&") });
  useSession.setState({
    state: "signedIn",
    session: { user: 1, name: "x", role: "admin", person: null, remote: true },
  });
  useLive.setState({ rooms: new Map() });
  vi.spyOn(flowsApi, "templates").mockResolvedValue([conference]);
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

test("a template that needs a conference room offers to make one, and goes on with it", async () => {
  const user = userEvent.setup();
  const rooms = vi.spyOn(api, "addRoom").mockResolvedValue({} as never);
  const added = vi.spyOn(flowsApi, "add").mockResolvedValue({ id: 4, name: "x", schedule: null } as never);
  const opened = vi.fn();
  render(
    <QueryClientProvider client={new QueryClient()}>
      <TemplateCards onAdded={opened} />
    </QueryClientProvider>,
  );
  await user.click(await screen.findByRole("button", { name: /Conference line/ }));
  expect(added).not.toHaveBeenCalled();
  const dialog = within(await screen.findByRole("dialog"));
  expect(dialog.getByText(/there is none yet/)).toBeTruthy();
  await user.type(dialog.getByRole("textbox", { name: "Name" }), "Meeting");
  await user.type(dialog.getByRole("textbox", { name: "Number" }), "700");
  await user.click(dialog.getByRole("button", { name: "Add" }));
  await waitFor(() => expect(opened).toHaveBeenCalled());
  expect(rooms).toHaveBeenCalledOnce();
  expect(added).toHaveBeenCalledWith(expect.objectContaining({ template: "conference" }));
});
