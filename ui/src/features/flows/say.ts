// Sentences whose names come from the engine: kinds, rules, fixes, outlines, differences.
import i18next from "i18next";
import type { Values } from "./api";

/** The words of a name below `flows`, or what stands in for them where there are none. */
export function say(key: string, values: Values = {}, otherwise = key): string {
  const whole = `flows:${key}`;
  // A name of the engine is no key that the types know.
  return i18next.exists(whole, values) ? String(i18next.t(whole as "flows:title", values)) : otherwise;
}

export function isSaid(key: string): boolean {
  return i18next.exists(`flows:${key}`);
}
