// The values a step can use: those every call has, and those the flow declares.
import { say } from "../say";

export const BUILT_IN = [
  "caller.number",
  "caller.name",
  "caller.anonymous",
  "called.number",
  "now",
  "call.id",
] as const;

export function variableName(name: string): string {
  return say(`expr.builtin.${name.replaceAll(".", "_")}`, {}, name);
}
