//! A ring group: several people who are rung for one call. It is kept as a call flow of one fixed
//! shape, which a form fills in: whatever is true of a flow is true of it, and whoever wants more of
//! it than the form has goes on drawing. Then it is a flow like others.

use crate::document::{Document, Edge, Node, Position, SCHEMA_VERSION};
use crate::semantic_hash::meaning;
use crate::target::{Target, TargetDocument, read_id};
use crate::walk::Strategy;
use office::{PersonId, ScheduleId};
use serde_json::{Map, Value as Json, json};

/// Most people in a ring group.
pub const MEMBERS_MAX: usize = 50;

/// The shortest and the longest time it rings, in seconds.
pub const RINGS_FOR: (u32, u32) = (5, 300);

/// Most characters before a caller's name; displays show about twelve.
pub const PREFIX_MAX_CHARS: usize = 40;

/// The longest a member rings later than the others, in seconds.
pub const DELAY_MAX: u16 = 120;

/// Several people who are rung for one call, and what becomes of it when none of them answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RingGroup {
    /// Whom, in their order.
    pub members: Vec<Member>,
    /// All at once, or one after the other.
    pub strategy: Strategy,
    /// How long, in seconds; one after the other each.
    pub ring_for: u32,
    /// Callers hear music meanwhile, and pay for it; otherwise they hear it ring.
    pub music: bool,
    /// Stands before the caller's name on telephones that ring, and a space after it; empty for
    /// nothing.
    pub prefix: String,
    /// Talks are recorded from their beginning.
    pub records: bool,
    /// When it rings; `None` for always.
    pub hours: Option<Hours>,
    /// Where callers go when nobody answers.
    pub otherwise: Target,
}

/// Somebody in a ring group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub person: PersonId,
    /// How many seconds later than the others, where all ring.
    pub delay: u16,
}

/// When a ring group rings, and where callers go at other times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hours {
    /// It rings while this is open.
    pub schedule: ScheduleId,
    /// Where callers go while it is closed, a holiday or on a break.
    pub when_closed: Target,
}

const START: &str = "n_start";
pub(crate) const HOURS: &str = "n_hours";
const RING: &str = "n_ring";
pub(crate) const OTHERWISE: &str = "n_otherwise";
pub(crate) const CLOSED: &str = "n_closed";

/// The nodes of such a flow, each with the field of the form it is made of.
pub const PLACES: [(&str, &str); 4] = [
    (HOURS, "group.hours.schedule"),
    (CLOSED, "group.hours.whenClosed"),
    (RING, "group.members"),
    (OTHERWISE, "group.otherwise"),
];

impl RingGroup {
    /// The flow it is.
    #[must_use]
    pub fn document(&self, name: &str) -> Document {
        let mut drawing = Drawing::of_calls_at(self.hours.as_ref());
        let delay = |member: &Member| match self.strategy {
            Strategy::All => member.delay,
            // One after the other nobody rings later than others.
            Strategy::Order | Strategy::Random => 0,
        };
        let targets = self.members.iter().map(|member| match delay(member) {
            0 => json!({"type": "user", "id": member.person.to_string()}),
            delay => json!({"type": "user", "id": member.person.to_string(), "delay": delay}),
        });
        let mut ring = json!({
            "kind": "dial",
            "targets": targets.collect::<Vec<_>>(),
            "strategy": self.strategy,
            "ringTime": self.ring_for,
            "hears": if self.music { "moh" } else { "ringback" },
        });
        if let Some(ring) = ring.as_object_mut() {
            let prefix = Some(&self.prefix).filter(|prefix| !prefix.is_empty());
            ring.extend(prefix.map(|prefix| ("prefix".to_owned(), json!(prefix))));
            ring.extend(self.records.then(|| ("record".to_owned(), json!(true))));
        }
        drawing.step(RING, ring, "no_answer");
        drawing.document("flow_group", name, &self.otherwise)
    }

    /// The ring group that a flow is, if it is one: nothing in it is more than the form has.
    #[must_use]
    pub fn read(document: &Document) -> Option<RingGroup> {
        let read = Self::within(document)?;
        let whole = read.document(&document.name);
        (meaning(&whole) == meaning(document)).then_some(read)
    }

    /// The same of a flow that was one and has been drawn further: it rings its people as long as
    /// their step is there.
    pub(crate) fn within(document: &Document) -> Option<RingGroup> {
        document.node(START)?;
        let data = |id: &str| document.node(id).map(|node| &node.data);
        let ring = data(RING)?;
        let members = ring.get("targets")?.as_array()?.iter().map(|target| {
            let person = read_id(target.get("id")?.as_str()?).map(PersonId)?;
            let delay = target.get("delay").map_or(Some(0), Json::as_u64)?;
            Some(Member {
                person,
                delay: u16::try_from(delay).ok()?,
            })
        });
        let hours = match data(HOURS) {
            None => None,
            Some(hours) => Some(Hours {
                schedule: read_id(hours.get("schedule")?.as_str()?).map(ScheduleId)?,
                when_closed: led_to(data(CLOSED)?)?,
            }),
        };
        let prefix = ring.get("prefix").and_then(Json::as_str);
        Some(RingGroup {
            members: members.collect::<Option<_>>()?,
            strategy: serde_json::from_value(ring.get("strategy")?.clone()).ok()?,
            ring_for: u32::try_from(ring.get("ringTime")?.as_u64()?).ok()?,
            music: ring.get("hears")? == "moh",
            prefix: prefix.unwrap_or("").to_owned(),
            records: ring.get("record").and_then(Json::as_bool) == Some(true),
            hours,
            otherwise: led_to(data(OTHERWISE)?)?,
        })
    }

    /// The flow it is, drawn as it was before: what is only drawn stays.
    #[must_use]
    pub fn redrawn(&self, name: &str, before: &Document) -> Document {
        redrawn(self.document(name), before)
    }
}

/// A flow that a form has made, drawn as it was before: what is only drawn stays.
pub(crate) fn redrawn(mut document: Document, before: &Document) -> Document {
    document.id.clone_from(&before.id);
    document.rest.clone_from(&before.rest);
    for node in &mut document.nodes {
        if let Some(known) = before.node(&node.id) {
            node.position = known.position;
            node.rest.clone_from(&known.rest);
            let comment = known.data.get_key_value("comment");
            node.data
                .extend(comment.map(|(key, value)| (key.clone(), value.clone())));
        }
    }
    let drawn = before.nodes.iter().filter(|node| node.is_drawn_only());
    document.nodes.extend(drawn.cloned());
    document
}

/// The parameters of the node that leads to a target.
pub(crate) fn leading_to(target: &Target) -> Json {
    match target {
        Target::Voicemail(mailbox) => {
            json!({"kind": "voicemail", "mailbox": mailbox.to_string()})
        }
        Target::Hangup => json!({"kind": "hangup"}),
        target => json!({"kind": "goto", "target": TargetDocument::of(target)}),
    }
}

/// Where such a node leads.
pub(crate) fn led_to(data: &Map<String, Json>) -> Option<Target> {
    match data.get("kind")?.as_str()? {
        "voicemail" => read_id(data.get("mailbox")?.as_str()?)
            .map(office::MailboxId)
            .map(Target::Voicemail),
        "hangup" => Some(Target::Hangup),
        "goto" => {
            let target = serde_json::from_value::<TargetDocument>(data.get("target")?.clone());
            target.ok()?.read().ok()
        }
        _ => None,
    }
}

/// How far apart nodes are drawn.
const APART: Position = Position { x: 332.0, y: 200.0 };

/// Nodes in a row, each led to by the one before.
#[derive(Default)]
pub(crate) struct Drawing {
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    /// The last one of the row, and by which outcome it leads on.
    last: Option<(&'static str, &'static str)>,
    column: u8,
}

impl Drawing {
    /// It begins with the hours at which it takes calls, if it has some.
    pub(crate) fn of_calls_at(hours: Option<&Hours>) -> Self {
        let mut drawing = Self::default();
        drawing.step(START, json!({"kind": "entry"}), "default");
        if let Some(hours) = hours {
            let data = json!({"kind": "timeCondition", "schedule": hours.schedule.to_string()});
            drawing.step(HOURS, data, "in_hours");
            drawing.aside(CLOSED, "out_of_hours", leading_to(&hours.when_closed));
        }
        drawing
    }

    /// It ends with where callers go whom nobody answers.
    pub(crate) fn document(mut self, id: &str, name: &str, otherwise: &Target) -> Document {
        self.step(OTHERWISE, leading_to(otherwise), "");
        Document {
            schema_version: SCHEMA_VERSION,
            id: id.to_owned(),
            entry: START.to_owned(),
            nodes: self.nodes,
            edges: self.edges,
            ..Document::empty(name)
        }
    }

    pub(crate) fn step(&mut self, id: &'static str, data: Json, leads_on: &'static str) {
        if let Some((from, outcome)) = self.last.replace((id, leads_on)) {
            self.edge(from, outcome, id);
        }
        let x = APART.x * f64::from(self.column);
        self.column += 1;
        self.node(id, data, Position { x, y: 0.0 });
    }

    /// One below the last of the row, by another outcome.
    pub(crate) fn aside(&mut self, id: &'static str, outcome: &str, data: Json) {
        if let Some((from, _)) = self.last {
            self.edge(from, outcome, id);
        }
        let x = APART.x * f64::from(self.column);
        self.node(id, data, Position { x, y: APART.y });
    }

    fn node(&mut self, id: &str, data: Json, position: Position) {
        let Json::Object(data) = data else { return };
        let kind = data.get("kind").and_then(Json::as_str).unwrap_or("");
        self.nodes.push(Node {
            id: id.to_owned(),
            kind: kind.to_owned(),
            position,
            data,
            rest: Map::new(),
        });
    }

    fn edge(&mut self, source: &str, outcome: &str, target: &str) {
        self.edges.push(Edge {
            id: format!("e_{source}_{outcome}"),
            source: source.to_owned(),
            source_handle: Some(outcome.to_owned()),
            target: target.to_owned(),
            rest: Map::new(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use office::MailboxId;

    fn sales() -> RingGroup {
        let member = |person, delay| Member {
            person: PersonId(person),
            delay,
        };
        RingGroup {
            members: vec![member(1, 0), member(2, 10)],
            strategy: Strategy::All,
            ring_for: 25,
            music: false,
            prefix: String::new(),
            records: false,
            hours: None,
            otherwise: Target::Voicemail(MailboxId(1)),
        }
    }

    #[test]
    fn a_ring_group_is_a_flow_and_is_read_from_it() {
        let with_all = RingGroup {
            music: true,
            prefix: "Sales:".to_owned(),
            records: true,
            hours: Some(Hours {
                schedule: ScheduleId(1),
                when_closed: Target::Person(PersonId(2)),
            }),
            otherwise: Target::Hangup,
            ..sales()
        };
        let mut in_turn = sales();
        in_turn.strategy = Strategy::Order;
        in_turn.members[1].delay = 0;
        for group in [sales(), with_all, in_turn] {
            let json = group.document("Sales").to_json();
            let document = Document::read(json).unwrap();
            assert_eq!(RingGroup::read(&document), Some(group));
        }
    }

    #[test]
    fn a_flow_with_more_than_the_form_has_is_no_ring_group() {
        let changed = |change: fn(&mut Document)| {
            let mut document = sales().document("Sales");
            change(&mut document);
            RingGroup::read(&document)
        };
        assert!(changed(|_| {}).is_some());
        // What is only drawn is nothing more.
        assert!(changed(|document| document.nodes[0].position.x = 7.0).is_some());
        assert!(changed(|document| document.revision = 3).is_some());
        assert_eq!(
            changed(|document| drop(document.nodes[1].data.insert("screen".into(), true.into()))),
            None
        );
        assert_eq!(changed(|document| drop(document.edges.pop())), None);
        assert_eq!(
            changed(|document| document.settings.test_callers = vec!["101".into()]),
            None
        );
        assert_eq!(RingGroup::read(&Document::empty("")), None);
    }
}
