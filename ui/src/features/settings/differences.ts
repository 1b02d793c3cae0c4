// What differs between two records, field by field, as text.

export type Difference = {
  field: string;
  /** `null` where there was no record before. */
  was: string | null;
  is: string | null;
};

export function differences(before: unknown, after: unknown): Difference[] {
  const was = asRecord(before);
  const is = asRecord(after);
  const fields = [...new Set([...Object.keys(was ?? {}), ...Object.keys(is ?? {})])];
  return fields.flatMap((field) => {
    const old = was && asText(was[field]);
    const now = is && asText(is[field]);
    // Of a record that came or went, empty fields say nothing.
    if (old === now || (was === null && now === "") || (is === null && old === "")) return [];
    return [{ field, was: old, is: now }];
  });
}

function asRecord(value: unknown): Record<string, unknown> | null {
  return value !== null && typeof value === "object" ? (value as Record<string, unknown>) : null;
}

function asText(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
