// The words of sending mail: the server, and the letters that wait.

import type { mail as english } from "../en/mail";
import type { Same } from "../same";

export const mail: Same<typeof english> = {
  server: {
    edit: "Einrichten",
    change: "Ändern",
    none: "Es ist kein Mailserver eingerichtet, also werden keine Briefe verschickt.",
    off: "Ausgeschaltet: Briefe warten, bis er eingeschaltet wird.",
    shown: "{{from}}, über {{host}}:{{port}}",
    title: "Mailserver",
    enabled: "Briefe verschicken",
    host: "Server",
    hostPlaceholder: "smtp.example.org",
    port: "Port",
    security: "Sicherheit",
    securities: {
      tls: "TLS von Anfang an (meist Port 465)",
      startTls: "STARTTLS (meist Port 587)",
      none: "Keine (nur innerhalb des Büros)",
    },
    noneWarning: "Passwort und Briefe kann jeder auf dem Weg mitlesen.",
    user: "Benutzername",
    userNote: "Leer lassen, wenn der Server keinen verlangt.",
    password: "Passwort",
    passwordKept: "Leer lassen, um das gesicherte zu behalten.",
    passwordForget: "Gesichertes Passwort vergessen",
    from: "Absenderadresse",
    fromNote: "Antworten gehen dorthin.",
    saved: "Mailserver geändert",
  },
  test: {
    to: "An",
    action: "Testbrief schicken",
    sending: "Der Server wird gefragt…",
    sent: "Der Server hat den Brief an {{to}} angenommen. Sehen Sie nach, ob er ankommt.",
    failed: "Der Brief konnte nicht verschickt werden.",
  },
  queue: {
    empty: "Kein Brief wartet.",
    list: "Briefe",
    states: { queued: "Wartet", sent: "Verschickt", failed: "Nicht verschickt" },
    attempts_one: "{{count}} Versuch",
    attempts_other: "{{count}} Versuche",
    next: "nächster um {{time}}",
    said: "Der Server sagte: {{reason}}",
    retry: "Jetzt noch einmal",
    remove: "Brief an {{to}} löschen",
    told: {
      retried: "Der Brief an {{to}} wird noch einmal versucht",
      removed: "Der Brief an {{to}} wurde gelöscht",
    },
    refresh: "Neu fragen",
  },
};
