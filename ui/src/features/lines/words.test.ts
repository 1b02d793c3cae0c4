// Whatever the engine says of lines and calls out has its words, in every language.
import i18next from "i18next";
import { expect, test } from "vitest";
import numberTests from "../../../../src-tauri/crates/api/src/views/number_tests.rs?raw";
import kinds from "../../../../src-tauri/crates/numbering/src/kind.rs?raw";
import reason from "../../../../src-tauri/crates/switch/src/gate/reason.rs?raw";
import outside from "../../../../src-tauri/crates/switch/src/happening/outside.rs?raw";
import reasons from "../../../../src-tauri/crates/switch/src/happening/reasons.rs?raw";
import { LANGUAGES, startText } from "../../text";

/** The variants of a Rust enum as their JSON has them. */
function variants(source: string, name: string): string[] {
  const body = new RegExp(`pub enum ${name} \\{\\n([\\s\\S]*?)\\n\\}`).exec(source)?.[1] ?? "";
  return [...body.matchAll(/^ {4}([A-Z])(\w+)/gm)].map(([, first, rest]) => `${first?.toLowerCase()}${rest}`);
}

/** Refusals that only somebody who calls meets, not somebody who asks where a call would go. */
const NOT_ASKED = [
  "unknownNumber",
  "numberHangsUp",
  "nobodyOnline",
  "personBusy",
  "doNotDisturb",
  "callerAtLimit",
  "officeAtLimit",
  "noMediaPorts",
  "badMedia",
  "notEncrypted",
  "shuttingDown",
  "callerBlocked",
  "callerHidden",
  "challengeFailed",
  "peerUnreachable",
  "notFromOutside",
  "notFromVoicemail",
  "slotTaken",
  "slotsFull",
  "nothingParked",
];

test.each([
  ["why a line is as it is", "lines:reason", variants(outside, "LineReason")],
  [
    "why a line is passed over",
    "outside:where.trouble",
    variants(outside, "LineTrouble").filter((one) => one !== "status"),
  ],
  ["how the gate decides", "outside:where.because", variants(reason, "Reason")],
  ["what kind of number it is", "outside:where.kind", variants(kinds, "NumberKind")],
  [
    "why a call out is refused",
    "outside:where.refusal",
    variants(reasons, "RefusalReason").filter((one) => !NOT_ASKED.includes(one)),
  ],
  [
    "what becomes of a caller",
    "lines:tryNumber.sentence",
    [...numberTests.matchAll(/(?:step\(|Some\(|=> |\{ )"(\w+)"/g)].flatMap(([, id]) => id ?? []),
  ],
])("%s has words in every language", (_, group, ids) => {
  expect(ids.length).toBeGreaterThan(5);
  for (const language of LANGUAGES) {
    startText(language);
    expect(ids.filter((id) => !i18next.exists(`${group}.${id}`, { lng: language, fallbackLng: [] }))).toEqual(
      [],
    );
  }
});
