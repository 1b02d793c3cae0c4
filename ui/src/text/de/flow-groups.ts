// The words of ring groups: several people who are rung for one call.

import type { flowGroups as english } from "../en/flow-groups";
import type { Same } from "../same";

export const flowGroups: Same<typeof english> = {
  groups: {
    badge: "Rufgruppe",
    line: "{{names}} · {{time}} · dann {{goal}}",
    change: "Ändern…",
    drawing: "Ihre Zeichnung zeigen",
    isGroup:
      "Das ist die Rufgruppe {{name}}. Was Sie über ihr Formular hinaus zeichnen, macht sie zu einem Anrufablauf; dann zeigt sie nur noch die Zeichnung.",
    add: "Neue Rufgruppe",
    edit: "Rufgruppe {{name}}",
    name: "Name",
    namePlaceholder: "Vertrieb",
    number: "Nummer",
    numberNote: "Was man wählt, um die Gruppe anzurufen. Das hat Zeit.",
    members: "Bei wem es klingelt",
    nobody: "Noch bei niemandem. Nehmen Sie auf, bei wem es klingeln soll.",
    addMember: "Jemanden aufnehmen",
    noPhone: "Noch kein Telefon",
    goneMember: "Jemand, der entfernt wurde",
    delay: "Wie viele Sekunden später es bei {{name}} klingelt",
    later: "s später",
    strategy: "Wie es klingelt",
    strategies: {
      all: "Bei allen zugleich",
      order: "Nacheinander",
      random: "Nacheinander, jedes Mal in anderer Reihenfolge",
    },
    ringFor: "Klingelt",
    ringForEach: "Klingelt bei jedem",
    seconds: "Sekunden",
    hears: "Anrufer hören",
    ringing: "Klingeln",
    music: "Wartemusik",
    prefix: "Vor dem Namen des Anrufers",
    prefixNote: "Etwa „Vertrieb:“. Telefone zeigen ungefähr 12 Zeichen.",
    records: "Gespräche aufnehmen",
    recordsNote: "Wessen Anrufe nie aufgenommen werden, wird es auch hier nicht.",
    hours: "Wann es klingelt",
    always: "Immer",
    whenClosed: "Wenn geschlossen ist",
    otherwise: "Wenn niemand abnimmt",
    wrongChoice:
      "Was hier gewählt ist, gibt es nicht mehr. Nichts wurde geändert; Anrufe gehen wie bisher. Wählen Sie etwas anderes.",
    told: { added: "Rufgruppe {{name}} hinzugefügt", edited: "Rufgruppe {{name}} geändert" },
  },
};
