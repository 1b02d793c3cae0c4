// What a person has chosen for this window; kept by the webview, not by the office.
import { create } from "zustand";
import { persist } from "zustand/middleware";
import type { Language } from "../text";

export type Preferences = {
  theme: "system" | "light" | "dark";
  language: "system" | Language;
  /** Size of everything, in percent. */
  scale: 90 | 100 | 115 | 130 | 150;
  effects: "system" | "reduced";
  contrast: "system" | "more";
  /** Whether single letters are shortcuts where nothing is being typed. */
  letterKeys: boolean;
  board: { view: "list" | "tiles"; compact: boolean };
  /** As which person one works, where one's login says nothing of it. */
  person: number | null;
};

export const usePreferences = create<Preferences>()(
  persist<Preferences>(
    () => ({
      theme: "system",
      language: "system",
      scale: 100,
      effects: "system",
      contrast: "system",
      letterKeys: true,
      board: { view: "list", compact: false },
      person: null,
    }),
    { name: "cordboard.preferences" },
  ),
);

export function prefer(change: Partial<Preferences>): void {
  usePreferences.setState(change);
}

/** Puts the appearance into effect, now and at every change. */
export function followPreferences(speak: (language: string) => void): () => void {
  const apply = ({ theme, effects, contrast, scale, language }: Preferences) => {
    const root = document.documentElement;
    root.dataset.theme = theme;
    root.dataset.effects = effects;
    root.dataset.contrast = contrast;
    root.style.setProperty("zoom", scale === 100 ? "" : `${scale}%`);
    speak(language);
  };
  apply(usePreferences.getState());
  return usePreferences.subscribe(apply);
}
