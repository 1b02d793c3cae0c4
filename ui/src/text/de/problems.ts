// What the engine refuses, as sentences: what happened, what callers notice, what to do.

import type { problems as english } from "../en/problems";
import type { Same } from "../same";

export const problems: Same<typeof english> = {
  code: {
    wrongPassword:
      "Anmeldename und Passwort passen nicht zusammen. Es wurde nichts geändert. Bitte beides prüfen und noch einmal versuchen.",
  },
  status: {
    s0: "Die Telefonanlage antwortet nicht. Es wurde nichts geändert; laufende Gespräche können in Ordnung sein. Versuchen Sie es gleich noch einmal.",
    s400: "Die Telefonanlage hat die Anfrage nicht verstanden. Es wurde nichts geändert.",
    s401: "Sie sind nicht mehr angemeldet. Es wurde nichts geändert. Melden Sie sich an und versuchen Sie es noch einmal.",
    s403: "Ihre Rolle erlaubt das nicht. Es wurde nichts geändert. Fragen Sie die Inhaberin oder den Inhaber.",
    s404: "Das gibt es nicht mehr. Vielleicht hat es jemand anderes entfernt.",
    s409: "Das ist schon vergeben. Es wurde nichts geändert. Wählen Sie etwas anderes.",
    s412: "Jemand anderes hat das inzwischen geändert. Es wurde nichts überschrieben. Sehen Sie sich die neuen Werte an und versuchen Sie es noch einmal.",
    s413: "Das ist zu groß. Es wurde nichts geändert.",
    s422: "Ein Wert kann nicht angenommen werden. Es wurde nichts geändert. Bessern Sie ihn aus und versuchen Sie es noch einmal.",
    s429: "Das wurde zu oft versucht. Gespräche sind nicht betroffen. Warten Sie eine Minute und versuchen Sie es noch einmal.",
    s500: "In der Telefonanlage ist etwas schiefgegangen. Gespräche gehen weiter. Versuchen Sie es noch einmal und sehen Sie dann unter „Zustand“ nach.",
    s503: "Die Telefonanlage ist beschäftigt. Gespräche gehen weiter. Versuchen Sie es gleich noch einmal.",
    s507: "Die Festplatte der Telefonanlage ist voll. Gespräche gehen weiter, aber nichts kann gesichert werden. Schaffen Sie Platz.",
  },
  field: {
    extension: "Diese Nummer ist nicht möglich oder schon vergeben.",
    name: "Bitte einen Namen eingeben.",
  },
};
