// Several addresses in one field.

/** The addresses in what was typed, each once. */
export function addressesIn(typed: string): string[] {
  return [...new Set(typed.split(/[\s,;]+/).filter(Boolean))];
}
