// The history: what is asked for, what comes on top, and where its files are.
import { expect, test } from "vitest";
import type { CallPage, CallRow, LiveCallView } from "../../bindings/api";
import { api } from "../../live/api";
import { party } from "../../testing/office";
import { startText } from "../../text";
import { withNew } from "./history";
import { isolated, visible } from "./said";
import { asSearch, EVERYTHING, fromAddress, isShown, toAddress } from "./search";
import { say } from "./sentences";

const NOON = new Date(2026, 10, 21, 12).getTime();

test("what is shown is kept in the address and read from it again", () => {
  const shown = {
    q: "a&b=c",
    outcome: "missed",
    today: true,
    person: 5,
    direction: "inside",
    line: 3,
  } as const;
  expect(fromAddress(toAddress(shown))).toEqual(shown);
  expect(toAddress(EVERYTHING).toString()).toBe("");
  expect(fromAddress(new URLSearchParams("outcome=<script>&person=x&direction=up&line=-"))).toEqual(
    EVERYTHING,
  );
});

test("the engine is asked for missed calls since midnight", () => {
  expect(asSearch({ ...EVERYTHING, q: " ana ", outcome: "missed", today: true }, NOON)).toEqual({
    q: "ana",
    outcome: "nobodyAnswered",
    from: new Date(2026, 10, 21).getTime(),
  });
});

test("the table for spreadsheets holds the calls that are shown", () => {
  const search = asSearch({ ...EVERYTHING, q: "Müller & Co", person: 5 }, NOON);
  expect(api.callsFile(search)).toBe("/api/calls.csv?q=M%C3%BCller+%26+Co&person=5");
  const overLine = asSearch({ ...EVERYTHING, direction: "out", line: 3 }, NOON);
  expect(api.callsFile(overLine)).toBe("/api/calls.csv?direction=out&line=3");
  expect(api.callsFile({})).toBe("/api/calls.csv");
  expect(api.traceFile(7)).toBe("/api/calls/7/trace.pcap");
});

const row = (id: number): CallRow => ({
  id,
  startedAt: id,
  answeredAt: null,
  endedAt: id + 1,
  from: { person: null, number: "1", name: "" },
  to: { person: null, number: "2", name: "" },
  outcome: "failed",
  reason: null,
  hungUpBy: null,
  media: null,
  recording: null,
  message: null,
});
const page = (next: string | null, ...ids: number[]): CallPage => ({ calls: ids.map(row), next });
const ids = (pages: CallPage[]) => pages.flatMap((one) => one.calls.map((call) => call.id));

test("new calls come on top, and the pages further down stay", () => {
  const old = { pages: [page("a", 5, 4), page(null, 3, 2)], pageParams: [undefined, "a"] };
  const grown = withNew(old, page("b", 7, 6));
  expect(ids(grown.pages)).toEqual([7, 6]);
  const joined = withNew(old, page("b", 7, 6, 5));
  expect(ids(joined.pages)).toEqual([7, 6, 5, 4, 3, 2]);
  expect(joined.pages.map(({ next }) => next)).toEqual(["a", null]);
  expect(withNew(old, page("a", 5, 4))).toBe(old);
});

test("a call that goes on is found by the beginning of a name or number, as in the history", () => {
  const call = {
    id: 1,
    state: "ringing",
    from: { ...party("+49221"), name: "Bäckerei Sommer" },
    dialled: "120",
    with: null,
    ringing: [{ leg: 2, party: { ...party("120"), person: 9, device: 3, name: "Dana" }, alerting: true }],
    heldBy: null,
    media: null,
    recording: "off",
    startedAt: 0,
    answeredAt: null,
  } satisfies LiveCallView;
  expect(isShown(call, { ...EVERYTHING, q: "backer" })).toBe(true);
  expect(isShown(call, { ...EVERYTHING, q: "dan 12" })).toBe(true);
  expect(isShown(call, { ...EVERYTHING, q: "ommer" })).toBe(false);
  expect(isShown(call, { ...EVERYTHING, person: 9 })).toBe(true);
  expect(isShown(call, { ...EVERYTHING, outcome: "missed" })).toBe(false);
});

test("control characters are seen, and names cannot fill in other words", () => {
  startText("en");
  expect(visible("a\u0000b\u007fc\u200ed\u2028e")).toBe("a␀b␡c‹U+200E›d‹U+2028›e");
  expect(visible("👩‍👩‍👧")).toBe("👩‍👩‍👧");
  const name = isolated("{{dialled}} $t(common:save)");
  expect(say("steps.callerArrived", { name, dialled: "120" })).toBe(
    "\u2068{{dialled}} $t(common:save)\u2069 called 120.",
  );
  expect(isolated("x".repeat(500)).length).toBeLessThan(200);
});
