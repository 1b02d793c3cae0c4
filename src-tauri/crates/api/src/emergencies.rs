//! Emergency calls of late: shown in every window until somebody has said that they have seen it,
//! and told by letter.

use crate::{
    limits::{EMERGENCIES_SHOWN_FOR, MAX_EMERGENCIES},
    values::{LineId, Millis},
    views::emergencies::EmergencyView,
};
use office::{CallId, Office};
use serde_json::Value;
use std::collections::VecDeque;
use store::{CallFilter, CallSummary, Store, StoreError};
use switch::{Happening, What};

/// The emergency calls nobody has said yet that they have seen, the oldest first.
#[derive(Debug, Default)]
pub(crate) struct Emergencies(VecDeque<EmergencyView>);

impl Emergencies {
    /// Takes in a happening. The call whose place in the list changed.
    pub(crate) fn tell(&mut self, happening: &Happening) -> Option<CallId> {
        let at = Millis(happening.unix_ms);
        match &happening.what {
            What::EmergencyCalled {
                call,
                from,
                number,
                location,
                callback,
                line,
            } => {
                let began = self.of(*call).map(|known| known.started_at);
                self.0.retain(|known| known.call() != *call);
                if self.0.len() >= MAX_EMERGENCIES {
                    self.0.pop_front();
                }
                self.0.push_back(EmergencyView {
                    id: call.0.to_string(),
                    call: (*call).into(),
                    number: number.clone(),
                    caller: from.name.clone(),
                    phone: from.number.clone(),
                    person: from.person.map(Into::into),
                    location: location.clone(),
                    callback: callback.as_ref().map(ToString::to_string),
                    line: line.map(Into::into),
                    started_at: began.unwrap_or(at),
                    ended_at: None,
                });
                Some(*call)
            }
            What::EmergencyEnded { call, .. } => {
                let mut known = self.0.iter_mut();
                let known = known.find(|known| known.call() == *call)?;
                known.ended_at = Some(at);
                Some(*call)
            }
            _ => None,
        }
    }

    /// Takes over those of before the engine's start.
    pub(crate) fn know(&mut self, before: Vec<EmergencyView>) {
        for known in before.into_iter().rev() {
            if self.0.len() < MAX_EMERGENCIES && self.of(known.call()).is_none() {
                self.0.push_front(known);
            }
        }
    }

    /// Takes one off the list. The call it was about.
    pub(crate) fn dismiss(&mut self, id: &str) -> Option<CallId> {
        let at = self.0.iter().position(|known| known.id == id)?;
        self.0.remove(at).map(|known| known.call())
    }

    /// One of them.
    pub(crate) fn of(&self, call: CallId) -> Option<&EmergencyView> {
        self.0.iter().find(|known| known.call() == call)
    }

    /// All of them, the oldest first.
    pub(crate) fn all(&self) -> impl Iterator<Item = &EmergencyView> {
        self.0.iter()
    }
}

/// The action of the audit log when somebody takes an emergency call off the list.
pub(crate) const DISMISSED: &str = "emergency.dismissed";

/// The emergency calls of before the engine's start that nobody has seen to, the oldest first, as the
/// history and the audit log have them. One that went on when the engine broke down is in neither.
///
/// # Errors
/// What the disk says.
pub(crate) fn of_history(store: &mut Store, now: Millis) -> Result<Vec<EmergencyView>, StoreError> {
    let back = i64::try_from(EMERGENCIES_SHOWN_FOR.as_millis()).unwrap_or(i64::MAX);
    let filter = CallFilter {
        emergency: true,
        from: Some(now.0.saturating_sub(back)),
        ..CallFilter::default()
    };
    let calls = store.find_calls(&filter, MAX_EMERGENCIES, None)?;
    let dismissed = store.subjects_of(DISMISSED)?;
    let mut found = Vec::new();
    for call in calls.into_iter().rev() {
        if dismissed.contains(&call.id.0.to_string()) {
            continue;
        }
        let events = store.call_events(call.id)?.unwrap_or_default();
        let told = events.iter().rev();
        let mut told = told.filter(|event| event.kind == "emergencyCalled");
        let detail = told.next().map(|event| serde_json::from_str(&event.detail));
        if let Some(Ok(detail)) = detail {
            found.push(kept(&call, &detail));
        }
    }
    Ok(found)
}

fn kept(call: &CallSummary, detail: &Value) -> EmergencyView {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    EmergencyView {
        id: call.id.0.to_string(),
        call: call.id.into(),
        number: text(&detail["number"]),
        caller: text(&detail["from"]["name"]),
        phone: text(&detail["from"]["number"]),
        person: call.from.person.map(Into::into),
        location: text(&detail["location"]),
        callback: detail["callback"].as_str().map(str::to_owned),
        line: detail["line"].as_i64().map(LineId),
        started_at: Millis(call.started_at),
        ended_at: Some(Millis(call.ended_at)),
    }
}

/// Subject and text of the letter about an emergency call, in the office's language.
pub(crate) fn letter(office: &Office, happening: &Happening) -> Option<(String, String)> {
    let What::EmergencyCalled {
        from,
        number,
        location,
        callback,
        ..
    } = &happening.what
    else {
        return None;
    };
    let settings = office.settings();
    let zone = settings.time_zone.rules();
    let at = chrono::DateTime::from_timestamp_millis(happening.unix_ms);
    let at = at.map(|at| {
        at.with_timezone(&zone)
            .format("%Y-%m-%d %H:%M:%S")
            .to_string()
    });
    let (at, who) = (
        at.unwrap_or_default(),
        format!("{} ({})", from.name, from.number),
    );
    let callback = callback.as_ref().map_or("–", |number| number.as_str());
    let location = if location.is_empty() { "–" } else { location };
    Some(if settings.language.as_str().starts_with("de") {
        (
            format!("Notruf {number} von {who}"),
            format!(
                "{who} hat um {at} die {number} gewählt.\n\nOrt: {location}\nRückrufnummer: \
                 {callback}\n\nSehen Sie nach, ob jemand Hilfe braucht, und weisen Sie die \
                 Rettungskräfte ein.\n"
            ),
        )
    } else {
        (
            format!("Emergency call {number} from {who}"),
            format!(
                "{who} called {number} at {at}.\n\nPlace: {location}\nNumber for calling back: \
                 {callback}\n\nSee whether somebody needs help, and show the rescuers the way.\n"
            ),
        )
    })
}
