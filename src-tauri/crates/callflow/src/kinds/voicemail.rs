//! `voicemail`: the caller leaves a message.

use super::{Behaviour, Silence};
use crate::catalogue::{Group, Kind, Param, Refers, Takes, or_fail, or_hang_up, or_ignore};
use crate::check::NodeCheck;
use crate::program::Around;
use crate::prompt::{Prompt, Sound};
use crate::target::read_id;
use crate::walk::{Act, Event, MessageEnd, Next, Reason, Turn};
use office::{MailboxId, MailboxOwner, SoundId};
use serde::Deserialize;
use std::time::Duration;

/// The caller leaves a message.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Voicemail {
    mailbox: String,
    greeting: Vec<Prompt>,
    max: u32,
}

impl Behaviour for Voicemail {
    type State = ();

    const KIND: Kind = Kind::new("voicemail", Group::Connect, "voicemail")
        .params(&[
            Param::reference("mailbox", Refers::Mailbox).required(),
            Param::new("greeting", Takes::Prompts),
            Param::new("max", Takes::Seconds).number(180).range(10, 600).advanced(),
        ])
        .outcomes(&[
            or_hang_up("saved"),
            or_hang_up("empty"),
            or_fail("full"),
            or_ignore("operator"),
        ])
        .answers()
        .paces()
        .offers();

    fn enter(&self, (): &mut (), turn: &mut Turn<'_, '_>) -> Next {
        let mailbox = match turn.chosen(&self.mailbox, Refers::Mailbox) {
            Ok(id) => MailboxId(id),
            Err(next) => return next,
        };
        if turn.office().mailbox(mailbox).is_none() {
            return Next::Fail(Reason::new("noSuchMailbox").with("id", mailbox));
        }
        turn.answer();
        turn.forget_keys();
        let drawn = turn.sounds(&self.greeting);
        let coming = turn.coming();
        let greeting = match coming.greeting() {
            _ if drawn.is_empty() => None,
            // The words of a closed day stand for the usual ones, drawn or not.
            Some(SoundId(sound)) => Some(vec![Sound::Uploaded { sound }]),
            None => Some(drawn),
        };
        let operator = turn.is_connected("operator");
        turn.act(Act::TakeMessage {
            mailbox,
            greeting,
            coming,
            max: Duration::from_secs(self.max.into()),
            operator,
        });
        Next::Stay
    }

    fn on(&self, (): &mut (), turn: &mut Turn<'_, '_>, event: &Event) -> Next {
        let Event::MessageLeft(end) = event else {
            return Next::Stay;
        };
        match end {
            MessageEnd::Saved => Next::leave("saved"),
            MessageEnd::Empty => Next::leave("empty"),
            MessageEnd::Full if turn.is_connected("full") => Next::leave("full"),
            MessageEnd::Full => Next::Fail(Reason::new("mailboxFull")),
            MessageEnd::Operator => Next::leave("operator"),
        }
    }

    fn check(&self, check: &mut NodeCheck<'_, '_>) {
        let office = check.around().office;
        let mailbox = read_id(&self.mailbox).and_then(|id| office.mailbox(MailboxId(id)));
        let Some(mailbox) = mailbox else { return };
        let group = matches!(mailbox.owner, MailboxOwner::Group { .. });
        if group && mailbox.members.is_empty() && mailbox.email.is_none() {
            let name = office.mailbox_name(mailbox).to_owned();
            check.warn("voicemail.nobodyNotified").field("mailbox").with("mailbox", name);
        }
        if !mailbox.enabled {
            let name = office.mailbox_name(mailbox).to_owned();
            check.warn("voicemail.switchedOff").field("mailbox").with("mailbox", name);
        }
    }

    fn in_silence(&self, _around: &Around<'_>) -> Silence {
        Silence::only(&["empty", "full"], Duration::from_secs(20))
    }
}
