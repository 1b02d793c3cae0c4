//! What the gate found out about a wish, step by step: for the story of a call, and for the box that
//! asks who a call would go through and why.

use super::asked::Asked;
use super::destination::Reading;
use super::{Candidate, FuseId};
use crate::happening::{LineTrouble, RefusalReason};
use numbering::NumberKind;
use office::{Country, DeviceId, OutboundRuleId, PhoneNumber, ScheduleId, TrunkId};
use serde::Serialize;
use std::time::Duration;

/// One step of the reasoning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(
    tag = "reason",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum Reason {
    /// What was dialled is no number.
    NotANumber {
        /// Why not, in English.
        why: String,
    },
    /// The office calls this country.
    CountryAllowed {
        /// Which.
        country: Country,
    },
    /// The office does not call this country.
    CountryNotAllowed {
        /// Which.
        country: Country,
    },
    /// The number costs extra, and is listed as one that may be called.
    ListedNumber,
    /// Abroad is called while this schedule is open, which it is not.
    Closed {
        /// Which.
        schedule: ScheduleId,
        /// What the reason is called.
        label: Option<String>,
    },
    /// The phone is new, and nobody has said yet that it may call abroad.
    NewPhone {
        /// Whose login it uses.
        device: DeviceId,
    },
    /// A limit of the day is used up, or does not bear the call.
    FuseBlown {
        /// Which.
        fuse: FuseId,
    },
    /// There are no rules: all lines may carry the call.
    NoRules,
    /// No rule is for such calls.
    NoRuleFits,
    /// This rule is for other calls.
    RulePassed {
        /// Which.
        rule: OutboundRuleId,
    },
    /// This rule is for the call.
    RuleChosen {
        /// Which.
        rule: OutboundRuleId,
    },
    /// This line takes the call.
    LineChosen {
        /// Which.
        line: TrunkId,
    },
    /// This line takes over if those before it fail.
    LineNext {
        /// Which.
        line: TrunkId,
    },
    /// This line is down: it is tried after the others only.
    LineLast {
        /// Which.
        line: TrunkId,
    },
    /// This line is passed over.
    LineSkipped {
        /// Which.
        line: TrunkId,
        /// Why.
        why: LineTrouble,
    },
    /// This line is full: its oldest ordinary call ends for a call for help.
    CallGivesWay {
        /// Which.
        line: TrunkId,
    },
    /// This line may not show that number and shows its main number instead.
    NotItsNumber {
        /// The line.
        line: TrunkId,
        /// The number.
        number: PhoneNumber,
    },
}

/// What would become of a call outside, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Explained {
    /// The number as the world dials it, or the emergency number; none if it is no number.
    pub number: Option<String>,
    /// Whether it is an emergency number.
    pub emergency: bool,
    /// What kind of number it is.
    pub kind: Option<NumberKind>,
    /// Its country.
    pub country: Option<Country>,
    /// Whether it goes abroad.
    pub abroad: bool,
    /// Why it would be refused; none if it would be made.
    pub refused: Option<RefusalReason>,
    /// How that was found, in order.
    pub reasons: Vec<Reason>,
    /// The lines it would try, the first first, and what each shows.
    pub lines: Vec<Candidate>,
    /// How many seconds it could last before a fuse blows; none for as long as one likes.
    pub at_most_seconds: Option<u64>,
}

impl Explained {
    pub(super) fn of(
        asked: Asked,
        decided: Result<Vec<Candidate>, RefusalReason>,
        left: Option<Duration>,
    ) -> Explained {
        let (number, emergency, to) = match asked.reading {
            Reading::Emergency(number) => (Some(number.number), true, None),
            Reading::Number(to) => (Some(to.number.as_str().to_owned()), false, Some(to)),
            Reading::Nothing(_) => (None, false, None),
        };
        let (lines, refused) = match decided {
            Ok(lines) => (lines, None),
            Err(reason) => (Vec::new(), Some(reason)),
        };
        Explained {
            number,
            emergency,
            kind: to.as_ref().map(|to| to.kind),
            abroad: to.as_ref().is_some_and(|to| to.abroad),
            country: to.and_then(|to| to.country),
            refused,
            reasons: asked.reasons,
            lines,
            at_most_seconds: left.map(|left| left.as_secs()),
        }
    }
}
