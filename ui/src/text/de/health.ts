// The words of the screen health.
import type { health as english } from "../en/health";
import type { Same } from "../same";

export const health: Same<typeof english> = {
  title: "Zustand",
  checkAgain: "Noch einmal prüfen",
  checkedAt: "Geprüft {{time}}",
  well: "Alles in Ordnung.",
  wellNote: "Alle Prüfungen sind bestanden. Nichts beeinträchtigt die Anrufe.",
  toDo_one: "{{count}} Sache ist anzusehen",
  toDo_other: "{{count}} Sachen sind anzusehen",
  inOrder: "In Ordnung",
  notKnown: "Nicht bekannt",
  unknownNote: "Dieser Rechner sagt es nicht.",
  refused: "Die Prüfungen konnten nicht gemacht werden.",
  command: "Führen Sie dies auf dem Rechner der Telefonanlage aus:",
  copyCommand: "Befehl kopieren",
  state: { ok: "In Ordnung", warning: "Ansehen", problem: "Problem", unknown: "Nicht bekannt" },
  phones: {
    title: "Telefone, die nicht erreichbar sind",
    lead: "Anrufe klingeln dort nicht. Die Telefone kommen von selbst zurück, sobald sie sich wieder anmelden.",
    lastSeen: "{{label}}, zuletzt gesehen {{time}}",
    more_one: "und {{count}} weiteres",
    more_other: "und {{count}} weitere",
    show: "In Personen zeigen",
    all: "Alle Telefone zeigen",
    reasons: {
      signedOff: "Das Telefon hat sich abgemeldet.",
      expired: "Das Telefon hat seine Anmeldung nicht erneuert.",
      connectionClosed: "Die Verbindung des Telefons wurde geschlossen.",
      replaced: "Ein anderes Telefon mit denselben Zugangsdaten trat an seine Stelle.",
      removed: "Das Telefon wurde entfernt.",
    },
  },
  engine: {
    title: "Telefonanlage",
    version: "Version",
    uptime: "Laufzeit",
    since: "{{time}}, seit {{date}}",
    sip: "Telefone verbinden sich mit",
    noSip: "Nirgendwo: Kein Port ist für Telefone offen",
    lan: "Fenster im Netz",
    lanOff: "Nur auf diesem Rechner",
  },
  act: {
    prices: "Leitungen öffnen",
    spendCap: "Leitungen öffnen",
    auditLog: "Protokoll zeigen",
    backup: "Zu den Sicherungen",
    lan: "Zum Netzzugang",
    phones: "Telefone zeigen",
    certificate: "Zertifikate zeigen",
  },
  checks: {
    sipPorts: {
      name: "Ports für Telefone",
      ok: "Telefone finden die Telefonanlage dort, wo sie sie suchen.",
      findings: {
        portTaken: {
          what: "Ein anderes Programm ({{program}}) benutzt Port {{port}}.",
          callers: "Telefone können sich nicht verbinden, also kann niemand anrufen oder angerufen werden.",
          toDo: "Beenden Sie das Programm, oder geben Sie ihm einen anderen Port. Die Telefonanlage nimmt den Port, sobald er frei ist.",
        },
        portMoved: {
          what: "Port {{wanted}} war belegt, darum sollen Telefone Port {{port}} benutzen.",
          callers: "Telefone, die noch Port {{wanted}} benutzen, können sich nicht verbinden.",
          toDo: "Geben Sie diesen Telefonen den neuen Port, oder beenden Sie das Programm, das Port {{wanted}} benutzt.",
        },
        notListening: {
          what: "Kein Port ist für Telefone offen.",
          callers: "Telefone können sich nicht verbinden, also kann niemand anrufen oder angerufen werden.",
          toDo: "Starten Sie die Telefonanlage neu. Bleibt es dabei, benutzt ein anderes Programm ihren Port.",
        },
        other: {
          what: "Die Ports für Telefone sind nicht, wie sie sein sollen.",
          callers: "Manche Telefone können sich vielleicht nicht verbinden.",
          toDo: "Starten Sie die Telefonanlage neu und prüfen Sie noch einmal.",
        },
      },
    },
    network: {
      name: "Netz",
      ok: "Dieser Rechner hat ein Netz, das Telefone erreichen.",
      findings: {
        noNetwork: {
          what: "Dieser Rechner hat kein Netz.",
          callers: "Kein Telefon kann sich verbinden, also kann niemand anrufen.",
          toDo: "Stecken Sie das Netzkabel ein, oder verbinden Sie sich mit dem WLAN des Büros.",
        },
        addressChanged: {
          what: "Dieser Rechner hat eine neue Adresse ({{address}}).",
          callers: "Telefone, die nur die alte Adresse kennen, finden die Telefonanlage nicht mehr.",
          toDo: "Geben Sie diesem Rechner im Router eine feste Adresse und den Telefonen die neue.",
        },
        other: {
          what: "Das Netz dieses Rechners ist nicht, wie es sein soll.",
          callers: "Telefone können ihre Verbindung verlieren.",
          toDo: "Sehen Sie sich die Netzeinstellungen dieses Rechners an.",
        },
      },
    },
    firewall: {
      name: "Firewall",
      ok: "Keine Firewall hält Telefone fern.",
      findings: {
        mayBlock: {
          what: "Eine Firewall ({{program}}) hält vielleicht Telefone fern.",
          callers: "Telefone können sich vielleicht nicht verbinden, oder Anrufe haben keinen Ton.",
          toDo: "Erlauben Sie diese Ports in der Firewall: {{ports}}.",
        },
        blocks: {
          what: "Eine Firewall ({{program}}) hält Telefone fern.",
          callers: "Telefone können sich nicht verbinden, oder Anrufe haben keinen Ton.",
          toDo: "Erlauben Sie diese Ports in der Firewall: {{ports}}.",
        },
        other: {
          what: "Eine Firewall hält vielleicht Telefone fern.",
          callers: "Telefone können sich vielleicht nicht verbinden, oder Anrufe haben keinen Ton.",
          toDo: "Erlauben Sie die Telefonanlage in der Firewall dieses Rechners.",
        },
      },
    },
    clock: {
      name: "Uhr",
      ok: "Die Uhr dieses Rechners geht richtig.",
      findings: {
        wrong: {
          what: "Die Uhr dieses Rechners geht um {{seconds}} Sekunden falsch.",
          callers:
            "Anrufe gehen, aber der Verlauf zeigt falsche Zeiten, und sichere Verbindungen können scheitern.",
          toDo: "Schalten Sie die automatische Uhrzeit dieses Rechners ein.",
        },
        year: {
          what: "Die Uhr dieses Rechners geht falsch: Sie zeigt das Jahr {{year}}.",
          callers: "Anrufe gehen, aber der Verlauf zeigt falsche Zeiten, und sichere Verbindungen scheitern.",
          toDo: "Schalten Sie die automatische Uhrzeit dieses Rechners ein.",
        },
        notSynchronised: {
          what: "Die Uhr dieses Rechners wird nicht automatisch gestellt.",
          callers: "Anrufe gehen, aber die Zeiten im Verlauf können abweichen.",
          toDo: "Schalten Sie die automatische Uhrzeit dieses Rechners ein.",
        },
        other: {
          what: "Die Uhr dieses Rechners geht vielleicht falsch.",
          callers: "Anrufe gehen, aber der Verlauf zeigt vielleicht falsche Zeiten.",
          toDo: "Schalten Sie die automatische Uhrzeit dieses Rechners ein.",
        },
      },
    },
    disk: {
      name: "Festplatte",
      ok: "Auf der Festplatte ist Platz.",
      findings: {
        low: {
          what: "Auf der Festplatte sind nur noch {{freeBytes}} frei.",
          callers:
            "Anrufe gehen. Ist die Festplatte voll, können weder Änderungen noch der Verlauf aufbewahrt werden.",
          toDo: "Schaffen Sie Platz auf der Festplatte.",
        },
        full: {
          what: "Die Festplatte ist voll ({{freeBytes}} frei).",
          callers: "Anrufe gehen weiter, aber weder Änderungen noch der Verlauf können aufbewahrt werden.",
          toDo: "Schaffen Sie jetzt Platz auf der Festplatte.",
        },
        hangs: {
          what: "Die Festplatte antwortet nicht.",
          callers:
            "Anrufe gehen weiter. Solange sie hängt, werden keine Aufnahme, keine Nachricht, keine Änderung und kein Anruf im Verlauf aufbewahrt.",
          toDo: "Sehen Sie nach, ob sie noch angeschlossen ist. Kommt sie nicht zurück, starten Sie diesen Rechner neu.",
        },
        unwritable: {
          what: "In {{folder}} kann nicht geschrieben werden.",
          callers:
            "Anrufe gehen weiter, aber Aufnahmen, Nachrichten oder Änderungen werden nicht aufbewahrt.",
          toDo: "Sehen Sie nach, ob der Ordner schreibgeschützt ist oder einem anderen Benutzer gehört.",
        },
        noRecordings: {
          what: "Auf der Festplatte sind nur noch {{freeBytes}} frei: Anrufe werden nicht mehr aufgenommen.",
          callers:
            "Anrufe gehen weiter, und Anrufer können noch Nachrichten hinterlassen. Aufgenommen wird wieder, wenn {{neededBytes}} frei sind.",
          toDo: "Schaffen Sie Platz auf der Festplatte.",
        },
        refused: {
          what: "Vor einem Moment hat die Festplatte etwas nicht angenommen.",
          callers: "Anrufe gehen weiter. Eine Aufnahme, eine Nachricht oder ein Teil davon kann fehlen.",
          toDo: "Kommt das wieder vor, sehen Sie sich die Festplatte dieses Rechners an.",
        },
        other: {
          what: "Die Festplatte ist nicht, wie sie sein soll.",
          callers: "Anrufe gehen weiter, aber Änderungen werden vielleicht nicht aufbewahrt.",
          toDo: "Sehen Sie sich die Festplatte dieses Rechners an.",
        },
      },
    },
    sleep: {
      name: "Ruhezustand",
      ok: "Dieser Rechner bleibt wach.",
      findings: {
        maySleep: {
          what: "Dieser Rechner schläft nach {{minutes}} Minuten ein.",
          callers: "Während er schläft, kann niemand anrufen, und laufende Anrufe brechen ab.",
          toDo: "Schalten Sie den Ruhezustand in den Energieeinstellungen dieses Rechners aus.",
        },
        other: {
          what: "Dieser Rechner schläft vielleicht ein.",
          callers: "Während er schläft, kann niemand anrufen, und laufende Anrufe brechen ab.",
          toDo: "Schalten Sie den Ruhezustand in den Energieeinstellungen dieses Rechners aus.",
        },
      },
    },
    certificate: {
      name: "Zertifikat",
      ok: "Das Zertifikat für sichere Verbindungen ist gültig.",
      findings: {
        expiresSoon: {
          what: "Das Zertifikat gilt nur noch {{days}} Tage.",
          callers:
            "Anrufer merken noch nichts. Danach verweigern sichere Telefone und Fenster die Verbindung.",
          toDo: "Starten Sie die Telefonanlage neu: Sie macht ein neues Zertifikat.",
        },
        expired: {
          what: "Das Zertifikat ist abgelaufen.",
          callers: "Sichere Telefone und Fenster auf anderen Rechnern verweigern die Verbindung.",
          toDo: "Starten Sie die Telefonanlage neu: Sie macht ein neues Zertifikat.",
        },
        other: {
          what: "Das Zertifikat ist nicht, wie es sein soll.",
          callers: "Sichere Telefone und Fenster auf anderen Rechnern verweigern vielleicht die Verbindung.",
          toDo: "Starten Sie die Telefonanlage neu: Sie macht ein neues Zertifikat.",
        },
      },
    },
    backup: {
      name: "Sicherung",
      ok: "Es gibt eine neue Sicherung.",
      findings: {
        never: {
          what: "Es wurde noch keine Sicherung gemacht.",
          callers:
            "Anrufer merken nichts. Geht die Festplatte kaputt, sind Personen, Telefone und Einstellungen verloren.",
          toDo: "Machen Sie eine Sicherungsdatei und bewahren Sie sie woanders auf.",
        },
        old: {
          what: "Die neueste Sicherung ist {{days}} Tage alt.",
          callers: "Anrufer merken nichts. Geht die Festplatte kaputt, sind neuere Änderungen verloren.",
          toDo: "Machen Sie eine Sicherungsdatei und bewahren Sie sie woanders auf.",
        },
        failed: {
          what: "Die letzte Sicherung ist nicht gelungen.",
          callers: "Anrufer merken nichts. Geht die Festplatte kaputt, sind neuere Änderungen verloren.",
          toDo: "Sehen Sie nach, ob auf der Festplatte Platz ist, und machen Sie dann eine Sicherungsdatei.",
        },
        other: {
          what: "Die Sicherungen sind nicht, wie sie sein sollen.",
          callers: "Anrufer merken nichts. Geht die Festplatte kaputt, sind neuere Änderungen verloren.",
          toDo: "Machen Sie eine Sicherungsdatei und bewahren Sie sie woanders auf.",
        },
      },
    },
    phones: {
      name: "Telefone",
      ok: "Alle Telefone sind erreichbar.",
      findings: {
        offline: {
          what: "{{offline}} von {{total}} Telefonen sind nicht erreichbar.",
          callers: "Anrufe klingeln dort nicht.",
          toDo: "Sehen Sie nach, ob diese Telefone Strom und Netz haben.",
        },
        none: {
          what: "Das Büro hat noch keine Telefone.",
          callers: "Niemand kann anrufen oder angerufen werden.",
          toDo: "Geben Sie einer Person ein Telefon.",
        },
        other: {
          what: "Manche Telefone sind nicht erreichbar.",
          callers: "Anrufe klingeln dort nicht.",
          toDo: "Sehen Sie nach, ob diese Telefone Strom und Netz haben.",
        },
      },
    },
    mediaPorts: {
      name: "Ports für Ton",
      ok: "Für den Ton der Anrufe gibt es genug Ports.",
      findings: {
        few: {
          what: "Nur {{free}} Ports für Ton sind frei.",
          callers: "Neue Anrufe werden vielleicht abgewiesen, wenn viele sprechen.",
          toDo: "Beenden Sie andere Programme, die diese Ports benutzen.",
        },
        taken: {
          what: "Andere Programme benutzen die Ports für Ton.",
          callers: "Neue Anrufe werden abgewiesen oder haben keinen Ton.",
          toDo: "Beenden Sie andere Programme, die diese Ports benutzen, und starten Sie die Telefonanlage neu.",
        },
        other: {
          what: "Die Ports für Ton sind nicht, wie sie sein sollen.",
          callers: "Anrufe haben vielleicht keinen Ton.",
          toDo: "Starten Sie die Telefonanlage neu und prüfen Sie noch einmal.",
        },
      },
    },
    sound: {
      name: "Schnell genug für den Ton",
      ok: "Dieser Computer ist schnell genug für den Ton der Anrufe.",
      findings: {
        late: {
          what: "Dieser Computer war zu beschäftigt für den Ton der Anrufe, {{times}}-mal in einer Viertelstunde.",
          callers: "Anrufer hören Lücken in Begrüßungen, Musik, Räumen und manchen Gesprächen.",
          toDo: "Schauen Sie, welches Programm diesen Computer beschäftigt, oder geben Sie der Telefonanlage einen eigenen.",
        },
        other: {
          what: "Dieser Computer ist vielleicht zu langsam für den Ton der Anrufe.",
          callers: "Anrufer hören vielleicht Lücken.",
          toDo: "Schließen Sie, was diesen Computer beschäftigt, und prüfen Sie noch einmal.",
        },
      },
    },
    emergency: {
      name: "Notrufnummern",
      ok: "Keine interne Nummer ist eine Notrufnummer.",
      findings: {
        shadowed: {
          what: "Die Durchwahl {{numbers}} ist in diesem Land eine Notrufnummer.",
          callers: "Wer sie wählt, ruft um Hilfe; die Durchwahl erreicht niemand.",
          toDo: "Geben Sie der Durchwahl eine andere Nummer.",
        },
        other: {
          what: "Eine interne Nummer ist vielleicht eine Notrufnummer.",
          callers: "Wer sie wählt, ruft womöglich aus Versehen um Hilfe.",
          toDo: "Sehen Sie die Durchwahlen durch und wählen Sie andere Nummern.",
        },
      },
    },
    prices: {
      name: "Preise der Anrufe",
      ok: "Für jede Grenze in Geld sind Preise da, oder es ist keine gesetzt.",
      findings: {
        unpriced: {
          what: "Eine Grenze in Geld ist gesetzt, aber diese Leitungen haben keine Preise: {{lines}}.",
          callers: "Anrufe darüber zählen als kostenlos; die Grenze hält sie nie auf.",
          toDo: "Tragen Sie bei der Leitung ein, was eine Minute kostet, oder begrenzen Sie Minuten.",
        },
        other: {
          what: "Was Anrufe kosten, ist vielleicht nicht bekannt, wo es begrenzt ist.",
          callers: "Eine Grenze in Geld hält sie womöglich nie auf.",
          toDo: "Sehen Sie sich die Preise der Leitungen an.",
        },
      },
    },
    spendCap: {
      name: "Grenzen bei Anbietern",
      ok: "Für jede Leitung hat jemand gesagt, ob ihr Anbieter begrenzt, was Auslandsgespräche kosten dürfen.",
      findings: {
        notAnswered: {
          what: "Noch hat niemand gesagt, ob die Anbieter dieser Leitungen begrenzen, was Auslandsgespräche kosten dürfen: {{lines}}.",
          callers:
            "Wenn jemand diesen Rechner übernimmt oder die Zugangsdaten einer Leitung stiehlt, kann nur noch der Anbieter ihn aufhalten.",
          toDo: "Sehen Sie im Kundenportal des Anbieters nach, schalten Sie eine Grenze ein und beantworten Sie die Frage bei der Leitung.",
        },
        other: {
          what: "Ein Anbieter begrenzt vielleicht nicht, was Auslandsgespräche kosten dürfen.",
          callers: "Nur der Anbieter kann jemanden aufhalten, der diesen Rechner übernommen hat.",
          toDo: "Sehen Sie sich die Leitungen an.",
        },
      },
    },
    auditLog: {
      name: "Protokoll",
      ok: "Das Protokoll ist so, wie es geschrieben wurde.",
      findings: {
        changed: {
          what: "Das Protokoll wurde verändert: Seine Zeile vom {{atMs}} ist nicht so, wie sie geschrieben wurde, oder eine davor fehlt.",
          callers:
            "Anrufe gehen wie immer weiter. Wer was geändert und wer ins Ausland telefoniert hat, lässt sich damit nicht mehr beweisen.",
          toDo: "Sichern Sie das Protokoll als Tabelle und bewahren Sie es auf, finden Sie heraus, wer an diesen Rechner konnte, und vergleichen Sie es mit älteren Sicherungen.",
        },
        cut: {
          what: "Am Ende des Protokolls fehlen Zeilen oder wurden welche eingefügt.",
          callers:
            "Anrufe gehen wie immer weiter. Wer was geändert und wer ins Ausland telefoniert hat, lässt sich damit nicht mehr beweisen.",
          toDo: "Sichern Sie das Protokoll als Tabelle und bewahren Sie es auf, finden Sie heraus, wer an diesen Rechner konnte, und vergleichen Sie es mit älteren Sicherungen.",
        },
        other: {
          what: "Das Protokoll ist vielleicht nicht so, wie es geschrieben wurde.",
          callers: "Anrufe gehen wie immer weiter.",
          toDo: "Sehen Sie sich das Protokoll an.",
        },
      },
    },
    lan: {
      name: "Netzzugang",
      ok: "Andere Rechner können dieses Fenster öffnen.",
      findings: {
        off: {
          what: "Der Netzzugang ist aus: Nur dieser Rechner kann das Fenster öffnen.",
          callers: "Anrufer merken nichts.",
          toDo: "Schalten Sie ihn in den Einstellungen ein, wenn andere die Tafel sehen sollen.",
        },
        portTaken: {
          what: "Ein anderes Programm ({{program}}) benutzt Port {{port}}, den andere Rechner benutzen sollten.",
          callers: "Anrufer merken nichts. Fenster auf anderen Rechnern lassen sich nicht öffnen.",
          toDo: "Wählen Sie einen anderen Port für den Netzzugang.",
        },
        portTakenBySomebody: {
          what: "Ein anderes Programm benutzt Port {{port}}, den andere Rechner benutzen sollten.",
          callers: "Anrufer merken nichts. Fenster auf anderen Rechnern lassen sich nicht öffnen.",
          toDo: "Wählen Sie einen anderen Port für den Netzzugang.",
        },
        portForbidden: {
          what: "Dieser Rechner behält Port {{port}} für sich.",
          callers: "Anrufer merken nichts. Fenster auf anderen Rechnern lassen sich nicht öffnen.",
          toDo: "Wählen Sie für den Netzzugang einen Port ab 1024, etwa 7443.",
        },
        cannotListen: {
          what: "Dieser Rechner lässt andere nicht an Port {{port}}.",
          callers: "Anrufer merken nichts. Fenster auf anderen Rechnern lassen sich nicht öffnen.",
          toDo: "Schalten Sie den Netzzugang aus und wieder ein. Bleibt es dabei, wählen Sie einen anderen Port.",
        },
        noCertificate: {
          what: "Für andere Rechner gibt es kein Zertifikat.",
          callers: "Anrufer merken nichts. Fenster auf anderen Rechnern lassen sich nicht öffnen.",
          toDo: "Starten Sie die Telefonanlage neu: Sie macht ein neues Zertifikat.",
        },
        other: {
          what: "Andere Rechner können dieses Fenster nicht öffnen.",
          callers: "Anrufer merken nichts. Anrufe und Telefone sind nicht betroffen.",
          toDo: "Sehen Sie sich den Netzzugang in den Einstellungen an.",
        },
      },
    },
  },
  commands: {
    check: "Die Telefonanlage prüfen",
    synonyms: "zustand status diagnose problem firewall ports sip test gesundheit",
  },
};
