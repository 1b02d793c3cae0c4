// What the engine refuses, as sentences: what happened, what callers notice, what to do.

import type { problems as english } from "../en/problems";
import type { Same } from "../same";

export const problems: Same<typeof english> = {
  code: {
    badFlow:
      "Das ist kein lesbarer Anrufablauf. Nichts wurde geändert. Wählen Sie eine andere Datei, oder exportieren Sie ihn neu.",
    draftChangedMeanwhile:
      "Jemand anders hat diesen Entwurf inzwischen geändert, deshalb wurde Ihre Änderung nicht gesichert. Anrufer merken nichts davon. Sehen Sie die andere an, und machen Sie Ihre dann noch einmal.",
    flowHasErrors:
      "Anrufer gingen in diesem Ablauf verloren, deshalb wurde er nicht veröffentlicht. Sie bekommen weiterhin, was live ist. Beheben Sie, was die Liste der Probleme zeigt.",
    scenarioFailed:
      "Ein Anruf, der so verlaufen muss wie bisher, würde es nicht; deshalb wurde nichts veröffentlicht. Anrufer bekommen weiterhin, was live ist. Ändern Sie den Ablauf oder das Szenario.",
    neverPublished:
      "Von diesem Ablauf wurde noch nichts veröffentlicht; es gibt nichts, wohin man zurück kann.",
    noVoice:
      "Für eine Sprache dieses Ablaufs gibt es keine Stimme; deshalb wurde nichts veröffentlicht. Anrufer bekommen weiterhin, was live ist. Nehmen Sie Aufnahmen oder eine andere Sprache.",
    badQuota:
      "Das ist mehr oder weniger, als ein Briefkasten fassen kann. Nichts wurde geändert. Geben Sie 1 bis 1.000 Nachrichten und 1 bis 1.440 Minuten ein.",
    badUntil:
      "Das Ende muss nach jetzt und binnen 400 Tagen liegen. Nichts wurde geändert. Wählen Sie ein anderes.",
    badSchedule:
      "Diese Zeiten passen nicht zusammen. Nichts wurde geändert; Anrufer werden geleitet wie bisher. Prüfen Sie Uhrzeiten und Daten.",
    notACalendar: "Diese Datei ist kein Kalender. Nichts wurde geändert. Wählen Sie eine .ics-Datei.",
    stillUsed:
      "Ein Anrufablauf oder eine Person richtet sich noch danach. Nichts wurde geändert. Wählen Sie dort zuerst etwas anderes.",
    badPassword:
      "Dieses Passwort geht nicht. Es braucht mindestens 10 Zeichen, muss anders sein als der Anmeldename und darf keines sein, das jeder zuerst versucht.",
    domainTaken:
      "Unter dieser Domain ist schon ein anderes Büro erreichbar. Nichts wurde geändert. Wählen Sie eine andere.",
    domainMissing:
      "Ohne eigene Domain wären seine Telefone nicht von denen der anderen zu unterscheiden. Nichts wurde geändert. Schreiben Sie eine, etwa acme.example.com.",
    badDomain: "Das ist kein Hostname. Nichts wurde geändert. Schreiben Sie ihn wie in acme.example.com.",
    badAccent:
      "Das ist keine Farbe. Nichts wurde geändert. Schreiben Sie sie wie in #0a7f3c, oder lassen Sie das Feld leer.",
    tooManyOffices: "Diese Telefonanlage hat so viele Büros, wie sie haben darf. Nichts wurde geändert.",
    domainsOfFurther:
      "Dieses Büro ist eines von mehreren seiner Telefonanlage. Nichts wurde geändert. Ändern Sie seine Domains im ersten Büro.",
    tooManyDomains: "Ein Büro hat höchstens 64 Domains. Nichts wurde geändert. Lassen Sie einige weg.",
    unknownParent:
      "Das Büro, zu dem es gehören soll, steht nicht in der Liste. Nichts wurde geändert. Wählen Sie ein anderes.",
    officeRuns:
      "Dieses Büro läuft noch. Nichts wurde geändert; seine Gespräche gehen weiter. Schalten Sie es zuerst aus.",
    officeHasParts:
      "Andere Büros sind Teile von diesem. Nichts wurde geändert. Ordnen Sie diese zuerst anders zu.",
    officeInItself:
      "Ein Büro kann kein Teil von sich selbst oder einem seiner Teile sein. Nichts wurde geändert.",
    officeCannotRun:
      "Das Büro steht in der Liste, kann aber nicht laufen; seine Telefone erreichen niemanden. Die Liste sagt, warum; schalten Sie es wieder ein, wenn das behoben ist.",
    officeIsOff: "Dieses Büro läuft nicht. Schalten Sie es zuerst ein.",
    onlyHere:
      "Das Fenster eines anderen Büros öffnet sich nur auf dem Rechner der Telefonanlage. Öffnen Sie es dort.",
    notFirstOffice:
      "Dieses Büro ist eines von mehreren seiner Telefonanlage. Hinzugefügt und geändert werden sie im ersten.",
    loginTaken: "Diesen Anmeldenamen hat schon jemand. Wählen Sie einen anderen.",
    badLogin: "Dieser Anmeldename geht nicht. Er braucht 1 bis 80 sichtbare Zeichen.",
    noOwnerForLan:
      "Andere Rechner dürfen das Fenster öffnen, also braucht mindestens ein Inhaber ein Passwort. Geben Sie einem Inhaber ein Passwort, oder schalten Sie zuerst den Netzzugang aus.",
    passphraseTooShort: "Dieser Kennsatz ist zu kurz. Er braucht mindestens 10 Zeichen.",
    wrongPassphrase:
      "Der Kennsatz öffnet diese Datei nicht. Es ist der, der beim Machen der Datei getippt wurde.",
    notABackup:
      "Diese Datei ist keine Sicherung von Cordboard. Nichts wurde geändert. Wählen Sie eine andere Datei.",
    backupTooNew:
      "Eine neuere Version von Cordboard hat diese Datei gemacht. Nichts wurde geändert. Installieren Sie jene Version, um sie wiederherzustellen.",
    backupTooLarge:
      "Das ist mehr, als in eine Sicherungsdatei passt. Nichts wurde geändert. Lassen Sie die Aufnahmen weg, oder wählen Sie eine andere Datei.",
    backupDamaged:
      "Diese Datei ist beschädigt und kann nicht wiederhergestellt werden. Nichts wurde geändert. Wählen Sie eine andere Datei.",
    restoreGone:
      "Es ist zu lange her, dass gezeigt wurde, was sich ändern würde. Nichts wurde geändert. Wählen Sie die Datei noch einmal.",
    portTaken: "Ein anderes Programm benutzt diesen Port. Wählen Sie einen anderen.",
    portForbidden: "Das System behält diesen Port für sich. Wählen Sie einen ab 1024, etwa 7443.",
    badPort: "Das ist kein Port. Wählen Sie einen von 1024 bis 65535, etwa 7443.",
    wrongPassword:
      "Anmeldename und Passwort passen nicht zusammen. Es wurde nichts geändert. Bitte beides prüfen und noch einmal versuchen.",
    numberTaken: "Diese Nummer hat schon jemand oder etwas anderes. Wählen Sie eine andere.",
    weakPin:
      "Diese PIN würde jeder zuerst versuchen. Nichts wurde geändert. Wählen Sie mindestens sechs Ziffern, die keine Reihe und kein Datum sind.",
    soundUsed:
      "Es kann nicht gelöscht werden, solange es verwendet wird. Wählen Sie dort zuerst etwas anderes.",
    slotTaken:
      "Auf diesem Platz ist schon jemand geparkt. Der Anruf bleibt, wie er war. Wählen Sie einen anderen Platz.",
    slotsFull:
      "Auf jedem Platz ist jemand geparkt. Der Anruf bleibt, wie er war. Holen Sie zuerst einen davon.",
    nothingParked: "Auf diesem Platz ist niemand mehr geparkt. Es wurde nichts getan.",
    badParking:
      "Diese Plätze kann niemand wählen. Wählen Sie 1 bis 100 Plätze mit Nummern von höchstens 8 Ziffern und 15 Sekunden bis 60 Minuten, bis ein Anruf zurückkommt.",
    parkingOverlaps:
      "Eine dieser Nummern ist zugleich Durchwahl und Parkplatz, sodass niemand wüsste, was gemeint ist. Wählen Sie eine andere Nummer oder in den Einstellungen andere Parkplätze.",
    roomFull:
      "Der Raum ist voll. Niemand wurde gerufen. Lassen Sie jemanden gehen, oder erlauben Sie in den Einstellungen mehr Personen.",
    noSuchVoice: "Diese Stimme ist nicht da. Nichts wurde gesprochen. Wählen Sie eine andere.",
    soundTooLarge:
      "Diese Tondatei ist zu groß. Nichts wurde hinzugefügt. Speichern Sie sie als MP3 oder OGG, das ist kleiner.",
    soundTooLong:
      "Dieser Klang ist zu lang. Nichts wurde hinzugefügt. Schneiden Sie ihn zuerst, oder wählen Sie einen kürzeren.",
    soundEmpty: "Diese Datei ist leer. Nichts wurde hinzugefügt. Wählen Sie eine andere.",
    soundDamaged:
      "Diese Tondatei ist beschädigt. Nichts wurde hinzugefügt. Speichern Sie sie neu, oder wählen Sie eine andere.",
    notASound:
      "Das ist keine Tondatei, die gelesen werden kann. Nichts wurde hinzugefügt. Wählen Sie eine WAV-, MP3-, OGG- oder FLAC-Datei.",
    noSoundInIt: "In dieser Datei ist kein Ton. Nichts wurde hinzugefügt. Wählen Sie eine andere.",
    tooManyChannels:
      "Dieser Klang hat mehr als zwei Kanäle. Nichts wurde hinzugefügt. Speichern Sie ihn zuerst in Stereo oder Mono.",
    badSampleRate:
      "Die Abtastrate dieses Klangs kann nicht gelesen werden. Nichts wurde hinzugefügt. Speichern Sie ihn zuerst mit 48 kHz.",
    uploadTooSlow:
      "Die Datei kam zu langsam und wurde aufgegeben. Nichts wurde hinzugefügt. Versuchen Sie es über eine bessere Verbindung.",
    builtInSound:
      "Dieser Klang kommt mit Cordboard und bleibt, wie er ist. Anrufer merken nichts. Fügen Sie einen eigenen hinzu.",
    badCut:
      "So wenig davon kann nicht bleiben. Nichts wurde geschnitten. Schieben Sie die Enden weiter auseinander.",
    noSuchSound: "Diesen Klang gibt es nicht mehr. Nichts wurde geändert. Wählen Sie einen anderen.",
    nothingToSay: "In diesem Text ist nichts, was gesprochen werden kann. Schreiben Sie ein paar Wörter.",
    textTooLong:
      "Dieser Text ist zu lang, um auf einmal gesprochen zu werden. Nichts wurde hinzugefügt. Kürzen Sie ihn.",
    notSpoken:
      "Ein Text konnte nicht gesprochen werden. Nichts wurde hinzugefügt oder veröffentlicht; Anrufer bekommen weiterhin, was live ist. Versuchen Sie es noch einmal, oder nehmen Sie eine andere Stimme oder eine Aufnahme.",
    numberWithheld:
      "Der Anrufer hat seine Nummer unterdrückt, also kann niemand zurückrufen. Es wurde nicht gewählt. Hören Sie die Nachricht an: Vielleicht wird die Nummer genannt.",
    noSuchMailbox:
      "Diesen Briefkasten gibt es nicht mehr. Nichts wurde geändert; Anrufer hören, was sie bisher hörten. Wählen Sie einen anderen.",
    badMailbox:
      "Eine dieser Grenzen des Briefkastens ist zu klein oder zu groß. Nichts wurde geändert; Anrufer hinterlassen Nachrichten wie bisher. Wählen Sie einen anderen Wert.",
    badEmail:
      "Das ist keine E-Mail-Adresse. Nichts wurde geändert. Schreiben Sie sie wie in anna@example.com.",
    roomEmpty: "Es ist niemand mehr im Raum. Nichts wurde geändert.",
    notInRoom: "Sie haben den Raum schon verlassen. Nichts wurde geändert.",
    neverRecorded:
      "Bei den Personen in diesem Gespräch ist Aufnehmen auf nie gestellt. Das Gespräch geht weiter. Ändern Sie es bei den Personen.",
    neverListenedTo:
      "Bei diesem Gespräch darf niemand mithören. Es geht ungestört weiter. Erlaubt wird das Mithören in den Einstellungen unter Aufnahmen; bei Notrufen nie.",
    alwaysRecorded:
      "Gespräche dieser Personen werden immer aufgenommen. Die Aufnahme geht weiter; sie kann angehalten, nicht beendet werden.",
    ownPhonesOffline:
      "Kein Telefon der Person ist online, also kann keines klingeln. Niemand wurde angerufen. Prüfen Sie die Telefone, oder wählen Sie eine andere Person.",
    badHost:
      "Dieser Name ist kein Name eines Servers. Es wurde nichts hinzugefügt. Schreiben Sie ihn wie der Anbieter, etwa sip.example.com.",
    missing:
      "Das wird gebraucht, sonst wäre kein Anruf möglich. Es wurde nichts hinzugefügt. Geben Sie ein, was im Brief des Anbieters steht.",
    badNumber:
      "Das ist keine Telefonnummer. Es wurde nichts geändert. Schreiben Sie sie mit Landesvorwahl, etwa +49 30 1234567, oder so, wie man sie hier wählt.",
    noNumberOnLine:
      "Keine Nummer des Büros ist auf dieser Leitung, also gibt es keine anzurufen. Es wurde niemand angerufen. Fügen Sie ihre Nummern unter „Nummern“ hinzu.",
    badText:
      "Dieser Text ist zu lang oder enthält Zeichen, die sich nicht zeigen lassen. Es wurde nichts geändert. Kürzen Sie ihn.",
    userMissing:
      "Ohne Benutzernamen weiß der Anbieter nicht, wer Sie sind, also wäre kein Anruf möglich. Es wurde nichts geändert. Geben Sie den aus seinem Brief ein.",
    passwordMissing:
      "Ohne Passwort wiese der Anbieter diese Leitung ab, und kein Anruf wäre möglich. Es wurde nichts geändert. Geben Sie das aus seinem Brief ein.",
    badChannels:
      "Eine Leitung trägt 1 bis 2.000 Gespräche zugleich, und davon herein oder hinaus nicht mehr als alle. Es wurde nichts geändert. Wählen Sie eine andere Zahl.",
    badRegisterExpiry:
      "Eine Anmeldung gilt 60 Sekunden bis einen Tag. Es wurde nichts geändert. Wählen Sie eine andere Zeit oder lassen Sie sie leer.",
    badSessionExpires:
      "Die Sitzungsdauer ist mindestens 90 Sekunden. Es wurde nichts geändert. Wählen Sie eine andere oder lassen Sie sie leer.",
    badProbe:
      "Gefragt werden kann alle 10 Sekunden bis einmal in der Stunde. Es wurde nichts geändert. Wählen Sie einen anderen Abstand oder lassen Sie ihn leer.",
    badLinePrefix:
      "Was vor eine Nummer gesetzt wird, besteht aus Ziffern, * und #. Es wurde nichts geändert. Entfernen Sie die anderen Zeichen.",
    badCodecs:
      "Eines dieser Tonformate ist nicht bekannt oder steht zweimal da. Es wurde nichts geändert. Wählen Sie andere.",
    wideNetwork:
      "Dieses Netz ist so weit, dass Fremde als Ihr Anbieter anrufen könnten. Es wurde nichts geändert. Nennen Sie die Adressen, die der Anbieter angibt.",
    nobodyCanBeIt:
      "Nichts sagt, wer diese Anlage ist, also könnte niemand als sie anrufen. Es wurde nichts geändert. Geben Sie ihr Adressen oder Benutzernamen und Passwort.",
    placeMissing:
      "Ihre eigenen Nummern führen zu ihr, aber nichts sagt, wo sie ist. Es wurde nichts geändert. Geben Sie ihren Server ein.",
    badPeerPrefix:
      "Womit ihre Nummern beginnen, besteht aus Ziffern, * und #. Es wurde nichts geändert. Berichtigen Sie, was dort steht.",
    prefixOfExtension:
      "Jemand im Büro hat eine Nummer, die so beginnt, und wäre nicht mehr zu erreichen. Es wurde nichts geändert. Wählen Sie einen anderen Anfang.",
    prefixOfOutside:
      "Nummern draußen beginnen so und ließen sich nicht mehr anrufen. Es wurde nichts geändert. Wählen Sie einen anderen Anfang.",
    prefixOfPeer:
      "Nummern einer anderen Anlage beginnen schon so. Es wurde nichts geändert. Wählen Sie einen anderen Anfang.",
    noSuchPeer: "Diese Anlage gibt es nicht mehr. Es wurde nichts geändert. Wählen Sie eine andere.",
    noSuchLine: "Diese Leitung gibt es nicht mehr. Es wurde nichts geändert. Wählen Sie eine andere.",
    noSuchPerson: "Diese Person gibt es nicht mehr. Es wurde nichts geändert. Wählen Sie jemand anderen.",
    noSuchSchedule: "Diese Öffnungszeiten gibt es nicht mehr. Es wurde nichts geändert. Wählen Sie andere.",
    noSuchList: "Diese Liste gibt es nicht mehr. Es wurde nichts geändert. Wählen Sie eine andere.",
    noSuchTarget:
      "Was Anrufer erreichen sollen, gibt es nicht mehr. Es wurde nichts geändert. Wählen Sie etwas anderes.",
    noSuchPreset:
      "Die Beschreibung dieses Anbieters ist nicht mehr da. Es wurde nichts hinzugefügt. Wählen Sie eine andere.",
    forwardHome:
      "Diese Nummer ist die eigene des Büros: Anrufer liefen im Kreis. Es wurde nichts geändert. Wählen Sie direkt, wen sie erreichen.",
    closedCircle:
      "Was Anrufer erreichen, wenn hier geschlossen ist, führt hierher zurück: sie erreichten niemanden. Es wurde nichts geändert. Wählen Sie einen Briefkasten oder jemanden, der dann Anrufe annimmt.",
    badNamePrefix:
      "Was vor dem Namen des Anrufers steht, ist zu lang oder lässt sich nicht zeigen. Es wurde nichts geändert. Kürzen Sie es.",
    badVariables:
      "Es sind zu viele Werte für den Ablauf, oder einer ist zu lang. Es wurde nichts geändert. Kürzen Sie sie.",
    ruleForNothing:
      "Die Regel sagt nicht, wohin die Anrufe gehen. Es wurde nichts geändert. Wählen Sie wenigstens eine Art von Nummer oder ein Land.",
    ruleForNobody: "Die Regel gilt für niemanden. Es wurde nichts geändert. Wählen Sie jemanden oder alle.",
    ruleWithoutLine:
      "Die Regel nennt keine Leitung, also gingen ihre Anrufe nirgendwohin. Es wurde nichts geändert. Wählen Sie wenigstens eine.",
    badNumberPrefix:
      "Wie Nummern beginnen, wird mit + und Ziffern geschrieben, etwa +4989. Es wurde nichts geändert. Berichtigen Sie es.",
    badOutsidePrefix:
      "Vor Anrufen hinaus werden eine bis drei Ziffern gewählt. Es wurde nichts geändert. Berichtigen Sie sie oder lassen Sie das Feld leer.",
    badAreaCode:
      "Eine Vorwahl besteht aus Ziffern, ohne die 0 davor, etwa 30 für Berlin. Es wurde nichts geändert. Berichtigen Sie sie oder lassen Sie sie leer.",
    badRate:
      "Mindestens ein Anruf in mindestens einer Sekunde. Es wurde nichts geändert. Wählen Sie andere Werte.",
    noEmergencyLine:
      "Diese Leitung ist nicht für Notrufe gedacht. Es wurde nichts geändert. Schalten Sie das zuerst in ihren Einzelheiten ein oder wählen Sie eine andere.",
    notOurDomain: "Das ist keine Domain des Büros. Es wurde nichts geändert. Wählen Sie eine davon.",
    callerListedTwice:
      "Ein Anrufer steht zweimal auf der Liste, vielleicht verschieden geschrieben. Es wurde nichts geändert. Entfernen Sie eine der Zeilen.",
    twice: "Dasselbe steht zweimal da. Es wurde nichts geändert. Entfernen Sie eines.",
    groupIsEmpty:
      "In dieser Rufgruppe ist niemand, Anrufer würden also niemanden erreichen. Nichts wurde geändert. Nehmen Sie jemanden auf.",
    groupIsFull:
      "Eine Rufgruppe klingelt bei höchstens 50 Personen. Nichts wurde geändert; Anrufe gehen wie bisher. Lassen Sie einige weg.",
    listedTwice:
      "Dasselbe steht zweimal in der Liste. Nichts wurde geändert; Anrufe gehen wie bisher. Nehmen Sie einen der beiden Einträge heraus.",
    groupDelay:
      "Bei jemandem würde es erst klingeln, wenn die Gruppe schon aufgehört hat zu klingeln (oder mehr als 120 Sekunden später). Nichts wurde geändert; Anrufe gehen wie bisher. Verkürzen Sie die Verzögerung, oder lassen Sie die Gruppe länger klingeln.",
    groupRingFor:
      "Eine Rufgruppe klingelt 5 bis 300 Sekunden. Nichts wurde geändert; Anrufe gehen wie bisher. Wählen Sie eine Zeit dazwischen.",
    groupCircle:
      "Anrufer, bei denen niemand abnimmt, kämen zu dieser Rufgruppe zurück und hörten es immer wieder klingeln. Nichts wurde geändert; Anrufe gehen wie bisher. Wählen Sie einen Briefkasten oder jemand anderen.",
    groupIsDrawn:
      "Inzwischen hat jemand mehr gezeichnet, als dieses Formular zeigen kann. Nichts wurde geändert; Anrufe gehen wie bisher. Schließen Sie das Formular, und ändern Sie die Gruppe in ihrer Zeichnung.",
    queueIsEmpty:
      "In dieser Warteschlange nimmt niemand Anrufe an, Anrufer würden also vergeblich warten. Nichts wurde geändert. Nehmen Sie jemanden auf.",
    queueIsFull:
      "In einer Warteschlange nehmen höchstens 50 Personen Anrufe an. Nichts wurde geändert; Anrufe gehen wie bisher. Lassen Sie einige weg.",
    queueBounds:
      "Das ist weniger oder mehr, als in einer Warteschlange geht. Nichts wurde geändert; Anrufe gehen wie bisher. Wählen Sie eine Zahl, die näher am Üblichen liegt.",
    queueExitKey:
      "Anrufer verlassen eine Warteschlange mit einer Taste des Telefons: 0 bis 9, * oder #. Nichts wurde geändert; Anrufe gehen wie bisher. Wählen Sie eine davon.",
    queueCircle:
      "Anrufer, die diese Warteschlange verlassen, kämen zu ihr zurück und warteten immer wieder. Nichts wurde geändert; Anrufe gehen wie bisher. Wählen Sie einen Briefkasten oder jemand anderen.",
    queueIsDrawn:
      "Inzwischen hat jemand mehr gezeichnet, als dieses Formular zeigen kann. Nichts wurde geändert; Anrufe gehen wie bisher. Schließen Sie das Formular, und ändern Sie die Warteschlange in ihrer Zeichnung.",
    // Anrufe, die das Büro nicht beginnt, und was sich mit einem laufenden nicht machen lässt.
    notInThisCall:
      "Das geht mit diesem Anruf gerade nicht: Er klingelt noch, ist geparkt, ist in einem Briefkasten, oder es nehmen schon zu viele teil. Er geht ungestört weiter. Versuchen Sie es gleich noch einmal.",
    alreadyThere:
      "Diese Person nimmt an dem Anruf schon teil, oder er klingelt bei ihr. Es wurde nichts geändert.",
    badMedia:
      "Die Telefone dieses Anrufs nutzen ein Tonformat, das die Anlage nicht spricht. Es wurde niemand angerufen; der Anruf geht weiter. Erlauben Sie an den Telefonen G.711 oder G.722.",
    notEncrypted:
      "Der Ton müsste verschlüsselt sein, und ein Telefon tut das nicht. Es wurde niemand angerufen; laufende Gespräche gehen weiter. Schalten Sie am Telefon verschlüsselten Ton (SRTP) ein.",
    noMediaPorts:
      "Für den Ton eines weiteren Gesprächs ist kein Port frei. Es wurde niemand angerufen; laufende Gespräche gehen weiter. Versuchen Sie es gleich noch einmal.",
    shuttingDown:
      "Die Telefonanlage wird gerade angehalten. Es wurde niemand angerufen. Versuchen Sie es noch einmal, sobald sie wieder läuft.",
    unknownNumber:
      "Diese Nummer hat das Büro nicht. Es wurde niemand angerufen. Prüfen Sie die Ziffern, oder wählen Sie eine andere.",
    numberHangsUp:
      "Diese Nummer ist so eingestellt, dass sie Anrufer abweist. Es wurde niemand angerufen. Wählen Sie eine andere.",
    notANumber:
      "Das ist keine Nummer, die man anrufen kann. Es wurde niemand angerufen. Prüfen Sie die Ziffern.",
    nobodyOnline:
      "Dort ist kein Telefon verbunden. Es wurde niemand angerufen. Prüfen Sie die Telefone, oder wählen Sie eine andere Nummer.",
    doNotDisturb:
      "Diese Person will nicht gestört werden. Es wurde niemand angerufen. Versuchen Sie es später, oder wählen Sie jemand anderen.",
    personBusy:
      "Diese Person hat so viele Gespräche, wie sie haben darf. Es wurde niemand angerufen. Versuchen Sie es später noch einmal.",
    callerAtLimit:
      "Diese Person hat so viele Gespräche, wie sie haben darf. Es wurde niemand angerufen. Lassen Sie zuerst eines davon enden, oder erlauben Sie in den Einstellungen mehr.",
    officeAtLimit:
      "Das Büro hat so viele Gespräche, wie es haben darf. Es wurde niemand angerufen. Versuchen Sie es gleich noch einmal, oder erlauben Sie in den Einstellungen mehr.",
    notFromOutside:
      "Das darf niemand von draußen verlangen. Es wurde niemand angerufen. Verlangen Sie es an einem Telefon des Büros.",
    notFromVoicemail:
      "Aus einem Briefkasten wird dorthin nicht zurückgerufen. Es wurde niemand angerufen. Wählen Sie die Nummer selbst, wenn die Nachricht stimmt.",
    peerUnreachable:
      "Die andere Anlage ist nicht erreichbar. Es wurde niemand angerufen. Sehen Sie unter „Andere Anlagen“ nach, und versuchen Sie es später noch einmal.",
    lineOff:
      "Die Leitung ist ausgeschaltet, also geht kein Anruf darüber. Schalten Sie sie unter „Leitungen“ ein, und versuchen Sie es noch einmal.",
    noLine:
      "Keine Leitung darf diesen Anruf tragen. Es wurde niemand angerufen. Sehen Sie unter „Leitungen“ und „Nach draußen“ nach.",
    linesFull:
      "Alle Leitungen, die diesen Anruf tragen dürfen, sind belegt. Es wurde niemand angerufen. Warten Sie, bis ein Gespräch endet, oder bestellen Sie beim Anbieter mehr Gespräche zugleich.",
    linesDown:
      "Keine Leitung, die diesen Anruf tragen darf, ist erreichbar. Es wurde niemand angerufen. Sehen Sie unter „Leitungen“ nach, was ist.",
    anotherWayAbroad:
      "So wählt man in einem anderen Land ins Ausland. Es wurde niemand angerufen. Für das Ausland 00 oder + wählen (in Nordamerika 011).",
    insideOnly:
      "Diese Person darf nur im Büro anrufen. Es wurde niemand angerufen. Ändern Sie es unter „Wer wohin anrufen darf“.",
    notAllowedAbroad:
      "Diese Person darf nicht ins Ausland anrufen. Es wurde niemand angerufen. Ändern Sie es unter „Wer wohin anrufen darf“.",
    countryNotAllowed:
      "Dieses Land gehört nicht zu denen, die angerufen werden dürfen. Es wurde niemand angerufen. Fügen Sie es unter „Schutz“ hinzu, wenn es gewünscht ist.",
    premiumBlocked:
      "Nummern, die extra kosten, sind gesperrt. Es wurde niemand angerufen. Erlauben Sie sie unter „Schutz“, wenn sie gewünscht sind.",
    newDevice:
      "Das Telefon ist neu und darf noch nicht ins Ausland anrufen. Es wurde niemand angerufen. Erlauben Sie es unter „Schutz“.",
    afterHours:
      "Das Ausland darf nur zu anderen Zeiten angerufen werden. Es wurde niemand angerufen. Versuchen Sie es dann noch einmal, oder ändern Sie die Zeiten unter „Schutz“.",
    noHairpin:
      "Ein Anruf von draußen darf nicht wieder hinausgehen. Es wurde niemand angerufen. Wählen Sie eine Nummer des Büros, oder ändern Sie es unter „Schutz“.",
    forwardAbroad:
      "Anrufe dürfen nicht ins Ausland weitergeleitet werden. Es wurde niemand angerufen. Wählen Sie eine andere Nummer, oder ändern Sie es unter „Schutz“.",
    fuseBlown:
      "Eine Grenze des Tages ist erreicht. Es wurde niemand angerufen. Setzen Sie sie unter „Schutz“ zurück, wenn die Anrufe richtig waren.",
    moneySpent:
      "Das Geld des Tages ist verbraucht. Es wurde niemand angerufen. Setzen Sie es unter „Schutz“ zurück, wenn die Anrufe richtig waren.",
    tooManyTriesAbroad:
      "Es gab zu viele Versuche ins Ausland in kurzer Zeit. Es wurde niemand angerufen. Setzen Sie es unter „Schutz“ zurück, wenn die Anrufe richtig waren.",
    tooManyNewCountries:
      "Diese Person hat heute zu viele neue Länder angerufen. Es wurde niemand angerufen. Setzen Sie es unter „Schutz“ zurück, wenn die Anrufe richtig waren.",
    atLimitAbroad:
      "Es gehen so viele Anrufe ins Ausland, wie dürfen. Es wurde niemand angerufen. Warten Sie, bis einer davon endet, oder ändern Sie es unter „Schutz“.",
    atLimitOutside:
      "Diese Person hat so viele Anrufe nach draußen, wie sie darf. Es wurde niemand angerufen. Warten Sie, bis einer davon endet, oder ändern Sie es unter „Schutz“.",
    outsideAtLimit:
      "Es gehen so viele Anrufe herein oder hinaus, wie dürfen. Es wurde niemand angerufen. Warten Sie, bis einer davon endet, oder ändern Sie es unter „Schutz“.",
    rateLimited:
      "In kurzer Zeit begannen zu viele Anrufe. Es wurde niemand angerufen. Warten Sie einen Moment und versuchen Sie es noch einmal, oder ändern Sie die Häufigkeit unter „Schutz“.",
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
    s501: "Das kann die Telefonanlage noch nicht. Es wurde nichts geändert; Gespräche sind nicht betroffen.",
    s500: "In der Telefonanlage ist etwas schiefgegangen. Gespräche gehen weiter. Versuchen Sie es noch einmal und sehen Sie dann unter „Zustand“ nach.",
    s503: "Die Telefonanlage ist beschäftigt. Gespräche gehen weiter. Versuchen Sie es gleich noch einmal.",
    s507: "Die Festplatte der Telefonanlage ist voll. Gespräche gehen weiter, aber nichts kann gesichert werden. Schaffen Sie Platz.",
  },
  // By the last part of a field within a field.
  nested: {
    exit: "Diese Nummer lässt sich nicht wählen. Nichts wurde geändert; Anrufe gehen wie bisher. Wählen Sie ein anderes Ziel.",
    otherwise:
      "Diese Nummer lässt sich nicht wählen. Nichts wurde geändert; Anrufe gehen wie bisher. Wählen Sie ein anderes Ziel.",
    whenClosed:
      "Diese Nummer lässt sich nicht wählen. Nichts wurde geändert; Anrufe gehen wie bisher. Wählen Sie ein anderes Ziel.",
    host: "Das ist kein Name und keine Adresse eines Servers. Es wurde nichts geändert. Schreiben Sie es wie der Anbieter, etwa sip.example.com oder 192.0.2.1:5060.",
  },
  // By field, for the line under the field.
  field: {
    extension: "Diese Nummer ist nicht möglich oder schon vergeben.",
    name: "Bitte einen Namen eingeben.",
    number: "Diese Nummer geht nicht oder führt schon woandershin. Wählen Sie eine andere.",
    waitForHost:
      "Der Raum soll auf die Leitung warten, hat aber keine PIN für sie; alle würden ewig warten. Setzen Sie eine PIN der Leitung.",
    maxMembers: "Ein Raum fasst 2 bis 50 Personen.",
    email: "Eine davon ist keine E-Mail-Adresse, oder es sind mehr als 10.",
    title: "Bitte geben Sie einen Titel mit höchstens 80 Zeichen ein.",
  },
};
