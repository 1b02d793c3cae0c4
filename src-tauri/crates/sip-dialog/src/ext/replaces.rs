//! Replaces (RFC 3891): an INVITE that takes the place of another dialog.

use crate::{DialogId, SessionState};
use sip_message::{HeaderName, Request, Text, header::Replaces};

/// What an INVITE with Replaces may do to a session it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replacement {
    /// The new call takes this session's place; this one is then hung up with BYE, or if it is an
    /// unanswered call of ours, with CANCEL.
    Allowed,
    /// The dialog is not to be replaced in its state: 486 for one that is answered although only an
    /// early one was meant, 603 for one that has ended, 481 for an unanswered incoming one
    /// (RFC 3891 §3).
    Refused(u16),
}

/// The one Replaces header of an INVITE. `Err`: the status to refuse it with: 400 for an unreadable
/// header, or more than one (RFC 3891 §3).
pub fn read(invite: &Request) -> Result<Option<Replaces>, u16> {
    if invite.headers().named(HeaderName::Replaces).count() > 1 {
        return Err(400);
    }
    invite.headers().find::<Replaces>().map_err(|_| 400)
}

/// Whether the header names this dialog of ours. A tag of `0` stands for a peer without tags
/// (RFC 3891 §6.1).
pub fn matches(replaces: &Replaces, dialog: &DialogId) -> bool {
    let tag = |theirs: &Text, ours: &Text| theirs == ours || (*theirs == "0" && ours.is_empty());
    replaces.call_id == dialog.call_id
        && tag(&replaces.to_tag, &dialog.local_tag)
        && tag(&replaces.from_tag, &dialog.remote_tag)
}

/// Whether a session in this state may be replaced (RFC 3891 §3).
pub fn judge(replaces: &Replaces, state: SessionState) -> Replacement {
    match state {
        SessionState::Ended
        | SessionState::AwaitingByeAnswer
        | SessionState::AwaitingCancelled
        | SessionState::AwaitingAckToHangUp => Replacement::Refused(603),
        // An early dialog that the receiver did not begin is not to be replaced.
        SessionState::AwaitingDecision | SessionState::AwaitingPrack => Replacement::Refused(481),
        SessionState::AwaitingAnswer => Replacement::Allowed,
        SessionState::AwaitingOurAnswer | SessionState::AwaitingAck | SessionState::Talking => {
            if replaces.early_only {
                Replacement::Refused(486)
            } else {
                Replacement::Allowed
            }
        }
    }
}

/// The Replaces header that names `dialog` to its far end: what we put into a Refer-To or an INVITE
/// of ours that is to take the place of that dialog at the far end.
pub fn naming(dialog: &DialogId, early_only: bool) -> Replaces {
    let tag = |tag: &Text| {
        if tag.is_empty() {
            Text::from("0")
        } else {
            tag.clone()
        }
    };
    Replaces {
        call_id: dialog.call_id.clone(),
        to_tag: tag(&dialog.remote_tag),
        from_tag: tag(&dialog.local_tag),
        early_only,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dialog(local: &str, remote: &str) -> DialogId {
        DialogId {
            call_id: Text::from("425928@bobster.example.org"),
            local_tag: Text::from(local),
            remote_tag: Text::from(remote),
        }
    }

    #[test]
    fn a_replaces_header_names_the_dialog_as_its_receiver_sees_it() {
        let ours = dialog("ours", "theirs");
        let seen_there = dialog("theirs", "ours");
        assert!(matches(&naming(&ours, false), &seen_there));
        assert!(!matches(&naming(&ours, false), &ours));
    }

    #[test]
    fn the_tag_zero_stands_for_a_peer_without_tags() {
        let replaces = naming(&dialog("ours", ""), false);
        assert_eq!(replaces.to_tag, "0");
        assert!(matches(&replaces, &dialog("", "ours")));
        assert!(!matches(&replaces, &dialog("x", "ours")));
    }

    #[test]
    fn only_dialogs_in_a_fitting_state_are_replaced() {
        use {Replacement::*, SessionState::*};
        let table = [
            (Talking, false, Allowed),
            (Talking, true, Refused(486)),
            (AwaitingAck, true, Refused(486)),
            (AwaitingAnswer, true, Allowed),
            (AwaitingAnswer, false, Allowed),
            (AwaitingDecision, false, Refused(481)),
            (AwaitingByeAnswer, false, Refused(603)),
            (Ended, false, Refused(603)),
        ];
        for (state, early_only, expected) in table {
            let replaces = naming(&dialog("a", "b"), early_only);
            assert_eq!(judge(&replaces, state), expected, "{state:?} {early_only}");
        }
    }
}
