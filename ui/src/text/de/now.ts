// The words of the first screen: what is going on, what needs attention, what comes next.
import type { now as english } from "../en/now";
import type { Same } from "../same";

export const now: Same<typeof english> = {
  title: "Jetzt",
  counts: {
    free: "frei",
    busy: "im Gespräch",
    ringing: "es klingelt",
    notNow: "nicht jetzt",
    offline: "offline",
  },
  calls: {
    title: "Laufende Anrufe",
    none: "Niemand telefoniert.",
    more_one: "und {{count}} weiterer auf der Tafel",
    more_other: "und {{count}} weitere auf der Tafel",
    states: { ringing: "Klingelt", talking: "Im Gespräch", held: "Gehalten", parked: "Geparkt" },
    waitsIn: "wartet in {{name}}",
    to: "an {{name}}",
    open: "Tafel öffnen",
  },
  attention: {
    title: "Braucht Aufmerksamkeit",
    none: "Alles in Ordnung. Den Telefonen und der Telefonanlage geht es gut.",
    more_one: "{{count}} weiterer",
    more_other: "{{count}} weitere",
    less: "Weniger zeigen",
    dismiss: "Von der Liste nehmen, bis es wieder geschieht",
    since: "seit {{time}}",
    somePhone: "Ein Telefon",
    phoneOf: "„{{label}}“ von {{name}}",
    wrongPassword: {
      title: "{{phone}} meldet sich mit falschem Passwort an.",
      body_one:
        "Damit ist kein Anruf möglich: {{count}} Versuch von {{address}}, um {{time}}. Vergeben Sie ein neues Passwort und geben Sie es am Telefon ein.",
      body_other:
        "Damit ist kein Anruf möglich: {{count}} Versuche von {{address}}, der letzte um {{time}}. Vergeben Sie ein neues Passwort und geben Sie es am Telefon ein.",
      fix: "Neues Passwort vergeben",
    },
    unknownUser: {
      title: "Ein Telefon mit der Adresse {{address}} meldet sich als „{{user}}“ an, den niemand kennt.",
      body_one:
        "Damit ist kein Anruf möglich: {{count}} Versuch, um {{time}}. Legen Sie das Telefon bei einer Person an und geben Sie dessen Anmeldedaten ein.",
      body_other:
        "Damit ist kein Anruf möglich: {{count}} Versuche, der letzte um {{time}}. Legen Sie das Telefon bei einer Person an und geben Sie dessen Anmeldedaten ein.",
      fix: "Dieses Telefon anlegen",
    },
    tooManyTries: {
      title: "{{phone}} hat es zu oft versucht und wird eine Weile abgewiesen.",
      body_one:
        "Damit ist kein Anruf möglich: {{count}} Versuch von {{address}}, um {{time}}. Prüfen Sie das Passwort im Telefon und lassen Sie es dann wieder versuchen.",
      body_other:
        "Damit ist kein Anruf möglich: {{count}} Versuche von {{address}}, der letzte um {{time}}. Prüfen Sie das Passwort im Telefon und lassen Sie es dann wieder versuchen.",
      fix: "Wieder versuchen lassen",
    },
    notFromThere: {
      title: "{{phone}} meldet sich von {{address}} an, von wo es niemand darf.",
      body_one:
        "Damit ist kein Anruf möglich: {{count}} Versuch, um {{time}}. Gehört das Telefon dorthin, so erlauben Sie seine Adresse; sonst vergeben Sie ein neues Passwort.",
      body_other:
        "Damit ist kein Anruf möglich: {{count}} Versuche, der letzte um {{time}}. Gehört das Telefon dorthin, so erlauben Sie seine Adresse; sonst vergeben Sie ein neues Passwort.",
      fix: "Zeigen, wer sich anmelden darf",
    },
    phoneLost: {
      title: "{{phone}} antwortet nicht.",
      body: "Zuletzt gesehen: {{time}}. Anrufe für {{name}} erreichen dieses Telefon nicht. Prüfen Sie Strom und Netzwerkkabel.",
      fix: "Telefon zeigen",
    },
    lineDown: {
      down: "Die Leitung {{name}} ist gestört.",
      refused: "Der Anbieter weist die Leitung {{name}} ab.",
      fix: "Leitung zeigen",
    },
    someLimit: "eine von heute",
    fuseBlown: {
      title: "Eine Grenze ist erreicht: {{name}}.",
      body: "Solche Anrufe ruhen seit {{time}}; Notrufe nicht. Sehen Sie nach, wer wohin angerufen hat, und setzen Sie sie zurück, wenn die Anrufe richtig waren.",
      fix: "Grenzen zeigen",
    },
    unknownNumber: {
      title: "{{number}} wurde angerufen, führt aber nirgendwohin.",
      body: "Anrufern wurde gesagt, dass es die Nummer nicht gibt. Wählen Sie, wohin sie führt.",
      fix: "Nummer hinzufügen",
    },
    someBox: "Ein Briefkasten",
    boxOf: "Der Briefkasten {{name}}",
    letterTo: "Ein Brief an {{to}}",
    flowFault: {
      title: "Ein Schritt des Ablaufs {{flow}} funktioniert nicht: {{step}}.",
      body_one:
        "Seine Anrufer kommen auf einen anderen Weg oder zu allen Telefonen. Es geschah einmal, {{time}}. Der Eintrag verschwindet, sobald der Ablauf neu veröffentlicht wird.",
      body_other:
        "Seine Anrufer kommen auf einen anderen Weg oder zu allen Telefonen. Es geschah {{count}}-mal, zuletzt {{time}}. Der Eintrag verschwindet, sobald der Ablauf neu veröffentlicht wird.",
      fix: "Schritt öffnen",
    },
    hoursFault: {
      title: "Die Zeiten „{{name}}“ sind nicht lesbar.",
      body: "Sie gelten zu jeder Zeit als geöffnet: Anrufer werden auch nachts durchgestellt. Geben Sie sie neu ein.",
      fix: "Zeiten öffnen",
    },
    flowNotice: {
      body: "Gemeldet von einem Ablauf, {{time}}.",
      fix: "Anrufe zeigen",
    },
    mailFailed: {
      title: "{{letter}} konnte nicht verschickt werden.",
      body: "Anrufer merken nichts, und die Nachricht bleibt in ihrem Briefkasten. Sehen Sie, was der Mailserver sagt, und versuchen Sie es noch einmal.",
      fix: "Briefe zeigen",
    },
    mailboxFull: {
      title: "{{box}} ist voll.",
      body: "Anrufern wird das gesagt, und sie können dort keine Nachricht hinterlassen. Löschen Sie, was nicht mehr gebraucht wird.",
      fix: "Briefkasten öffnen",
    },
    mailboxLocked: {
      title: "{{box}} ist nach zu vielen falschen PINs gesperrt.",
      body: "Anrufer können weiter Nachrichten hinterlassen. Nach einer Weile geht er von selbst auf, mit einer neuen PIN sofort.",
      fix: "Neue PIN machen",
    },
    check: { fix: "Zustand öffnen" },
  },
  people: {
    unreachable: "Nicht erreichbar",
    unreachableNone: "Alle mit einem Telefon sind erreichbar.",
    away: "Nicht jetzt",
    awayNone: "Niemand ist abwesend.",
    since: "seit {{time}}",
    more_one: "und {{count}} weitere",
    more_other: "und {{count}} weitere",
  },
  next: {
    title: "Nächste Schritte",
    lead: "Wenige Minuten bis zum ersten Gespräch.",
    done: "Erledigt",
    office: { title: "Büro benennen", why: "Name, Land und Sprache.", action: "Einrichten" },
    people: {
      title: "Erste Personen anlegen",
      why: "Alle bekommen eine kurze Nummer, die andere wählen.",
      action: "Personen anlegen",
    },
    phone: {
      title: "Ein Telefon verbinden",
      why: "Sie sehen, was einzugeben ist, oder ein Bild für die Kamera des Telefons.",
      action: "Telefon verbinden",
    },
    second: {
      title: "Ein zweites Telefon verbinden",
      why: "Zum Sprechen gehören zwei.",
      action: "Telefon verbinden",
    },
    call: {
      title: "Das erste Gespräch führen",
      why: "Wählen Sie die Nummer des anderen Telefons; der Anruf erscheint hier sofort.",
      action: "Tafel öffnen",
    },
  },
};
