// Further offices: how each is, turned off only after a question, and what the engine refuses.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, configure, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { FurtherOfficeView, SetupView } from "../../bindings/api";
import { api } from "../../live/api";
import { useSession } from "../../live/session";
import { useToasts } from "../../live/toasts";
import { expectAccessible } from "../../testing/accessible";
import { startText } from "../../text";
import Screen from "./index";
import { offices } from "./offices-api";

configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 40_000 });

const ACME: FurtherOfficeView = {
  id: 1,
  version: 4,
  name: "Acme",
  folder: "acme",
  parent: null,
  accent: "#0a7f3c",
  language: "en",
  timeZone: "Europe/London",
  domains: ["acme.example.com"],
  enabled: true,
  state: "running",
  trouble: null,
  phones: 2,
  calls: 1,
  window: "http://127.0.0.1:7081",
  joined: null,
};
const SHOP: FurtherOfficeView = {
  ...ACME,
  id: 2,
  name: "Shop",
  folder: "shop",
  parent: 1,
  domains: ["shop.example.com"],
  enabled: false,
  state: "off",
  phones: 0,
  calls: 0,
  window: null,
};

beforeEach(() => {
  startText("en");
  vi.stubGlobal("CSS", { escape: (text: string) => text.replace(/[^\w-]/g, "\\$&") });
  useSession.setState({
    state: "signedIn",
    session: { user: null, name: "", role: "owner", person: null, remote: false },
  });
  vi.spyOn(offices, "list").mockResolvedValue([ACME, SHOP]);
  vi.spyOn(api, "setup").mockResolvedValue({
    countries: [],
    timeZones: [],
    languages: [],
  } as never as SetupView);
});
afterEach(() => {
  cleanup();
  useToasts.setState({ toasts: [] });
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  window.history.replaceState(null, "", "/");
});

function open() {
  window.history.replaceState(null, "", "/settings/offices");
  return render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <Screen />
    </QueryClientProvider>,
  );
}

test("each office says how it is, and one that runs is turned off only after a question", async () => {
  const keys = userEvent.setup();
  open();
  const rows = within(await screen.findByRole("list", { name: "Further offices" })).getAllByRole("listitem");
  expect(rows[0]?.textContent).toContain("Running");
  expect(rows[0]?.textContent).toContain("acme.example.com · 2 phones registered · 1 call now");
  expect(rows[1]?.textContent).toContain("part of Acme");
  await expectAccessible();

  const edit = vi.spyOn(offices, "edit").mockResolvedValue({ ...ACME, enabled: false, state: "off" });
  await keys.click(screen.getByRole("button", { name: "Turn off Acme" }));
  expect(edit).not.toHaveBeenCalled();
  const asked = await screen.findByRole("alertdialog");
  await keys.click(within(asked).getByRole("button", { name: "Turn off Acme" }));
  await waitFor(() =>
    expect(edit).toHaveBeenCalledWith(1, 4, {
      name: "Acme",
      domains: ["acme.example.com"],
      parent: null,
      accent: "#0a7f3c",
      enabled: false,
    }),
  );
});

test("an office is added with all of its domains", async () => {
  const keys = userEvent.setup();
  open();
  const add = vi.spyOn(offices, "add").mockResolvedValue(ACME);
  await keys.click(await screen.findByRole("button", { name: "Add an office" }));
  const dialog = await screen.findByRole("dialog");
  await keys.type(within(dialog).getByRole("textbox", { name: "Name" }), "Bolt");
  await keys.type(within(dialog).getByRole("textbox", { name: "Domains" }), "bolt.example.com, bolt.example");
  await keys.click(within(dialog).getByRole("radio", { name: "Green" }));
  await keys.keyboard("{ArrowRight}");
  await expectAccessible();
  await keys.click(within(dialog).getByRole("button", { name: "Add" }));
  await waitFor(() =>
    expect(add).toHaveBeenCalledWith({
      name: "Bolt",
      domains: ["bolt.example.com", "bolt.example"],
      accent: "#1497a5",
    }),
  );
});

test("two offices are joined by what is dialled in each, and parted with nothing", async () => {
  const keys = userEvent.setup();
  const joined = { prefix: "8", prefixThere: "7" };
  vi.spyOn(offices, "list").mockResolvedValue([{ ...ACME, joined }, SHOP]);
  const join = vi.spyOn(offices, "join").mockResolvedValue({ ...ACME, joined });
  const part = vi.spyOn(offices, "part").mockResolvedValue(undefined);
  open();
  const rows = within(await screen.findByRole("list", { name: "Further offices" })).getAllByRole("listitem");
  expect(rows[0]?.textContent).toContain(
    "Dial 8 and an extension to call its people. They dial 7 to call here.",
  );
  expect(screen.queryByRole("button", { name: "Calls between here and Shop" })).toBeNull();
  await keys.click(screen.getByRole("button", { name: "Calls between here and Acme" }));
  let dialog = within(await screen.findByRole("dialog"));
  await keys.clear(dialog.getByRole("textbox", { name: "Dialled here" }));
  expect(dialog.getByRole("button", { name: "Save" }).hasAttribute("disabled")).toBe(true);
  await keys.type(dialog.getByRole("textbox", { name: "Dialled here" }), "88");
  await expectAccessible();
  await keys.click(dialog.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(join).toHaveBeenCalledWith(1, { prefix: "88", prefixThere: "7" }));

  await keys.click(await screen.findByRole("button", { name: "Calls between here and Acme" }));
  dialog = within(await screen.findByRole("dialog"));
  await keys.clear(dialog.getByRole("textbox", { name: "Dialled here" }));
  await keys.clear(dialog.getByRole("textbox", { name: "Dialled at Acme" }));
  await keys.click(dialog.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(part).toHaveBeenCalledWith(1));
});
