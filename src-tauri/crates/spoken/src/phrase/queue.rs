//! Waiting in a queue.

phrases! {
    ALL_BUSY = "queue-all-busy", "We are all on the phone right now. Please hold the line.", "Zurzeit sind alle im Gespräch. Bitte bleiben Sie am Apparat.";
    THANKS_FOR_WAITING = "queue-thanks-for-waiting", "Thank you for waiting.", "Vielen Dank für Ihre Geduld.";
    STILL_BUSY = "queue-still-busy", "We will be with you as soon as we can.", "Wir sind so bald wie möglich für Sie da.";
    YOU_ARE_NEXT = "queue-you-are-next", "You are next.", "Sie sind als Nächstes an der Reihe.";
    YOUR_PLACE = "queue-your-place", "You are number", "Sie sind in der Warteschlange Nummer";
    WAIT_ABOUT = "queue-wait-about", "The wait is about", "Die Wartezeit beträgt ungefähr";
    WAIT_UNDER_A_MINUTE = "queue-wait-under-a-minute", "The wait is less than a minute.", "Die Wartezeit beträgt weniger als eine Minute.";
    WAIT_LONG = "queue-wait-long", "The wait is longer than usual.", "Die Wartezeit ist zurzeit länger als üblich.";
    OFFER_CALL_BACK = "queue-offer-call-back", "If you would like us to call you back, press one.", "Wenn wir Sie zurückrufen sollen, drücken Sie die eins.";
    OFFER_MESSAGE = "queue-offer-message", "To leave a message, press two.", "Um eine Nachricht zu hinterlassen, drücken Sie die zwei.";
    CALL_BACK_NUMBER = "queue-call-back-number", "We will call you back on", "Wir rufen Sie zurück unter der Nummer";
    OTHER_NUMBER = "queue-other-number", "For another number, press two.", "Für eine andere Nummer drücken Sie die zwei.";
    ENTER_NUMBER = "queue-enter-number", "Please enter the number, then press the hash key.", "Bitte geben Sie die Nummer ein und drücken Sie dann die Rautetaste.";
    CALL_BACK_PLACED = "queue-call-back-placed", "We will call you back. You keep your place.", "Wir rufen Sie zurück. Ihr Platz bleibt Ihnen erhalten.";
    CALL_BACK_NOW = "queue-call-back-now", "This is the call back you asked for.", "Dies ist der Rückruf, um den Sie gebeten haben.";
    NOBODY_SIGNED_IN = "queue-nobody-signed-in", "Nobody can answer your call right now.", "Zurzeit kann niemand Ihren Anruf entgegennehmen.";
    QUEUE_FULL = "queue-full", "Too many callers are waiting right now.", "Zurzeit warten zu viele Anrufer.";
    SIGNED_IN = "queue-signed-in", "You are now taking calls.", "Sie nehmen jetzt Anrufe an.";
    SIGNED_OUT = "queue-signed-out", "You are no longer taking calls.", "Sie nehmen keine Anrufe mehr an.";
    ON_BREAK = "queue-on-break", "You are on a break.", "Sie machen Pause.";
    CALL_FROM_QUEUE = "queue-call-from-queue", "A caller from the queue.", "Ein Anrufer aus der Warteschlange.";
    TO_ACCEPT = "queue-to-accept", "To take the call, press one.", "Um das Gespräch anzunehmen, drücken Sie die eins.";
}
