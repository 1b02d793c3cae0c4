// A stretched and accented English made from the real one: what is cut off or not translated shows.
const ACCENTS: Record<string, string> = {
  a: "á",
  e: "ê",
  i: "ï",
  o: "ö",
  u: "ü",
  c: "ç",
  n: "ñ",
  s: "š",
  y: "ý",
};

type Words = { [key: string]: string | Words };

/** The same tree with every sentence 40 % longer. Placeholders and tags stay as they are. */
export function pseudo<T extends Words>(words: T): T {
  const entries = Object.entries(words).map(([key, value]) => [
    key,
    typeof value === "string" ? stretch(value) : pseudo(value),
  ]);
  return Object.fromEntries(entries) as T;
}

export function stretch(sentence: string): string {
  const parts = sentence.split(/(\{\{.*?\}\}|<[^>]*>|\$t\(.*?\))/);
  const length = parts.reduce((sum, part, place) => (place % 2 ? sum : sum + part.length), 0);
  const accented = parts.map((part, place) =>
    place % 2 ? part : part.replace(/[aeioucnsy]/g, (letter) => ACCENTS[letter] ?? letter),
  );
  return `[${accented.join("")}${"·".repeat(Math.max(1, Math.ceil(length * 0.4) - 2))}]`;
}
