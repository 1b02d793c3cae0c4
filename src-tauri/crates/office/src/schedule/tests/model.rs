//! Every minute of 400 days in twenty time zones, against a model that knows nothing of how a
//! schedule is asked: it walks the minutes and reads the document anew for every day.

use super::super::*;
use super::zone;
use crate::holidays::{HolidayType, holidays};
use chrono::{DateTime, Datelike, NaiveDate, Offset};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::ops::Range;

const ZONES: [&str; 22] = [
    "Europe/Berlin",
    "Europe/London",
    "Europe/Dublin",
    "America/New_York",
    "America/Los_Angeles",
    "America/St_Johns",
    "America/Havana",
    "America/Santiago",
    "America/Sao_Paulo",
    "America/Nuuk",
    "Atlantic/Azores",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Asia/Tokyo",
    "Australia/Lord_Howe",
    "Australia/Sydney",
    "Pacific/Chatham",
    "Pacific/Apia",
    "Antarctica/Troll",
];

/// The days of the random schedules: 400 from 1 January 2026 (UTC).
const FIRST_MINUTE: i64 = 1_767_225_600 / 60;
const DAYS: i64 = 400;
const DAY: i64 = 1_440;
const MINUTE_MS: i64 = 60_000;

/// More days known around those looked at: a span of the day before can end after a gap.
const AROUND: i64 = 3 * DAY;

/// The clock on the wall of a zone at every minute, found by asking it at every minute.
struct Clock {
    /// The minutes looked at, since 1970 (UTC).
    minutes: Range<i64>,
    /// The minute it shows (since 1970 by the wall), by minutes of time.
    wall: Vec<i64>,
    /// The first and the last minute of time at which it shows one; for one it leaves out, the
    /// first later one.
    shown: BTreeMap<i64, (i64, i64)>,
}

impl Clock {
    fn of(zone: TimeZone, minutes: Range<i64>) -> Self {
        let mut wall = Vec::new();
        let mut shown: BTreeMap<i64, (i64, i64)> = BTreeMap::new();
        for minute in minutes.start - AROUND..minutes.end + AROUND {
            let at = DateTime::from_timestamp(minute * 60, 0).unwrap();
            let at = at.with_timezone(&zone.rules());
            let by_wall = minute + i64::from(at.offset().fix().local_minus_utc()) / 60;
            wall.push(by_wall);
            shown.entry(by_wall).or_insert((minute, minute)).1 = minute;
        }
        Self {
            minutes,
            wall,
            shown,
        }
    }

    fn wall(&self, minute: i64) -> i64 {
        self.wall[usize::try_from(minute - (self.minutes.start - AROUND)).unwrap()]
    }

    fn first(&self, wall: i64) -> i64 {
        self.shown.range(wall..).next().unwrap().1.0
    }

    fn last(&self, wall: i64) -> i64 {
        match self.shown.get(&wall) {
            Some((_, last)) => *last,
            None => self.first(wall),
        }
    }
}

/// What holds at a minute, and by which rule.
type Holds = (OpenState, BecauseKind, Option<String>);

/// A date as the model reads it from the document.
struct ModelDay {
    closed: OpenState,
    kind: BecauseKind,
    id: Option<String>,
    cut: bool,
    open: Vec<(i64, i64)>,
    breaks: Vec<(i64, i64)>,
}

fn model_day(document: &ScheduleDocument, date: NaiveDate, clock: &Clock) -> ModelDay {
    let midnight = date.signed_duration_since(NaiveDate::default()).num_days() * DAY;
    let time = |interval: &Interval| {
        let (start, mut end) = (
            i64::from(interval.0.minutes()),
            i64::from(interval.1.minutes()),
        );
        if end <= start {
            end += DAY;
        }
        (clock.first(midnight + start), clock.last(midnight + end))
    };
    let mut chosen: Option<((u8, i64, String), &Exception)> = None;
    for exception in &document.exceptions {
        let rank = match exception.when {
            When::Date { date: on } => (on == date).then_some((0, 0)),
            When::Range { from, to } => {
                (from <= date && date <= to).then(|| (1, (to - from).num_days()))
            }
            When::Yearly { yearly } => (u32::from(yearly.month) == date.month()
                && u32::from(yearly.day) == date.day())
            .then_some((2, 0)),
        };
        if let Some((kind, length)) = rank {
            let rank = (kind, length, exception.id.clone());
            if chosen.as_ref().is_none_or(|(best, _)| rank < *best) {
                chosen = Some((rank, exception));
            }
        }
    }
    if let Some((_, exception)) = chosen {
        let (closed, open) = match &exception.effect {
            Effect::AllDay(AllDay::Open) => (
                OpenState::Closed,
                vec![(clock.first(midnight), clock.last(midnight + DAY))],
            ),
            Effect::AllDay(AllDay::Closed) => (OpenState::Closed, Vec::new()),
            Effect::AllDay(AllDay::Holiday) => (OpenState::Holiday, Vec::new()),
            Effect::Hours(spans) => (OpenState::Closed, spans.iter().map(time).collect()),
        };
        return ModelDay {
            closed,
            kind: BecauseKind::Exception,
            id: Some(exception.id.clone()),
            cut: exception.spill == Spill::Cut,
            open,
            breaks: Vec::new(),
        };
    }
    let mut day = ModelDay {
        closed: OpenState::Closed,
        kind: BecauseKind::Weekly,
        id: None,
        cut: false,
        open: Vec::new(),
        breaks: Vec::new(),
    };
    for source in &document.holidays {
        let country = source.country.as_deref().unwrap();
        let kept = holidays(
            country,
            source.region.as_deref(),
            &[HolidayType::Public],
            date,
            date,
        );
        let kept = kept.unwrap().into_iter().find(|holiday| {
            !source.skip.contains(&holiday.id) && !source.skip.contains(&holiday.date.to_string())
        });
        if let Some(holiday) = kept {
            day.closed = OpenState::Holiday;
            day.kind = BecauseKind::Holiday;
            day.id = Some(holiday.id);
            return day;
        }
    }
    if document
        .weekly
        .iter()
        .all(|row| row.state == WeeklyAs::Break)
    {
        day.kind = BecauseKind::NoRule;
        return day;
    }
    let weekday = u8::try_from(date.weekday().num_days_from_sunday()).unwrap();
    for row in document
        .weekly
        .iter()
        .filter(|row| row.days.contains(&weekday))
    {
        match row.state {
            WeeklyAs::Open => day.open.push(time(&row.open)),
            WeeklyAs::Break => day.breaks.push(time(&row.open)),
        }
    }
    day
}

/// What holds at every minute of the days the model looks at.
fn model(document: &ScheduleDocument, clock: &Clock) -> Vec<Holds> {
    let date_of = |minute| {
        let days = clock.wall(minute).div_euclid(DAY);
        NaiveDate::default() + chrono::Duration::days(days)
    };
    let mut days: Option<(NaiveDate, ModelDay, ModelDay)> = None;
    let mut holds = Vec::new();
    for minute in clock.minutes.clone() {
        let date = date_of(minute);
        if days.as_ref().is_none_or(|(of, ..)| *of != date) {
            let [before, day] = [date - chrono::Duration::days(1), date]
                .map(|date| model_day(document, date, clock));
            days = Some((date, before, day));
        }
        let (_, before, day) = days.as_ref().unwrap();
        if let Some(set) = &document.set_by_hand {
            let since = set.since.map_or(i64::MIN, Moment::unix_ms);
            if (since..set.until.unix_ms()).contains(&(minute * MINUTE_MS)) {
                holds.push((set.state.into(), BecauseKind::Override, None));
                continue;
            }
        }
        let inside = |spans: &[(i64, i64)]| spans.iter().any(|(s, e)| *s <= minute && minute < *e);
        let by = |day: &ModelDay| (day.kind, day.id.clone());
        let night = !day.cut;
        let opened = if inside(&day.open) {
            Some(by(day))
        } else {
            (night && inside(&before.open)).then(|| by(before))
        };
        let breaks = if inside(&day.breaks) {
            Some(by(day))
        } else {
            (night && inside(&before.breaks)).then(|| by(before))
        };
        let (state, (kind, id)) = match (opened, breaks) {
            (Some(_), Some(by)) => (OpenState::Break, by),
            (Some(by), None) => (OpenState::Open, by),
            (None, _) => (day.closed, by(day)),
        };
        holds.push((state, kind, id));
    }
    holds
}

/// Small chances, the same on every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % sides
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        let sides = u64::try_from(from.len()).unwrap();
        from[usize::try_from(self.roll(sides)).unwrap()]
    }

    /// A time: often one at which a clock changes.
    fn time(&mut self) -> String {
        const NOTED: [&str; 9] = [
            "00:00", "00:30", "01:00", "02:00", "02:30", "03:00", "23:00", "23:30", "01:30",
        ];
        if self.roll(2) == 0 {
            self.pick(&NOTED).to_owned()
        } else {
            format!("{:02}:{:02}", self.roll(24), self.roll(12) * 5)
        }
    }

    fn span(&mut self) -> Value {
        let end = if self.roll(5) == 0 {
            "24:00".to_owned()
        } else {
            self.time()
        };
        json!([self.time(), end])
    }

    /// A date within the days looked at: often one on which a clock changes.
    fn date(&mut self, changes: &[NaiveDate]) -> NaiveDate {
        if !changes.is_empty() && self.roll(2) == 0 {
            let days = i64::try_from(self.roll(3)).unwrap() - 1;
            self.pick(changes) + chrono::Duration::days(days)
        } else {
            let days = i64::try_from(self.roll(400)).unwrap();
            NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + chrono::Duration::days(days)
        }
    }

    fn document(&mut self, changes: &[NaiveDate]) -> Value {
        let mut weekly = Vec::new();
        for _ in 0..self.roll(5) {
            let mask = self.roll(127) + 1;
            let days: Vec<u64> = (0..7).filter(|day| mask & (1 << day) != 0).collect();
            weekly.push(json!({ "days": days, "open": self.span(),
                "as": self.pick(&["open", "open", "break"]) }));
        }
        let mut exceptions = Vec::new();
        for id in 0..self.roll(8) {
            let from = self.date(changes);
            let length = i64::try_from(self.roll(20)).unwrap();
            let when = match self.roll(3) {
                0 => json!({ "date": from }),
                1 => json!({ "from": from, "to": from + chrono::Duration::days(length) }),
                _ => json!({ "yearly": from.format("%m-%d").to_string() }),
            };
            let effect = match self.roll(5) {
                0 => json!("closed"),
                1 => json!("holiday"),
                2 => json!("open"),
                _ => {
                    let count = self.roll(2) + 1;
                    (0..count).map(|_| self.span()).collect()
                }
            };
            exceptions.push(
                json!({ "id": format!("x{id}"), "when": when, "effect": effect,
                "spill": self.pick(&["keep", "cut"]) }),
            );
        }
        let holidays = match self.roll(4) {
            0 => json!([{ "source": "builtin", "country": "DE", "region": "BY",
                "skip": ["2026-08-15", "epiphany"] }]),
            1 => json!([{ "source": "builtin", "country": "GB", "region": "SCT" },
                { "source": "builtin", "country": "US" }]),
            _ => json!([]),
        };
        let by_hand = match self.roll(4) {
            0 => {
                let minutes = [self.roll(576_000), self.roll(10_000)];
                let [after, lasts] = minutes.map(|m| i64::try_from(m).unwrap());
                let since = (FIRST_MINUTE + after) * MINUTE_MS;
                let moment = |at| Moment::from_unix_ms(at).unwrap();
                json!({ "state": self.pick(&["open", "closed", "holiday"]), "by": "Anna",
                    "since": (self.roll(2) == 0).then(|| moment(since)),
                    "until": moment(since + lasts * MINUTE_MS) })
            }
            _ => Value::Null,
        };
        json!({ "schemaVersion": 1, "name": "Random", "timezone": null, "weekly": weekly,
            "exceptions": exceptions, "holidays": holidays, "override": by_hand })
    }
}

/// Compares every minute, and at the minutes around changes and at some others what is said of
/// before and after.
fn compare(office: TimeZone, clock: &Clock, dice: &mut Dice) {
    let first_ms = FIRST_MINUTE * MINUTE_MS;
    let last_ms = first_ms + DAYS * DAY * MINUTE_MS;
    let changes = clock_changes(office, first_ms, last_ms);
    let dates = changes.iter().map(|change| {
        let at = DateTime::from_timestamp_millis(change.at).unwrap();
        at.with_timezone(&office.rules()).date_naive()
    });
    let text = dice.document(&dates.collect::<Vec<_>>()).to_string();
    let document = ScheduleDocument::read(&text).unwrap();
    let schedule = Schedule::new(ScheduleId(1), document.clone());
    let expected = model(&document, clock);
    let place = |ms: i64| usize::try_from(ms / MINUTE_MS - FIRST_MINUTE).ok();

    let said = |at: i64| {
        let at = DateTime::from_timestamp_millis(at).unwrap();
        format!("{at} in {office}, {text}")
    };
    let spans = schedule.spans(office, first_ms, 400);
    let mut end_of_last = None;
    for span in &spans {
        assert!(end_of_last.is_none_or(|end| end == span.from) && span.from < span.to);
        end_of_last = Some(span.to);
        let got = (span.state, span.because.kind, span.because.id.clone());
        for at in (span.from.max(first_ms)..span.to.min(last_ms)).step_by(60_000) {
            assert_eq!(got, expected[place(at).unwrap()], "{}", said(at));
        }
    }

    // Where the state changes, by the model: the minutes at which runs begin.
    let states: Vec<OpenState> = expected.iter().map(|(state, ..)| *state).collect();
    let starts: Vec<usize> = (1..states.len())
        .filter(|i| states[*i] != states[i - 1])
        .collect();
    let around = starts.iter().flat_map(|start| [start - 1, *start]);
    let around = around.step_by(1 + starts.len() / 40);
    let others: Vec<usize> = (0..40)
        .map(|_| usize::try_from(dice.roll(states.len() as u64)).unwrap())
        .collect();
    for minute in around.chain(others) {
        let at = first_ms + i64::try_from(minute).unwrap() * MINUTE_MS;
        let openness = schedule.openness(office, at);
        let because = &openness.because;
        assert_eq!(
            (openness.state, because.kind, because.id.clone()),
            expected[minute],
            "{}",
            said(at)
        );
        let after = starts.partition_point(|start| *start <= minute);
        if let Some(next) = starts.get(after) {
            let got = openness
                .next
                .map(|next| (place(next.at).unwrap(), next.state));
            assert_eq!(got, Some((*next, states[*next])), "next, {}", said(at));
        }
        let since = after.checked_sub(1).map(|last| starts[last]);
        if since.is_some() && openness.because.kind != BecauseKind::Override {
            assert_eq!(openness.since.and_then(place), since, "since, {}", said(at));
        }
    }
}

fn compare_all(rounds: u64) {
    for (number, name) in (0_u64..).zip(ZONES) {
        let office = zone(name);
        let clock = Clock::of(office, FIRST_MINUTE..FIRST_MINUTE + DAYS * DAY);
        for round in 0..rounds {
            compare(office, &clock, &mut Dice(number * 1_000 + round));
        }
    }
}

#[test]
fn every_minute_of_400_days_in_twenty_zones_is_as_the_model_says() {
    compare_all(2);
}

#[test]
#[ignore = "takes minutes: the same with a hundred schedules for each zone"]
fn every_minute_for_many_schedules_is_as_the_model_says() {
    compare_all(100);
}

#[test]
#[ignore = "takes minutes: every zone there is"]
fn every_clock_change_of_30_years_is_as_the_model_says() {
    // From 2010 to 2040.
    let years = [1_262_304_000_000, 2_208_988_800_000];
    let document = json!({ "schemaVersion": 1, "name": "Nights", "timezone": null, "weekly": [
        { "days": [0, 2, 4, 6], "open": ["22:00", "02:30"] },
        { "days": [0, 1, 3, 5, 6], "open": ["00:30", "03:00"] },
        { "days": [0, 1, 2, 3, 4, 5, 6], "open": ["23:30", "00:15"], "as": "break" },
        { "days": [0, 1, 2, 3, 4, 5, 6], "open": ["02:15", "02:45"], "as": "break" },
    ] });
    let document = ScheduleDocument::read(&document.to_string()).unwrap();
    let schedule = Schedule::new(ScheduleId(1), document.clone());
    let mut changes = 0;
    for office in chrono_tz::TZ_VARIANTS.map(|zone| super::zone(zone.name())) {
        for change in clock_changes(office, years[0], years[1]) {
            changes += 1;
            let middle = change.at / MINUTE_MS;
            let clock = Clock::of(office, middle - DAY..middle + DAY);
            let expected = model(&document, &clock);
            let spans = schedule.spans(office, (middle - DAY) * MINUTE_MS, 4);
            let mut spans = spans.iter().peekable();
            for (minute, (state, ..)) in clock.minutes.clone().zip(expected) {
                let at = minute * MINUTE_MS;
                while spans.next_if(|span| span.to <= at).is_some() {}
                let got = spans.peek().map(|span| span.state);
                assert_eq!(got, Some(state), "{office} at {at}");
            }
        }
    }
    assert!(changes > 5_000, "only {changes} changes were looked at");
}

/// Any JSON, often with the names of a schedule's fields.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        r"\PC{0,12}".prop_map(Value::from),
        r"[0-9]{4}-[01][0-9]-[0-3][0-9]".prop_map(Value::from),
        r"\+?[0-9]{4,7}-[01][0-9]-[0-3][0-9]".prop_map(Value::from),
        r"[0-2][0-9]:[0-5][0-9]".prop_map(Value::from),
        r"[0-9]{4}-12-0[1-9]T[0-2][0-9]:00:00Z".prop_map(Value::from),
    ];
    let names = prop::sample::select(vec![
        "days", "open", "as", "id", "when", "effect", "date", "from", "to", "yearly", "spill",
        "source", "country", "types", "skip", "dates", "state", "until", "by", "since",
    ]);
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(names.clone().prop_map(str::to_owned), inner, 0..5)
                .prop_map(Value::from_iter),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_document_brings_a_schedule_down(
        (weekly, exceptions, holidays, by_hand) in (any_json(), any_json(), any_json(), any_json()),
    ) {
        let document = json!({ "schemaVersion": 1, "name": "x", "timezone": null,
            "weekly": weekly, "exceptions": exceptions, "holidays": holidays,
            "override": by_hand });
        let _ = ScheduleDocument::read(&document.to_string());
        // What serde lets pass, unchecked.
        if let Ok(document) = serde_json::from_value::<ScheduleDocument>(document) {
            let schedule = Schedule::new(ScheduleId(1), document);
            let _ = schedule.openness(TimeZone::UTC, 0);
        }
    }

    #[test]
    fn no_time_brings_a_schedule_down(
        at in prop_oneof![any::<i64>(), -1_000_000_000_000_000..1_000_000_000_000_000_i64],
        seed in any::<u64>(),
        place in 0..ZONES.len(),
    ) {
        let mut dice = Dice(seed);
        let text = dice.document(&[]).to_string();
        let schedule = Schedule::new(ScheduleId(1), ScheduleDocument::read(&text).unwrap());
        let office = zone(ZONES[place]);
        let openness = schedule.openness(office, at);
        prop_assert!(openness.because.kind != BecauseKind::Fault, "{at} {text}");
        let _ = schedule.spans(office, at, 3);
        let _ = schedule.surprises(office, None, at, 3);
        let _ = clock_changes(office, at, at.saturating_add(86_400_000));
    }
}
