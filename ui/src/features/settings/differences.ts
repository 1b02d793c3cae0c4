// What differs between two records, field by field, as text.

export type Difference = {
  field: string;
  /** `null` where there was no record before. */
  was: string | null;
  is: string | null;
};

export function differences(before: unknown, after: unknown): Difference[] {
  const was = fieldsOf(before);
  const is = fieldsOf(after);
  const fields = [...new Set([...Object.keys(was ?? {}), ...Object.keys(is ?? {})])];
  return fields.flatMap((field) => {
    const old = was && asText(was[field]);
    const now = is && asText(is[field]);
    // Of a record that came or went, empty fields say nothing.
    if (old === now || (was === null && now === "") || (is === null && old === "")) return [];
    return [{ field, was: old, is: now }];
  });
}

/** The fields of a record by name; those of a part of it as `part.field`. */
function fieldsOf(record: unknown): Record<string, unknown> | null {
  if (!isRecord(record)) return null;
  const fields = Object.entries(record).flatMap(([field, value]) =>
    isRecord(value)
      ? Object.entries(value).map(([part, each]): [string, unknown] => [`${field}.${part}`, each])
      : [[field, value] satisfies [string, unknown]],
  );
  return Object.fromEntries(fields);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function asText(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
