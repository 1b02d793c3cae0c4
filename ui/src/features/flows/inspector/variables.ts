// The values a step can use: those every call has, and those the flow declares.
import { say } from "../say";

export const BUILT_IN = [
  "caller.number",
  "caller.name",
  "caller.internal",
  "caller.anonymous",
  "called.number",
] as const;

export function variableName(name: string): string {
  return say(`expr.builtin.${name.replaceAll(".", "_")}`, {}, name);
}
