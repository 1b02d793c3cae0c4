//! Every word the window's own parts say: tray, menu, and the pages shown while no engine answers.

/// The words in one language.
pub struct Words {
    /// As in `<html lang>`.
    pub language: &'static str,
    pub open: &'static str,
    pub start_at_login: &'static str,
    pub close: &'static str,
    pub quit: &'static str,
    pub starting: &'static str,
    pub restarting: &'static str,
    pub stopped: &'static str,
    pub stopping_after_calls: &'static str,
    pub no_phone: &'static str,
    pub one_phone: &'static str,
    pub phones: &'static str,
    pub no_call: &'static str,
    pub one_call: &'static str,
    pub calls: &'static str,
    pub not_running_title: &'static str,
    pub not_running: &'static str,
    pub stopped_title: &'static str,
    pub stopped_text: &'static str,
    pub try_again: &'static str,
    pub start: &'static str,
    pub close_title: &'static str,
    pub close_text: &'static str,
    pub close_text_without_tray: &'static str,
    pub quit_title: &'static str,
    pub quit_text: &'static str,
    pub active_calls_none: &'static str,
    pub active_calls_one: &'static str,
    pub active_calls: &'static str,
    pub keep_running: &'static str,
    pub stop_after_calls: &'static str,
    pub stop_now: &'static str,
    pub cancel: &'static str,
    pub remember: &'static str,
}

impl Words {
    /// The words of the person at this computer; English where theirs are not spoken.
    pub fn of_system() -> &'static Self {
        let language = sys_locale::get_locale().unwrap_or_default();
        if language.to_lowercase().starts_with("de") {
            &GERMAN
        } else {
            &ENGLISH
        }
    }

    /// As in "2 phones connected · 1 call".
    pub fn phones_and_calls(&self, phones: usize, calls: usize) -> String {
        let phones = counted(phones, [self.no_phone, self.one_phone, self.phones]);
        let calls = counted(calls, [self.no_call, self.one_call, self.calls]);
        format!("{phones} · {calls}")
    }

    /// As in "2 calls are active."
    pub fn how_many_active(&self, calls: usize) -> String {
        let forms = [
            self.active_calls_none,
            self.active_calls_one,
            self.active_calls,
        ];
        counted(calls, forms)
    }
}

/// The form for none, one or many, with the number in place of `{}`.
fn counted(number: usize, [none, one, many]: [&str; 3]) -> String {
    match number {
        0 => none.to_owned(),
        1 => one.to_owned(),
        _ => many.replace("{}", &number.to_string()),
    }
}

const ENGLISH: Words = Words {
    language: "en",
    open: "Open Cordboard",
    start_at_login: "Start at Login",
    close: "Close Window",
    quit: "Quit…",
    starting: "The phone system is starting",
    restarting: "The phone system is being started again",
    stopped: "The phone system is not running",
    stopping_after_calls: "Stops when no call is active",
    no_phone: "No phone connected",
    one_phone: "1 phone connected",
    phones: "{} phones connected",
    no_call: "no call",
    one_call: "1 call",
    calls: "{} calls",
    not_running_title: "The phone system is not running",
    not_running: "Cordboard could not start it on this computer, so phones cannot make calls right now.",
    stopped_title: "The phone system was stopped",
    stopped_text: "It was told to stop, so phones cannot make calls right now.",
    try_again: "Try again",
    start: "Start the phone system",
    close_title: "The phone system keeps running",
    close_text: "Phones can make calls while this window is closed. Open it again from the icon in the tray.",
    close_text_without_tray: "Phones can make calls while this window is closed. Start Cordboard again to open it.",
    quit_title: "Quit Cordboard?",
    quit_text: "The phone system can keep running without it: phones can make calls, but nothing is shown here.",
    active_calls_none: "No call is active.",
    active_calls_one: "1 call is active.",
    active_calls: "{} calls are active.",
    keep_running: "Keep running",
    stop_after_calls: "Stop after calls",
    stop_now: "Stop now",
    cancel: "Cancel",
    remember: "Do the same next time without asking",
};

const GERMAN: Words = Words {
    language: "de",
    open: "Cordboard öffnen",
    start_at_login: "Bei der Anmeldung starten",
    close: "Fenster schließen",
    quit: "Beenden …",
    starting: "Die Telefonanlage startet",
    restarting: "Die Telefonanlage wird neu gestartet",
    stopped: "Die Telefonanlage läuft nicht",
    stopping_after_calls: "Stoppt, sobald kein Gespräch mehr läuft",
    no_phone: "Kein Telefon verbunden",
    one_phone: "1 Telefon verbunden",
    phones: "{} Telefone verbunden",
    no_call: "kein Gespräch",
    one_call: "1 Gespräch",
    calls: "{} Gespräche",
    not_running_title: "Die Telefonanlage läuft nicht",
    not_running: "Cordboard konnte sie auf diesem Computer nicht starten. Deshalb kann gerade niemand telefonieren.",
    stopped_title: "Die Telefonanlage wurde gestoppt",
    stopped_text: "Jemand hat sie gestoppt. Deshalb kann gerade niemand telefonieren.",
    try_again: "Noch einmal versuchen",
    start: "Telefonanlage starten",
    close_title: "Die Telefonanlage läuft weiter",
    close_text: "Auch wenn dieses Fenster geschlossen ist, kann telefoniert werden. Sie öffnen es wieder über das Symbol in der Taskleiste.",
    close_text_without_tray: "Auch wenn dieses Fenster geschlossen ist, kann telefoniert werden. Starten Sie Cordboard erneut, um es zu öffnen.",
    quit_title: "Cordboard beenden?",
    quit_text: "Die Telefonanlage kann ohne das Fenster weiterlaufen: Telefonieren geht, nur ist hier nichts zu sehen.",
    active_calls_none: "Gerade läuft kein Gespräch.",
    active_calls_one: "Gerade läuft 1 Gespräch.",
    active_calls: "Gerade laufen {} Gespräche.",
    keep_running: "Weiterlaufen lassen",
    stop_after_calls: "Nach den Gesprächen stoppen",
    stop_now: "Sofort stoppen",
    cancel: "Abbrechen",
    remember: "Nächstes Mal ohne Nachfrage genauso",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_their_forms() {
        let said = |phones, calls| ENGLISH.phones_and_calls(phones, calls);
        assert_eq!(said(0, 0), "No phone connected · no call");
        assert_eq!(said(1, 12), "1 phone connected · 12 calls");
        assert_eq!(ENGLISH.how_many_active(1), "1 call is active.");
        assert_eq!(GERMAN.how_many_active(3), "Gerade laufen 3 Gespräche.");
    }
}
