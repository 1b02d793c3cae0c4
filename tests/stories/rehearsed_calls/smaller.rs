//! What differs between the two worlds, and the smallest case in which something does.

use super::{
    case::{Case, Drawing, Staff},
    played::{Both, Told, play},
};
use callflow::{TraceStep, rehearse::Does};
use std::fmt::Write as _;

/// How far apart a moment may be: one tick of the office's sound.
const TICK_MS: u64 = 20;

/// How often a case is made smaller at most.
const TRIES: usize = 400;

impl Both {
    /// The first thing in which the two differ.
    pub fn difference(&self) -> Option<String> {
        let (live, rehearsed) = (&self.live, &self.rehearsed);
        for (at, (l, r)) in live.steps.iter().zip(&rehearsed.steps).enumerate() {
            let moment = TraceStep {
                t_ms: r.t_ms,
                ..l.clone()
            };
            if moment != *r || l.t_ms.abs_diff(r.t_ms) > TICK_MS {
                return Some(format!(
                    "step {at}:\n  live      {}\n  rehearsed {}",
                    line(l),
                    line(r)
                ));
            }
        }
        if live.steps.len() != rehearsed.steps.len() {
            let (which, longer) = match live.steps.len() > rehearsed.steps.len() {
                true => ("live", &live.steps),
                false => ("rehearsed", &rehearsed.steps),
            };
            let at = live.steps.len().min(rehearsed.steps.len());
            return Some(format!("step {at} is {which} only: {}", line(&longer[at])));
        }
        if live.ended != rehearsed.ended {
            return Some(format!(
                "live {}, rehearsed {}",
                live.ended, rehearsed.ended
            ));
        }
        if live.rings != rehearsed.rings {
            return Some(format!(
                "live {:#?} rang, rehearsed {:#?}",
                live.rings, rehearsed.rings
            ));
        }
        let mut hears = live.hears.iter().zip(&rehearsed.hears);
        let differs = hears.find(|(l, r)| l.1 != r.1 || l.0.abs_diff(r.0) > TICK_MS);
        if let Some((l, r)) = differs {
            return Some(format!("heard {l:?}, rehearsed {r:?}"));
        }
        if live.hears.len() != rehearsed.hears.len() {
            return Some(format!(
                "heard {:#?}, rehearsed {:#?}",
                live.hears, rehearsed.hears
            ));
        }
        None
    }

    /// How many steps are not at the very same moment.
    pub fn apart(&self) -> usize {
        let pairs = self.live.steps.iter().zip(&self.rehearsed.steps);
        pairs.filter(|(l, r)| l.t_ms != r.t_ms).count()
    }
}

/// A step in one line.
fn line(step: &TraceStep) -> String {
    let mut line = format!("{:>6} ms {} {}", step.t_ms, step.node, step.event);
    let fields = [&step.outcome, &step.digits, &step.variable, &step.value];
    for field in fields.into_iter().flatten() {
        let _ = write!(line, " {field}");
    }
    if let Some(leg) = &step.leg {
        let _ = write!(line, " {leg} {:?}", step.person);
    }
    if let Some(reason) = &step.reason {
        let _ = write!(line, " because {} {:?}", reason.id, reason.params);
    }
    line
}

/// Tells the smallest case that can be found in which the two worlds differ.
pub fn smallest(case: Case) -> String {
    let mut smallest = case;
    let mut tries = 0;
    'smaller: loop {
        for other in smaller(&smallest) {
            tries += 1;
            if tries > TRIES {
                break 'smaller;
            }
            if play(&other).difference().is_some() {
                smallest = other;
                continue 'smaller;
            }
        }
        break;
    }
    let both = play(&smallest);
    let difference = both.difference().unwrap_or_default();
    format!(
        "what is rehearsed is not what happens.\n{smallest}\n{difference}\n\nLive:\n{}\nRehearsed:\n{}\n{}",
        walk(&both.live),
        walk(&both.rehearsed),
        both.story
    )
}

fn walk(told: &Told) -> String {
    let mut text = String::new();
    for step in &told.steps {
        let _ = writeln!(text, "  {}", line(step));
    }
    for (at, heard) in &told.hears {
        let _ = writeln!(text, "  {at:>6} ms hears {heard}");
    }
    for rang in &told.rings {
        let _ = writeln!(text, "  {rang}");
    }
    let _ = writeln!(text, "  {}", told.ended);
    text
}

/// Cases that are a little smaller.
fn smaller(case: &Case) -> Vec<Case> {
    let mut all = Vec::new();
    let mut with = |change: &dyn Fn(&mut Case)| {
        let mut other = case.clone();
        change(&mut other);
        all.push(other);
    };
    for at in 0..case.acts.len().saturating_sub(1) {
        with(&|case| {
            case.acts.remove(at);
        });
    }
    for which in 0..3 {
        let nodes = case.drawing(which).nodes.len();
        for at in 2..nodes {
            with(&|case| {
                let drawing = case.drawing_mut(which);
                let gone = drawing.nodes.remove(at)["id"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned();
                let next = drawing
                    .edges
                    .iter()
                    .find(|(from, _, to)| *from == gone && *to != gone);
                let next = next.map_or_else(|| "n_ends".to_owned(), |(.., to)| to.clone());
                drawing.edges.retain(|(from, ..)| *from != gone);
                for (_, _, to) in &mut drawing.edges {
                    if *to == gone {
                        to.clone_from(&next);
                    }
                }
            });
        }
        with(&|case| case.drawing_mut(which).settings = serde_json::json!({}));
    }
    for at in 0..case.staff.len() {
        with(&|case| {
            let Staff { device, does, .. } = &case.staff[at];
            match (device, does) {
                (None, Does::RingsOut) => {}
                (None, _) => case.staff[at].does = Does::RingsOut,
                (Some(_), _) => {
                    case.staff.remove(at);
                }
            }
        });
    }
    all.retain(|other| size(other) < size(case));
    all
}

fn size(case: &Case) -> usize {
    let drawing = |which| {
        let Drawing {
            nodes,
            edges,
            settings,
        } = case.drawing(which);
        nodes.len() * 10 + edges.len() + settings.to_string().len()
    };
    let staff = case.staff.iter();
    let staff = staff.map(|one| 2 + usize::from(one.does != Does::RingsOut));
    case.acts.len() + (0..3).map(drawing).sum::<usize>() + staff.sum::<usize>()
}
