// Mail: a saved password is never shown nor sent back, and what the server says is told.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, configure, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { MailSettings } from "../../bindings/sound";
import { api, Refused } from "../../live/api";
import { useSession } from "../../live/session";
import { speakOfRefusals, useToasts } from "../../live/toasts";
import { expectAccessible } from "../../testing/accessible";
import { startText } from "../../text";
import { sentence } from "../../text/refusal";
import Screen from "./index";
import { portFor } from "./mail";

configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 40_000 });

const MAIL: MailSettings = {
  revision: 3,
  enabled: true,
  host: "smtp.example.org",
  port: 587,
  security: "startTls",
  user: "office",
  hasPassword: true,
  from: "office@example.org",
};

beforeEach(() => {
  startText("en");
  speakOfRefusals(sentence);
  vi.stubGlobal("CSS", { escape: (text: string) => text.replace(/[^\w-]/g, "\\$&") });
  useSession.setState({
    state: "signedIn",
    session: { user: null, name: "", role: "owner", person: null, remote: false },
  });
  vi.spyOn(api, "mail").mockResolvedValue(MAIL);
  vi.spyOn(api, "mailQueue").mockResolvedValue([
    {
      id: 1,
      to: "ana@example.org",
      subject: "Voice message from Ben",
      state: "failed",
      attempts: 12,
      nextTryAt: null,
      lastError: "550 no such mailbox",
      createdAt: 0,
    },
    {
      id: 2,
      to: "carla@example.org",
      subject: "Voice message from Dana",
      state: "sent",
      attempts: 1,
      nextTryAt: null,
      lastError: null,
      createdAt: 1,
    },
  ]);
});
afterEach(() => {
  cleanup();
  useToasts.setState({ toasts: [] });
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  window.history.replaceState(null, "", "/");
});

function open() {
  window.history.replaceState(null, "", "/settings/mail");
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <Screen />
    </QueryClientProvider>,
  );
}

const change = async () => fireEvent.click(await screen.findByRole("button", { name: "Change" }));

test("a saved password is kept by saying nothing of it, and forgotten only when asked", async () => {
  const edit = vi.spyOn(api, "editMail").mockResolvedValue({ ...MAIL, revision: 4 });
  open();
  await change();
  const field = (await screen.findByLabelText("Password")) as HTMLInputElement;
  expect(field.value).toBe("");
  fireEvent.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(edit).toHaveBeenCalledTimes(1));
  expect(edit.mock.calls[0]?.[0]).toBe(3);
  expect("password" in (edit.mock.calls[0]?.[1] ?? {})).toBe(false);
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  await change();
  fireEvent.click(await screen.findByRole("checkbox", { name: "Forget the saved password" }));
  fireEvent.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(edit.mock.calls[1]?.[1].password).toBeNull());
});

test("the usual port follows the way of securing, one that was typed stays", () => {
  expect(portFor(587, "startTls", "tls")).toBe(465);
  expect(portFor(465, "tls", "none")).toBe(25);
  expect(portFor(2525, "startTls", "tls")).toBe(2525);
});

test("what the mail server said to a test letter is told as it said it", async () => {
  const detail = "The mail server refused the password (535 5.7.8).";
  vi.spyOn(api, "testMail").mockRejectedValue(
    new Refused(502, { type: "", title: "", status: 502, detail, code: "mailRefused" }),
  );
  open();
  const send = await screen.findByRole("button", { name: "Send a test letter" });
  await waitFor(() => expect(send.hasAttribute("disabled")).toBe(false));
  fireEvent.click(send);
  expect(await screen.findByText(detail)).toBeTruthy();
});

test("a letter that was not sent stands first, says why, and is tried again", async () => {
  const retry = vi.spyOn(api, "retryMail").mockResolvedValue();
  const user = userEvent.setup();
  open();
  const letters = within(await screen.findByRole("list", { name: "Letters" })).getAllByRole("listitem");
  expect(letters[0]?.textContent).toContain("The server said: 550 no such mailbox");
  await user.click(screen.getByRole("button", { name: "Try again now: ana@example.org" }));
  expect(retry).toHaveBeenCalledWith(1);
  expect(screen.queryByRole("button", { name: /carla@example\.org.*again|again.*carla/ })).toBeNull();
});

test("everybody can use the mail settings", async () => {
  open();
  await screen.findByText("Voice message from Ben");
  await expectAccessible();
  await change();
  await screen.findByRole("dialog");
  await expectAccessible();
});
