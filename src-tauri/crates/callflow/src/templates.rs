//! Flows to begin with: one file each under `assets/flows`, filled with the people and things of the
//! office so that it can be published as it is. Where one goes by hours and the office has none yet,
//! there are [`first_hours`] to begin with.

use crate::document::Document;
use office::holidays::Calendar;
use office::schedule::{
    HolidayOrigin, HolidaySource, Interval, SCHEMA_VERSION, ScheduleDocument, TimeOfDay, WeeklyAs,
    WeeklyRow,
};
use office::{MailboxOwner, Office, ScheduleId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

/// A flow to begin with.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Template {
    /// Its name in the files.
    pub id: String,
    /// What it is called, in the office's language.
    pub name: String,
    /// What it does, in the office's language.
    pub sentence: String,
    /// The flow, filled in for the office. What the office has none of stays a placeholder such as
    /// `?room`.
    pub document: Document,
}

impl Template {
    /// Whether it goes by hours, of which the office has none yet.
    #[must_use]
    pub fn lacks_hours(&self) -> bool {
        let mut nodes = self.document.nodes.iter();
        nodes.any(|node| {
            node.data
                .get("schedule")
                .is_some_and(|named| named == HOURS)
        })
    }

    /// Goes by a schedule where it lacks one.
    pub fn go_by(&mut self, schedule: ScheduleId) {
        for node in &mut self.document.nodes {
            if let Some(named) = node
                .data
                .get_mut("schedule")
                .filter(|named| **named == HOURS)
            {
                *named = schedule.to_string().into();
            }
        }
    }
}

/// Hours for an office that has none yet: Monday to Friday from nine to five in the office's time
/// zone, closed on the holidays of its country, which are yet to be looked through.
#[must_use]
pub fn first_hours(office: &Office) -> ScheduleDocument {
    let settings = office.settings();
    let name = match spoken::Lang::of(&settings.language) {
        spoken::Lang::De => "Öffnungszeiten",
        spoken::Lang::En => "Opening hours",
    };
    let nine_to_five = TimeOfDay::from_minutes(9 * 60).zip(TimeOfDay::from_minutes(17 * 60));
    let weekly = nine_to_five.map(|(from, to)| WeeklyRow {
        days: vec![1, 2, 3, 4, 5],
        open: Interval(from, to),
        state: WeeklyAs::Open,
        other: Map::new(),
    });
    let country = settings.country.as_ref().map(ToString::to_string);
    let known = country.filter(|country| Calendar::of(country, None).is_ok());
    let holidays = known.map(|country| HolidaySource {
        source: HolidayOrigin::Builtin,
        country: Some(country),
        region: None,
        types: Vec::new(),
        skip: Vec::new(),
        greetings: BTreeMap::new(),
        dates: Vec::new(),
        confirmed_through: None,
        other: Map::new(),
    });
    ScheduleDocument {
        schema_version: SCHEMA_VERSION,
        id: String::new(),
        name: name.to_owned(),
        timezone: None,
        weekly: weekly.into_iter().collect(),
        exceptions: Vec::new(),
        holidays: holidays.into_iter().collect(),
        set_by_hand: None,
        other: Map::new(),
    }
}

/// A template as its file has it.
#[derive(Deserialize)]
struct Written {
    id: String,
    /// By language.
    sentence: BTreeMap<String, String>,
    /// By language and name; the document names them `@name`.
    texts: BTreeMap<String, BTreeMap<String, String>>,
    document: Json,
}

const FILES: [&str; 10] = [
    include_str!("../../../../assets/flows/ringEveryone.json"),
    include_str!("../../../../assets/flows/hoursMenu.json"),
    include_str!("../../../../assets/flows/doctor.json"),
    include_str!("../../../../assets/flows/shop.json"),
    include_str!("../../../../assets/flows/support.json"),
    include_str!("../../../../assets/flows/night.json"),
    include_str!("../../../../assets/flows/directory.json"),
    include_str!("../../../../assets/flows/frontDoor.json"),
    include_str!("../../../../assets/flows/conference.json"),
    include_str!("../../../../assets/flows/holidays.json"),
];

/// Stands for a schedule in the files.
const HOURS: &str = "?schedule";

/// Most people a template rings at once.
const EVERYONE_MOST: usize = 40;

/// All templates, filled in for an office, the simplest first.
#[must_use]
pub fn all(office: &Office) -> Vec<Template> {
    FILES
        .iter()
        .filter_map(|file| serde_json::from_str::<Written>(file).ok())
        .filter_map(|written| written.fill(office))
        .collect()
}

impl Written {
    fn fill(self, office: &Office) -> Option<Template> {
        let language = &office.settings().language;
        let language = match spoken::Lang::of(language) {
            spoken::Lang::De => "de",
            spoken::Lang::En => "en",
        };
        let texts = self.texts.get(language).or_else(|| self.texts.get("en"))?;
        let filling = Filling { office, texts };
        let document = filling.json(self.document);
        Some(Template {
            name: texts.get("name")?.clone(),
            sentence: self.sentence.get(language)?.clone(),
            id: self.id,
            document: serde_json::from_value(document).ok()?,
        })
    }
}

struct Filling<'a> {
    office: &'a Office,
    texts: &'a BTreeMap<String, String>,
}

impl Filling<'_> {
    fn json(&self, json: Json) -> Json {
        match json {
            Json::String(text) => Json::String(self.text(text)),
            Json::Array(entries) => {
                let entries = entries.into_iter().flat_map(|entry| self.entry(entry));
                Json::Array(entries.collect())
            }
            Json::Object(fields) => {
                let fields = fields
                    .into_iter()
                    .map(|(name, json)| (name, self.json(json)));
                Json::Object(fields.collect::<Map<_, _>>())
            }
            other => other,
        }
    }

    /// An entry of a list; that of everyone becomes one for each.
    fn entry(&self, entry: Json) -> Vec<Json> {
        if entry.get("id").is_none_or(|id| id != "?everyone") {
            return vec![self.json(entry)];
        }
        let people = self.with_phone().take(EVERYONE_MOST);
        let targets: Vec<Json> = people
            .map(|id| json!({"type": "user", "id": id.to_string()}))
            .collect();
        if targets.is_empty() {
            return vec![json!({"type": "user", "id": "?person"})];
        }
        targets
    }

    fn text(&self, text: String) -> String {
        if let Some(name) = text.strip_prefix('@') {
            return self.texts.get(name).cloned().unwrap_or(text);
        }
        let found = match text.as_str() {
            "?person" => self.with_phone().next(),
            "?mailbox" => self.mailbox(),
            "?room" => self.office.rooms().next().map(|room| room.id.0),
            HOURS => self
                .office
                .schedules()
                .next()
                .map(|schedule| schedule.id().0),
            _ => None,
        };
        found.map_or(text, |id| id.to_string())
    }

    fn with_phone(&self) -> impl Iterator<Item = i64> {
        let has_phone =
            |person: &&office::Person| self.office.devices_of(person.id).next().is_some();
        self.office
            .persons()
            .filter(has_phone)
            .map(|person| person.id.0)
    }

    /// A mailbox of a group, or else the first.
    fn mailbox(&self) -> Option<i64> {
        let taking = || self.office.mailboxes().filter(|mailbox| mailbox.enabled);
        let group = taking().find(|mailbox| matches!(mailbox.owner, MailboxOwner::Group { .. }));
        group
            .or_else(|| taking().next())
            .map(|mailbox| mailbox.id.0)
    }
}
