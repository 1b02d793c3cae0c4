//! `park`: the caller waits in a free slot until somebody fetches them.

use super::{Behaviour, Silence};
use crate::catalogue::{Class, FixedOutcome, Group, Kind, Param, Refers, Takes, required};
use crate::program::Around;
use crate::target::read_id;
use crate::walk::{Act, Event, Next, ParkEnd, Reason, Turn};
use office::Office;
use serde::Deserialize;
use std::time::Duration;

/// The caller waits in a free slot until somebody fetches them.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Park {
    lot: String,
    timeout: u32,
}

/// The slots of the office are one lot.
const THE_LOT: i64 = 1;

/// Whether the office has that lot just now.
pub(crate) fn has_lot(office: &Office, lot: i64) -> bool {
    lot == THE_LOT && office.settings().parking.on
}

impl Behaviour for Park {
    type State = ();

    const KIND: Kind = Kind::new("park", Group::Connect, "circle-parking")
        .params(&[
            Param::reference("lot", Refers::Lot).text("1").required(),
            Param::new("timeout", Takes::Seconds).number(120).range(5, 3_600),
        ])
        .outcomes(&[
            FixedOutcome {
                name: "retrieved",
                class: Class::Terminal,
            },
            required("timeout"),
        ])
        .answers()
        .paces()
        .offers()
        .fails_by("timeout");

    fn enter(&self, (): &mut (), turn: &mut Turn<'_, '_>) -> Next {
        let has = read_id(&self.lot).is_some_and(|lot| has_lot(turn.office(), lot));
        if !has {
            return Next::Fail(Reason::new("noneYet").with("what", Refers::Lot.name()));
        }
        turn.answer();
        turn.forget_keys();
        turn.act(Act::Park {
            wait: Duration::from_secs(self.timeout.into()),
        });
        Next::Stay
    }

    fn on(&self, (): &mut (), _turn: &mut Turn<'_, '_>, event: &Event) -> Next {
        match event {
            Event::ParkEnded(ParkEnd::Fetched) => Next::HandedOver("retrieved"),
            Event::ParkEnded(ParkEnd::TimeUp) => Next::leave("timeout"),
            Event::ParkEnded(ParkEnd::Full) => Next::Fail(Reason::new("slotsFull")),
            _ => Next::Stay,
        }
    }

    fn in_silence(&self, _around: &Around<'_>) -> Silence {
        Silence::only(&["timeout"], Duration::from_secs(self.timeout.into()))
    }
}
