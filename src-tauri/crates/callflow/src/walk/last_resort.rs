//! When no flow can go on: the flow's last resort, then everybody's telephone, then the office's
//! mailbox, then a sentence and a goodbye.

use super::trace::LAST_RESORT;
use super::{About, Act, CallerId, EndCause, Event, Next, Phase, Reason, RingEnd, RingTarget};
use super::{Strategy, TraceEvent, Walk};
use crate::limits::MAX_RUNG_AT_LAST;
use crate::prompt::{Hears, Sound};
use crate::target::BadTarget;
use office::{MailboxId, MailboxOwner, Office};
use spoken::{Lang, phrase::calls};
use std::time::Duration;

/// What is being tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LastResort {
    /// What the flow names.
    Named,
    /// Everybody is rung.
    Everybody,
    /// The office's mailbox.
    Mailbox,
    /// The caller is told.
    Sorry,
}

/// How long everybody's telephones ring.
const RING_FOR: Duration = Duration::from_secs(25);

/// The longest message.
const MESSAGE_MAX: Duration = Duration::from_secs(180);

impl Walk {
    /// No flow can go on.
    pub(super) fn begin_last_resort(&mut self, about: &About<'_>, acts: &mut Vec<Act>) -> Next {
        self.leave_queue(acts);
        if self.call.gone {
            self.phase = Phase::Over;
            return Next::Stay;
        }
        if self.phase == Phase::InFlow {
            self.phase = Phase::AtLast(LastResort::Named);
            self.tell_last(about, acts, Reason::new("lastResort"));
            let named = self
                .frames
                .first()
                .and_then(|root| root.program.last_resort.clone());
            if let Some(named) = named {
                // The flow it may name is walked like any other, once: a fault in it comes back here.
                self.call.steps = 0;
                self.call.visits.clear();
                let next = match named.read() {
                    Ok(target) => self.go_to(about, acts, target, &named.variables()),
                    Err(bad) => Next::Fail(bad_target(bad)),
                };
                match next {
                    Next::Fail(reason) => self.fault_last(about, acts, reason),
                    next => return next,
                }
            }
        }
        self.ring_everybody(about, acts)
    }

    /// Something has happened to a caller for whom no flow can go on.
    pub(super) fn on_at_last(
        &mut self,
        about: &About<'_>,
        acts: &mut Vec<Act>,
        at: LastResort,
        event: &Event,
    ) -> Next {
        match (at, event) {
            (LastResort::Everybody, Event::RingEnded { end, by }) => {
                let leg = super::trace::leg(*end, *by);
                acts.push(self.call.trace(about, None, LAST_RESORT, leg));
                if *end == RingEnd::Answered {
                    Next::End(EndCause::Normal)
                } else {
                    self.office_mailbox(about, acts)
                }
            }
            (LastResort::Mailbox, Event::MessageLeft(_)) | (LastResort::Sorry, Event::Said) => {
                Next::End(EndCause::Normal)
            }
            _ => Next::Stay,
        }
    }

    fn ring_everybody(&mut self, about: &About<'_>, acts: &mut Vec<Act>) -> Next {
        let targets = everybody(about.office);
        if targets.is_empty() {
            return self.office_mailbox(about, acts);
        }
        let reason = Reason::new("calledEverybody").with("phones", targets.len());
        self.tell_last(about, acts, reason);
        self.phase = Phase::AtLast(LastResort::Everybody);
        acts.push(Act::Ring {
            targets,
            strategy: Strategy::All,
            ring_for: RING_FOR,
            hears: Hears::Ringback,
            whisper: Vec::new(),
            screen: false,
            caller_id: CallerId::Caller,
            prefix: String::new(),
            records: false,
        });
        Next::Stay
    }

    fn office_mailbox(&mut self, about: &About<'_>, acts: &mut Vec<Act>) -> Next {
        self.answer_at_last(acts);
        let Some(mailbox) = office_mailbox(about.office) else {
            self.tell_last(about, acts, Reason::new("noMailbox"));
            return self.say_sorry(about, acts);
        };
        let reason = Reason::new("officeMailbox").with("mailbox", mailbox);
        self.tell_last(about, acts, reason);
        self.phase = Phase::AtLast(LastResort::Mailbox);
        acts.push(Act::TakeMessage {
            mailbox,
            greeting: None,
            coming: self.call.coming,
            max: MESSAGE_MAX,
            operator: false,
        });
        Next::Stay
    }

    fn say_sorry(&mut self, about: &About<'_>, acts: &mut Vec<Act>) -> Next {
        self.tell_last(about, acts, Reason::new("sorry"));
        self.phase = Phase::AtLast(LastResort::Sorry);
        let language = self.call.language.as_ref();
        let lang = Lang::of(language.unwrap_or(&about.office.settings().language));
        let words = [calls::NOBODY_AVAILABLE, calls::TOO_MANY_TRIES];
        acts.push(Act::Say {
            sounds: words.map(|phrase| Sound::phrase(lang, phrase)).to_vec(),
            interruptible: false,
        });
        Next::Stay
    }

    fn answer_at_last(&mut self, acts: &mut Vec<Act>) {
        if !self.call.answered {
            self.call.answered = true;
            acts.push(Act::Answer);
        }
    }

    fn tell_last(&mut self, about: &About<'_>, acts: &mut Vec<Act>, reason: Reason) {
        let event = TraceEvent::Because { reason };
        acts.push(self.call.trace(about, None, LAST_RESORT, event));
    }

    fn fault_last(&mut self, about: &About<'_>, acts: &mut Vec<Act>, reason: Reason) {
        acts.push(self.call.fault(about, None, LAST_RESORT, reason));
    }
}

/// Everybody who has a telephone.
fn everybody(office: &Office) -> Vec<RingTarget> {
    let with_phone = office
        .persons()
        .filter(|person| office.devices_of(person.id).next().is_some());
    with_phone
        .take(MAX_RUNG_AT_LAST)
        .map(|person| RingTarget::Person {
            id: person.id,
            delay: Duration::ZERO,
        })
        .collect()
}

/// The office's mailbox: the first of a group that takes messages, or else the first of anybody.
fn office_mailbox(office: &Office) -> Option<MailboxId> {
    let group = |owner: &MailboxOwner| matches!(owner, MailboxOwner::Group { .. });
    let taking = || office.mailboxes().filter(|mailbox| mailbox.enabled);
    let first = taking().find(|mailbox| group(&mailbox.owner));
    first.or_else(|| taking().next()).map(|mailbox| mailbox.id)
}

/// Why a target leads nowhere, for the trace.
pub(crate) fn bad_target(bad: BadTarget) -> Reason {
    match bad {
        BadTarget::NotChosen => Reason::new("notChosen").with("what", "target"),
        BadTarget::UnknownKind(kind) => Reason::new("unknownTarget").with("kind", kind),
        BadTarget::BadNumber(number) => Reason::new("noSuchExtension").with("id", number),
    }
}
