//! Conference rooms.

phrases! {
    ENTER_ROOM = "conf-enter-room", "Please enter the number of the room, then press the hash key.", "Bitte geben Sie die Nummer des Raums ein und drücken Sie dann die Rautetaste.";
    NO_ROOM = "conf-no-room", "There is no room with that number.", "Einen Raum mit dieser Nummer gibt es nicht.";
    ENTER_ROOM_PIN = "conf-enter-pin", "Please enter the PIN of the room, then press the hash key.", "Bitte geben Sie die PIN des Raums ein und drücken Sie dann die Rautetaste.";
    WRONG_ROOM_PIN = "conf-wrong-pin", "That PIN is wrong.", "Diese PIN ist falsch.";
    SAY_NAME = "conf-say-name", "Please say your name after the tone, then press the hash key.", "Bitte nennen Sie nach dem Signalton Ihren Namen und drücken Sie dann die Rautetaste.";
    YOU_ARE_FIRST = "conf-you-are-first", "You are the first in the room.", "Sie sind als Erster im Raum.";
    ONE_OTHER = "conf-one-other", "There is one other person in the room.", "Außer Ihnen ist eine Person im Raum.";
    THERE_ARE = "conf-there-are", "There are", "Außer Ihnen sind";
    OTHERS = "conf-others", "others in the room.", "Personen im Raum.";
    HOST_NOT_HERE = "conf-host-not-here", "The host has not arrived yet. Please wait.", "Der Gastgeber ist noch nicht da. Bitte warten Sie.";
    HOST_ARRIVED = "conf-host-arrived", "The host has arrived.", "Der Gastgeber ist da.";
    HOST_LEFT = "conf-host-left", "The host has left the room.", "Der Gastgeber hat den Raum verlassen.";
    MUTED = "conf-muted", "You are muted.", "Sie sind stummgeschaltet.";
    UNMUTED = "conf-unmuted", "You can be heard again.", "Man hört Sie wieder.";
    ALL_MUTED = "conf-all-muted", "Everybody but the host is muted.", "Alle außer dem Gastgeber sind stummgeschaltet.";
    ALL_UNMUTED = "conf-all-unmuted", "Everybody can be heard again.", "Alle sind wieder zu hören.";
    ROOM_LOCKED = "conf-locked", "The room is locked.", "Der Raum ist abgeschlossen.";
    ROOM_UNLOCKED = "conf-unlocked", "The room is open again.", "Der Raum ist wieder offen.";
    ROOM_FULL = "conf-full", "The room is full.", "Der Raum ist voll.";
    SOMEBODY_JOINED = "conf-somebody-joined", "Somebody has joined.", "Ein Teilnehmer ist dazugekommen.";
    SOMEBODY_LEFT = "conf-somebody-left", "Somebody has left.", "Ein Teilnehmer ist gegangen.";
    NAMED_JOINED = "conf-named-joined", "has joined.", "ist dazugekommen.";
    NAMED_LEFT = "conf-named-left", "has left.", "ist gegangen.";
    YOU_WERE_REMOVED = "conf-you-were-removed", "You have been removed from the room.", "Sie wurden aus dem Raum entfernt.";
    ROOM_CLOSES = "conf-closes", "The conference is over.", "Die Konferenz ist beendet.";
    ROOM_RECORDED = "conf-recorded", "This conference is recorded.", "Diese Konferenz wird aufgezeichnet.";
    KEYS_MUTE = "conf-keys-mute", "To mute or unmute yourself, press star, then six.", "Um sich stummzuschalten oder wieder gehört zu werden, drücken Sie die Sterntaste und die sechs.";
    KEYS_COUNT = "conf-keys-count", "To hear how many are in the room, press star, then two.", "Um zu hören, wie viele im Raum sind, drücken Sie die Sterntaste und die zwei.";
    KEYS_LOCK = "conf-keys-lock", "To lock or unlock the room, press star, then five.", "Um den Raum abzuschließen oder zu öffnen, drücken Sie die Sterntaste und die fünf.";
}
