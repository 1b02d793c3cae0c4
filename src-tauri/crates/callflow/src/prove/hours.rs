//! The courses of hours of the next days that differ for a flow: what holds when a caller comes in,
//! and what changes while they are there.

use crate::kinds::Touches;
use crate::limits::{MAX_CHANGES_IN_A_CALL, MAX_COURSES_OF_HOURS, MAX_PROVED_STAY_MS};
use crate::program::{Around, Program};
use office::schedule::{OpenState, Span};
use office::{Office, PersonId, RouteTarget, ScheduleId};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// All hours that differ for a flow.
pub(super) struct Hours {
    /// Every course, the first of its kind from the beginning on.
    pub(super) courses: Vec<Course>,
    /// How many combinations of what the schedules say there are.
    pub(super) kinds: usize,
    /// There are more courses, or more changes in one, than are looked at.
    pub(super) cut_short: bool,
}

/// What holds when a caller comes in, and what changes while they are there.
pub(super) struct Course {
    /// Which kind of hours they come in at.
    pub(super) kind: usize,
    /// The first moment at which what they find when they come in holds, then those at which it
    /// changes, in milliseconds since 1970 (UTC).
    pub(super) moments: Vec<i64>,
}

/// All courses of hours of so many days from a moment on. Only what a caller of the flow may come to
/// counts.
pub(super) fn of(program: &Arc<Program>, around: &Around<'_>, from: i64, days: u16) -> Hours {
    let zone = around.office.settings().time_zone;
    let calendars: Vec<Vec<Span>> = Touched::by(program, around)
        .schedules
        .iter()
        .filter_map(|id| around.office.schedule(*id))
        .map(|schedule| schedule.spans(zone, from, days))
        .filter(|spans| !spans.is_empty())
        .collect();
    let (times, kinds) = timeline(&calendars, from);
    let mut cut_short = false;
    let mut courses: BTreeMap<Vec<usize>, Course> = BTreeMap::new();
    for (first, (from, kind)) in times.iter().enumerate() {
        let mut moments = vec![*from];
        let mut course = vec![*kind];
        let changes = times.get(first + 1..).unwrap_or_default();
        // At the latest they come in just before the first change.
        let latest = changes.first().map(|(at, _)| at + MAX_PROVED_STAY_MS);
        for (at, kind) in changes.iter().filter(|(at, _)| Some(*at) < latest) {
            if moments.len() > MAX_CHANGES_IN_A_CALL {
                cut_short = true;
                break;
            }
            moments.push(*at);
            course.push(*kind);
        }
        let kind = *kind;
        courses.entry(course).or_insert(Course { kind, moments });
    }
    // Whoever looks at a longer course has looked at how it begins.
    let all: Vec<Vec<usize>> = courses.keys().cloned().collect();
    for pair in all.windows(2) {
        if let [short, long] = pair
            && long.starts_with(short)
        {
            courses.remove(short);
        }
    }
    let mut courses: Vec<Course> = courses.into_values().collect();
    courses.sort_by_key(|course| course.moments.first().copied());
    cut_short |= courses.len() > MAX_COURSES_OF_HOURS;
    courses.truncate(MAX_COURSES_OF_HOURS);
    Hours {
        courses,
        kinds,
        cut_short,
    }
}

/// From when on which kind of hours holds, and how many kinds there are.
fn timeline(calendars: &[Vec<Span>], from: i64) -> (Vec<(i64, usize)>, usize) {
    let changes = calendars.iter().flatten().map(|span| span.from);
    let moments: BTreeSet<i64> = changes.filter(|at| *at > from).chain([from]).collect();
    // Where each calendar has been read to.
    let mut read = vec![0; calendars.len()];
    let mut known: HashMap<Vec<Option<OpenState>>, usize> = HashMap::new();
    let mut times: Vec<(i64, usize)> = Vec::new();
    for at in moments {
        let says: Vec<Option<OpenState>> = calendars
            .iter()
            .zip(&mut read)
            .map(|(spans, read)| {
                while spans.get(*read + 1).is_some_and(|next| next.from <= at) {
                    *read += 1;
                }
                spans.get(*read).map(|span| span.state)
            })
            .collect();
        let new = known.len();
        let kind = *known.entry(says).or_insert(new);
        if times.last().is_none_or(|(_, before)| *before != kind) {
            times.push((at, kind));
        }
    }
    (times, known.len())
}

/// What a caller of a flow may come to.
#[derive(Default)]
struct Touched {
    schedules: BTreeSet<ScheduleId>,
    persons: BTreeSet<PersonId>,
    numbers: BTreeSet<String>,
    programs: Vec<Arc<Program>>,
}

impl Touched {
    fn by(program: &Arc<Program>, around: &Around<'_>) -> Self {
        let mut touched = Self::default();
        let mut open = vec![Touches::Flow(Arc::clone(program))];
        while let Some(next) = open.pop() {
            touched.come_to(next, around, &mut open);
        }
        touched
    }

    fn come_to(&mut self, next: Touches, around: &Around<'_>, open: &mut Vec<Touches>) {
        let office: &Office = around.office;
        let toward = |target: &RouteTarget| match target {
            RouteTarget::User(person) => Some(Touches::Person(*person)),
            RouteTarget::Extension(number) => Some(Touches::Number(number.to_string())),
            RouteTarget::Flow(flow) => around.flows.live(*flow).map(Arc::clone).map(Touches::Flow),
            _ => None,
        };
        match next {
            Touches::Schedule(schedule) => {
                self.schedules.insert(schedule);
            }
            Touches::Person(id) => {
                if let Some(hours) = office.person(id).and_then(|person| person.hours.as_ref())
                    && self.persons.insert(id)
                {
                    self.schedules.insert(hours.schedule);
                    open.extend(toward(&hours.when_closed));
                }
            }
            Touches::Number(number) => {
                if let Some(extension) = office.extension(&number)
                    && self.numbers.insert(number)
                {
                    open.extend(toward(&extension.target));
                    if let Some(hours) = &extension.hours {
                        self.schedules.insert(hours.schedule);
                        open.extend(toward(&hours.when_closed.target));
                    }
                }
            }
            Touches::Flow(program) => {
                if self
                    .programs
                    .iter()
                    .any(|known| Arc::ptr_eq(known, &program))
                {
                    return;
                }
                for step in &program.nodes {
                    open.extend(step.does.touches(around));
                }
                self.programs.push(program);
            }
        }
    }
}
