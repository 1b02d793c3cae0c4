use super::*;
use office::{
    CallingPolicy, CallingRights, Language, OfficeParts, OfficeSettings, OutsideParts, Person,
    PersonId, Realm, TimeZone,
};

pub(super) const ANNA: OnBehalfOf = OnBehalfOf::Person(PersonId(1));
pub(super) const BEN: OnBehalfOf = OnBehalfOf::Person(PersonId(2));
pub(super) const LINE: TrunkId = TrunkId(1);

/// An office whose clock can be moved. It begins at ten in the morning of a Saturday in Berlin.
pub(super) struct Scene {
    office: Office,
    start: Instant,
    began_ms: i64,
    passed: Duration,
    pub(super) fuses: Fuses,
    pub(super) news: Vec<FuseNews>,
}

impl Scene {
    pub(super) fn new(calling: CallingPolicy, rights: Vec<CallingRights>) -> Scene {
        let mut settings = OfficeSettings::founded(Realm::generate(7), Language::default());
        settings.time_zone = TimeZone::parse("Europe/Berlin").unwrap();
        let persons = (1..=3).map(|id| Person::named(PersonId(id), &format!("Person {id}")));
        let office = Office::build(OfficeParts {
            persons: persons.collect(),
            outside: OutsideParts {
                calling,
                rights,
                ..OutsideParts::default()
            },
            ..OfficeParts::empty(settings)
        });
        Scene {
            office: office.unwrap(),
            start: Instant::now(),
            began_ms: chrono::DateTime::parse_from_rfc3339("2026-11-21T10:00:00+01:00")
                .unwrap()
                .timestamp_millis(),
            passed: Duration::ZERO,
            fuses: Fuses::default(),
            news: Vec::new(),
        }
    }

    /// Does something at this moment, and hears what the fuse has to say of it.
    pub(super) fn with<T>(&mut self, f: impl FnOnce(&mut Fuses, &At<'_>) -> T) -> T {
        let at = At {
            now: self.start + self.passed,
            unix_ms: self.began_ms + self.passed.as_millis() as i64,
            office: &self.office,
        };
        let done = f(&mut self.fuses, &at);
        self.news.extend(std::iter::from_fn(|| self.fuses.poll()));
        done
    }

    /// Lets time pass, and wakes the fuse when it wants to be woken.
    pub(super) fn pass(&mut self, time: Duration) {
        let until = self.passed + time;
        loop {
            let next = self.with(|fuses, at| fuses.next_timeout(at));
            let next = next.map(|next| next.saturating_duration_since(self.start));
            let Some(next) = next.filter(|next| *next <= until) else {
                break;
            };
            self.passed = self.passed.max(next);
            self.with(|fuses, at| fuses.advance(at));
        }
        self.passed = until;
        self.with(|fuses, at| fuses.advance(at));
    }

    pub(super) fn call(&mut self, call: u64, fare: Fare) -> Result<ChargeId, FuseId> {
        self.with(|fuses, at| {
            fuses.holds(at, &fare)?;
            let id = fuses.begin(at, CallId(call), fare);
            fuses.answered(at, id);
            Ok(id)
        })
    }

    fn cuts(&self) -> Vec<CallId> {
        let cut = |news: &FuseNews| match news {
            FuseNews::Cut { call, .. } => Some(*call),
            _ => None,
        };
        self.news.iter().filter_map(cut).collect()
    }

    fn trips(&self) -> Vec<String> {
        let trip = |news: &FuseNews| match news {
            FuseNews::Tripped { fuse, .. } => Some(fuse.to_string()),
            _ => None,
        };
        self.news.iter().filter_map(trip).collect()
    }

    fn kept(&self) -> Vec<OutsideUsage> {
        let kept = |news: &FuseNews| match news {
            FuseNews::Ledger(entries) => entries.clone(),
            _ => Vec::new(),
        };
        self.news.iter().flat_map(kept).collect()
    }
}

pub(super) fn abroad(payer: OnBehalfOf) -> Fare {
    Fare {
        payer,
        line: Some(LINE),
        kind: FareKind::Abroad(Country::parse("GB").ok()),
        per_minute: 0,
    }
}

pub(super) fn at_home(payer: OnBehalfOf, per_minute: u32) -> Fare {
    Fare {
        payer,
        line: Some(LINE),
        kind: FareKind::Home,
        per_minute,
    }
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn ten_minutes_abroad_end_after_ten_minutes() {
    let mut scene = Scene::new(CallingPolicy::default(), Vec::new());
    scene.call(1, abroad(ANNA)).unwrap();
    scene.pass(seconds(599));
    assert_eq!(scene.cuts(), []);
    scene.pass(seconds(1));
    assert_eq!(scene.cuts(), [CallId(1)]);
    assert_eq!(scene.trips(), ["person-1-foreignMinutes"]);
    let blown = scene.call(2, abroad(ANNA)).unwrap_err();
    assert_eq!(blown.to_string(), "person-1-foreignMinutes");
    scene.call(3, abroad(BEN)).unwrap();
}

#[test]
fn calls_at_the_same_time_share_what_is_left() {
    let policy = CallingPolicy {
        foreign_minutes_office: 2,
        ..CallingPolicy::default()
    };
    let mut scene = Scene::new(policy, Vec::new());
    scene.call(1, abroad(ANNA)).unwrap();
    scene.pass(seconds(60));
    scene.call(2, abroad(BEN)).unwrap();
    scene.pass(seconds(29));
    assert_eq!(scene.cuts(), []);
    scene.pass(seconds(1));
    assert_eq!(scene.cuts(), [CallId(1), CallId(2)]);
    assert_eq!(scene.trips(), ["office-foreignMinutes"]);
}

#[test]
fn a_call_that_is_not_answered_costs_nothing() {
    let policy = CallingPolicy {
        money_office: 100,
        foreign_minutes_person: 1,
        ..CallingPolicy::default()
    };
    let mut scene = Scene::new(policy, Vec::new());
    let rings = scene.with(|fuses, at| fuses.begin(at, CallId(1), at_home(ANNA, 100)));
    // Its first minute is put by, so that nobody else spends it.
    let refused = scene.call(2, at_home(BEN, 1)).unwrap_err();
    assert_eq!(refused.to_string(), "office-money");
    scene.pass(seconds(300));
    scene.with(|fuses, at| fuses.end(at, rings));
    scene.call(3, at_home(BEN, 100)).unwrap();
    assert_eq!(scene.trips(), [""; 0]);
}

#[test]
fn a_minute_is_paid_when_it_begins_and_not_begun_when_it_cannot_be_paid() {
    let policy = CallingPolicy {
        money_person: 250,
        ..CallingPolicy::default()
    };
    let mut scene = Scene::new(policy, Vec::new());
    scene.call(1, at_home(ANNA, 100)).unwrap();
    scene.pass(seconds(119));
    assert_eq!(scene.cuts(), []);
    scene.pass(seconds(1));
    assert_eq!(scene.cuts(), [CallId(1)]);
    assert_eq!(scene.trips(), ["person-1-money"]);
    let spent: u64 = scene.kept().iter().map(|entry| entry.money).sum();
    assert_eq!(spent, 200);
    // What costs nothing goes on.
    scene.call(2, at_home(ANNA, 0)).unwrap();
    assert!(scene.call(3, at_home(ANNA, 10)).is_err());
}

#[test]
fn somebody_puts_a_fuse_back_in_and_the_count_begins_anew() {
    let mut scene = Scene::new(CallingPolicy::default(), Vec::new());
    scene.call(1, abroad(ANNA)).unwrap();
    scene.pass(seconds(700));
    let fuse: FuseId = "person-1-foreignMinutes".parse().unwrap();
    assert!(scene.with(|fuses, at| fuses.reset(at, fuse)));
    assert!(!scene.with(|fuses, at| fuses.reset(at, fuse)));
    scene.call(2, abroad(ANNA)).unwrap();
    scene.pass(seconds(599));
    assert_eq!(scene.cuts(), [CallId(1)]);
    scene.pass(seconds(1));
    assert_eq!(scene.cuts(), [CallId(1), CallId(2)]);
}

#[test]
fn a_new_day_mends_what_was_used_up_but_not_a_suspicion() {
    let mut scene = Scene::new(CallingPolicy::default(), Vec::new());
    scene.call(1, abroad(ANNA)).unwrap();
    for _ in 0..6 {
        let country = Country::parse("GB").ok();
        scene.with(|fuses, at| fuses.note_try(at, BEN, country.as_ref(), CallId(9)));
    }
    scene.pass(seconds(600));
    assert_eq!(scene.trips(), ["person-2-tries", "person-1-foreignMinutes"]);
    scene.pass(seconds(14 * 3_600 - 600));
    assert!(
        scene
            .news
            .iter()
            .any(|news| matches!(news, FuseNews::Mended { .. }))
    );
    scene.call(2, abroad(ANNA)).unwrap();
    assert_eq!(
        scene.call(3, abroad(BEN)).unwrap_err().to_string(),
        "person-2-tries"
    );
    let fuse = "person-2-tries".parse().unwrap();
    assert!(scene.with(|fuses, at| fuses.reset(at, fuse)));
    scene.call(3, abroad(BEN)).unwrap();
}

#[test]
fn a_call_over_midnight_counts_for_both_days() {
    let mut scene = Scene::new(CallingPolicy::default(), Vec::new());
    scene.pass(seconds(14 * 3_600 - 100));
    let call = scene.call(1, abroad(ANNA)).unwrap();
    scene.pass(seconds(250));
    scene.with(|fuses, at| fuses.end(at, call));
    let kept = scene.kept();
    let of = |day: &str| {
        let rows = kept
            .iter()
            .filter(|entry| entry.day == day && entry.kind == "abroad");
        rows.map(|entry| entry.seconds).sum::<u64>()
    };
    assert_eq!((of("2026-11-21"), of("2026-11-22")), (100, 150));
}

#[test]
fn setting_the_clock_back_gives_nobody_a_new_day() {
    let mut scene = Scene::new(CallingPolicy::default(), Vec::new());
    scene.call(1, abroad(ANNA)).unwrap();
    scene.pass(seconds(600));
    scene.began_ms -= 5 * 86_400_000;
    scene.pass(seconds(10));
    assert!(scene.call(2, abroad(ANNA)).is_err());
}

#[test]
fn a_restart_gives_nobody_a_new_day() {
    let mut before = Scene::new(CallingPolicy::default(), Vec::new());
    let call = before.call(1, abroad(ANNA)).unwrap();
    before.pass(seconds(400));
    before.with(|fuses, at| fuses.end(at, call));
    for _ in 0..6 {
        before.with(|fuses, at| fuses.note_try(at, BEN, None, CallId(9)));
    }
    before
        .with(|fuses, at| fuses.note_try(at, OnBehalfOf::Peer(office::PeerId(4)), None, CallId(9)));

    let mut after = Scene::new(CallingPolicy::default(), Vec::new());
    after.with(|fuses, at| fuses.load(at, &before.kept()));
    assert_eq!(after.trips(), [""; 0], "nobody is told twice");
    assert!(after.fuses.is_blown("person-2-tries".parse().unwrap()));
    after.call(2, abroad(ANNA)).unwrap();
    after.pass(seconds(199));
    assert_eq!(after.cuts(), []);
    after.pass(seconds(1));
    assert_eq!(after.cuts(), [CallId(2)]);
    assert!(after.call(3, abroad(BEN)).is_err());

    // The next day the minutes are there again; the suspicion is not gone.
    let mut kept = before.kept();
    kept.extend(after.kept());
    let mut later = Scene::new(CallingPolicy::default(), Vec::new());
    later.began_ms += 86_400_000;
    later.with(|fuses, at| fuses.load(at, &kept));
    assert!(later.call(2, abroad(ANNA)).is_ok());
    assert!(later.call(3, abroad(BEN)).is_err());
    // Nor is a country new to somebody who has talked to it before.
    let country = Country::parse("GB").ok();
    let mut new = |code: &str| {
        let country = Country::parse(code).ok();
        later.with(|fuses, at| fuses.note_try(at, ANNA, country.as_ref(), CallId(9)));
        later
            .fuses
            .pace
            .used("person-1-newCountries".parse().unwrap())
    };
    assert_eq!([new("GB"), new("FR"), new("GB")], [0, 1, 1]);
    assert!(country.is_some());
}

#[test]
fn six_tries_within_ten_minutes_are_haste_and_six_in_an_hour_are_not() {
    let mut scene = Scene::new(CallingPolicy::default(), Vec::new());
    let country = Country::parse("GB").ok();
    for _ in 0..6 {
        scene.with(|fuses, at| fuses.note_try(at, ANNA, country.as_ref(), CallId(1)));
        scene.pass(seconds(121));
    }
    assert_eq!(scene.trips(), [""; 0]);
    for _ in 0..6 {
        scene.with(|fuses, at| fuses.note_try(at, BEN, country.as_ref(), CallId(1)));
        scene.pass(seconds(119));
    }
    assert_eq!(scene.trips(), ["person-2-tries"]);
    for code in ["GB", "FR", "CH", "AT"] {
        let country = Country::parse(code).ok();
        scene.with(|fuses, at| fuses.note_try(at, ANNA, country.as_ref(), CallId(1)));
        scene.pass(seconds(601));
    }
    assert_eq!(scene.trips(), ["person-2-tries", "person-1-newCountries"]);
}

#[test]
fn a_limit_that_is_raised_mends_its_fuse() {
    let mut scene = Scene::new(CallingPolicy::default(), Vec::new());
    scene.call(1, abroad(ANNA)).unwrap();
    scene.pass(seconds(600));
    let raised = CallingPolicy {
        foreign_minutes_person: 20,
        ..CallingPolicy::default()
    };
    scene.office = Scene::new(raised, Vec::new()).office;
    scene.with(|fuses, at| fuses.on_office_changed(at));
    scene.call(2, abroad(ANNA)).unwrap();
    scene.pass(seconds(599));
    assert_eq!(scene.cuts(), [CallId(1)]);
    scene.pass(seconds(1));
    assert_eq!(scene.cuts(), [CallId(1), CallId(2)]);
}

#[test]
fn an_emergency_call_is_never_cut() {
    let policy = CallingPolicy {
        foreign_minutes_office: 0,
        minutes_line: 1,
        money_office: 1,
        ..CallingPolicy::default()
    };
    let mut scene = Scene::new(policy, Vec::new());
    let fare = Fare::emergency(ANNA, LINE);
    let call = scene.call(1, fare).unwrap();
    scene.pass(seconds(7_200));
    scene.with(|fuses, at| fuses.end(at, call));
    assert_eq!((scene.cuts(), scene.trips().len()), (vec![], 0));
    assert_eq!(
        scene.kept().iter().map(|entry| entry.seconds).sum::<u64>(),
        7_200
    );
}

#[test]
fn everything_kept_fits_into_the_store() {
    let mut scene = Scene::new(CallingPolicy::default(), Vec::new());
    let peer = OnBehalfOf::Peer(office::PeerId(12_345));
    for code in ["GB", "FR", "CH", "AT"] {
        let country = Country::parse(code).ok();
        scene.with(|fuses, at| fuses.note_try(at, peer, country.as_ref(), CallId(1)));
    }
    assert!(
        scene.kept().iter().all(|entry| entry.kind.len() <= 16),
        "{:?}",
        scene.kept()
    );
    assert_eq!(scene.kept()[0].kind, "!countries@12345");
}
