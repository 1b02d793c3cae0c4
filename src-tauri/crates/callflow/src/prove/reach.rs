//! Whether a caller can reach a person or a mailbox somewhere at a moment: who is called there has a
//! telephone, and is open.

use crate::kinds::Node;
use crate::queue::Agent;
use crate::target::Target;
use crate::walk::{Act, RingTarget};
use office::{Dialled, MailboxId, Office, PersonId};

/// What a caller finds at a node that waits for something.
pub(super) struct Found {
    /// Whether a person or a mailbox is offered.
    pub(super) somebody: bool,
    /// The outcomes that are possible, where not all are.
    pub(super) only: Option<&'static [&'static str]>,
}

/// What a caller finds at a node that has these acts done.
pub(super) fn at_node(does: &Node, acts: &[Act], office: &Office, at_unix_ms: i64) -> Found {
    let found = |somebody, otherwise| Found {
        somebody,
        only: (!somebody).then_some(otherwise),
    };
    for act in acts {
        match act {
            Act::Ring { targets, .. } => {
                return found(
                    targets.iter().any(|who| rings(office, who)),
                    &["unreachable"],
                );
            }
            Act::Enqueue(joins) => {
                let has_phone = |agent: &Agent| office.devices_of(agent.person).next().is_some();
                return found(joins.rules.agents.iter().any(has_phone), &["no_agents"]);
            }
            Act::TakeMessage { mailbox, .. } => {
                return found(takes_messages(office, *mailbox), &["full"]);
            }
            Act::JoinRoom { .. } | Act::Park { .. } => return found(true, &[]),
            _ => {}
        }
    }
    Found {
        somebody: does.may_find_somebody(office, at_unix_ms),
        only: None,
    }
}

/// Whether a caller who leaves a flow for this comes to somebody.
pub(super) fn at_target(target: &Target, office: &Office, at_unix_ms: i64) -> bool {
    match target.led(office, at_unix_ms).to {
        Dialled::Person(person) => is_there(office, person.id),
        Dialled::Mailbox(mailbox) => takes_messages(office, mailbox),
        Dialled::Room(_) | Dialled::Flow(_) | Dialled::Outside(_) => true,
        Dialled::Hangup => false,
        Dialled::Unknown => matches!(target, Target::Outside(_)),
    }
}

/// Whether anybody is there when every flow has failed.
pub(super) fn at_last(office: &Office) -> bool {
    office.devices().len() > 0 || office.mailboxes().any(|mailbox| mailbox.enabled)
}

fn is_there(office: &Office, person: PersonId) -> bool {
    let own = office.mailbox_of(person);
    office.devices_of(person).next().is_some() || own.is_some_and(|mailbox| mailbox.enabled)
}

fn takes_messages(office: &Office, mailbox: MailboxId) -> bool {
    office
        .mailbox(mailbox)
        .is_some_and(|mailbox| mailbox.enabled)
}

fn rings(office: &Office, target: &RingTarget) -> bool {
    match target {
        RingTarget::Person { id, .. } => office.devices_of(*id).next().is_some(),
        RingTarget::Device { .. } | RingTarget::Outside { .. } => true,
    }
}
