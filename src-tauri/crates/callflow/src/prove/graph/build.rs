//! Finding all places: from the entry on, by every outcome a node can have.

use super::{Edge, Graph, Place, To};
use crate::catalogue::{Class, Fallback};
use crate::limits::MAX_DEPTH;
use crate::program::{Around, Program};
use crate::prove::reach;
use crate::rehearse::Stage;
use crate::target::Target;
use crate::walk::{About, Leads, PersonNow, Presence, Reason, fails_to, glimpse, leads, passes_by};
use office::PersonId;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

impl Graph {
    /// All places callers can come to in a course of hours; at most so many.
    pub(in crate::prove) fn of(
        program: &Arc<Program>,
        stage: &Stage<'_>,
        around: &Around<'_>,
        course: &[i64],
        most: usize,
    ) -> Self {
        let mut build = Build {
            stage,
            around,
            course,
            most,
            programs: vec![Arc::clone(program)],
            known: HashMap::new(),
            open: VecDeque::new(),
            graph: Self {
                places: Vec::new(),
                ways: Vec::new(),
                cut_short: false,
            },
        };
        if let Some(entry) = program.entry {
            build.come_to(At {
                stack: vec![(0, entry)],
                hour: 0,
            });
        }
        while let Some((here, place)) = build.open.pop_front() {
            let edges = build.edges(&here, place);
            if let Some(ways) = build.graph.ways.get_mut(place) {
                *ways = edges;
            }
        }
        build.graph
    }
}

/// Where a caller is, with the flows that wait for them to come back.
#[derive(Clone, PartialEq, Eq, Hash)]
struct At {
    /// Flow by its place in the list, and node.
    stack: Vec<(usize, usize)>,
    /// How often the hours have changed since they came in.
    hour: usize,
}

/// The ways out of a place.
#[derive(Default)]
struct Edges(Vec<Edge>);

/// Everybody might answer.
struct Anybody;

impl Presence for Anybody {
    fn person(&self, _person: PersonId) -> PersonNow {
        PersonNow {
            reachable: true,
            free: true,
            do_not_disturb: false,
            away: false,
        }
    }
}

struct Build<'a> {
    stage: &'a Stage<'a>,
    around: &'a Around<'a>,
    /// What holds when the caller comes in, and after each change, as moments.
    course: &'a [i64],
    /// How many places there may be.
    most: usize,
    programs: Vec<Arc<Program>>,
    known: HashMap<At, usize>,
    open: VecDeque<(At, usize)>,
    graph: Graph,
}

impl Build<'_> {
    /// The number of a place, which is looked at later if it is new.
    fn come_to(&mut self, at: At) -> To {
        if let Some(place) = self.known.get(&at) {
            return To::Place(*place);
        }
        let last = at.stack.last().copied();
        let step = last.and_then(|(flow, node)| self.programs.get(flow)?.step(node));
        let Some(step) = step else {
            return To::Fault(Reason::new("noEntry"));
        };
        if self.graph.places.len() >= self.most {
            self.graph.cut_short = true;
            return To::Somebody;
        }
        let kind = step.does.kind().map_or("", |kind| kind.kind);
        let lasts = step.does.in_silence(self.around).lasts;
        let place = self.graph.places.len();
        self.graph.places.push(Place {
            node: Arc::clone(&step.id),
            own: last.is_some_and(|(flow, _)| flow == 0),
            hour: at.hour,
            // Known when it has been looked at.
            offers: false,
            counts: kind == "loop",
            lasts: u64::try_from(lasts.as_millis()).unwrap_or(u64::MAX),
        });
        self.graph.ways.push(Vec::new());
        self.known.insert(at.clone(), place);
        self.open.push_back((at, place));
        To::Place(place)
    }

    fn edges(&mut self, here: &At, place: usize) -> Vec<Edge> {
        let Some((flow, node)) = here.stack.last().copied() else {
            return Vec::new();
        };
        let Some(program) = self.programs.get(flow).map(Arc::clone) else {
            return Vec::new();
        };
        let Some(step) = program.step(node) else {
            return Vec::new();
        };
        let kind = step.does.kind().map_or("", |kind| kind.kind);
        let mut edges = Edges::default();
        if step.disabled {
            self.lead(&mut edges, here, "", passes_by(step), true);
            return edges.0;
        }
        if kind == "hangup" {
            self.lead(&mut edges, here, "", Leads::HangUp, true);
            return edges.0;
        }
        let this = self.stage.flow.filter(|_| flow == 0);
        let began = self.moment(0);
        let about = About {
            steady_ms: 0,
            unix_ms: self.moment(here.hour),
            office: self.stage.office,
            presence: &Anybody,
        };
        let (found, acts) = glimpse(&program, self.stage.flows, this, &about, (began, node));
        let takes_time = matches!(found, Leads::Waits);
        match found {
            Leads::Fault(reason) => {
                self.lead(&mut edges, here, "", Leads::Fault(reason), true);
                let on = match fails_to(step) {
                    Some((outcome, to)) => Some((outcome, to)),
                    None => program
                        .on_error
                        .filter(|other| *other != node)
                        .map(|other| ("", other)),
                };
                if let Some((outcome, to)) = on {
                    self.lead(&mut edges, here, outcome, Leads::To(to), true);
                }
                return edges.0;
            }
            // The hours alone decide.
            Leads::By(outcome)
                if matches!(kind, "timeCondition" | "dial" | "ringGroup" | "enqueue") =>
            {
                self.lead(&mut edges, here, &outcome, leads(step, &outcome), true);
                return edges.0;
            }
            // Who calls, what was said before or chance decides.
            Leads::By(_) | Leads::Waits => {}
            other => {
                self.lead(&mut edges, here, "", other, true);
                return edges.0;
            }
        }
        let finds = reach::at_node(&step.does, &acts, self.stage.office, about.unix_ms);
        if let Some(place) = self.graph.places.get_mut(place) {
            place.offers = takes_time && finds.somebody;
        }
        let silence = step.does.in_silence(self.around);
        for outcome in step.does.outcomes(self.around) {
            let name = outcome.name.as_str();
            if outcome.class == Class::Optional(Fallback::Ignored) && step.exit(name).is_none() {
                continue;
            }
            if finds.only.is_some_and(|only| !only.contains(&name)) {
                continue;
            }
            let silent = (silence.outcomes).is_none_or(|some| some.contains(&name));
            let leads = match outcome.class {
                // Meant to go where failures go, so that is no fault of the drawing.
                Class::Optional(Fallback::OnError) if step.exit(name).is_none() => {
                    let other = program.on_error.filter(|other| *other != node);
                    other.map_or_else(|| self.last_resort(here), Leads::To)
                }
                _ => leads(step, name),
            };
            let fails = matches!(leads, Leads::Fault(_));
            // Meanwhile the hours may change.
            let hours = if takes_time {
                self.course.len()
            } else {
                here.hour + 1
            };
            for hour in here.hour..hours {
                let then = At {
                    stack: here.stack.clone(),
                    hour,
                };
                if let (true, Some(node)) = (fails, program.on_error) {
                    self.lead(&mut edges, &then, name, Leads::To(node), silent);
                }
                if hour == here.hour || matches!(leads, Leads::To(_)) {
                    self.lead(&mut edges, &then, name, leads.clone(), silent);
                }
            }
        }
        edges.0
    }

    /// One more way out.
    fn lead(&mut self, edges: &mut Edges, then: &At, outcome: &str, leads: Leads, silent: bool) {
        let to = self.to(then, leads);
        edges.0.push(Edge {
            outcome: outcome.to_owned(),
            to,
            silent,
        });
    }

    /// What holds after so many changes, as a moment.
    fn moment(&self, hour: usize) -> i64 {
        self.course.get(hour).copied().unwrap_or_default()
    }

    /// Where a caller goes when no flow can go on.
    fn last_resort(&self, here: &At) -> Leads {
        let root = here
            .stack
            .first()
            .and_then(|(flow, _)| self.programs.get(*flow));
        let named = root.and_then(|root| root.last_resort.as_ref()?.read().ok());
        let flow = |flow| self.stage.flows.live(flow).map(Arc::clone);
        match named {
            Some(Target::Hangup) => Leads::HangUp,
            Some(Target::Flow(id)) => match flow(id) {
                // The flow it may name is walked once; what fails in it rings everybody.
                Some(program) if here.stack.len() == 1 => Leads::Into(program),
                _ => Leads::ToSomebody,
            },
            Some(target)
                if reach::at_target(&target, self.stage.office, self.moment(here.hour)) =>
            {
                Leads::ToSomebody
            }
            _ if reach::at_last(self.stage.office) => Leads::ToSomebody,
            _ => Leads::HangUp,
        }
    }

    fn to(&mut self, here: &At, where_to: Leads) -> To {
        let hour = here.hour;
        let mut stack = here.stack.clone();
        match where_to {
            Leads::To(node) => {
                if let Some(top) = stack.last_mut() {
                    top.1 = node;
                }
                self.come_to(At { stack, hour })
            }
            Leads::Into(program) => self.enter(Vec::new(), program, hour),
            Leads::Through(program) if stack.len() > MAX_DEPTH => {
                drop(program);
                To::Fault(Reason::new("tooDeep").with("depth", MAX_DEPTH))
            }
            Leads::Through(program) => self.enter(stack, program, hour),
            Leads::Back(outcome) => {
                stack.pop();
                let waiting = stack.last().copied();
                let program = waiting.and_then(|(flow, _)| self.programs.get(flow).map(Arc::clone));
                match (program, waiting) {
                    (Some(program), Some((_, node))) => match program.step(node) {
                        Some(step) => {
                            let on = leads(step, &outcome);
                            self.to(&At { stack, hour }, on)
                        }
                        None => To::Fault(Reason::new("nobodyToReturnTo")),
                    },
                    _ => To::Fault(Reason::new("nobodyToReturnTo")),
                }
            }
            Leads::Away(target) => {
                match reach::at_target(&target, self.stage.office, self.moment(hour)) {
                    true => To::Somebody,
                    false => To::HangUp,
                }
            }
            Leads::ToSomebody => To::Somebody,
            Leads::HangUp => To::HangUp,
            Leads::Fault(reason) => To::Fault(reason),
            Leads::By(_) | Leads::Waits => To::Somebody,
        }
    }

    fn enter(&mut self, mut stack: Vec<(usize, usize)>, program: Arc<Program>, hour: usize) -> To {
        let Some(entry) = program.entry else {
            return To::Fault(Reason::new("noEntry"));
        };
        let known = self
            .programs
            .iter()
            .position(|known| Arc::ptr_eq(known, &program));
        let flow = known.unwrap_or_else(|| {
            self.programs.push(program);
            self.programs.len() - 1
        });
        stack.push((flow, entry));
        self.come_to(At { stack, hour })
    }
}
