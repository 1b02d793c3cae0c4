// What the audit log says of a call abroad and of a fuse, in words instead of names and identities.
import i18next from "i18next";
import type { FuseOf, FuseView, FuseWord } from "../../bindings/api";
import { known } from "../lines/line-words";
import { countryName } from "../lines/rule-words";
import type { Difference } from "./differences";

/** Of these only programs know what they mean; who called stands beside it anyway. */
const IDENTITIES: readonly string[] = ["person", "device"];

export function ofCallAbroad(changes: readonly Difference[]): Difference[] {
  return changes
    .filter(({ field }) => !IDENTITIES.includes(field))
    .map((change) => ({ ...change, is: change.is && inWords(change.field, change.is) }));
}

function inWords(field: string, value: string): string {
  if (field === "reason") return known("outside:where.refusal", value);
  if (field === "country" && /^[A-Z]{2}$/.test(value)) return countryName(value);
  if (field !== "way") return value;
  const key = `settings:audit.ways.${value}`;
  return /^\w+$/.test(value) && i18next.exists(key) ? i18next.t(key as "settings:audit.ways.dialled") : value;
}

/** The fuse an identity such as `person-3-tries` or `office-money` names. */
export function fuseOf(id: string): Pick<FuseView, "of" | "person" | "line" | "what"> | null {
  const [, of, number, what] = /^(office|person|line|peer)(?:-(\d+))?-(\w+)$/.exec(id) ?? [];
  if (!of || !what) return null;
  const whose = (kind: string) => (of === kind && number ? Number(number) : null);
  return { of: of as FuseOf, person: whose("person"), line: whose("line"), what: what as FuseWord };
}
