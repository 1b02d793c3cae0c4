//! Calling out: which line a call takes, who may call where, and what stops a bill from growing.

use crate::{
    CallerListId, Country, DestinationKind, EmailAddress, Office, OutboundRuleId, PeerId, PersonId,
    PhoneNumber, ScheduleId, TrunkId,
};
use serde::{Deserialize, Serialize};

/// A rule for calls that go out: whose calls where take which lines. The first that fits counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OutboundRule {
    /// Its identity.
    pub id: OutboundRuleId,
    /// Its place among the rules, the lowest first.
    pub position: u32,
    /// What it is called: clean text, may be empty.
    #[serde(default)]
    pub name: String,
    /// Whose calls.
    #[serde(default)]
    pub who: Whose,
    /// Calls where to: any of these.
    pub to: Vec<DestinationKind>,
    /// The lines, the best first. Those that are off, down or full are passed over.
    pub lines: Vec<TrunkId>,
    /// The number that is shown.
    #[serde(default)]
    pub shows: Shown,
}

/// Where a call outside goes, as far as rules look at it.
#[derive(Clone, Copy, Debug)]
pub struct Destination<'a> {
    /// The number.
    pub number: &'a PhoneNumber,
    /// What it is: one of `Fixed`, `Mobile`, `FreePhone` and `Premium`, or `Abroad`.
    pub kind: &'a DestinationKind,
    /// Its country; `None` if it belongs to none, such as a ship's.
    pub country: Option<&'a Country>,
}

/// Whose a call is, as far as rules look at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallOf {
    /// A person's of the office.
    Person(PersonId),
    /// Another telephone system's.
    Peer(PeerId),
    /// Nobody's in particular: the office itself makes it.
    Office,
}

impl Office {
    /// The rules that fit a call of somebody, the one that counts first. The others are for those who
    /// ask what would be without it.
    pub fn outbound_rules_for<'a>(
        &'a self,
        whose: CallOf,
        to: Destination<'a>,
    ) -> impl Iterator<Item = &'a OutboundRule> {
        let home = self.settings().country.as_ref();
        self.outbound_rules().iter().filter(move |rule| {
            rule.who.is_for(whose, self) && rule.to.iter().any(|kind| kind.holds(to, home))
        })
    }
}

impl Whose {
    fn is_for(&self, whose: CallOf, office: &Office) -> bool {
        match (self, whose) {
            (Self::Everybody, _) => true,
            (Self::Persons(persons), CallOf::Person(person)) => persons.contains(&person),
            (Self::Teams(teams), CallOf::Person(person)) => office
                .person(person)
                .is_some_and(|person| !person.team.is_empty() && teams.contains(&person.team)),
            (Self::Peers(peers), CallOf::Peer(peer)) => peers.contains(&peer),
            (Self::Persons(_) | Self::Teams(_) | Self::Peers(_), _) => false,
        }
    }
}

impl DestinationKind {
    /// Whether a destination is among those meant, of an office in the country `home`. A premium
    /// number of another country is both `Premium` and `Abroad`.
    #[must_use]
    pub fn holds(&self, to: Destination<'_>, home: Option<&Country>) -> bool {
        let at_home = home.is_some() && to.country == home;
        match self {
            Self::Fixed | Self::Mobile | Self::FreePhone => at_home && to.kind == self,
            Self::Premium => to.kind == self,
            Self::Abroad => !at_home,
            Self::Country(country) => to.country == Some(country),
            Self::Prefix(prefix) => to.number.as_str().starts_with(prefix.as_str()),
            Self::Any => true,
        }
    }
}

/// Whose calls a rule is for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind", content = "value")]
pub enum Whose {
    /// Everybody's.
    #[default]
    Everybody,
    /// Those of these persons.
    Persons(Vec<PersonId>),
    /// Those of everybody in these teams.
    Teams(Vec<String>),
    /// Those that come from these other telephone systems.
    Peers(Vec<PeerId>),
}

/// The number whom somebody calls is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind", content = "value")]
pub enum Shown {
    /// The person's own, if they have one, or the main number of the line.
    #[default]
    Own,
    /// The main number of the line.
    Main,
    /// This one.
    Number(PhoneNumber),
    /// None.
    Hidden,
}

/// What one person may do outside, where that differs from the others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CallingRights {
    /// The person.
    pub person: PersonId,
    /// The number they are shown with outside; the line's main number if none.
    #[serde(default)]
    pub shows: Option<PhoneNumber>,
    /// How far they may call.
    #[serde(default)]
    pub reach: Reach,
    /// Whether they may call abroad while the office is closed.
    #[serde(default)]
    pub abroad_after_hours: bool,
    /// Minutes abroad a day; none for what the office has set.
    #[serde(default)]
    pub foreign_minutes: Option<u32>,
    /// Money a day, in hundredths of the smallest coin; none for what the office has set.
    #[serde(default)]
    pub money: Option<u64>,
}

/// How far somebody may call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Reach {
    /// Inside the office only; emergency calls always.
    Inside,
    /// In the office's own country.
    Country,
    /// Wherever the office may call.
    #[default]
    Everywhere,
}

/// What stops a bill from growing. The defaults hold from the first day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CallingPolicy {
    /// Countries that may be called besides the office's own.
    pub countries: Vec<Country>,
    /// Numbers that may be called although they cost extra, written with `+`; none by default.
    pub premium_allowed: Vec<PhoneNumber>,
    /// Minutes abroad a day: of the whole office, and of each person.
    pub foreign_minutes_office: u32,
    /// Minutes abroad a day of one person.
    pub foreign_minutes_person: u32,
    /// Calls abroad at a time.
    pub foreign_parallel: u16,
    /// Calls outside at a time of one person.
    pub outside_parallel_person: u16,
    /// Money a day of the whole office, in hundredths of the smallest coin; 0 for no limit.
    pub money_office: u64,
    /// Money a day of one person; 0 for no limit.
    pub money_person: u64,
    /// Money a day on one line; 0 for no limit.
    pub money_line: u64,
    /// Minutes outside a day on one line; 0 for no limit.
    pub minutes_line: u32,
    /// When calls abroad may be made; at any time if none.
    pub foreign_hours: Option<ScheduleId>,
    /// Tries abroad within ten minutes by one person, after which abroad is shut for them.
    pub foreign_tries: u16,
    /// New countries a day by one person, after which abroad is shut for them.
    pub new_countries: u16,
    /// Whether a phone or app that is new may call abroad before somebody has said so.
    pub new_devices_abroad: bool,
    /// Whether calls may be forwarded abroad.
    pub forward_abroad: bool,
    /// Whether a call from outside may go out again.
    pub outside_to_outside: bool,
    /// Callers who are turned away.
    pub blocked: Option<CallerListId>,
    /// Callers who are never asked to press a key, nor turned away.
    pub welcome: Option<CallerListId>,
    /// The digit before numbers outside, where the office dials one.
    pub outside_prefix: Option<String>,
    /// The area code for numbers dialled without one, where people do so.
    pub area_code: Option<String>,
}

impl Default for CallingPolicy {
    fn default() -> Self {
        Self {
            countries: Vec::new(),
            premium_allowed: Vec::new(),
            foreign_minutes_office: 30,
            foreign_minutes_person: 10,
            foreign_parallel: 3,
            outside_parallel_person: 5,
            money_office: 0,
            money_person: 0,
            money_line: 0,
            minutes_line: 0,
            foreign_hours: None,
            foreign_tries: 5,
            new_countries: 3,
            new_devices_abroad: false,
            forward_abroad: false,
            outside_to_outside: false,
            blocked: None,
            welcome: None,
            outside_prefix: None,
            area_code: None,
        }
    }
}

/// How many calls go in and out at a time, and how fast. The default leaves the first to the lines, and
/// stops nobody but machines: see [`RateLimit::USUAL`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OutsideAdmission {
    /// Calls from outside at a time; none for as many as the lines carry.
    pub max_in: Option<u16>,
    /// Calls to outside at a time.
    pub max_out: Option<u16>,
    /// Calls to outside at a time that the interface for programs began.
    pub max_dialer: Option<u16>,
    /// Limits on how many begin in a span of time.
    pub rates: Vec<RateLimit>,
}

/// At most so many calls may begin in any span of that length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RateLimit {
    /// Of which calls.
    pub of: RateScope,
    /// How many.
    pub calls: u16,
    /// In how many seconds.
    pub seconds: u32,
}

impl Default for OutsideAdmission {
    fn default() -> Self {
        Self {
            max_in: None,
            max_out: None,
            max_dialer: None,
            rates: RateLimit::USUAL.to_vec(),
        }
    }
}

impl RateLimit {
    /// Those an office begins with. One caller may be a whole company that shows one number, or an exchange
    /// that passes all calls of the office on: one call let in every two seconds for a whole minute is
    /// neither. Nobody dials as fast by hand.
    pub const USUAL: [RateLimit; 2] = [
        RateLimit {
            of: RateScope::CallerIn,
            calls: 30,
            seconds: 60,
        },
        RateLimit {
            of: RateScope::PersonOut,
            calls: 30,
            seconds: 60,
        },
    ];
}

/// What calls a rate limit counts together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RateScope {
    /// All that come from outside.
    AllIn,
    /// All that go outside.
    AllOut,
    /// Those of one person to outside.
    PersonOut,
    /// Those to one number of the office.
    NumberIn,
    /// Those of one caller from outside.
    CallerIn,
}

/// What is ready for an emergency call. The numbers themselves are the country's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EmergencyPlan {
    /// Where the office is, as one would say it to the ambulance: clean text.
    pub location: String,
    /// Where a person's phones are, if elsewhere.
    pub locations: Vec<PersonLocation>,
    /// The number the emergency service calls back; the main number of the line if none.
    pub callback: Option<PhoneNumber>,
    /// The line emergency calls take first.
    pub line: Option<TrunkId>,
    /// Whose phones ring and say so.
    pub alert_persons: Vec<PersonId>,
    /// Who is written to.
    pub alert_emails: Vec<EmailAddress>,
}

/// Where a person's phones are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonLocation {
    /// The person.
    pub person: PersonId,
    /// Where: clean text.
    pub location: String,
}
