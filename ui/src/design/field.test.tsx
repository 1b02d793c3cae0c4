// Fields of a form that the engine has refused once.
import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { startText } from "../text";
import { NumberField, RadioGroup, Select, TextField } from ".";

afterEach(cleanup);

test("a form with a refused field can be sent again", async () => {
  startText("en");
  const send = vi.fn((event: React.FormEvent) => event.preventDefault());
  const one = [{ id: "one", label: "One" }];
  render(
    <form onSubmit={send}>
      <TextField label="Password" type="password" defaultValue="long enough now" error="Too short." />
      <NumberField label="Port" defaultValue={7443} error="Taken." />
      <Select label="Role" options={one} value="one" onChange={() => undefined} error="Not allowed." />
      <RadioGroup label="Kind" options={one} value="one" onChange={() => undefined} error="Not allowed." />
      <button type="submit">Send</button>
    </form>,
  );
  await userEvent.click(screen.getByRole("button", { name: "Send" }));
  expect(send).toHaveBeenCalledOnce();
  expect(document.querySelector("form")?.checkValidity()).toBe(true);
});
