// The ladder: columns, arrows, plain language, keys, and text that means harm.
import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { TraceMessage, TraceView } from "../../bindings/api";
import { startText } from "../../text";
import { Ladder } from "./ladder";
import { layOut } from "./ladder-layout";
import { spoken } from "./said";

beforeEach(() => startText("en"));
afterEach(cleanup);

const request = (
  direction: "in" | "out",
  leg: number,
  method: string,
  more: Partial<TraceMessage> = {},
): TraceMessage => ({
  offset: 0,
  direction,
  leg,
  flow: "udp 192.0.2.1:5060 - 192.0.2.7:5060",
  method,
  status: null,
  cseqMethod: method,
  sdp: false,
  text: `${method} sip:102@192.0.2.1 SIP/2.0\r\nCSeq: ${leg} ${method}\r\n\r\n`,
  ...more,
});
const response = (
  direction: "in" | "out",
  leg: number,
  status: number,
  cseqMethod = "INVITE",
): TraceMessage => ({
  ...request(direction, leg, cseqMethod),
  method: null,
  status,
  text: `SIP/2.0 ${status} Phrase\r\nCSeq: ${leg} ${cseqMethod}\r\n\r\n`,
});
const trace = (...messages: TraceMessage[]): TraceView => ({
  call: 1,
  began: 0,
  live: false,
  legs: [
    { leg: 1, name: "Ana", address: "192.0.2.7:5060" },
    { leg: 2, name: "Ben", address: "192.0.2.8:5060" },
  ],
  messages,
  leftOut: 0,
});
const sentences = (view: TraceView) => layOut(view).arrows.map(({ sentence }) => spoken(sentence));

test("the office stands between the caller and those who are called", () => {
  const { columns, arrows } = layOut(
    trace(request("in", 1, "INVITE"), request("out", 2, "INVITE"), response("in", 2, 180)),
  );
  expect(columns.map((column) => (column.kind === "office" ? "office" : column.leg))).toEqual([
    1,
    "office",
    2,
  ]);
  expect(arrows.map(({ from, to }) => [from, to])).toEqual([
    [0, 1],
    [1, 2],
    [2, 1],
  ]);
});

test("a call with a password is told in plain language", () => {
  expect(
    sentences(
      trace(
        request("in", 1, "INVITE"),
        response("out", 1, 401),
        request("in", 1, "INVITE", { text: "INVITE sip:102@192.0.2.1 SIP/2.0\r\nCSeq: 2 INVITE\r\n\r\n" }),
        request("out", 2, "INVITE"),
        response("in", 2, 180),
        response("in", 2, 200),
        request("in", 2, "INVITE", { sdp: true, text: "INVITE sip:x SIP/2.0\r\n\r\na=sendonly\r\n" }),
        request("in", 1, "BYE"),
      ),
    ),
  ).toEqual([
    "Ana’s phone asks to call 102",
    "The office asks Ana’s phone for its password (normal)",
    "Ana’s phone asks again to call 102, with its password",
    "The office asks Ben’s phone to ring",
    "Ben’s phone rings",
    "Ben’s phone is picked up",
    "Ben’s phone asks to put the call on hold",
    "Ana’s phone hangs up",
  ]);
});

test("every method and every class of status has a sentence, those nobody knows as well", () => {
  const methods = ["INVITE", "ACK", "BYE", "CANCEL", "PRACK", "UPDATE", "REFER", "NOTIFY", "INFO"];
  const more = ["OPTIONS", "REGISTER", "MESSAGE", "SUBSCRIBE", "PUBLISH", "X-NEW"];
  const statuses = [100, 180, 183, 200, 202, 302, 401, 404, 407, 480, 486, 487, 488, 499, 500, 503, 600, 603];
  for (const direction of ["in", "out"] as const) {
    for (const view of [
      ...[...methods, ...more].map((method) => trace(request(direction, 1, method))),
      ...statuses.map((status) => trace(response(direction, 1, status))),
      ...statuses.map((status) => trace(response(direction, 1, status, "REFER"))),
      trace(request(direction, 1, "INVITE", { method: null })),
    ]) {
      expect(sentences(view)[0]).toMatch(/^[A-Z][^{]+$/);
      expect(sentences(view)[0]).not.toContain("plain.");
    }
  }
});

test("what was sent again is folded into one arrow that says how often", () => {
  const first = request("out", 2, "INVITE", { offset: 10 });
  const { arrows } = layOut(
    trace(request("in", 1, "INVITE"), first, { ...first, offset: 510 }, { ...first, offset: 1510 }),
  );
  expect(arrows.map(({ times }) => times)).toEqual([1, 3]);
  expect(arrows[1]?.message.offset).toBe(10);
});

test("a leg that is missing from the list of legs gets a column of its own", () => {
  expect(layOut(trace(request("out", 9, "INVITE"))).columns).toHaveLength(4);
});

test("arrow keys move through the messages, Enter shows one as it was sent and hides it again", async () => {
  const user = userEvent.setup();
  render(<Ladder trace={trace(request("in", 1, "INVITE"), request("out", 2, "INVITE"))} />);
  await user.tab();
  expect(document.activeElement?.textContent).toContain("Ana");
  await user.keyboard("{ArrowDown}");
  expect(document.activeElement?.textContent).toContain("Ben");
  await user.keyboard("{Enter}");
  expect(document.querySelector("pre")?.textContent).toContain("CSeq: 2 INVITE\n");
  await user.keyboard("{Enter}");
  expect(document.querySelector("pre")).toBeNull();
});

test("names and messages of hostile phones stay plain text that can be seen", async () => {
  const user = userEvent.setup();
  const hostile = '<img src=x onerror="alert(1)">\u202Egnp\u0007\u2069';
  const view = trace(
    request("in", 1, "INVITE", { text: `INVITE sip:102@x SIP/2.0\r\nFrom: ${hostile}\r\n` }),
  );
  render(<Ladder trace={{ ...view, legs: [{ leg: 1, name: hostile, address: hostile }] }} />);
  await user.tab();
  await user.keyboard("{Enter}");
  expect(document.querySelector("img, script")).toBeNull();
  const shown = document.body.textContent ?? "";
  expect(shown).toContain("‹U+202E›gnp␇‹U+2069›");
  expect(shown).not.toMatch(/[\p{Cf}\u2066-\u2069]/u);
  const inSentence = screen.getByRole("button").querySelector("bdi");
  expect(inSentence?.textContent).toContain("<img");
});
