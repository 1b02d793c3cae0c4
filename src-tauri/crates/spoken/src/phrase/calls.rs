//! Calls in general: opening hours, what goes wrong, recording, keys.

phrases! {
    WELCOME = "welcome", "Welcome.", "Herzlich willkommen.";
    GOODBYE = "goodbye", "Goodbye.", "Auf Wiederhören.";
    ONE_MOMENT = "one-moment", "One moment, please.", "Einen Augenblick, bitte.";
    CONNECTING = "connecting", "You are being connected.", "Sie werden verbunden.";
    THANK_YOU = "thank-you", "Thank you.", "Vielen Dank.";

    INVALID_CHOICE = "invalid-choice", "That is not one of the choices.", "Diese Auswahl gibt es nicht.";
    NOTHING_PRESSED = "nothing-pressed", "You have not pressed a key.", "Sie haben keine Taste gedrückt.";
    TRY_AGAIN = "try-again", "Please try again.", "Bitte versuchen Sie es noch einmal.";
    TOO_MANY_TRIES = "too-many-tries", "Please call again later.", "Bitte rufen Sie später noch einmal an.";
    PRESS_TO_GO_ON = "press-to-go-on", "To be put through, please press", "Um verbunden zu werden, drücken Sie bitte die";
    DIAL_EXTENSION = "dial-extension", "Please enter the extension, then press the hash key.", "Bitte wählen Sie die Durchwahl und drücken Sie dann die Rautetaste.";

    NUMBER_NOT_IN_SERVICE = "number-not-in-service", "The number you have dialled is not in service.", "Die gewählte Rufnummer ist nicht vergeben.";
    NUMBER_NOT_ALLOWED = "number-not-allowed", "This telephone may not call that number.", "Diese Rufnummer darf von diesem Telefon nicht angerufen werden.";
    NUMBER_INCOMPLETE = "number-incomplete", "The number you have dialled is not complete.", "Die gewählte Rufnummer ist unvollständig.";
    NOBODY_AVAILABLE = "nobody-available", "Nobody is available right now.", "Zurzeit ist niemand erreichbar.";
    ALL_LINES_BUSY = "all-lines-busy", "All lines are busy right now.", "Zurzeit sind alle Leitungen belegt.";
    PERSON_BUSY = "person-busy", "The person you are calling is on another call.", "Der gewünschte Gesprächspartner telefoniert gerade.";
    CALL_FAILED = "call-failed", "Your call could not be connected.", "Die Verbindung konnte nicht hergestellt werden.";
    LIMIT_REACHED = "limit-reached", "The limit for calls outside has been reached. This call ends now.", "Das Limit für Gespräche nach draußen ist erreicht. Das Gespräch wird jetzt beendet.";
    LINE_NEEDED = "line-needed", "The line is needed for an emergency call. This call ends now.", "Die Leitung wird für einen Notruf gebraucht. Das Gespräch wird jetzt beendet.";
    OUT_OF_ORDER = "out-of-order", "Something has gone wrong on our side.", "Bei uns ist eine Störung aufgetreten.";

    WE_ARE_CLOSED = "we-are-closed", "We are closed.", "Wir haben geschlossen.";
    CLOSED_TODAY = "closed-today", "We are closed today.", "Wir haben heute geschlossen.";
    CLOSED_HOLIDAY = "closed-holiday", "We are closed today for a public holiday.", "Wegen des Feiertags haben wir heute geschlossen.";
    LUNCH_BREAK = "lunch-break", "We are at lunch.", "Wir haben gerade Mittagspause.";
    OPEN_TODAY_UNTIL = "open-today-until", "We are open today until", "Wir sind heute für Sie da bis";
    WE_ARE_BACK = "we-are-back", "We are back", "Wir sind wieder für Sie da";
    CALL_AGAIN_LATER = "call-again-later", "Please call us again during opening hours.", "Bitte rufen Sie uns während der Öffnungszeiten an.";

    CALL_IS_RECORDED = "call-is-recorded", "This call is recorded.", "Dieses Gespräch wird aufgezeichnet.";
    CALL_MAY_BE_RECORDED = "call-may-be-recorded", "This call may be recorded. If you do not agree, please say so.", "Dieses Gespräch wird möglicherweise aufgezeichnet. Wenn Sie das nicht möchten, sagen Sie es bitte.";
    RECORDING_ON = "recording-on", "Recording is on.", "Die Aufzeichnung läuft.";
    RECORDING_PAUSED = "recording-paused", "Recording is paused.", "Die Aufzeichnung ist angehalten.";
    RECORDING_OFF = "recording-off", "Recording is off.", "Die Aufzeichnung ist beendet.";

    PARKED_AT = "parked-at", "The call is parked at", "Das Gespräch wartet auf Platz";
    NOTHING_PARKED = "nothing-parked", "No call is parked there.", "Auf diesem Platz wartet kein Gespräch.";
    SWITCHED_ON = "switched-on", "Switched on.", "Eingeschaltet.";
    SWITCHED_OFF = "switched-off", "Switched off.", "Ausgeschaltet.";
    DIVERTED_TO = "diverted-to", "Your calls now go to", "Ihre Anrufe gehen jetzt an";
    YOUR_NUMBER_IS = "your-number-is", "Your number is", "Ihre Nummer ist";
    WAKE_UP = "wake-up", "Good morning. This is your wake-up call.", "Guten Morgen. Dies ist Ihr Weckruf.";
}
