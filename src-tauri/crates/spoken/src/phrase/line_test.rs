//! The echo, delay, level and key test.

phrases! {
    ECHO_BEGINS = "test-echo-begins", "You will now hear yourself. To end the test, press hash.", "Sie hören jetzt sich selbst. Um den Test zu beenden, drücken Sie die Rautetaste.";
    ECHO_ENDS = "test-echo-ends", "The echo test is over.", "Der Echotest ist beendet.";
    DELAY_BEGINS = "test-delay-begins", "The delay is being measured. Please be quiet for a moment.", "Die Verzögerung wird gemessen. Bitte sprechen Sie einen Augenblick nicht.";
    DELAY_IS = "test-delay-is", "The delay is", "Die Verzögerung beträgt";
    DELAY_UNKNOWN = "test-delay-unknown", "The delay could not be measured.", "Die Verzögerung konnte nicht gemessen werden.";
    DELAY_GOOD = "test-delay-good", "That is good.", "Das ist gut.";
    DELAY_LONG = "test-delay-long", "That is too long for a pleasant talk.", "Das ist zu lang für ein angenehmes Gespräch.";
    LEVEL_BEGINS = "test-level-begins", "Please speak after the tone as you usually do, for five seconds.", "Bitte sprechen Sie nach dem Signalton fünf Sekunden lang, wie Sie gewöhnlich sprechen.";
    LEVEL_GOOD = "test-level-good", "Your voice is at a good level.", "Ihre Stimme ist gut zu hören.";
    LEVEL_LOW = "test-level-low", "Your voice is too quiet.", "Ihre Stimme ist zu leise.";
    LEVEL_HIGH = "test-level-high", "Your voice is too loud.", "Ihre Stimme ist zu laut.";
    LEVEL_SILENT = "test-level-silent", "Nothing was heard. Please check your microphone.", "Es war nichts zu hören. Bitte prüfen Sie Ihr Mikrofon.";
    KEYS_BEGIN = "test-keys-begin", "Please press some keys, then wait.", "Bitte drücken Sie einige Tasten und warten Sie dann.";
    YOU_PRESSED = "test-you-pressed", "You pressed", "Sie haben gedrückt";
    NO_KEYS = "test-no-keys", "No keys were received.", "Es wurden keine Tasten empfangen.";
    QUALITY_GOOD = "test-quality-good", "Your connection is good.", "Ihre Verbindung ist gut.";
    QUALITY_FAIR = "test-quality-fair", "Your connection is fair.", "Ihre Verbindung ist mittelmäßig.";
    QUALITY_POOR = "test-quality-poor", "Your connection is poor.", "Ihre Verbindung ist schlecht.";
    TEST_MENU_ECHO = "test-menu-echo", "For the echo test, press one.", "Für den Echotest drücken Sie die eins.";
    TEST_MENU_DELAY = "test-menu-delay", "For the delay, press two.", "Für die Verzögerung drücken Sie die zwei.";
    TEST_MENU_LEVEL = "test-menu-level", "For the level of your voice, press three.", "Für die Lautstärke Ihrer Stimme drücken Sie die drei.";
    TEST_MENU_KEYS = "test-menu-keys", "To test the keys, press four.", "Um die Tasten zu prüfen, drücken Sie die vier.";
}
