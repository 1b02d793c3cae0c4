// How well something typed matches a name: beginnings of words count most, letters in order still count.

const IN_ORDER = 1;

/** 0 for no match; larger is better. Every word typed must be found. */
export function matches(typed: string, title: string, synonyms: string = ""): number {
  const name = plain(title);
  const other = plain(synonyms);
  let sum = 0;
  for (const word of plain(typed).split(/\s+/).filter(Boolean)) {
    // Among many synonyms almost any letters stand in order: there, words count.
    const meant = inName(word, other);
    const found = Math.max(inName(word, name), meant > IN_ORDER ? meant * 0.6 : 0);
    if (found === 0) return 0;
    sum += found;
  }
  // Of two that match alike, the shorter is meant.
  return sum === 0 ? 0 : sum - Math.min(name.length, 60) / 1000;
}

/** Small letters without accents: `Müller` is found by `muller`. */
export function plain(words: string): string {
  return words
    .normalize("NFD")
    .replace(/\p{Diacritic}/gu, "")
    .replace(/ß/g, "ss")
    .toLowerCase();
}

function inName(word: string, name: string): number {
  if (name === word) return 6;
  if (name.startsWith(word)) return 5;
  const at = name.indexOf(word);
  if (at > 0 && !/[\p{L}\p{N}]/u.test(name[at - 1] ?? "")) return 4;
  if (at > 0) return 2;
  return word.length > 2 && inOrder(word, name) ? IN_ORDER : 0;
}

/** The letters one after the other, beginning with that of a word. */
function inOrder(letters: string, name: string): boolean {
  let from = name.search(new RegExp(`(^|[^\\p{L}\\p{N}])${letters[0]?.replace(/\W/g, "\\$&")}`, "u"));
  if (from < 0) return false;
  for (const letter of letters) {
    from = name.indexOf(letter, from) + 1;
    if (from === 0) return false;
  }
  return true;
}
