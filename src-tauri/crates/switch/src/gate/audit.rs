//! What is written down of those who want to call abroad, or where it costs extra: who, when, from where,
//! and what the gate said. A wish that comes to nothing before a call is made of it counts all the same.

use super::{Dear, FromPhone, Gate, Reading, Wish, at_the_switch::at};
use crate::{
    happening::RefusalReason,
    io::{AskedAbroad, AskingPhone, Write},
    switch::Switch,
};
use office::{PeerId, TrunkId};

/// What the gate said.
#[derive(Clone, Copy, Debug)]
pub(super) enum Said {
    /// It was let through on a line.
    OnLine(Option<TrunkId>),
    /// It was let through to another system.
    AtPeer(PeerId),
    /// It was not.
    Refused(RefusalReason),
}

impl Switch {
    /// Has a wish written down, if it is one of those that are.
    pub(super) fn note_asked(&mut self, wish: &Wish<'_>, dear: Option<&Dear>, said: Said) {
        let Some(dear) = dear else { return };
        let (line, peer, refused) = match said {
            Said::OnLine(line) => (line, None, None),
            Said::AtPeer(peer) => (None, Some(peer), None),
            Said::Refused(reason) => (None, None, Some(reason)),
        };
        let asked = AskedAbroad {
            unix_ms: self.unix_ms(),
            on_behalf_of: wish.on_behalf_of,
            number: office::clean_text(wish.dialled).into_owned(),
            country: dear.country.clone(),
            way: wish.by.word(),
            refused,
            line,
            peer,
            phone: wish.phone.as_ref().map(AskingPhone::of),
            call: Some(wish.call).filter(|call| call.0 != 0),
        };
        self.store(Write::AskedAbroad(Box::new(asked)));
    }

    /// Whether the gate would let a call through that is made once somebody has picked up their own
    /// phone. A refusal counts as any other: as a try, and in the audit log.
    pub(crate) fn may_call_later(&mut self, wish: &Wish<'_>) -> Result<(), RefusalReason> {
        let Some(reason) = self.explain(wish, None).refused else {
            return Ok(());
        };
        let office = self.office();
        let reading = Reading::of(&office, wish.dialled);
        if let Reading::Number(to) = &reading
            && to.abroad
        {
            self.note_try(wish, to.country.as_ref());
        }
        self.note_asked(wish, reading.dear().as_ref(), Said::Refused(reason));
        Err(reason)
    }

    /// The same of a number at another telephone system.
    pub(crate) fn may_call_peer_later(&mut self, wish: &Wish<'_>) -> Result<(), RefusalReason> {
        let Err(reason) = self.may_call_peer(wish) else {
            return Ok(());
        };
        let office = self.office();
        let dear = Gate::dear_at_peer(&office, wish.dialled);
        if let Some(dear) = &dear
            && dear.country != office.settings().country
        {
            self.note_try(wish, dear.country.as_ref());
        }
        self.note_asked(wish, dear.as_ref(), Said::Refused(reason));
        Err(reason)
    }

    fn note_try(&mut self, wish: &Wish<'_>, country: Option<&office::Country>) {
        let office = self.office();
        let at = at(self, &office);
        let payer = wish.on_behalf_of;
        self.gate.fuses.note_try(&at, payer, country, wish.call);
        self.hear_gate();
    }
}

impl AskingPhone {
    fn of(phone: &FromPhone<'_>) -> AskingPhone {
        AskingPhone {
            device: phone.device,
            address: phone.address,
            agent: phone
                .agent
                .map(|agent| office::clean_text(agent).into_owned()),
        }
    }
}
