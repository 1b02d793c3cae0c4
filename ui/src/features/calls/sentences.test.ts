// Everything the engine can tell has a sentence, in every language.
import i18next from "i18next";
import { beforeEach, expect, test } from "vitest";
import command from "../../../../src-tauri/crates/switch/src/happening/command.rs?raw";
import outside from "../../../../src-tauri/crates/switch/src/happening/outside.rs?raw";
import parties from "../../../../src-tauri/crates/switch/src/happening/party.rs?raw";
import reasons from "../../../../src-tauri/crates/switch/src/happening/reasons.rs?raw";
import recording from "../../../../src-tauri/crates/switch/src/happening/recording.rs?raw";
import service from "../../../../src-tauri/crates/switch/src/happening/service.rs?raw";
import what from "../../../../src-tauri/crates/switch/src/happening.rs?raw";
import type { CallRow, CallStep } from "../../bindings/api";
import { forget, useLive } from "../../live/store";
import { flowView } from "../../testing/flows";
import { LANGUAGES, speak, startText } from "../../text";
import { headline } from "./headline";
import { spoken } from "./said";
import { castOf, TELLERS, tell, tellAll } from "./sentences";

beforeEach(() => startText("en"));

const happenings = [what, command, outside, parties, reasons, recording, service].join("\n");

/** The variants of a Rust enum as their JSON has them. */
function variants(name: string): string[] {
  const body = new RegExp(`pub enum ${name} \\{\\n([\\s\\S]*?)\\n\\}`).exec(happenings)?.[1] ?? "";
  return [...body.matchAll(/^ {4}([A-Z])(\w+)/gm)].map(([, first, rest]) => `${first?.toLowerCase()}${rest}`);
}

const step = (kind: string, detail: Record<string, unknown> = {}): CallStep => ({
  offset: 0,
  kind,
  detail: { kind, ...detail },
});
const said = (kind: string, detail: Record<string, unknown> = {}) =>
  spoken(tell(step(kind, detail), castOf([])).text);
const ana = { person: 1, device: 1, name: "Ana", number: "101" };

test("every kind of happening has a sentence, and no sentence is for a kind that does not exist", () => {
  const kinds = variants("What");
  expect(kinds.length).toBeGreaterThan(20);
  expect(Object.keys(TELLERS).sort()).toEqual([...kinds].sort());
});

test("every kind is told without a gap when its details are missing", () => {
  for (const language of LANGUAGES) {
    speak(language);
    for (const kind of variants("What")) {
      expect(said(kind), kind).not.toMatch(/\{\{|undefined|NaN|steps\./);
    }
  }
});

test("a forwarded call tells what it was for, and one that came forwarded from where", () => {
  const note = (kind: string, detail: Record<string, unknown>) => tell(step(kind, detail), castOf([])).note;
  expect(spoken(note("lineChosen", { line: 1, shows: "+4930", forwarded: "+493012" }) ?? "")).toContain(
    "+493012",
  );
  expect(note("lineChosen", { line: 1, shows: "+4930" })).toBeUndefined();
  const came = note("numberCalled", { line: 1, number: "+4930", known: true, forwardedFrom: "+4989" });
  expect(spoken(came ?? "")).toContain("forwarded from +4989");
});

test("a message that was left is told with the mailbox that took it and its length", () => {
  expect(said("officeAnswered", { service: { service: "voicemail", mailbox: 3 } })).toContain("mailbox");
  expect(said("messageLeft", { lasts: { secs: 48, nanos: 0 } })).toContain("48");
  expect(said("notKept", { why: "no space left" })).toContain("Health");
});

test.each([
  ["RecordingStop", "recordingEnded"],
  ["NotRecorded", "recordingRefused"],
])("every %s of a recording has its own sentence", (name, kind) => {
  const reasons = variants(name);
  expect(reasons.length).toBeGreaterThan(1);
  const sentences = reasons.map((why) => said(kind, { why }));
  expect(new Set([...sentences, said(kind)]).size).toBe(reasons.length + 1);
});

test("what a test of the line has shown is told with its figures", () => {
  const tested = (result: object) => said("lineTested", { result });
  expect(tested({ test: "delay", thereAndBack: { secs: 0, nanos: 34_400_000 } })).toContain("34 ms");
  expect(tested({ test: "delay", thereAndBack: null })).toContain("could not be measured");
  expect(tested({ test: "level", speech: -24.6, noise: -60, clipped: 0 })).toContain("-25 dB");
  expect(tested({ test: "keys", keys: "1*" })).toContain("1*");
  expect(tested({ test: "keys", keys: "" })).toContain("No keys");
});

test("every service of the office for a caller has its own sentence", () => {
  const services = variants("OfficeService");
  expect(services).toContain("voicemail");
  const sentences = services.map((service) => said("officeAnswered", { service: { service } }));
  expect(new Set([...sentences, said("officeAnswered")]).size).toBe(services.length + 1);
});

test.each([
  ["OfflineReason", "phoneWentOffline"],
  ["LoginRefusal", "loginRefused"],
  ["RefusalReason", "callRefused"],
  ["EndReason", "callEnded"],
  ["MediaWay", "mediaMoved"],
  ["RoomRefusal", "roomRefused"],
  ["LineState", "lineChanged"],
  ["Screened", "callerScreened"],
])("every %s has its own sentence", (name, kind) => {
  const reasons = variants(name);
  expect(reasons.length).toBeGreaterThan(1);
  for (const language of LANGUAGES) {
    speak(language);
    const fields: Record<string, string> = {
      mediaMoved: "media",
      lineChanged: "state",
      callerScreened: "how",
    };
    const field = fields[kind] ?? "reason";
    const sentences = reasons.map((reason) => said(kind, { [field]: reason }));
    expect(new Set([...sentences, said(kind)]).size).toBe(reasons.length + 1);
  }
});

test("every reason for which a phone stops ringing has its own sentence, with the SIP status in words", () => {
  const reasons = variants("StopReason");
  expect(reasons).toContain("refused");
  const sentences = reasons.map((reason) =>
    said("deviceStopped", { reason: reason === "refused" ? { refused: 488 } : reason }),
  );
  expect(new Set([...sentences, said("deviceStopped")]).size).toBe(reasons.length + 1);
  expect(said("deviceStopped", { reason: { refused: 488 } })).toContain("share no sound format (488)");
  expect(said("deviceStopped", { reason: { refused: 499 } })).toContain("SIP status 499");
});

test("every trouble of a line has its own sentence, with the SIP status in words", () => {
  const troubles = variants("LineTrouble");
  expect(troubles).toContain("status");
  const sentences = troubles.map((reason) =>
    said("lineFailed", { reason: reason === "status" ? { status: 488 } : reason }),
  );
  expect(new Set([...sentences, said("lineFailed")]).size).toBe(troubles.length + 1);
  expect(said("lineFailed", { reason: { status: 488 } })).toContain("share no sound format (488)");
});

test("every reason for which a command is refused has its own sentence", () => {
  const reasons = variants("CommandRefusal");
  const sentences = reasons.map((reason) =>
    said("commandDone", {
      result: { kind: "refused", reason: reason === "call" ? { call: "nobodyOnline" } : reason },
    }),
  );
  expect(new Set(sentences).size).toBe(reasons.length);
  expect(said("commandDone", { result: { kind: "taken", call: 1 } })).not.toContain("refused");
});

test("a kind that is not known yet gets a neutral sentence that names it", () => {
  expect(said("somethingNew")).toBe("Something else happened (somethingNew).");
  expect(said("constructor")).toContain("constructor");
});

test("a way through a flow is told by its places and its keys", () => {
  const flow = (event: string, rest: object = {}) =>
    step("flowStep", { revision: 1, step: { seq: 0, tMs: 0, node: "n_menu", event, ...rest } });
  const steps = [
    flow("enter"),
    flow("prompt"),
    flow("digit", { digits: "1" }),
    flow("outcome", { outcome: "digit:1" }),
    flow("fault", { reason: { id: "mailboxFull" } }),
  ];
  expect(tellAll(steps, new Map([["n_menu", "Welcome"]])).map(({ text }) => spoken(text))).toEqual([
    "Came to “Welcome”.",
    "Pressed 1 at “Welcome”.",
    "Something failed at “Welcome”; the call went on as the flow says.",
  ]);
  expect(tellAll(steps).map(({ text }) => spoken(text))[0]).toBe("Came to a step of the call flow.");
});

test("a wait in a queue is told by its queue, how long it was and who ended it", () => {
  useLive.setState({ flows: new Map([[7, flowView(7, "Support")]]) });
  expect(said("queueJoined", { queue: 7, priority: 0 })).toBe("Waits in the queue Support.");
  expect(said("queueJoined", { queue: 8, priority: 0 })).toBe("Waits in a queue.");
  expect(tell(step("queueJoined", { queue: 7, priority: 0 }), castOf([])).note).toBeUndefined();
  expect(tell(step("queueJoined", { queue: 7, priority: 3 }), castOf([])).note).toBe("Priority 3");
  expect(said("queueLeft", { queue: 7, waitedMs: 100_400, by: { ...ana, name: "Ben Kraft" } })).toBe(
    "Ben Kraft took the call after 1 min 40 sec of waiting.",
  );
  expect(said("queueLeft", { queue: 7, waitedMs: 40_000, by: null })).toBe("Left the queue after 40 sec.");
  forget();
});

test("a phone is named by the leg that was called before", () => {
  const told = tellAll([
    step("deviceCalled", { leg: 2, to: { ...ana, name: "Dana" }, media: "direct" }),
    step("deviceStopped", { leg: 2, reason: "rangOut" }),
  ]);
  expect(told.map(({ text }) => spoken(text))).toEqual([
    "Dana’s phone was asked to ring.",
    "Dana did not answer while the phone was allowed to ring.",
  ]);
});

const call: CallRow = {
  id: 1,
  startedAt: 0,
  answeredAt: null,
  endedAt: 41_000,
  from: { person: null, number: "+49891234", name: "ACME" },
  to: { person: 2, number: "120", name: "Dana" },
  outcome: "nobodyAnswered",
  reason: "nobodyAnswered",
  hungUpBy: "office",
  media: null,
  recording: null,
  message: null,
};

test("the headline says how long somebody waited and who did not answer", () => {
  const steps = [
    step("deviceCalled", { leg: 2, to: { ...ana, name: "Dana" } }),
    step("deviceCalled", { leg: 3, to: { ...ana, name: "Ben" } }),
  ];
  expect(spoken(headline({ call, steps }, 99_000))).toBe("ACME waited 41 sec. Dana and Ben did not answer.");
  const gaveUp = { ...call, reason: "callerGaveUp" };
  expect(spoken(headline({ call: gaveUp, steps: [] }, 99_000))).toBe(
    "ACME waited 41 sec and gave up. Dana did not answer.",
  );
});

test("while its caller waits in a queue the headline says so, and not that they are talking", () => {
  useLive.setState({ flows: new Map([[7, flowView(7, "Support")]]) });
  const live: CallRow = { ...call, answeredAt: 1000, endedAt: null, outcome: "talking" };
  const joined = step("queueJoined", { queue: 7, priority: 0 });
  const left = step("queueLeft", { queue: 7, waitedMs: 5000, by: ana });
  const told = (steps: CallStep[]) => spoken(headline({ call: live, steps }, 99_000));
  expect(told([joined])).toBe("ACME waits in the queue Support.");
  expect(told([joined, left])).toContain("is talking with Dana");
  expect(told([joined, left, step("queueJoined", { queue: 8 })])).toBe("ACME waits in a queue.");
  forget();
});

test("the headline of a call that was turned away says why", () => {
  const steps = [step("callRefused", { reason: "doNotDisturb" })];
  expect(spoken(headline({ call: { ...call, outcome: "refused" }, steps }, 99_000))).toBe(
    "ACME called Dana. The office turned the call away because the person did not want to be disturbed.",
  );
});

test("every outcome has a headline", () => {
  const outcomes: CallRow["outcome"][] = [
    "answered",
    "busy",
    "declined",
    "refused",
    "transferred",
    "nobodyAnswered",
    "failed",
    "ringing",
    "talking",
  ];
  for (const outcome of outcomes) {
    const told = headline({ call: { ...call, outcome, answeredAt: 7000 }, steps: [] }, 99_000);
    expect(told, outcome).not.toMatch(/headline\.|\{\{/);
    expect(i18next.exists(`calls:outcome.${outcome}`)).toBe(true);
  }
});

test("what is closed says until when, and where the call went", () => {
  const closed = { what: "101", schedule: "Office hours", opensUnixMs: null, instead: null };
  const opensUnixMs = new Date(2026, 10, 23, 9).getTime();
  expect(said("hoursClosed", closed)).toBe("101 is closed (Office hours), so the caller was turned away.");
  const led = said("hoursClosed", { ...closed, opensUnixMs, instead: { name: "Ben", number: "102" } });
  expect(led).toContain("Mon, Nov 23, 9:00");
  expect(led).toContain("so the call went to Ben.");
  speak("de");
  expect(said("hoursClosed", { ...closed, opensUnixMs })).toContain("Mo., 23. Nov., 9:00");
});
