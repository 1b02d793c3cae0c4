// Text that came from phones: shown as plain text that can neither hide nor turn around what stands beside it.

const OPEN = "\u2068";
const CLOSE = "\u2069";
const LONGEST = 160;

/** Without control characters: each is replaced by a sign one can see. */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (letter) => {
    const code = letter.codePointAt(0) ?? 0;
    // Joiners belong to emoji and to several scripts, and do nothing else.
    if (code === 0x200c || code === 0x200d) return letter;
    if (code < 0x20) return String.fromCodePoint(0x2400 + code);
    if (code === 0x7f) return "\u2421";
    return `‹U+${code.toString(16).toUpperCase().padStart(4, "0")}›`;
  });
}

/** The same, set apart, for use within a sentence. */
export function isolated(text: string): string {
  const whole = [...visible(text)];
  const cut = whole.length > LONGEST ? `${whole.slice(0, LONGEST).join("")}…` : whole.join("");
  return OPEN + cut + CLOSE;
}

/** Text of several lines, as it was sent: line ends stay line ends. */
export function visibleLines(text: string): string {
  return text.replace(/\r\n/g, "\n").split("\n").map(visible).join("\n");
}

/** A sentence with values that are set apart: each has its own direction of writing. */
export function Said({ text }: { text: string }) {
  const parts = text.split(/\u2068([^\u2069]*)\u2069/);
  // The parts have no other identity than their place.
  // biome-ignore lint/suspicious/noArrayIndexKey: they never change their order
  return <>{parts.map((part, place) => (place % 2 ? <bdi key={place}>{part}</bdi> : part))}</>;
}

/** The same for attributes and titles, which know no elements. */
export function spoken(text: string): string {
  return text.replace(/[\u2068\u2069]/g, "");
}
