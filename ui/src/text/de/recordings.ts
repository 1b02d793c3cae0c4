// The words of recorded calls.

import type { recordings as english } from "../en/recordings";
import type { Same } from "../same";

export const recordings: Same<typeof english> = {
  title: "Aufnahmen",
  calls: "Anrufe",
  views: "Anzeigen",
  find: "Aufnahme finden",
  findHint: "Name oder Nummer",
  list: "Aufnahmen, die neueste zuerst",
  between: "{{from}} und {{to}}",
  more: "Ältere Aufnahmen zeigen",
  empty: "Keine Aufnahmen",
  emptyBody:
    "Aufgenommen wird nur bei Personen, für die es eingestellt ist. Jede Aufnahme erscheint dann hier.",
  emptyAction: "Wählen, bei wem",
  noMatch: "Keine Aufnahme passt",
  noMatchBody: "Tippen Sie weniger Buchstaben.",
  refused: "Die Aufnahmen können nicht gezeigt werden.",
  notAnnounced: "Nicht angesagt",
  incomplete: "Unvollständig",
  incompleteNote:
    "Sie endet vor dem Gespräch, weil die Festplatte voll war oder die Telefonanlage angehalten wurde.",
  gapsNote:
    "In dieser Aufnahme fehlt etwas: Die Festplatte war voll oder zu langsam, als sie entstand. Sehen Sie unter Zustand nach freiem Platz.",
  label: "Aufnahme von {{from}} und {{to}}",
  ofCall: "Aufnahme",
  message: "Hinterlassene Nachricht",
  openMessage: "Bei den Nachrichten öffnen",
  hear: "Hören",
  sides: { both: "Beide", from: "Anrufer", to: "Angerufen" },
  story: "Anruf zeigen",
  download: "Herunterladen",
  remove: "Löschen",
  removeTitle: "Diese Aufnahme löschen?",
  removeBody: "Sie wird endgültig gelöscht. Der Anruf bleibt im Verlauf.",
  removed: "Aufnahme gelöscht",
  choose: "Wählen Sie eine Aufnahme, um sie zu hören.",
  live: {
    start: "Aufnehmen",
    pause: "Aufnahme anhalten",
    resume: "Weiter aufnehmen",
    stop: "Aufnahme beenden",
    on: "Nimmt auf",
    paused: "Aufnahme angehalten",
    told: {
      start: "Das Gespräch wird aufgenommen",
      pause: "Aufnahme angehalten",
      resume: "Die Aufnahme geht weiter",
      stop: "Aufnahme beendet",
    },
  },
  person: {
    label: "Gespräche aufnehmen",
    never: "Nie",
    onDemand: "Wenn es jemand einschaltet",
    always: "Immer, vom ersten Wort an",
    note: "In vielen Ländern muss allen im Gespräch gesagt werden, dass aufgenommen wird.",
  },
  days_one: "{{count}} Tag",
  days_other: "{{count}} Tage",
  forEver: "Für immer",
  commands: { list: "Aufnahmen zeigen", synonyms: "aufgenommene gespräche mitschnitt anhören" },
};
