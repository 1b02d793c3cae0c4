// The languages of the UI: every word the user sees comes from the folders beside this file.
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { de } from "./de";
import { en } from "./en";
import { pseudo } from "./pseudo";

/** The languages a person can choose. `en` is also the type of all others. */
export const LANGUAGES = ["en", "de"] as const;
export type Language = (typeof LANGUAGES)[number];

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "common";
    resources: typeof en;
    returnNull: false;
  }
}

/** Starts with the given language; everything is in memory, so nothing has to be awaited. */
export function startText(language: string): void {
  void i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: "en",
    defaultNS: "common",
    ns: Object.keys(en),
    resources: { en, de, pseudo: pseudo(en) },
    // React escapes what it shows.
    interpolation: { escapeValue: false },
    initAsync: false,
  });
  speak(language);
}

/** Changes the language of everything that is shown. */
export function speak(language: string): void {
  if (i18next.language !== language) void i18next.changeLanguage(language);
  document.documentElement.lang = locale();
}

/** What `Intl` is asked with. The stretched test language counts and dates like English. */
export function locale(): string {
  const language = i18next.language;
  if (language === "pseudo" || !language) return "en";
  // A German in Austria and an English speaker in Ireland have their own dates.
  return navigator.languages.find((own) => own.split("-")[0] === language) ?? language;
}

/** The language to begin with: asked for in the address, chosen, the system's, the office's, English. */
export function chooseLanguage(chosen: string, office: string | null): string {
  const asked = new URLSearchParams(location.search).get("lang");
  if (asked === "pseudo" || isLanguage(asked)) return asked;
  if (isLanguage(chosen)) return chosen;
  const own = navigator.languages.map((tag) => tag.split("-")[0]).find(isLanguage);
  return own ?? (isLanguage(office) ? office : "en");
}

function isLanguage(tag: unknown): tag is Language {
  return (LANGUAGES as readonly unknown[]).includes(tag);
}
