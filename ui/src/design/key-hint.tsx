// Keys, as they are printed on the keyboard.
import "./key-hint.css";

const APPLE = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.platform);
const APPLE_SIGNS: Record<string, string> = { Ctrl: "⌘", Alt: "⌥", Shift: "⇧", Enter: "↩" };

/** `keys` such as `Ctrl+K`; the main key of a Mac is meant where `Ctrl` stands. */
export function KeyHint({ keys }: { keys: string }) {
  return (
    <span className="key-hint" aria-hidden="true">
      {keys.split("+").map((key) => (
        <kbd key={key}>{APPLE ? (APPLE_SIGNS[key] ?? key) : key}</kbd>
      ))}
    </span>
  );
}
