//! What is kept of happenings though nobody asks to: numbers that were called and that nobody has set
//! up, letters about emergency calls and about fuses that blew, recordings that are whole after their
//! calls.

use super::{Clerk, alarms};
use crate::{emergencies, keeper};
use office::{Office, TrunkId};
use store::{Store, StoreError};
use switch::{FuseId, FuseLimit, Happening, What};

impl Clerk {
    /// Takes in a happening. Never blocks.
    pub fn tell(&self, happening: &Happening) {
        let at_ms = happening.unix_ms;
        match &happening.what {
            What::NumberCalled {
                line,
                number,
                known: false,
                ..
            } => {
                let (line, number): (TrunkId, String) = (*line, number.clone());
                self.keep(move |store| store.unknown_number_called(&number, Some(line), at_ms));
            }
            // A recording may be whole only after its call is over: its story says so all the same.
            What::RecordingEnded { call, .. } => {
                let call = *call;
                let event = keeper::event(&(0, happening.what.clone()));
                self.keep_in_history(move |store| {
                    store.add_call_event(call, at_ms, &event.kind, &event.detail)?;
                    Ok(())
                });
            }
            What::EmergencyCalled { .. } => {
                if let Some((subject, body)) = emergencies::letter(&self.desk.office(), happening) {
                    self.alarm(subject, body, at_ms);
                }
            }
            What::FuseTripped { fuse, .. } => {
                let (subject, body) = about_fuse(&self.desk.office(), *fuse);
                self.alarm(subject, body, at_ms);
            }
            _ => {}
        }
    }

    /// Writes to whoever is to hear of alarms, once letters can be sent at all.
    fn alarm(&self, subject: String, body: String, at_ms: i64) {
        let (desk, office) = (std::sync::Arc::clone(&self.desk), self.desk.office());
        self.keep(move |store| {
            if alarms::queue(store, &office, &subject, &body, at_ms)? {
                desk.wake_courier();
            }
            Ok(())
        });
    }

    fn keep_in_history(
        &self,
        keep: impl FnOnce(&mut Store) -> Result<(), StoreError> + Send + 'static,
    ) {
        let taken = self.keeper.work_on_history(move |store| {
            if let Err(why) = keep(store) {
                tracing::error!(%why, "the story of a call could not be completed");
            }
        });
        if !taken {
            tracing::error!("the disk does not keep up; the story of a call is not complete");
        }
    }

    fn keep(&self, keep: impl FnOnce(&mut Store) -> Result<(), StoreError> + Send + 'static) {
        let taken = self.keeper.work(move |store| {
            if let Err(why) = keep(store) {
                tracing::error!(%why, "something of a call outside could not be kept");
            }
        });
        if !taken {
            tracing::error!("the disk does not keep up; something of a call outside is lost");
        }
    }
}

/// Subject and text of the letter about a fuse that blew, in the office's language.
fn about_fuse(office: &Office, fuse: FuseId) -> (String, String) {
    let german = office.settings().language.as_str().starts_with("de");
    let whose = match fuse.of {
        switch::FuseOf::Office if german => "die ganze Anlage".to_owned(),
        switch::FuseOf::Office => "the whole office".to_owned(),
        switch::FuseOf::Person(id) => office
            .person(id)
            .map(|person| person.name.clone())
            .unwrap_or_default(),
        switch::FuseOf::Line(id) => office
            .trunk(id)
            .map(|trunk| trunk.name.clone())
            .unwrap_or_default(),
        switch::FuseOf::Peer(id) => office
            .peer(id)
            .map(|peer| peer.name.clone())
            .unwrap_or_default(),
    };
    let what = match (fuse.limit, german) {
        (FuseLimit::ForeignMinutes, true) => "die Minuten ins Ausland sind für heute verbraucht",
        (FuseLimit::ForeignMinutes, false) => "the minutes abroad of today are used up",
        (FuseLimit::Minutes, true) => "die Minuten nach draußen sind für heute verbraucht",
        (FuseLimit::Minutes, false) => "the minutes outside of today are used up",
        (FuseLimit::Money, true) => "das Geld für heute ist verbraucht",
        (FuseLimit::Money, false) => "the money of today is used up",
        (FuseLimit::Tries, true) => "zu viele Versuche ins Ausland in kurzer Zeit",
        (FuseLimit::Tries, false) => "too many tries abroad in a short time",
        (FuseLimit::NewCountries, true) => "zu viele neue Länder an einem Tag",
        (FuseLimit::NewCountries, false) => "too many new countries in one day",
    };
    if german {
        (
            format!("Sicherung ausgelöst: {whose}"),
            format!(
                "{whose}: {what}.\n\nSolche Anrufe sind gesperrt. Sehen Sie nach, wer telefoniert, \
                 und ändern Sie im Zweifel das Passwort des Telefons. Unter „Nummern & Leitungen“ \
                 setzen Sie die Sicherung wieder ein.\n"
            ),
        )
    } else {
        (
            format!("A fuse has blown: {whose}"),
            format!(
                "{whose}: {what}.\n\nSuch calls are not made any more. See who calls, and if in \
                 doubt change the password of the phone. Under “Numbers & lines” you put the fuse \
                 back in.\n"
            ),
        )
    }
}
