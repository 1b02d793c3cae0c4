//! A call that takes a certain way: found by rehearsing, and by having the caller or a colleague do
//! something else where it went elsewhere.

use super::{Found, Passed};
use crate::limits::TRIED_DICE;
use crate::program::Program;
use crate::rehearse::{
    CallerAct, Does, Http, ModeAt, Phone, Pins, Rehearsal, Rehearsed, Stage, rehearse,
};
use crate::walk::RingTarget;
use serde_json::Value as Json;
use std::sync::Arc;

/// A call that takes this way, if one is found. The `moments` are those at which what the caller
/// finds begins to hold, and then changes.
pub(super) fn of(
    program: &Arc<Program>,
    stage: &Stage<'_>,
    moments: &[i64],
    found: &Found,
) -> Option<Rehearsal> {
    let way = &found.by;
    let mut call = Rehearsal::at(*moments.first()?);
    // At one node a caller may have to do something ten times.
    for _ in 0..way.len().saturating_mul(12).min(400) {
        let done = rehearse(program, stage, &call);
        // They leave the place where the hours change at the moment they do.
        if let (Some(place), Some(change)) = (found.changes, moments.get(1))
            && let Some(left) = followed(&done, way).left.get(place)
        {
            let at = change.saturating_sub(i64::try_from(*left).unwrap_or(0));
            if at != call.at {
                call.at = at;
                continue;
            }
        }
        let Some(wrong) = followed(&done, way).wrong else {
            return Some(call);
        };
        let wanted = way.get(wrong.index)?.outcome.as_deref()?;
        if wrong.node != way.get(wrong.index)?.node {
            return None;
        }
        if nudge(&mut call, &done, &wrong, wanted, stage) {
            continue;
        }
        let goes_further = |other: &Rehearsal| {
            let then = followed(&rehearse(program, stage, other), way).wrong;
            then.is_none_or(|then| then.index > wrong.index)
        };
        call = others(&call, program, stage, wanted)
            .into_iter()
            .find(goes_further)?;
    }
    None
}

/// Calls that differ in who calls, in what the office is set to, in who is there and in the lot, among
/// which one may leave a node by that outcome.
fn others(call: &Rehearsal, program: &Program, stage: &Stage<'_>, wanted: &str) -> Vec<Rehearsal> {
    let office = stage.office;
    let (kind, name) = wanted.split_once(':').unwrap_or((wanted, ""));
    let other = |change: &dyn Fn(&mut Rehearsal)| {
        let mut other = call.clone();
        change(&mut other);
        other
    };
    match kind {
        "bucket" => {
            let lots = (1..TRIED_DICE).map(|dice| {
                // Some lots follow from the caller's number.
                other(&|call| {
                    call.dice += dice;
                    let number = || format!("+4930{:07}", call.dice);
                    call.caller = call.caller.as_ref().map(|_| number());
                })
            });
            lots.collect()
        }
        "mode" => {
            let modes = office.modes().map(|mode| {
                other(&|call| {
                    call.modes.retain(|set| set.mode != mode.id);
                    call.modes.push(ModeAt {
                        mode: mode.id,
                        state: name.to_owned(),
                    });
                })
            });
            modes.collect()
        }
        "yes" | "no" => {
            let does = if kind == "yes" {
                Does::RingsOut
            } else {
                Does::Off
            };
            let with_phone = office
                .persons()
                .filter(|person| office.devices_of(person.id).next().is_some());
            let phones: Vec<Phone> = with_phone
                .map(|person| Phone::of(person.id, does))
                .collect();
            vec![other(&|call| call.phones.clone_from(&phones))]
        }
        "rule" | "case" | "else" | "found" | "not_found" => {
            let inside = office.extensions().take(1);
            let inside = inside.map(|extension| extension.number.to_string());
            let listed = office
                .caller_lists()
                .filter_map(|list| list.callers.first());
            let listed = listed.map(|caller| caller.number.clone());
            let outside = program
                .prefixes()
                .chain(stage.flows.prefixes())
                .chain(["+4930", "+331", "+1", "0"].map(str::to_owned))
                .map(|prefix| format!("{:0<12}", prefix));
            let callers = inside.chain(listed).chain(outside).map(Some);
            let callers = callers.chain([None]);
            callers
                .map(|caller| other(&|call| call.caller.clone_from(&caller)))
                .collect()
        }
        _ => Vec::new(),
    }
}

/// How far a rehearsal goes by a way.
#[derive(Default)]
struct Followed {
    /// When the caller left each place, in milliseconds since the call came in.
    left: Vec<u64>,
    /// Where it goes elsewhere.
    wrong: Option<Wrong>,
}

/// The first node of a way that was left by another outcome.
struct Wrong {
    index: usize,
    node: String,
    /// When the caller came to it, and when they last heard something there.
    entered_ms: u64,
    asked_ms: u64,
}

fn followed(done: &Rehearsed, way: &[Passed]) -> Followed {
    let mut followed = Followed::default();
    let mut here: Option<Wrong> = None;
    for step in &done.steps {
        let index = followed.left.len();
        let Some(wanted) = way.get(index) else {
            return followed;
        };
        match &*step.event {
            "enter" => {
                if let Some(before) = here.take() {
                    // It was left by no outcome, as a node that leads elsewhere is.
                    if wanted.outcome.is_some() {
                        followed.wrong = Some(before);
                        return followed;
                    }
                    followed.left.push(step.t_ms);
                }
                let index = followed.left.len();
                let came = Wrong {
                    index,
                    node: step.node.clone(),
                    entered_ms: step.t_ms,
                    asked_ms: step.t_ms,
                };
                match way.get(index) {
                    Some(wanted) if wanted.node == step.node => here = Some(came),
                    Some(_) => {
                        followed.wrong = Some(came);
                        return followed;
                    }
                    None => return followed,
                }
            }
            "prompt" => {
                if let Some(here) = &mut here {
                    here.asked_ms = step.t_ms;
                }
            }
            "outcome" => match here.take() {
                // A flow that was run has given its caller back, by whatever its last node says.
                Some(left) if left.node != step.node && wanted.outcome.is_none() => {
                    followed.left.push(step.t_ms);
                }
                // The way ends with their being there.
                Some(_) if wanted.outcome.is_none() => return followed,
                Some(left) if wanted.outcome != step.outcome => {
                    followed.wrong = Some(left);
                    return followed;
                }
                Some(_) => followed.left.push(step.t_ms),
                None => {}
            },
            _ => {}
        }
    }
    let stays = way.get(followed.left.len());
    followed.wrong = here.filter(|_| stays.is_some_and(|wanted| wanted.outcome.is_some()));
    followed
}

/// Has the caller or a colleague do what leads to the outcome; `false` if nobody can.
fn nudge(
    call: &mut Rehearsal,
    done: &Rehearsed,
    wrong: &Wrong,
    wanted: &str,
    stage: &Stage<'_>,
) -> bool {
    let pressed = |call: &Rehearsal, at: u64| call.acts.iter().any(|act| act.after_ms == at);
    let press = |call: &mut Rehearsal, from: u64, keys: &str| {
        let mut at = from + 1;
        while pressed(call, at) {
            at += 1;
        }
        for (key, at) in keys.chars().zip(at..) {
            call.acts.push(CallerAct {
                after_ms: at,
                key: Some(key),
                hang_up: false,
            });
        }
        true
    };
    if let Some(key) = wanted
        .strip_prefix("digit:")
        .or_else(|| wanted.strip_prefix("key:"))
    {
        return press(call, wrong.entered_ms, key);
    }
    let does = match wanted {
        "answered" => Some(Does::AnswersAfter(4)),
        "no_answer" => Some(Does::RingsOut),
        "busy" => Some(Does::Busy),
        "declined" => Some(Does::Declines),
        "unreachable" => Some(Does::Off),
        _ => None,
    };
    if let Some(does) = does {
        return have_phones(call, done, wrong, does, stage);
    }
    if wanted == "no_agents" {
        let before = call.phones.clone();
        let everybody = stage.office.persons();
        call.phones = everybody.map(|one| Phone::of(one.id, Does::Off)).collect();
        return call.phones != before;
    }
    match wanted {
        "invalid" => press(call, wrong.asked_ms, "#"),
        "operator" => press(call, wrong.entered_ms, "0"),
        "default" => press(call, wrong.asked_ms, "1234#"),
        "ok" | "denied" => {
            let pins = if wanted == "ok" {
                Pins::Right
            } else {
                Pins::Wrong
            };
            let changed = call.pins != pins;
            call.pins = pins;
            press(call, wrong.asked_ms, "1234#") || changed
        }
        "saved" | "empty" => {
            let speaks_ms = if wanted == "saved" { 5_000 } else { 0 };
            let changed = call.speaks_ms != speaks_ms;
            call.speaks_ms = speaks_ms;
            changed
        }
        "success" | "error" | "timeout" => {
            let http = match wanted {
                "success" => Http::default(),
                "error" => Http::Replies {
                    status: 500,
                    body: Json::Null,
                },
                _ => Http::TimesOut,
            };
            let changed = call.http != http;
            call.http = http;
            changed
        }
        _ => false,
    }
}

/// Has the telephones that ring at this node do something.
fn have_phones(
    call: &mut Rehearsal,
    done: &Rehearsed,
    wrong: &Wrong,
    does: Does,
    stage: &Stage<'_>,
) -> bool {
    let mut changed = false;
    let here = done
        .rings
        .iter()
        .filter(|rang| rang.at_ms >= wrong.entered_ms);
    let first = here.clone().map(|rang| rang.at_ms).min();
    for rang in here.filter(|rang| Some(rang.at_ms) == first) {
        let person = match &rang.target {
            RingTarget::Person { id, .. } => *id,
            RingTarget::Outside { .. } => continue,
            RingTarget::Device { id, .. } => match stage.office.device(*id) {
                Some(device) => device.person,
                None => continue,
            },
        };
        match call.phones.iter_mut().find(|phone| phone.person == person) {
            Some(phone) if phone.does == does => {}
            Some(phone) => {
                phone.does = does;
                changed = true;
            }
            None => {
                call.phones.push(Phone::of(person, does));
                changed = true;
            }
        }
    }
    changed
}
