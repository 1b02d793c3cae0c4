//! The lines a call outside may take, and the number each shows.

use super::destination::Destination;
use super::{LineHealth, OnBehalfOf, Reason, Wish, World};
use crate::happening::{LineTrouble, RefusalReason};
use office::{
    CallOf, Destination as OfRules, ForwardedBy, Office, OutboundRule, PhoneNumber, Shown, Trunk,
    TrunkId,
};
use serde::Serialize;

/// A line that may carry a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Candidate {
    /// The line.
    pub line: TrunkId,
    /// What whom is called sees.
    pub shows: Shows,
}

/// What whom is called sees of the caller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Shows {
    /// The number; none for whatever the provider shows of the account itself.
    pub number: Option<PhoneNumber>,
    /// Whether it is kept from whom is called. The provider still learns it.
    pub hidden: bool,
    /// Why this one.
    pub why: ShownBecause,
    /// What the call was for, if it is forwarded and the line says so.
    pub forwarded: Option<Forwarded>,
}

/// What a call was for that is forwarded, as the provider and whom is called are told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Forwarded {
    /// The number of the office.
    pub number: PhoneNumber,
    /// Why it is forwarded.
    pub why: ForwardedBecause,
}

/// Why a call is forwarded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ForwardedBecause {
    /// All such calls are.
    Always,
    /// It is closed at this hour.
    Closed,
    /// Nobody has answered.
    NoAnswer,
    /// All are on calls.
    Busy,
    /// Nobody wants it.
    Declined,
    /// No telephone is there.
    Unreachable,
}

/// Why a number is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum ShownBecause {
    /// A rule says so.
    Rule,
    /// It is the person's own.
    Person,
    /// It is the line's main number.
    Main,
    /// It is the number of the caller who is forwarded.
    Caller,
    /// It is where the emergency service calls back.
    CallBack,
    /// The line has no number, so its provider shows what it likes.
    Account,
}

/// The lines for an ordinary call, the best first, those that are down last.
pub(super) fn for_call(
    world: &World<'_>,
    wish: &Wish<'_>,
    to: &Destination,
    reasons: &mut Vec<Reason>,
) -> Result<Vec<Candidate>, RefusalReason> {
    let office = world.at.office;
    let (rule, lines) = if office.outbound_rules().is_empty() {
        reasons.push(Reason::NoRules);
        (None, office.trunks().map(|trunk| trunk.id).collect())
    } else {
        let rule = rule_for(office, wish, to, reasons);
        let rule = rule.ok_or_else(|| {
            reasons.push(Reason::NoRuleFits);
            RefusalReason::NoLine
        })?;
        (Some(rule), rule.lines.clone())
    };
    // Whether such a call may be made is for the rules to say, and which number it shows; to try a
    // line is to pass over the order of the lines.
    let lines = wish.only.map_or(lines, |only| vec![only]);
    let usable = usable(world, lines, reasons);
    if usable.is_empty() {
        return Err(RefusalReason::NoLine);
    }
    let shown = usable.into_iter().map(|trunk| Candidate {
        line: trunk.id,
        shows: shows(office, trunk, wish, rule, reasons),
    });
    Ok(shown.collect())
}

/// The lines for an emergency call: the one that is meant for it, those that may carry one, all
/// others. Those that are down come last, and are tried as well.
pub(super) fn for_emergency(
    world: &World<'_>,
    reasons: &mut Vec<Reason>,
) -> Result<Vec<Candidate>, RefusalReason> {
    let office = world.at.office;
    let plan = office.emergency();
    let may = office
        .trunks()
        .filter(|trunk| trunk.emergency)
        .map(|trunk| trunk.id);
    let all = office.trunks().map(|trunk| trunk.id);
    let mut lines: Vec<TrunkId> = Vec::new();
    for line in plan.line.into_iter().chain(may).chain(all) {
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    let usable = usable(world, lines, reasons);
    if usable.is_empty() {
        return Err(RefusalReason::NoLine);
    }
    let candidates = usable.into_iter().map(|trunk| {
        let back = plan.callback.as_ref();
        let back = back.map(|number| (number, ShownBecause::CallBack));
        let main = trunk.outgoing.main_number.as_ref();
        let main = main.map(|number| (number, ShownBecause::Main));
        let (number, why) = back.or(main).unzip();
        Candidate {
            line: trunk.id,
            shows: Shows {
                number: number.cloned(),
                // Who calls for help is found.
                hidden: false,
                why: why.unwrap_or(ShownBecause::Account),
                forwarded: None,
            },
        }
    });
    let candidates: Vec<Candidate> = candidates.collect();
    for (place, candidate) in candidates.iter().enumerate() {
        let line = candidate.line;
        reasons.push(match place {
            0 => Reason::LineChosen { line },
            _ => Reason::LineNext { line },
        });
    }
    Ok(candidates)
}

/// The first rule that fits.
fn rule_for<'a>(
    office: &'a Office,
    wish: &Wish<'_>,
    to: &Destination,
    reasons: &mut Vec<Reason>,
) -> Option<&'a OutboundRule> {
    let whose = match wish.on_behalf_of {
        OnBehalfOf::Person(person) => CallOf::Person(person),
        OnBehalfOf::Peer(peer) => CallOf::Peer(peer),
        OnBehalfOf::Office => CallOf::Office,
    };
    let fits = |rule: &OutboundRule| {
        to.kinds().iter().any(|kind| {
            let place = OfRules {
                number: &to.number,
                kind,
                country: to.country.as_ref(),
            };
            let mut fitting = office.outbound_rules_for(whose, place);
            fitting.any(|fitting| fitting.id == rule.id)
        })
    };
    for rule in office.outbound_rules() {
        if fits(rule) {
            reasons.push(Reason::RuleChosen { rule: rule.id });
            return Some(rule);
        }
        reasons.push(Reason::RulePassed { rule: rule.id });
    }
    None
}

/// The lines that can be used at all, in their order; those that are down, at the end.
fn usable<'a>(world: &World<'a>, lines: Vec<TrunkId>, reasons: &mut Vec<Reason>) -> Vec<&'a Trunk> {
    let office = world.at.office;
    let (mut up, mut avoided) = (Vec::new(), Vec::new());
    for line in lines {
        let Some(trunk) = office.trunk(line) else {
            continue;
        };
        if !trunk.enabled {
            let why = LineTrouble::Off;
            reasons.push(Reason::LineSkipped { line, why });
            continue;
        }
        match (world.health)(line) {
            LineHealth::Up => up.push(&**trunk),
            LineHealth::Avoid => {
                reasons.push(Reason::LineLast { line });
                avoided.push(&**trunk);
            }
        }
    }
    up.append(&mut avoided);
    up
}

/// What a line shows of whoever calls. Only what is the office's own there, unless the line lets other
/// numbers through.
fn shows(
    office: &Office,
    trunk: &Trunk,
    wish: &Wish<'_>,
    rule: Option<&OutboundRule>,
    reasons: &mut Vec<Reason>,
) -> Shows {
    let rights = match wish.on_behalf_of {
        OnBehalfOf::Person(person) => office.calling_rights(person),
        OnBehalfOf::Peer(_) | OnBehalfOf::Office => None,
    };
    let own = rights.and_then(|rights| rights.shows.as_ref());
    let own = own.map(|number| (number, ShownBecause::Person));
    let is_let_through =
        |why: ShownBecause| why != ShownBecause::Caller || trunk.outgoing.foreign_caller_id;
    let caller = wish.shows.filter(|(_, why)| is_let_through(*why));
    let wanted = match rule.map(|rule| &rule.shows) {
        None | Some(Shown::Own) => caller.or(own),
        Some(Shown::Number(number)) => Some((number, ShownBecause::Rule)),
        Some(Shown::Main | Shown::Hidden) => None,
    };
    let allowed = wanted.filter(|(number, why)| {
        let may = *why == ShownBecause::Caller || may_show(office, trunk, number);
        if !may {
            reasons.push(Reason::NotItsNumber {
                line: trunk.id,
                number: (*number).clone(),
            });
        }
        may
    });
    let main = trunk.outgoing.main_number.as_ref();
    let main = main.map(|number| (number, ShownBecause::Main));
    let (number, why) = allowed.or(main).unzip();
    let hides = matches!(rule.map(|rule| &rule.shows), Some(Shown::Hidden));
    Shows {
        number: number.cloned(),
        hidden: wish.hidden || hides,
        why: why.unwrap_or(ShownBecause::Account),
        forwarded: forwarded(office, trunk, wish).filter(|_| !hides),
    }
}

/// What a line says that a call was for which is forwarded: the number of the office that was called
/// if it may be shown there, else the line's main number. That a caller hides theirs is no reason to
/// hide the office's; where a rule hides the office's nothing is said of it.
fn forwarded(office: &Office, trunk: &Trunk, wish: &Wish<'_>) -> Option<Forwarded> {
    let forwards = wish.forwards?;
    if trunk.outgoing.forwarded_by == ForwardedBy::Nothing {
        return None;
    }
    let called = forwards.number;
    let called = called.filter(|number| may_show(office, trunk, number));
    let number = called.or(trunk.outgoing.main_number.as_ref())?;
    Some(Forwarded {
        number: number.clone(),
        why: forwards.why,
    })
}

/// Whether a line may show a number: its own, one of the office's that come in on it or on any line,
/// and any where the provider lets that through.
fn may_show(office: &Office, trunk: &Trunk, number: &PhoneNumber) -> bool {
    let is_main = trunk.outgoing.main_number.as_ref() == Some(number);
    let is_ours = office
        .phone_number(number.as_str())
        .is_some_and(|of_office| of_office.trunk.is_none_or(|line| line == trunk.id));
    is_main || is_ours || trunk.outgoing.foreign_caller_id
}
