//! `enqueue`: the caller waits in a queue until an agent takes their call. Whose turn it is is
//! [`Queues`](crate::Queues)' to say; what the caller hears, how long they wait and what becomes of
//! them is this step's.

use super::menu::KeyOption;
use super::ring_group::not_open;
use super::{Behaviour, Silence, Touches};
use crate::catalogue::{Group, Kind, Outcome, Param, Refers, Takes, or_else, or_hang_up, required};
use crate::check::NodeCheck;
use crate::limits::{QUEUE_EMPTY_FOR, QUEUE_LOOKS_EVERY, QUEUE_RINGS_UNANSWERED};
use crate::program::{Around, Flows};
use crate::prompt::{Hears, Prompt, Sound};
use crate::queue::{Agent, Queue, QueueRules, RINGS_FOR};
use crate::queues::{Joins, Place, QueueId};
use crate::target::read_id;
use crate::template::Template;
use crate::walk::{
    Act, CallerId, Event, InQueue, Next, Reason, RingEnd, RingTarget, Strategy, Turn,
};
use office::{FlowId, Office, PersonId};
use serde::{Deserialize, Deserializer};
use spoken::{Piece, phrase::queue, sentence};
use std::sync::Arc;
use std::time::Duration;

/// The caller waits in a queue: one that the office has, or one of this step's own.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Enqueue {
    queue: String,
    #[serde(default, deserialize_with = "bounded")]
    own: Option<Arc<QueueRules>>,
    priority: i8,
    max_wait: Option<u32>,
    exit_keys: Vec<KeyOption>,
    /// What else callers are told, each time.
    prompts: Vec<Prompt>,
}

/// What is remembered while a caller waits; times by the steady clock, in milliseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct State {
    since: i64,
    /// When they were told how it stands.
    told: Option<i64>,
    /// Since when none of the agents can be called.
    alone: Option<i64>,
    /// What they hear while they wait is heard.
    hears: bool,
    /// Agents are rung for them.
    rings: bool,
}

/// Where a caller waits, and by which rules.
struct Waits<'a> {
    id: QueueId,
    name: String,
    rules: Arc<QueueRules>,
    kept: Option<&'a Queue>,
}

impl Behaviour for Enqueue {
    type State = State;

    const KIND: Kind = Kind::new("enqueue", Group::Connect, "list-ordered")
        .params(&[
            Param::reference("queue", Refers::Queue),
            Param::new("own", Takes::QueueRules),
            Param::new("priority", Takes::Integer)
                .number(0)
                .range(-10, 10)
                .advanced(),
            Param::new("maxWait", Takes::Seconds).range(10, 7_200),
            Param::new("exitKeys", Takes::ExitKeys).range(0, 12),
            Param::new("prompts", Takes::Prompts).advanced(),
        ])
        .outcomes(&[
            or_hang_up("answered"),
            required("timeout"),
            or_else("no_agents", "timeout"),
            or_else("queue_full", "timeout"),
            or_else("ewt", "timeout"),
        ])
        .answers()
        .paces()
        .offers()
        .fails_by("no_agents");

    fn outcomes(&self, _around: &Around<'_>) -> Vec<Outcome> {
        let keys = self.exit_keys.iter().take(12);
        let keys = keys.map(|key| Outcome::required(format!("key:{}", key.digit), &key.label));
        let mut outcomes = Self::KIND.fixed_outcomes();
        outcomes.extend(keys);
        outcomes
    }

    fn enter(&self, state: &mut State, turn: &mut Turn<'_, '_>) -> Next {
        turn.forget_keys();
        let flows = turn.flows();
        let waits = match self.waits(&flows, turn) {
            Ok(waits) => waits,
            Err(next) => return next,
        };
        let hours = waits.kept.and_then(|kept| kept.hours.as_ref());
        // A queue's own step comes after its hours.
        if self.own.is_none()
            && let Some((reason, openness)) =
                hours.and_then(|hours| not_open(&waits.name, hours, turn))
        {
            turn.go_by(&openness);
            turn.tell_because(reason);
            return Next::leave("no_agents");
        }
        if !waits.rules.waits_for_agents && nobody_there(&waits.rules, turn) {
            turn.tell_because(Reason::new("queueEmpty").with("what", &waits.name));
            return Next::leave("no_agents");
        }
        state.since = turn.about().steady_ms;
        self.wait_on(&waits, state, turn)
    }

    fn on(&self, state: &mut State, turn: &mut Turn<'_, '_>, event: &Event) -> Next {
        let flows = turn.flows();
        let waits = match self.waits(&flows, turn) {
            Ok(waits) => waits,
            Err(next) => return next,
        };
        match event {
            Event::Queued(InQueue::Turn(agents)) => self.ring(&waits, state, turn, agents),
            Event::Queued(InQueue::Waits(place)) => {
                return self.waits_on(&waits, state, turn, *place);
            }
            Event::Queued(InQueue::Full { waiting }) => {
                let reason = Reason::new("queueFull").with("what", &waits.name);
                turn.tell_because(reason.with("waiting", waiting));
                return Next::leave("queue_full");
            }
            Event::Queued(InQueue::Long { seconds }) => {
                let reason = Reason::new("queueLong").with("what", &waits.name);
                turn.tell_because(reason.with("seconds", seconds));
                return Next::leave("ewt");
            }
            Event::RingEnded {
                end: RingEnd::Answered,
                ..
            } => return Next::leave("answered"),
            Event::RingEnded { .. } | Event::TimeUp => return self.wait_on(&waits, state, turn),
            Event::Said => self.listen(&waits, state, turn),
            Event::Key(key) => {
                let mut keys = self.exit_keys.iter();
                if keys.any(|option| option.digit == key.to_string()) {
                    turn.tell_key(*key);
                    return Next::leave(format!("key:{key}"));
                }
                // Any key ends what is said where one of them leads out.
                if !self.exit_keys.is_empty() && !state.hears && !state.rings {
                    self.listen(&waits, state, turn);
                }
            }
            _ => {}
        }
        Next::Stay
    }

    fn touches(&self, around: &Around<'_>) -> Vec<Touches> {
        let kept = self.kept(around.flows).map(|(_, kept)| kept);
        let rules = self.own.as_ref().or(kept.map(|kept| &kept.rules));
        let agents = rules.iter().flat_map(|rules| rules.agents.iter());
        let agents = agents.map(|agent| Touches::Person(agent.person));
        let hours = kept.and_then(|kept| kept.hours.as_ref());
        let hours = hours.map(|hours| Touches::Schedule(hours.schedule));
        agents.chain(hours).collect()
    }

    fn check(&self, check: &mut NodeCheck<'_, '_>) {
        let mut seen = Vec::new();
        for (index, key) in self.exit_keys.iter().enumerate() {
            let digit = key.digit.as_str();
            let is_key = matches!(digit.as_bytes(), [b'0'..=b'9' | b'*' | b'#']);
            if !is_key || seen.contains(&digit) {
                let rule = if is_key { "menu.sameKey" } else { "menu.noKey" };
                let found = check.error(rule).field("exitKeys").with("key", digit);
                found.drop_entry("exitKeys", index);
            }
            seen.push(digit);
        }
        let around = check.around();
        let Some(own) = &self.own else {
            if self.queue.is_empty() {
                check.error("enqueue.noQueue").field("queue").fix_choose();
            }
            return;
        };
        if own.agents.is_empty() {
            check.error("enqueue.noAgents").field("own.agents");
            return;
        }
        let has_device = |id: PersonId| around.office.devices_of(id).next().is_some();
        if !own.agents.iter().any(|agent| has_device(agent.person)) {
            check.warn("enqueue.noDevice").field("own.agents");
        }
    }

    fn in_silence(&self, around: &Around<'_>) -> Silence {
        let kept = self.kept(around.flows).map(|(_, kept)| kept);
        let lasts = self.longest(kept) + Duration::from_secs(RINGS_FOR.1.into());
        Silence::only(&["timeout", "no_agents", "queue_full", "ewt"], lasts)
    }
}

impl Enqueue {
    /// The queue of the office that is chosen.
    fn kept<'a>(&self, flows: &'a Flows) -> Option<(QueueId, &'a Queue)> {
        if self.own.is_some() {
            return None;
        }
        let id = read_id(&self.queue).map(FlowId)?;
        Some((QueueId::of(id), flows.queue(id)?))
    }

    fn waits<'a>(&self, flows: &'a Flows, turn: &Turn<'_, '_>) -> Result<Waits<'a>, Next> {
        if let Some(own) = &self.own {
            return Ok(Waits {
                id: turn.step(),
                name: turn.flow_name().to_owned(),
                rules: Arc::clone(own),
                kept: None,
            });
        }
        let id = turn.chosen(&self.queue, Refers::Queue)?;
        let Some((queue, kept)) = self.kept(flows) else {
            return Err(Next::Fail(Reason::new("noSuchQueue").with("id", id)));
        };
        let name = flows.live(FlowId(id)).map_or("", |program| program.name());
        Ok(Waits {
            id: queue,
            name: name.to_owned(),
            rules: Arc::clone(&kept.rules),
            kept: Some(kept),
        })
    }

    /// The longest anybody waits here: no longer than the queue itself lets them.
    fn longest(&self, kept: Option<&Queue>) -> Duration {
        let queue = kept.map_or(crate::queue::MAX_WAIT.1, |kept| kept.max_wait);
        let seconds = self.max_wait.map_or(queue, |own| own.min(queue));
        Duration::from_secs(seconds.max(1).into())
    }

    /// They wait, unless they have waited long enough.
    fn wait_on(&self, waits: &Waits<'_>, state: &mut State, turn: &mut Turn<'_, '_>) -> Next {
        state.rings = false;
        if turn.about().steady_ms - state.since >= millis(self.longest(waits.kept)) {
            return Next::leave("timeout");
        }
        let lot = turn.draw(u64::MAX);
        turn.enqueue(Joins {
            queue: waits.id.clone(),
            rules: Arc::clone(&waits.rules),
            priority: self.priority,
            lot,
        });
        Next::Stay
    }

    /// It is their turn. Who has not waited yet hears it ring, and pays nothing for that; not for so long
    /// that their telephone company gives up.
    fn ring(
        &self,
        waits: &Waits<'_>,
        state: &mut State,
        turn: &mut Turn<'_, '_>,
        agents: &[PersonId],
    ) {
        let office = turn.office();
        let name = |id: &PersonId| office.person(*id).map_or("", |person| person.shown_name());
        let names: Vec<&str> = agents.iter().map(name).collect();
        let reason = Reason::new("offered").with("what", &waits.name);
        turn.tell_because(reason.with("names", names.join(", ")));
        state.hears = false;
        state.rings = true;
        state.alone = None;
        if turn.about().steady_ms - state.since >= millis(QUEUE_RINGS_UNANSWERED) {
            turn.answer();
        }
        let target = |id: &PersonId| RingTarget::Person {
            id: *id,
            delay: Duration::ZERO,
        };
        turn.act(Act::Ring {
            targets: agents.iter().map(target).collect(),
            strategy: Strategy::All,
            ring_for: waits.rules.ring_time(),
            hears: match turn.is_answered() {
                true => music(&waits.rules),
                false => Hears::Ringback,
            },
            whisper: Vec::new(),
            screen: false,
            caller_id: CallerId::Caller,
            prefix: Template::parse(&waits.rules.prefix).fill(40, |name| turn.value(name)),
            records: waits.rules.records,
        });
    }

    /// Nobody is free for them yet.
    fn waits_on(
        &self,
        waits: &Waits<'_>,
        state: &mut State,
        turn: &mut Turn<'_, '_>,
        place: Place,
    ) -> Next {
        let now = turn.about().steady_ms;
        let rules = &waits.rules;
        if rules.waits_for_agents || !nobody_there(rules, turn) {
            state.alone = None;
        } else if now - *state.alone.get_or_insert(now) >= millis(QUEUE_EMPTY_FOR) {
            turn.tell_because(Reason::new("queueEmpty").with("what", &waits.name));
            return Next::leave("no_agents");
        }
        let is_first = state.told.is_none();
        if is_first {
            turn.tell_because(Reason::new("placed").with("place", place.place));
        }
        let every = i64::from(rules.says_every) * 1_000;
        let is_due = state
            .told
            .is_none_or(|told| every > 0 && now - told >= every);
        if is_due {
            state.told = Some(now);
            let sounds = self.words(rules, is_first, place, turn);
            if turn.say_sounds(sounds, !self.exit_keys.is_empty()) {
                state.hears = false;
                return Next::Stay;
            }
        }
        self.listen(waits, state, turn);
        Next::Stay
    }

    /// What a caller is told who waits.
    fn words(
        &self,
        rules: &QueueRules,
        is_first: bool,
        place: Place,
        turn: &Turn<'_, '_>,
    ) -> Vec<Sound> {
        let lang = turn.lang();
        let mut words = vec![match is_first {
            true => queue::ALL_BUSY.into(),
            false => queue::THANKS_FOR_WAITING.into(),
        }];
        if rules.says_place {
            words.push(Piece::FULL_STOP);
            words.extend(sentence::place_in_queue(lang, place.place));
        }
        if rules.says_wait {
            words.push(Piece::FULL_STOP);
            words.extend(sentence::estimated_wait(lang, place.estimate));
        }
        let mut sounds: Vec<Sound> = Sound::pieces(lang, words).collect();
        sounds.extend(turn.sounds(&self.prompts));
        sounds
    }

    /// They hear what is heard in the queue, until something is due.
    fn listen(&self, waits: &Waits<'_>, state: &mut State, turn: &mut Turn<'_, '_>) {
        turn.answer();
        if !std::mem::replace(&mut state.hears, true) {
            turn.act(Act::Hear(music(&waits.rules)));
        }
        let now = turn.about().steady_ms;
        let rules = &waits.rules;
        let ends = state.since + millis(self.longest(waits.kept));
        let told = state.told.filter(|_| rules.says_every > 0);
        let tells = told.map(|told| told + i64::from(rules.says_every) * 1_000);
        let due = [Some(ends), tells, Some(now + millis(QUEUE_LOOKS_EVERY))];
        let due = due.into_iter().flatten().min().unwrap_or(ends);
        let wait = u64::try_from(due - now).unwrap_or(0).max(1);
        turn.wait(Duration::from_millis(wait));
    }
}

fn bounded<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Arc<QueueRules>>, D::Error> {
    let own = Option::<QueueRules>::deserialize(from)?;
    Ok(own.map(|own| Arc::new(own.bounded())))
}

/// What callers hear in a queue.
fn music(rules: &QueueRules) -> Hears {
    Hears::Music(rules.music.as_ref().map(|music| music.media_id.clone()))
}

/// Whether none of the agents can be called.
fn nobody_there(rules: &QueueRules, turn: &Turn<'_, '_>) -> bool {
    let about = turn.about();
    // Whoever calls themselves waits for somebody else.
    let own = turn.caller();
    let mut agents = rules.agents.iter();
    !agents.any(|agent| Some(agent.person) != own && is_there(agent, turn.office(), about))
}

/// Whether an agent takes calls, though not at this moment perhaps.
pub(super) fn is_there(agent: &Agent, office: &Office, about: &crate::walk::About<'_>) -> bool {
    let now = about.presence.person(agent.person);
    let led = office.led_to_person(agent.person, about.unix_ms);
    now.reachable && !now.do_not_disturb && !now.away && led.closed.is_empty()
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
