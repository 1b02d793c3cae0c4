// Publishing: callers get what is on the screen, or who publishes is told why not.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ProblemDocument } from "../../../bindings/api";
import { Refused } from "../../../live/api";
import { useToasts } from "../../../live/toasts";
import { openFlow } from "../../../testing/flows";
import { startText } from "../../../text";
import { type FlowView, flowsApi } from "../api";
import { forgetWaiting, saved } from "../draft/save";
import { edit } from "../draft/store";
import { resetView, show, useView } from "../view";
import { PublishDialog } from "./publish-dialog";

const FLOW = { id: 1, name: "Main number", live: null } as unknown as FlowView;

beforeEach(() => {
  startText("en");
  vi.stubGlobal("CSS", { escape: (text: string) => text });
  openFlow();
  vi.spyOn(flowsApi, "saveDraft").mockImplementation(async (_, { seq, document }) => {
    if (document.name === "bad")
      throw new Refused(422, { code: "badFlow", detail: "too long" } as ProblemDocument);
    return { seq: seq + 1, check: { findings: [], nodes: {} } };
  });
  vi.spyOn(flowsApi, "scenarios").mockResolvedValue([]);
  vi.spyOn(flowsApi, "compare").mockResolvedValue({ changes: [] } as never);
  vi.spyOn(flowsApi, "publish").mockResolvedValue({ ...FLOW, live: { revision: 1 } } as never);
  show({ publishing: true });
});
afterEach(() => {
  cleanup();
  forgetWaiting();
  resetView();
  useToasts.setState({ toasts: [] });
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

function open() {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <PublishDialog flow={FLOW} />
    </QueryClientProvider>,
  );
}

const rename = (name: string) =>
  edit(name, (draft) => {
    draft.name = name;
  });

test("nothing is published while the last change is not on disk, and why is said", async () => {
  const user = userEvent.setup();
  rename("bad");
  await saved();
  open();
  await user.click(screen.getByRole("button", { name: "Publish" }));
  expect(await screen.findByText(/no call flow that can be read/)).toBeTruthy();
  expect(flowsApi.publish).not.toHaveBeenCalled();
  // Once it is mended, the same button publishes it.
  rename("good");
  await user.click(screen.getByRole("button", { name: "Publish" }));
  await vi.waitFor(() => expect(flowsApi.publish).toHaveBeenCalledTimes(1));
  await vi.waitFor(() => expect(useView.getState().publishing).toBe(false));
});

test("test callers that are not on disk do not count as kept", async () => {
  const user = userEvent.setup();
  rename("bad");
  await saved();
  open();
  await user.click(screen.getByRole("radio", { name: /test callers/i }));
  await user.click(screen.getByRole("button", { name: "Let them have the draft" }));
  expect(await screen.findByText(/no call flow that can be read/)).toBeTruthy();
  expect(useView.getState().publishing).toBe(true);
});
