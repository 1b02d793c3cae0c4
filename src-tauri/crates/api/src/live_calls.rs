//! What is kept of calls while they go on: their happenings and their SIP messages.

use crate::limits::{MAX_LIVE_CALLS, MAX_LIVE_TRACE};
use office::CallId;
use std::{collections::BTreeMap, time::Instant};
use switch::{
    Happening, SideQuality, TracedMessage, What,
    limits::{MAX_EVENTS_PER_CALL, MAX_HEARD_PER_CALL},
};

/// The calls going on, and those just over whose records are not written yet.
#[derive(Debug, Default)]
pub(crate) struct LiveCalls {
    calls: BTreeMap<CallId, LiveDetails>,
    newest: Option<CallId>,
}

/// What is kept of one call.
#[derive(Clone, Debug, Default)]
pub(crate) struct LiveDetails {
    /// When its first happening was.
    began: Option<Instant>,
    /// Its happenings, each with the milliseconds since the first.
    pub(crate) events: Vec<(i64, What)>,
    /// How its parties are heard.
    pub(crate) sound: Vec<SideQuality>,
    /// Its messages.
    pub(crate) messages: Vec<TracedMessage>,
    /// How many more messages there were.
    pub(crate) left_out: u32,
}

impl LiveCalls {
    /// Takes in a happening of a call.
    pub(crate) fn tell(&mut self, happening: &Happening) {
        if let What::SoundMeasured { of, quality } = &happening.what {
            self.tell_sound(*of, quality);
        }
        let Some(details) = happening.what.call().and_then(|call| self.details_of(call)) else {
            return;
        };
        let began = *details.began.get_or_insert(happening.at);
        if details.events.len() < MAX_EVENTS_PER_CALL {
            let since = happening.at.saturating_duration_since(began).as_millis();
            let since = i64::try_from(since).unwrap_or(i64::MAX);
            details.events.push((since, happening.what.clone()));
        }
    }

    /// Takes in how a party of a call is heard.
    fn tell_sound(&mut self, call: CallId, quality: &SideQuality) {
        let Some(details) = self.calls.get_mut(&call) else {
            return;
        };
        let mut told = details.sound.iter();
        let place = told.position(|told| told.party == quality.party);
        match place {
            Some(place) => details.sound[place] = quality.clone(),
            None if details.sound.len() < MAX_HEARD_PER_CALL => {
                details.sound.push(quality.clone());
            }
            None => {}
        }
    }

    /// Takes in a message of a call.
    pub(crate) fn trace(&mut self, message: TracedMessage) {
        let Some(details) = self.details_of(message.call) else {
            return;
        };
        if details.messages.len() < MAX_LIVE_TRACE {
            details.messages.push(message);
        } else {
            details.left_out = details.left_out.saturating_add(1);
        }
    }

    /// What is kept of a call so far.
    pub(crate) fn get(&self, call: CallId) -> Option<&LiveDetails> {
        self.calls.get(&call)
    }

    /// What was kept of a call that is about to be written; forgotten here.
    pub(crate) fn take(&mut self, call: CallId) -> LiveDetails {
        self.calls.remove(&call).unwrap_or_default()
    }

    /// Numbers of calls count up, so an unknown low one is a call already written: what comes late
    /// must not begin it anew.
    fn details_of(&mut self, call: CallId) -> Option<&mut LiveDetails> {
        if self.newest.is_none_or(|newest| newest < call) {
            self.newest = Some(call);
            if self.calls.len() >= MAX_LIVE_CALLS {
                self.calls.pop_first();
            }
            self.calls.insert(call, LiveDetails::default());
        }
        self.calls.get_mut(&call)
    }
}
