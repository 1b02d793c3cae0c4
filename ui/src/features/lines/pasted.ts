// Numbers as they are pasted: one a line, a label behind each.

export type Pasted = { line: number; number: string; label: string };

/** What was read, and the first line that begins with no number. */
export function readPasted(text: string): { numbers: Pasted[]; bad: { line: number; text: string } | null } {
  const numbers: Pasted[] = [];
  let bad: { line: number; text: string } | null = null;
  for (const [place, raw] of text.split("\n").entries()) {
    const whole = raw.trim();
    if (!whole) continue;
    const [, number = "", label = ""] = /^(\+?[\d\s()/.-]*\d)[\s,;:\t]*(.*)$/.exec(whole) ?? [];
    if (number.replace(/\D/g, "").length >= 3) {
      numbers.push({ line: place + 1, number: number.trim(), label: label.trim() });
    } else bad ??= { line: place + 1, text: whole };
  }
  return { numbers, bad };
}
