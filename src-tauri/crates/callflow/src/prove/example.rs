//! A call that takes a certain way: found by rehearsing, and by having the caller or a colleague do
//! something else where it went elsewhere.

use super::Passed;
use crate::program::Program;
use crate::rehearse::{CallerAct, Does, Http, Phone, Pins, Rehearsal, Rehearsed, Stage, rehearse};
use crate::walk::RingTarget;
use serde_json::Value as Json;
use std::sync::Arc;

/// A call that takes this way, if one is found.
pub(super) fn of(
    program: &Arc<Program>,
    stage: &Stage<'_>,
    at: i64,
    way: &[Passed],
) -> Option<Rehearsal> {
    let mut call = Rehearsal::at(at);
    // At one node a caller may have to do something ten times.
    for _ in 0..way.len().saturating_mul(12).min(400) {
        let done = rehearse(program, stage, &call);
        let Some(wrong) = goes_wrong(&done, way) else {
            return Some(call);
        };
        let wanted = way.get(wrong.index)?.outcome.as_deref()?;
        if wrong.node != way.get(wrong.index)?.node
            || !nudge(&mut call, &done, &wrong, wanted, stage)
        {
            return None;
        }
    }
    None
}

/// The first node of a way that was left by another outcome.
struct Wrong {
    index: usize,
    node: String,
    /// When the caller came to it, and when they last heard something there.
    entered_ms: u64,
    asked_ms: u64,
}

fn goes_wrong(done: &Rehearsed, way: &[Passed]) -> Option<Wrong> {
    let mut index = 0;
    let mut here: Option<Wrong> = None;
    for step in &done.steps {
        match &*step.event {
            "enter" => {
                if let Some(before) = here.take() {
                    // It was left by no outcome, as a node that leads elsewhere is.
                    if way.get(before.index)?.outcome.is_some() {
                        return Some(before);
                    }
                    index += 1;
                }
                if way.get(index)?.node != step.node {
                    return Some(Wrong {
                        index,
                        node: step.node.clone(),
                        entered_ms: step.t_ms,
                        asked_ms: step.t_ms,
                    });
                }
                here = Some(Wrong {
                    index,
                    node: step.node.clone(),
                    entered_ms: step.t_ms,
                    asked_ms: step.t_ms,
                });
            }
            "prompt" => {
                if let Some(here) = &mut here {
                    here.asked_ms = step.t_ms;
                }
            }
            "outcome" => {
                let left = here.take()?;
                way.get(left.index)?.outcome.as_ref()?;
                if way.get(left.index)?.outcome != step.outcome {
                    return Some(left);
                }
                index += 1;
                way.get(index)?;
            }
            _ => {}
        }
    }
    here.filter(|here| {
        way.get(here.index)
            .is_some_and(|wanted| wanted.outcome.is_some())
    })
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
    match wanted {
        "invalid" => press(call, wrong.asked_ms, "#"),
        "default" | "operator" => press(call, wrong.asked_ms, "1234#"),
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
                call.phones.push(Phone { person, does });
                changed = true;
            }
        }
    }
    changed
}
