//! A queue: callers wait in order until one of its agents takes their call. Like a ring group it is
//! kept as a call flow of one fixed shape, which a form fills in; drawn further it is a flow like
//! others, and its callers go on waiting for its agents.

use crate::document::Document;
use crate::ring_group::{CLOSED, Drawing, HOURS, Hours, OTHERWISE, leading_to, led_to, redrawn};
use crate::semantic_hash::meaning;
use crate::target::{Target, read_id};
use office::{PersonId, ScheduleId};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value as Json, json};
use std::sync::Arc;
use std::time::Duration;

/// Most agents of a queue.
pub const AGENTS_MAX: usize = 50;

/// The first and the last tier in which agents are asked.
pub const TIERS: (u8, u8) = (1, 5);

/// The shortest and the longest time an agent is rung, in seconds.
pub const RINGS_FOR: (u32, u32) = (5, 120);

/// The longest an agent is left alone after a talk, in seconds.
pub const WRAP_UP_MAX: u32 = 600;

/// The longest until agents of the next tier are asked, too, in seconds.
pub const TIER_AFTER_MAX: u32 = 600;

/// How often callers are told again, in seconds.
pub const SAYS_EVERY: (u32, u32) = (15, 600);

/// How many callers may wait.
pub const WAITING: (u32, u32) = (1, 100);

/// The shortest and the longest time callers may be made to wait, in seconds.
pub const MAX_WAIT: (u32, u32) = (10, 7_200);

/// The shortest and the longest wait beyond which nobody is let in, in seconds.
pub const ESTIMATE: (u32, u32) = (60, 7_200);

/// Most characters of what a voice says besides.
pub const ALSO_SAYS_MAX_CHARS: usize = 300;

/// Most characters before a caller's name; displays show about twelve.
pub const PREFIX_MAX_CHARS: usize = 40;

/// Callers wait here in order until one of its agents takes their call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queue {
    /// How callers come to agents.
    pub rules: Arc<QueueRules>,
    /// The longest anybody waits, in seconds.
    pub max_wait: u32,
    /// What a voice says besides, each time callers are told how it stands; empty for nothing.
    pub also_says: String,
    /// When it takes calls; `None` for always.
    pub hours: Option<Hours>,
    /// A key that leads callers out while they wait: `0` to `9`, `*` or `#`.
    pub exit: Option<(char, Target)>,
    /// Where callers go whom nobody takes.
    pub otherwise: Target,
}

/// How callers of a queue come to its agents.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct QueueRules {
    /// Whom callers wait for, in their order.
    pub agents: Vec<Agent>,
    /// Who of them is asked.
    pub strategy: QueueStrategy,
    /// How long each is rung, in seconds.
    pub ring_for: u32,
    /// How long an agent is left alone after a talk, in seconds.
    pub wrap_up: u32,
    /// After how many seconds of waiting agents of the next tier are asked, too.
    pub tier_after: u32,
    /// What callers hear; `None` for the music of their line or the office.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub music: Option<Music>,
    /// Callers are told their place.
    pub says_place: bool,
    /// Callers are told about how long it will take.
    pub says_wait: bool,
    /// How often they are told again, in seconds; 0 for only once.
    pub says_every: u32,
    /// Most callers that wait.
    pub max_waiting: u32,
    /// Nobody is let in who would wait longer than this, in seconds; 0 for no bound.
    pub max_estimate: u32,
    /// Callers wait even while no agent can be called.
    pub waits_for_agents: bool,
    /// Stands before the caller's name on telephones that ring; empty for nothing.
    pub prefix: String,
    /// Talks are recorded from their beginning.
    pub records: bool,
}

/// Somebody who takes calls of a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Agent {
    /// Who.
    #[serde(
        rename = "id",
        serialize_with = "to_text",
        deserialize_with = "from_text"
    )]
    pub person: PersonId,
    /// Those of tier 1 are asked first.
    #[serde(default = "first_tier")]
    pub tier: u8,
    /// As whoever is named in a flow.
    #[serde(rename = "type", default)]
    kind: IsPerson,
}

/// What an agent always is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum IsPerson {
    #[default]
    User,
}

/// A sound of the office, to be heard over and over.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Music {
    /// Its id, as documents write it.
    pub media_id: String,
}

/// Who of those who are free is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum QueueStrategy {
    /// All at once.
    All,
    /// The first on the list who has not let this caller ring already.
    Order,
    /// The next on the list after whoever was asked last.
    RoundRobin,
    /// Who has been without a call for the longest time.
    #[default]
    LongestIdle,
    /// Who has taken the fewest calls.
    FewestCalls,
    /// Who has talked the least.
    LeastTalk,
    /// Anybody.
    Random,
}

impl Default for QueueRules {
    fn default() -> Self {
        Self {
            agents: Vec::new(),
            strategy: QueueStrategy::default(),
            ring_for: 20,
            wrap_up: 10,
            tier_after: 60,
            music: None,
            says_place: true,
            says_wait: false,
            says_every: 60,
            max_waiting: 20,
            max_estimate: 0,
            waits_for_agents: false,
            prefix: String::new(),
            records: false,
        }
    }
}

impl Agent {
    /// Somebody in a tier.
    #[must_use]
    pub fn new(person: PersonId, tier: u8) -> Self {
        let kind = IsPerson::User;
        Self { person, tier, kind }
    }
}

impl QueueRules {
    /// Within their bounds, whatever a document says.
    pub(crate) fn bounded(mut self) -> Self {
        self.agents.truncate(AGENTS_MAX);
        let within = |value: u32, (least, most): (u32, u32)| value.clamp(least, most);
        self.ring_for = within(self.ring_for, RINGS_FOR);
        self.wrap_up = self.wrap_up.min(WRAP_UP_MAX);
        self.tier_after = self.tier_after.min(TIER_AFTER_MAX);
        self.max_waiting = within(self.max_waiting, WAITING);
        for agent in &mut self.agents {
            agent.tier = agent.tier.clamp(TIERS.0, TIERS.1);
        }
        if self.prefix.chars().count() > PREFIX_MAX_CHARS {
            self.prefix = self.prefix.chars().take(PREFIX_MAX_CHARS).collect();
        }
        if self.max_estimate > 0 {
            self.max_estimate = within(self.max_estimate, ESTIMATE);
        }
        if self.says_every > 0 {
            self.says_every = within(self.says_every, SAYS_EVERY);
        }
        self
    }

    /// How long each agent is rung.
    pub(crate) fn ring_time(&self) -> Duration {
        Duration::from_secs(self.ring_for.into())
    }
}

pub(crate) const QUEUE: &str = "n_queue";
const EXIT: &str = "n_exit";

/// The nodes of such a flow, each with the field of the form it is made of.
pub const PLACES: [(&str, &str); 5] = [
    (HOURS, "queue.hours.schedule"),
    (CLOSED, "queue.hours.whenClosed"),
    (QUEUE, "queue.agents"),
    (EXIT, "queue.exit"),
    (OTHERWISE, "queue.otherwise"),
];

impl Queue {
    /// The flow it is.
    #[must_use]
    pub fn document(&self, name: &str) -> Document {
        let mut drawing = Drawing::of_calls_at(self.hours.as_ref());
        let mut queue = json!({
            "kind": "enqueue",
            "own": serde_json::to_value(&*self.rules).unwrap_or_default(),
            "maxWait": self.max_wait,
        });
        if let Some(queue) = queue.as_object_mut() {
            if let Some((key, _)) = &self.exit {
                let keys = json!([{"digit": key.to_string(), "label": ""}]);
                queue.insert("exitKeys".to_owned(), keys);
            }
            if !self.also_says.is_empty() {
                let prompts = json!([{"source": "tts", "text": self.also_says}]);
                queue.insert("prompts".to_owned(), prompts);
            }
        }
        drawing.step(QUEUE, queue, "timeout");
        if let Some((key, target)) = &self.exit {
            drawing.aside(EXIT, &format!("key:{key}"), leading_to(target));
        }
        drawing.document("flow_queue", name, &self.otherwise)
    }

    /// The queue that a flow is, if it is one: nothing in it is more than the form has.
    #[must_use]
    pub fn read(document: &Document) -> Option<Queue> {
        let read = Self::within(document)?;
        let whole = read.document(&document.name);
        (meaning(&whole) == meaning(document)).then_some(read)
    }

    /// The same of a flow that was one and has been drawn further: callers wait for its agents as
    /// long as their step is there, whatever has become of the others.
    pub(crate) fn within(document: &Document) -> Option<Queue> {
        let data = |id: &str| document.node(id).map(|node| &node.data);
        let queue = data(QUEUE)?;
        let rules: QueueRules = serde_json::from_value(queue.get("own")?.clone()).ok()?;
        let hours = match data(HOURS) {
            None => None,
            Some(hours) => {
                let schedule = hours.get("schedule").and_then(Json::as_str);
                let schedule = schedule.and_then(read_id).map(ScheduleId);
                let when_closed = data(CLOSED).and_then(led_to);
                schedule.map(|schedule| Hours {
                    schedule,
                    when_closed: when_closed.unwrap_or(Target::Hangup),
                })
            }
        };
        let max_wait = queue.get("maxWait").and_then(Json::as_u64);
        let max_wait = max_wait.and_then(|seconds| u32::try_from(seconds).ok());
        let keys = queue.get("exitKeys").and_then(Json::as_array);
        let key = keys.and_then(|keys| keys.first()?.get("digit")?.as_str()?.chars().next());
        let prompts = queue.get("prompts").and_then(Json::as_array);
        let also_says = prompts.and_then(|prompts| prompts.first()?.get("text")?.as_str());
        let exit = key.and_then(|key| Some((key, led_to(data(EXIT)?)?)));
        Some(Queue {
            rules: Arc::new(rules.bounded()),
            max_wait: max_wait.unwrap_or(MAX_WAIT.1),
            also_says: also_says.unwrap_or("").to_owned(),
            hours,
            exit,
            otherwise: data(OTHERWISE).and_then(led_to).unwrap_or(Target::Hangup),
        })
    }

    /// The flow it is, drawn as it was before: what is only drawn stays.
    #[must_use]
    pub fn redrawn(&self, name: &str, before: &Document) -> Document {
        redrawn(self.document(name), before)
    }
}

fn first_tier() -> u8 {
    TIERS.0
}

fn to_text<S: Serializer>(person: &PersonId, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(person)
}

/// A placeholder names nobody.
fn from_text<'de, D: Deserializer<'de>>(from: D) -> Result<PersonId, D::Error> {
    let text = String::deserialize(from)?;
    Ok(PersonId(read_id(&text).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use office::MailboxId;

    fn support() -> Queue {
        Queue {
            rules: Arc::new(QueueRules {
                agents: vec![Agent::new(PersonId(1), 1), Agent::new(PersonId(2), 2)],
                ..QueueRules::default()
            }),
            max_wait: 600,
            also_says: String::new(),
            hours: None,
            exit: None,
            otherwise: Target::Voicemail(MailboxId(1)),
        }
    }

    #[test]
    fn a_queue_is_a_flow_and_is_read_from_it() {
        let with_all = Queue {
            rules: Arc::new(QueueRules {
                strategy: QueueStrategy::FewestCalls,
                music: Some(Music {
                    media_id: "7".to_owned(),
                }),
                says_wait: true,
                prefix: "Support:".to_owned(),
                records: true,
                ..(*support().rules).clone()
            }),
            hours: Some(Hours {
                schedule: ScheduleId(1),
                when_closed: Target::Person(PersonId(2)),
            }),
            also_says: "To leave a message, press 1.".to_owned(),
            exit: Some(('1', Target::Voicemail(MailboxId(2)))),
            otherwise: Target::Hangup,
            ..support()
        };
        for queue in [support(), with_all] {
            let json = queue.document("Support").to_json();
            let document = Document::read(json).unwrap();
            assert_eq!(Queue::read(&document), Some(queue));
        }
    }

    #[test]
    fn a_flow_with_more_than_the_form_has_is_no_queue() {
        let changed = |change: fn(&mut Document)| {
            let mut document = support().document("Support");
            change(&mut document);
            Queue::read(&document)
        };
        assert!(changed(|_| {}).is_some());
        // What is only drawn is nothing more.
        assert!(changed(|document| document.nodes[0].position.x = 7.0).is_some());
        let priority = |document: &mut Document| {
            document.nodes[1].data.insert("priority".into(), 3.into());
        };
        assert_eq!(changed(priority), None);
        assert_eq!(changed(|document| drop(document.edges.pop())), None);
        assert_eq!(Queue::read(&Document::empty("")), None);
    }
}
