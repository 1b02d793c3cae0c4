// The names of languages, in the language of the window.
import { locale } from "../../text";

export function languageName(tag: string): string {
  return new Intl.DisplayNames(locale(), { type: "language", fallback: "code" }).of(tag) ?? tag;
}
