//! Voicemail: leaving a message, and hearing one's own by phone.

phrases! {
    // Greetings, for those who have recorded none.
    NOT_AVAILABLE = "vm-not-available", "The person you are calling cannot take your call right now.", "Der gewünschte Gesprächspartner ist zurzeit nicht erreichbar.";
    NAMED_NOT_AVAILABLE = "vm-named-not-available", "cannot take your call right now.", "ist zurzeit nicht erreichbar.";
    NAMED_BUSY = "vm-named-busy", "is on another call.", "telefoniert gerade.";
    NOBODY_CAN_ANSWER = "vm-nobody-can-answer", "Nobody can take your call right now.", "Zurzeit kann niemand Ihren Anruf annehmen.";
    REACHED_EXTENSION = "vm-reached-extension", "You have reached extension", "Sie sind verbunden mit der Durchwahl";
    PERSON_AWAY = "vm-person-away", "The person you are calling is away.", "Der gewünschte Gesprächspartner ist nicht im Büro.";
    NAMED_AWAY = "vm-named-away", "is away.", "ist nicht im Büro.";
    BACK_AGAIN = "vm-back-again", "Back again", "Wieder erreichbar";
    LEAVE_MESSAGE = "vm-leave-message", "Please leave a message after the tone.", "Bitte hinterlassen Sie nach dem Signalton eine Nachricht.";
    WHEN_FINISHED = "vm-when-finished", "When you have finished, hang up, or press hash for more choices.", "Legen Sie danach auf, oder drücken Sie die Rautetaste für weitere Möglichkeiten.";

    // After a caller has spoken.
    TO_SEND = "vm-to-send", "To send your message, press one.", "Um die Nachricht zu senden, drücken Sie die eins.";
    TO_LISTEN_TO_IT = "vm-to-listen-to-it", "To hear it, press two.", "Um sie anzuhören, drücken Sie die zwei.";
    TO_RECORD_AGAIN = "vm-to-record-again", "To record it again, press three.", "Um sie neu aufzunehmen, drücken Sie die drei.";
    MESSAGE_SENT = "vm-message-sent", "Your message has been sent.", "Ihre Nachricht wurde gesendet.";
    MESSAGE_TOO_SHORT = "vm-message-too-short", "Your message was too short.", "Ihre Nachricht war zu kurz.";
    MESSAGE_AT_ITS_END = "vm-message-at-its-end", "Your message has reached its greatest length.", "Ihre Nachricht hat die größte Länge erreicht.";
    BOX_FULL = "vm-box-full", "This mailbox is full and cannot take your message.", "Dieser Anrufbeantworter ist voll und kann keine Nachricht aufnehmen.";
    NO_BOX = "vm-no-box", "There is no mailbox for that number.", "Für diese Nummer gibt es keinen Anrufbeantworter.";

    // Coming in.
    ENTER_BOX = "vm-enter-box", "Please enter your extension, then press the hash key.", "Bitte geben Sie Ihre Durchwahl ein und drücken Sie dann die Rautetaste.";
    ENTER_PIN = "vm-enter-pin", "Please enter your PIN, then press the hash key.", "Bitte geben Sie Ihre PIN ein und drücken Sie dann die Rautetaste.";
    WRONG_PIN = "vm-wrong-pin", "That PIN is wrong.", "Diese PIN ist falsch.";
    PIN_LOCKED = "vm-pin-locked", "The PIN has been wrong too often. This mailbox is locked for a while.", "Die PIN war zu oft falsch. Der Anrufbeantworter ist für einige Zeit gesperrt.";

    // The main menu.
    YOU_HAVE = "vm-you-have", "You have", "Sie haben";
    NEARLY_FULL = "vm-nearly-full", "Your mailbox is nearly full. Please delete some messages.", "Ihr Anrufbeantworter ist fast voll. Bitte löschen Sie einige Nachrichten.";
    FOR_NEW = "vm-for-new", "For new messages, press one.", "Für neue Nachrichten drücken Sie die eins.";
    FOR_SAVED = "vm-for-saved", "For saved messages, press two.", "Für gespeicherte Nachrichten drücken Sie die zwei.";
    FOR_GREETING = "vm-for-greeting", "For your greeting, press three.", "Für Ihre Begrüßung drücken Sie die drei.";
    FOR_PIN = "vm-for-pin", "To change your PIN, press four.", "Um Ihre PIN zu ändern, drücken Sie die vier.";
    FOR_HELP = "vm-for-help", "To hear the choices again, press zero.", "Um die Auswahl noch einmal zu hören, drücken Sie die null.";
    FOR_MAIN_MENU = "vm-for-main-menu", "For the main menu, press star.", "Für das Hauptmenü drücken Sie die Sterntaste.";

    // Listening.
    MESSAGE_NUMBER = "vm-message-number", "Message", "Nachricht";
    RECEIVED = "vm-received", "received", "empfangen";
    FROM = "vm-from", "from", "von";
    FROM_UNKNOWN = "vm-from-unknown", "from an unknown number", "von einer unbekannten Nummer";
    LENGTH = "vm-length", "length", "Dauer";
    FORWARDED_BY = "vm-forwarded-by", "forwarded by", "weitergeleitet von";
    TO_HEAR_AGAIN = "vm-to-hear-again", "To hear it again, press one.", "Um sie noch einmal zu hören, drücken Sie die eins.";
    TO_SAVE = "vm-to-save", "To save it, press two.", "Um sie zu speichern, drücken Sie die zwei.";
    TO_DELETE = "vm-to-delete", "To delete it, press three.", "Um sie zu löschen, drücken Sie die drei.";
    TO_CALL_BACK = "vm-to-call-back", "To call back, press five.", "Um zurückzurufen, drücken Sie die fünf.";
    TO_FORWARD = "vm-to-forward", "To forward it to a colleague, press six.", "Um sie weiterzuleiten, drücken Sie die sechs.";
    TO_REWIND = "vm-to-rewind", "To go back five seconds, press seven.", "Um fünf Sekunden zurückzuspringen, drücken Sie die sieben.";
    TO_SKIP = "vm-to-skip", "To go on five seconds, press nine.", "Um fünf Sekunden vorzuspringen, drücken Sie die neun.";
    FOR_NEXT = "vm-for-next", "For the next message, press hash.", "Für die nächste Nachricht drücken Sie die Rautetaste.";
    FOR_MORE = "vm-for-more", "For more choices, press star.", "Für weitere Möglichkeiten drücken Sie die Sterntaste.";
    SAVED = "vm-saved", "Saved.", "Gespeichert.";
    DELETED = "vm-deleted", "Deleted.", "Gelöscht.";
    END_OF_MESSAGES = "vm-end-of-messages", "There are no more messages.", "Es gibt keine weiteren Nachrichten.";

    // Calling back, forwarding.
    CALLING_BACK = "vm-calling-back", "Calling", "Ich rufe an";
    CANNOT_CALL_BACK = "vm-cannot-call-back", "This caller cannot be called back.", "Dieser Anrufer kann nicht zurückgerufen werden.";
    FORWARD_TO = "vm-forward-to", "Please enter your colleague's extension, then press the hash key.", "Bitte geben Sie die Durchwahl ein, an die weitergeleitet wird, und drücken Sie dann die Rautetaste.";
    FORWARDING_TO = "vm-forwarding-to", "This message goes to", "Diese Nachricht geht an";
    TO_CONFIRM = "vm-to-confirm", "If that is right, press one.", "Wenn das richtig ist, drücken Sie die eins.";
    TO_CHANGE = "vm-to-change", "To change it, press two.", "Um es zu ändern, drücken Sie die zwei.";
    FORWARDED = "vm-forwarded", "The message has been forwarded.", "Die Nachricht wurde weitergeleitet.";
    CANCELLED = "vm-cancelled", "Cancelled.", "Abgebrochen.";

    // Greetings of one's own.
    RECORD_STANDARD = "vm-record-standard", "For your standard greeting, press one.", "Für die normale Begrüßung drücken Sie die eins.";
    RECORD_BUSY = "vm-record-busy", "For the greeting when you are on a call, press two.", "Für die Begrüßung im Gespräch drücken Sie die zwei.";
    RECORD_AWAY = "vm-record-away", "For the greeting when you are away, press three.", "Für die Begrüßung bei Abwesenheit drücken Sie die drei.";
    RECORD_NAME = "vm-record-name", "To record your name, press four.", "Um Ihren Namen aufzunehmen, drücken Sie die vier.";
    RECORD_CLOSED = "vm-record-closed", "For the greeting outside opening hours, press five.", "Für die Begrüßung außerhalb der Öffnungszeiten drücken Sie die fünf.";
    SPEAK_GREETING = "vm-speak-greeting", "Please speak your greeting after the tone, then press the hash key.", "Bitte sprechen Sie Ihre Begrüßung nach dem Signalton und drücken Sie dann die Rautetaste.";
    SPEAK_NAME = "vm-speak-name", "Please say your name after the tone, then press the hash key.", "Bitte sprechen Sie Ihren Namen nach dem Signalton und drücken Sie dann die Rautetaste.";
    YOUR_GREETING_IS = "vm-your-greeting-is", "This is your greeting.", "So klingt Ihre Begrüßung.";
    TO_KEEP_GREETING = "vm-to-keep-greeting", "To use it, press one.", "Um sie zu verwenden, drücken Sie die eins.";
    TO_HEAR_GREETING = "vm-to-hear-greeting", "To hear it again, press two.", "Um sie noch einmal zu hören, drücken Sie die zwei.";
    TO_REDO_GREETING = "vm-to-redo-greeting", "To record it again, press three.", "Um sie neu aufzunehmen, drücken Sie die drei.";
    TO_DROP_GREETING = "vm-to-drop-greeting", "To go back to the standard words, press four.", "Um wieder den Standardtext zu verwenden, drücken Sie die vier.";
    GREETING_KEPT = "vm-greeting-kept", "Your greeting is now in use.", "Ihre Begrüßung ist jetzt aktiv.";
    GREETING_DROPPED = "vm-greeting-dropped", "Callers now hear the standard words.", "Anrufer hören jetzt den Standardtext.";
    GREETING_TOO_SHORT = "vm-greeting-too-short", "That was too short.", "Das war zu kurz.";
    AWAY_UNTIL = "vm-away-until", "Please enter the last day of your absence: two digits for the day, and two for the month. If you do not know it yet, press the hash key.", "Bitte geben Sie Ihren letzten Abwesenheitstag vierstellig ein: Tag und Monat. Ist er offen, drücken Sie Raute.";
    NO_SUCH_DAY = "vm-no-such-day", "There is no such day.", "Diesen Tag gibt es nicht.";
    AWAY_ENDS = "vm-away-ends", "Callers hear it for the last time", "Anrufer hören sie zum letzten Mal";
    AWAY_WITHOUT_END = "vm-away-without-end", "Callers hear it until you change it.", "Anrufer hören sie, bis Sie sie ändern.";

    // A new PIN.
    NEW_PIN = "vm-new-pin", "Please enter your new PIN of six digits, then press the hash key.", "Bitte geben Sie Ihre neue sechsstellige PIN ein und drücken Sie dann die Rautetaste.";
    NEW_PIN_AGAIN = "vm-new-pin-again", "Please enter it once more.", "Bitte geben Sie sie noch einmal ein.";
    PIN_DIFFERS = "vm-pin-differs", "The two PINs are not the same.", "Die beiden PINs sind nicht gleich.";
    PIN_WRONG_LENGTH = "vm-pin-wrong-length", "A PIN has six digits.", "Eine PIN hat sechs Ziffern.";
    PIN_WEAK = "vm-pin-weak", "That PIN is too easy to guess. Please choose another.", "Diese PIN ist zu leicht zu erraten. Bitte wählen Sie eine andere.";
    PIN_CHANGED = "vm-pin-changed", "Your PIN has been changed.", "Ihre PIN wurde geändert.";
}
