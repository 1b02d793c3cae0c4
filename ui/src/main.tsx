// The page in the window and in the browser.
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "@fontsource-variable/inter/opsz.css";
import "@fontsource-variable/jetbrains-mono/wght.css";
import "./design/tokens.css";
import "./design/page.css";
import { App } from "./app";
import { followPreferences, usePreferences } from "./live/preferences";
import { useLive } from "./live/store";
import { speakOfRefusals } from "./live/toasts";
import { chooseLanguage, speak, startText } from "./text";
import { sentence } from "./text/refusal";

const officeLanguage = () => useLive.getState().office?.language ?? null;

startText(chooseLanguage(usePreferences.getState().language, null));
speakOfRefusals(sentence);
followPreferences((chosen) => speak(chooseLanguage(chosen, officeLanguage())));

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
