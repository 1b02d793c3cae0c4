//! `dial`: rings people.

use super::{Behaviour, Silence, Touches};
use crate::catalogue::{Group, Kind, Param, Takes, or_else, or_hang_up, required};
use crate::check::NodeCheck;
use crate::program::{Around, Flows};
use crate::prompt::{Hears, HearsDocument, Prompt};
use crate::ring_group::{Member, RingGroup};
use crate::target::read_id;
use crate::template::Template;
use crate::walk::{Act, CallerId, Event, Next, Reason, RingEnd, RingTarget, Strategy, Turn};
use office::{DeviceId, Dialled, FlowId, Office, PersonId};
use serde::Deserialize;
use std::time::Duration;

/// Rings people.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Dial {
    targets: Vec<DialTarget>,
    strategy: Strategy,
    ring_time: u32,
    hears: HearsDocument,
    whisper: Vec<Prompt>,
    screen: bool,
    caller_id: CallerIdChoice,
    caller_id_number: String,
    prefix: Template,
    record: bool,
}

/// Whom to ring, as documents write it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct DialTarget {
    #[serde(rename = "type", default)]
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) id: String,
    /// How many seconds later than the others.
    #[serde(default)]
    delay: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
enum CallerIdChoice {
    Caller,
    Office,
    Custom,
}

/// Beyond this carriers drop the call.
const LONG: u32 = 60;

impl Behaviour for Dial {
    type State = ();

    const KIND: Kind = Kind::new("dial", Group::Connect, "phone-call")
        .params(&[
            Param::new("targets", Takes::Targets)
                .required()
                .range(1, 50),
            Param::choice("strategy", &["all", "order", "random"]),
            Param::new("ringTime", Takes::Seconds)
                .number(25)
                .range(5, 300),
            Param::new("hears", Takes::Hears).text("ringback"),
            Param::new("whisper", Takes::Prompts).advanced(),
            Param::new("screen", Takes::Boolean).flag(false).advanced(),
            Param::choice("callerId", &["caller", "office", "custom"]).advanced(),
            Param::new("callerIdNumber", Takes::Text)
                .range(0, 32)
                .advanced(),
            Param::new("prefix", Takes::Template)
                .range(0, 40)
                .advanced(),
            Param::new("record", Takes::Boolean).flag(false).advanced(),
        ])
        .outcomes(&[
            or_hang_up("answered"),
            required("no_answer"),
            or_else("busy", "no_answer"),
            or_else("declined", "no_answer"),
            or_else("unreachable", "no_answer"),
        ])
        .paces()
        .offers()
        .fails_by("unreachable");

    fn enter(&self, (): &mut (), turn: &mut Turn<'_, '_>) -> Next {
        turn.forget_keys();
        let mut targets = Vec::new();
        let mut closed = false;
        let flows = turn.flows();
        let mut listed = Vec::new();
        for target in self.targets.iter().take(50) {
            match target.group_closed(&flows, turn) {
                Some(reason) => {
                    closed = true;
                    turn.tell_because(reason);
                }
                None => listed.extend(target.each(&flows)),
            }
        }
        for target in listed.iter().take(50) {
            match target.read(turn.office()) {
                Ok(ringing) => match target.closed(turn) {
                    Some(reason) => {
                        closed = true;
                        turn.tell_because(reason);
                    }
                    None => self.add(&mut targets, ringing),
                },
                Err(reason) => turn.tell_fault(reason),
            }
        }
        if targets.is_empty() && closed {
            return Next::leave("declined");
        }
        if targets.is_empty() {
            return Next::Fail(Reason::new("nobodyToRing"));
        }
        if self.strategy == Strategy::Random {
            for left in (1..targets.len()).rev() {
                let drawn = turn.draw(left as u64 + 1) as usize;
                targets.swap(left, drawn);
            }
        }
        let hears = turn.hears(&self.hears);
        if !matches!(hears, Hears::Ringback | Hears::Silence) {
            turn.answer();
        }
        let whisper = turn.sounds(&self.whisper);
        turn.act(Act::Ring {
            targets,
            strategy: self.strategy,
            ring_for: Duration::from_secs(self.ring_time.into()),
            hears,
            whisper,
            screen: self.screen,
            caller_id: match self.caller_id {
                CallerIdChoice::Caller => CallerId::Caller,
                CallerIdChoice::Office => CallerId::Office,
                CallerIdChoice::Custom => CallerId::Custom(self.caller_id_number.clone()),
            },
            prefix: self.prefix.fill(40, |name| turn.value(name)),
            records: self.record,
        });
        Next::Stay
    }

    fn on(&self, (): &mut (), _turn: &mut Turn<'_, '_>, event: &Event) -> Next {
        after(event)
    }

    fn touches(&self, around: &Around<'_>) -> Vec<Touches> {
        let targets = self.targets.iter().take(50);
        targets
            .flat_map(|target| target.each(around.flows))
            .filter_map(|target| target.touches(around.office))
            .collect()
    }

    fn check(&self, check: &mut NodeCheck<'_, '_>) {
        let office = check.around().office;
        let flows = check.around().flows;
        for target in self.targets.iter().flat_map(|target| target.each(flows)) {
            if let Ok(RingTarget::Person { id, .. }) = target.read(office)
                && office.devices_of(id).next().is_none()
                && let Some(person) = office.person(id)
            {
                let name = person.name.clone();
                check
                    .warn("dial.noDevice")
                    .field("targets")
                    .with("person", name);
            }
        }
        if self.ring_time > LONG {
            let seconds = self.ring_time;
            check
                .warn("dial.long")
                .with("seconds", seconds)
                .set_field("ringTime", LONG.into());
        }
        if self.caller_id == CallerIdChoice::Custom && self.caller_id_number.is_empty() {
            check
                .error("dial.noCallerId")
                .set_field("callerId", "caller".into());
        }
    }

    fn in_silence(&self, around: &Around<'_>) -> Silence {
        let each = Duration::from_secs(self.ring_time.into());
        let rings = match self.strategy {
            Strategy::All => 1,
            Strategy::Order | Strategy::Random => {
                let targets = self.targets.iter();
                let rung = targets.map(|target| target.each(around.flows).len());
                rung.sum::<usize>().clamp(1, 50) as u32
            }
        };
        Silence::only(
            &["no_answer", "busy", "declined", "unreachable"],
            each * rings,
        )
    }
}

impl Dial {
    /// As a ring group rings its people.
    pub(crate) fn of(group: &RingGroup, ring_time: u32) -> Dial {
        Dial {
            targets: group.members.iter().map(DialTarget::of).collect(),
            strategy: group.strategy,
            ring_time,
            hears: match group.music {
                true => HearsDocument::Music(String::new()),
                false => HearsDocument::Ringback,
            },
            whisper: Vec::new(),
            screen: false,
            caller_id: CallerIdChoice::Caller,
            caller_id_number: String::new(),
            prefix: Template::parse(&group.prefix),
            record: group.records,
        }
    }

    /// Adds somebody who is to be rung. Of those who ring at the same time each is rung once, however
    /// often they are listed, as soon as any of that says; one after the other, as listed.
    fn add(&self, targets: &mut Vec<RingTarget>, one: RingTarget) {
        let listed = targets.iter_mut().find(|listed| listed.is_same(&one));
        match listed.filter(|_| self.strategy == Strategy::All) {
            Some(listed) if one.delay() < listed.delay() => *listed = one,
            Some(_) => {}
            None => targets.push(one),
        }
    }
}

/// What comes after somebody was rung.
pub(super) fn after(event: &Event) -> Next {
    match event {
        Event::RingEnded { end, .. } => Next::leave(match end {
            RingEnd::Answered => "answered",
            RingEnd::NoAnswer => "no_answer",
            RingEnd::Busy => "busy",
            RingEnd::Declined => "declined",
            RingEnd::Unreachable => "unreachable",
        }),
        _ => Next::Stay,
    }
}

/// Whether what is no number of the office may be one outside: the office has lines, and it is
/// written as people write numbers. Whether it may be called is asked when it is.
pub(crate) fn may_be_outside(office: &Office, number: &str) -> bool {
    const SHORTEST: usize = 3;
    let plain = office::plain_number(number);
    let digits = plain.trim_start_matches('+');
    let is_number = digits.len() >= SHORTEST && digits.chars().all(|c| c.is_ascii_digit());
    is_number && office.trunks().len() > 0
}

impl DialTarget {
    fn of(member: &Member) -> DialTarget {
        DialTarget {
            kind: "user".to_owned(),
            id: member.person.to_string(),
            delay: member.delay,
        }
    }

    /// The ring group it names, and what that is called.
    fn group<'a>(&self, flows: &'a Flows) -> Option<(&'a str, &'a RingGroup)> {
        match self.kind.as_str() {
            "ring_group" | "ringGroup" => {
                super::ring_group::find(flows, read_id(&self.id).map(FlowId)?)
            }
            _ => None,
        }
    }

    /// Why the ring group it names is not rung at this hour, if that group's hours say so.
    pub(crate) fn group_closed(&self, flows: &Flows, turn: &Turn<'_, '_>) -> Option<Reason> {
        let (name, group) = self.group(flows)?;
        super::ring_group::closed(name, group, turn).map(|(reason, _)| reason)
    }

    /// Whom it stands for: the people of a ring group, or itself.
    pub(crate) fn each(&self, flows: &Flows) -> Vec<DialTarget> {
        match self.group(flows) {
            Some((_, group)) => {
                let members = group.members.iter().map(DialTarget::of);
                let later = |mut target: DialTarget| {
                    target.delay = target.delay.saturating_add(self.delay);
                    target
                };
                members.map(later).collect()
            }
            None => vec![self.clone()],
        }
    }

    /// Why they are not rung at this hour, if their hours or those of their number say so.
    pub(crate) fn closed(&self, turn: &Turn<'_, '_>) -> Option<Reason> {
        let (office, now) = (turn.office(), turn.about().unix_ms);
        let led = match self.kind.as_str() {
            "number" => office.led(&self.id, now),
            "device" => {
                let device = office.device(DeviceId(read_id(&self.id)?))?;
                office.led_to_person(device.person, now)
            }
            _ => office.led_to_person(PersonId(read_id(&self.id)?), now),
        };
        let closed = led.closed.first()?;
        Some(Reason::closed(closed, office))
    }

    /// Who is called.
    fn touches(&self, office: &Office) -> Option<Touches> {
        Some(match self.kind.as_str() {
            "number" => Touches::Number(self.id.clone()),
            "device" => {
                let device = office.device(DeviceId(read_id(&self.id)?))?;
                Touches::Person(device.person)
            }
            "user" => Touches::Person(PersonId(read_id(&self.id)?)),
            _ => return None,
        })
    }

    /// Who is meant.
    pub(crate) fn read(&self, office: &Office) -> Result<RingTarget, Reason> {
        let delay = Duration::from_secs(self.delay.min(300).into());
        let id = || {
            let missing = || Reason::new("notChosen").with("what", "person");
            read_id(&self.id).ok_or_else(missing)
        };
        match self.kind.as_str() {
            "user" => match office.person(PersonId(id()?)) {
                Some(person) => Ok(RingTarget::Person {
                    id: person.id,
                    delay,
                }),
                None => Err(Reason::new("noSuchPerson").with("id", &self.id)),
            },
            "device" => match office.device(DeviceId(id()?)) {
                Some(device) => Ok(RingTarget::Device {
                    id: device.id,
                    delay,
                }),
                None => Err(Reason::new("noSuchDevice").with("id", &self.id)),
            },
            "number" => match office.resolve(&self.id) {
                Dialled::Person(person) => Ok(RingTarget::Person {
                    id: person.id,
                    delay,
                }),
                _ if self.id.is_empty() => Err(Reason::new("notChosen").with("what", "number")),
                Dialled::Outside(number) => Ok(RingTarget::Outside {
                    number: number.as_str().to_owned(),
                    delay,
                }),
                Dialled::Unknown if may_be_outside(office, &self.id) => Ok(RingTarget::Outside {
                    number: self.id.clone(),
                    delay,
                }),
                Dialled::Unknown => Err(Reason::new("noLine").with("id", &self.id)),
                _ => Err(Reason::new("nobodyAtNumber").with("id", &self.id)),
            },
            other => Err(Reason::new("unknownTarget").with("kind", other)),
        }
    }
}
