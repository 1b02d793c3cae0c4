use super::*;
use crate::admission::Arriving;
use office::{
    CallingPolicy, CallingRights, Country, DestinationKind, Domain, EmergencyPlan, Language,
    Office, OfficeParts, OfficeSettings, OutboundRule, OutboundRuleId, Outgoing, OutsideParts,
    Person, Realm, Shown, SipPlace, Trunk, Whose,
};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

const ANNA: OnBehalfOf = OnBehalfOf::Person(PersonId(1));

/// A line that carries two calls and shows a number of its own.
pub(crate) fn trunk(id: i64) -> Trunk {
    let main = format!("+49305550{id}00");
    let server = SipPlace::named(Domain::parse("carrier.example").unwrap());
    Trunk {
        outgoing: Outgoing {
            main_number: PhoneNumber::parse(&main).ok(),
            ..Outgoing::default()
        },
        emergency: false,
        ..Trunk::at(TrunkId(id), &format!("Line {id}"), server)
    }
}

/// An office in Germany with a gate.
struct Scene {
    office: Office,
    start: Instant,
    passed: Duration,
    gate: Gate,
    admission: Admission,
    down: BTreeSet<TrunkId>,
}

impl Scene {
    fn new(trunks: Vec<Trunk>, outside: OutsideParts) -> Scene {
        let mut settings = OfficeSettings::founded(Realm::generate(7), Language::default());
        settings.country = Country::parse("DE").ok();
        let persons = (1..=3).map(|id| Person::named(PersonId(id), &format!("Person {id}")));
        let office = Office::build(OfficeParts {
            persons: persons.collect(),
            trunks,
            outside,
            ..OfficeParts::empty(settings)
        });
        Scene {
            office: office.unwrap(),
            start: Instant::now(),
            passed: Duration::ZERO,
            gate: Gate::default(),
            admission: Admission::default(),
            down: BTreeSet::new(),
        }
    }

    fn of(calling: CallingPolicy) -> Scene {
        let outside = OutsideParts {
            calling,
            ..OutsideParts::default()
        };
        Scene::new(vec![trunk(1)], outside)
    }

    fn world<T>(&mut self, f: impl FnOnce(&mut Gate, &mut Admission, &World<'_>) -> T) -> T {
        let down = &self.down;
        let health = |line: TrunkId| {
            if down.contains(&line) {
                LineHealth::Avoid
            } else {
                LineHealth::Up
            }
        };
        let world = World {
            at: At {
                now: self.start + self.passed,
                // Ten in the morning of a Saturday, universal time.
                unix_ms: 1_795_255_200_000 + self.passed.as_millis() as i64,
                office: &self.office,
            },
            health: &health,
        };
        f(&mut self.gate, &mut self.admission, &world)
    }

    fn ask(&mut self, wish: &Wish<'_>) -> Result<Permit, RefusalReason> {
        self.world(|gate, admission, world| {
            let explained = gate.explain(admission, world, wish);
            let decided = gate.permit(admission, world, wish);
            let refused = decided.as_ref().err().map(|refused| refused.reason);
            let too_fast = matches!(
                refused,
                Some(RefusalReason::TooManyTries | RefusalReason::TooManyNewCountries)
            );
            // Who asks what would be decided is told what is decided, but for the tries that count.
            assert!(
                too_fast || explained.refused == refused,
                "{explained:?} {decided:?}"
            );
            decided
                .map(|(permit, _)| permit)
                .map_err(|refused| refused.reason)
        })
    }

    fn dial(&mut self, dialled: &str) -> Result<Permit, RefusalReason> {
        self.ask(&wish(dialled))
    }

    fn over(&mut self, permit: Permit) {
        self.world(|gate, admission, world| gate.over(admission, &world.at, permit.charge()));
    }
}

fn wish(dialled: &str) -> Wish<'_> {
    Wish {
        by: WayOut::Dialled,
        on_behalf_of: ANNA,
        dialled,
        chosen_by: ChosenBy::Person,
        call: CallId(1),
        hairpin: false,
        phone: None,
        hidden: false,
        shows: None,
        forwards: None,
        only: None,
    }
}

fn germany_and_britain() -> CallingPolicy {
    CallingPolicy {
        countries: vec![Country::parse("GB").unwrap()],
        ..CallingPolicy::default()
    }
}

fn lines_of(permit: &Permit) -> Vec<i64> {
    permit
        .lines()
        .iter()
        .map(|candidate| candidate.line.0)
        .collect()
}

#[test]
fn only_the_own_country_can_be_called_from_the_first_day() {
    let mut scene = Scene::of(CallingPolicy::default());
    for dialled in ["030 1234567", "+49 171 1234567", "0800 3301000"] {
        let permit = scene.dial(dialled).unwrap();
        scene.over(permit);
    }
    let refused = [
        ("0044 20 7946 0000", RefusalReason::CountryNotAllowed),
        ("+1 876 555 0123", RefusalReason::CountryNotAllowed),
        ("0900 1 123456", RefusalReason::PremiumBlocked),
        ("+881 6 12345678", RefusalReason::PremiumBlocked),
        ("+882 16 1234567", RefusalReason::PremiumBlocked),
        ("011 44 20 7946 0000", RefusalReason::AnotherWayAbroad),
        ("0011 371 2345 6789", RefusalReason::AnotherWayAbroad),
        ("0191 011", RefusalReason::NotANumber),
        ("*43", RefusalReason::NotANumber),
        ("hello", RefusalReason::NotANumber),
    ];
    for (dialled, why) in refused {
        assert_eq!(scene.dial(dialled).unwrap_err(), why, "{dialled}");
    }
    assert_eq!(scene.gate.len(), 0);
}

#[test]
fn a_country_that_is_allowed_allows_no_number_there_that_costs_extra() {
    let mut scene = Scene::of(germany_and_britain());
    let permit = scene.dial("+44 20 7946 0000").unwrap();
    scene.over(permit);
    assert_eq!(
        scene.dial("+44 909 8790000").unwrap_err(),
        RefusalReason::PremiumBlocked
    );
    let listed = CallingPolicy {
        premium_allowed: vec![PhoneNumber::parse("+44909879").unwrap()],
        ..germany_and_britain()
    };
    let mut scene = Scene::of(listed);
    let permit = scene.dial("+44 909 8790000").unwrap();
    scene.over(permit);
}

#[test]
fn a_person_may_be_kept_inside_or_at_home() {
    let rights = |reach| CallingRights {
        person: PersonId(1),
        shows: None,
        reach,
        abroad_after_hours: false,
        foreign_minutes: None,
        money: None,
    };
    let outside = |reach| OutsideParts {
        calling: germany_and_britain(),
        rights: vec![rights(reach)],
        ..OutsideParts::default()
    };
    let mut inside = Scene::new(vec![trunk(1)], outside(Reach::Inside));
    assert_eq!(
        inside.dial("030 1234567").unwrap_err(),
        RefusalReason::InsideOnly
    );
    assert!(inside.dial("112").unwrap().is_emergency());
    let mut at_home = Scene::new(vec![trunk(1)], outside(Reach::Country));
    assert!(at_home.dial("030 1234567").is_ok());
    assert_eq!(
        at_home.dial("+442079460000").unwrap_err(),
        RefusalReason::NotAllowedAbroad
    );
}

#[test]
fn nobody_outside_gets_the_office_to_call_what_they_dial() {
    let generous = CallingPolicy {
        outside_to_outside: true,
        forward_abroad: true,
        ..germany_and_britain()
    };
    let mut scene = Scene::of(generous);
    for by in WayOut::ALL {
        for dialled in ["030 1234567", "+442079460000"] {
            let refused = scene.ask(&Wish {
                by,
                chosen_by: ChosenBy::Caller,
                hairpin: true,
                ..wish(dialled)
            });
            let refused = refused.unwrap_err();
            let expected = [RefusalReason::NoHairpin, RefusalReason::NotFromVoicemail];
            assert!(expected.contains(&refused), "{by:?} {dialled} {refused:?}");
            scene.passed += Duration::from_secs(601);
        }
    }
}

#[test]
fn what_came_from_outside_goes_out_only_where_the_office_names_the_number() {
    let mut scene = Scene::of(germany_and_britain());
    let hairpin = |chosen_by, by, dialled| Wish {
        by,
        chosen_by,
        hairpin: true,
        on_behalf_of: OnBehalfOf::Office,
        ..wish(dialled)
    };
    let forwarded = scene.ask(&hairpin(ChosenBy::Office, WayOut::Forward, "+49301234567"));
    let forwarded = forwarded.unwrap();
    scene.over(forwarded);
    let handed_on = scene.ask(&hairpin(ChosenBy::Person, WayOut::Transfer, "+49301234567"));
    assert_eq!(handed_on.unwrap_err(), RefusalReason::NoHairpin);
    let abroad = scene.ask(&hairpin(ChosenBy::Office, WayOut::Forward, "+442079460000"));
    assert_eq!(abroad.unwrap_err(), RefusalReason::ForwardAbroad);
    let back = scene.ask(&hairpin(
        ChosenBy::Office,
        WayOut::VoicemailCallBack,
        "+49301234567",
    ));
    assert_eq!(back.unwrap_err(), RefusalReason::NotFromVoicemail);
}

#[test]
fn haste_abroad_shuts_abroad_though_every_try_was_refused() {
    let mut scene = Scene::of(germany_and_britain());
    for _ in 0..5 {
        assert_eq!(
            scene.dial("+53 7 1234567").unwrap_err(),
            RefusalReason::CountryNotAllowed
        );
    }
    let permit = scene.dial("030 1234567").unwrap();
    scene.over(permit);
    assert_eq!(
        scene.dial("+442079460000").unwrap_err(),
        RefusalReason::TooManyTries
    );
    let permit = scene.dial("030 1234567").unwrap();
    scene.over(permit);
}

#[test]
fn a_new_phone_calls_home_but_not_abroad() {
    let mut scene = Scene::of(germany_and_britain());
    let phone = FromPhone {
        device: DeviceId(7),
        address: "198.51.100.9".parse().unwrap(),
        agent: Some("Phone 1.0"),
    };
    let from = |dialled| Wish {
        phone: Some(phone),
        ..wish(dialled)
    };
    let mark = scene.gate.phones.met(&phone).unwrap();
    assert_eq!(
        scene.ask(&from("+442079460000")).unwrap_err(),
        RefusalReason::NewDevice
    );
    assert!(scene.ask(&from("030 1234567")).is_ok());
    scene.gate.phones.remember(vec![(DeviceId(7), mark, true)]);
    assert!(scene.ask(&from("+442079460000")).is_ok());
}

#[test]
fn emergency_calls_pass_every_control() {
    let shut = CallingPolicy {
        outside_parallel_person: 0,
        foreign_parallel: 0,
        foreign_minutes_office: 0,
        money_office: 1,
        minutes_line: 1,
        outside_prefix: Some("0".to_owned()),
        ..CallingPolicy::default()
    };
    let outside = OutsideParts {
        calling: shut,
        admission: office::OutsideAdmission {
            max_in: None,
            max_out: Some(0),
            max_dialer: Some(0),
            rates: vec![office::RateLimit {
                of: office::RateScope::AllOut,
                calls: 1,
                seconds: 60,
            }],
        },
        ..OutsideParts::default()
    };
    let mut scene = Scene::new(vec![trunk(1)], outside);
    for dialled in ["112", "110", "0112", "0110"] {
        let permit = scene.dial(dialled).unwrap();
        assert!(permit.is_emergency());
        scene.over(permit);
    }
    for dialled in ["1101", "1120", "+14155559110", "+49 30 112", "00112"] {
        let permit = scene.dial(dialled);
        assert!(
            !permit.is_ok_and(|permit| permit.is_emergency()),
            "{dialled}"
        );
    }
}

#[test]
fn a_full_line_gives_its_oldest_ordinary_call_for_an_emergency() {
    let mut scene = Scene::of(CallingPolicy::default());
    let arriving = Arriving {
        call: CallId(90),
        via: crate::admission::Via::Line(TrunkId(1)),
        number: None,
        caller: None,
    };
    let now = scene.start;
    let ticket = scene
        .admission
        .admit_arriving(&scene.office, now, &arriving)
        .unwrap();
    let second = scene.dial("030 1234567").unwrap();
    assert_eq!(
        scene.dial("030 7654321").unwrap_err(),
        RefusalReason::LinesFull
    );
    let help = scene.dial("112").unwrap();
    assert_eq!(help.displaces(), Some(CallId(90)));
    scene.admission.release_ticket(ticket);
    let more = scene.dial("110").unwrap();
    assert_eq!(more.displaces(), Some(CallId(1)));
    // There is nobody left to give way: it is tried all the same.
    assert_eq!(scene.dial("112").unwrap().displaces(), None);
    scene.over(second);
}

#[test]
fn an_emergency_call_takes_the_line_meant_for_it_and_then_all_others() {
    let mut may = trunk(2);
    may.emergency = true;
    let mut off = trunk(4);
    off.enabled = false;
    let outside = OutsideParts {
        emergency: EmergencyPlan {
            line: Some(TrunkId(3)),
            callback: PhoneNumber::parse("+4930123450").ok(),
            ..EmergencyPlan::default()
        },
        ..OutsideParts::default()
    };
    let mut meant = trunk(3);
    meant.emergency = true;
    let mut scene = Scene::new(vec![trunk(1), may, meant, off], outside);
    let permit = scene.dial("112").unwrap();
    assert_eq!(lines_of(&permit), [3, 2, 1]);
    let shown = &permit.lines()[0].shows;
    assert_eq!(
        shown.number.as_ref().map(|number| number.as_str()),
        Some("+4930123450")
    );
    // A line that is down is tried after those that are not.
    scene.down.insert(TrunkId(3));
    let permit = scene.dial("112").unwrap();
    assert_eq!(lines_of(&permit), [2, 1, 3]);
}

#[test]
fn a_number_that_is_not_the_offices_is_shown_only_where_the_line_lets_it() {
    let rule = OutboundRule {
        id: OutboundRuleId(1),
        position: 1,
        name: String::new(),
        who: Whose::Everybody,
        to: vec![DestinationKind::Any],
        lines: vec![TrunkId(1), TrunkId(2)],
        shows: Shown::Number(PhoneNumber::parse("+49891234567").unwrap()),
    };
    let mut lets = trunk(2);
    lets.outgoing.foreign_caller_id = true;
    let outside = OutsideParts {
        rules: vec![rule],
        ..OutsideParts::default()
    };
    let mut scene = Scene::new(vec![trunk(1), lets], outside);
    let permit = scene.dial("030 1234567").unwrap();
    let shown: Vec<&str> = permit
        .lines()
        .iter()
        .filter_map(|candidate| Some(candidate.shows.number.as_ref()?.as_str()))
        .collect();
    assert_eq!(shown, ["+49305550100", "+49891234567"]);
}

#[test]
fn a_line_that_is_tried_carries_the_call_or_nobody_does_and_the_rules_hold() {
    let rule = |id: i64, to: DestinationKind| OutboundRule {
        id: OutboundRuleId(id),
        position: 1,
        name: String::new(),
        who: Whose::Everybody,
        to: vec![to],
        lines: vec![TrunkId(1)],
        shows: Shown::Main,
    };
    let outside = OutsideParts {
        rules: vec![rule(1, DestinationKind::Fixed)],
        ..OutsideParts::default()
    };
    let mut off = trunk(3);
    off.enabled = false;
    let mut scene = Scene::new(vec![trunk(1), trunk(2), off], outside);
    let over = |dialled, line: i64| Wish {
        only: Some(TrunkId(line)),
        ..wish(dialled)
    };
    let permit = scene.ask(&over("030 1234567", 2)).unwrap();
    assert_eq!(lines_of(&permit), [2]);
    scene.over(permit);
    for (dialled, line, why) in [
        ("0900 1 123456", 2, RefusalReason::PremiumBlocked),
        ("+44 20 7946 0000", 2, RefusalReason::CountryNotAllowed),
        // No rule lets mobiles be called at all.
        ("0171 1234567", 2, RefusalReason::NoLine),
        ("030 1234567", 3, RefusalReason::NoLine),
    ] {
        let refused = scene.ask(&over(dialled, line)).unwrap_err();
        assert_eq!(refused, why, "{dialled} over line {line}");
    }
    // Help is called over whatever line there is.
    let permit = scene.ask(&over("112", 2)).unwrap();
    assert_eq!(lines_of(&permit), [1, 2]);
    scene.over(permit);
}

#[test]
fn the_next_line_takes_over_and_the_channel_goes_with_it() {
    let mut scene = Scene::new(vec![trunk(1), trunk(2)], OutsideParts::default());
    let mut permit = scene.dial("030 1234567").unwrap();
    assert_eq!(permit.line().unwrap().line, TrunkId(1));
    let next =
        scene.world(|gate, admission, world| gate.next_line(admission, &world.at, &mut permit));
    assert_eq!(next, Some(TrunkId(2)));
    assert_eq!(scene.admission.on_line(TrunkId(1)), (0, 0));
    assert_eq!(scene.admission.on_line(TrunkId(2)), (0, 1));
    let next =
        scene.world(|gate, admission, world| gate.next_line(admission, &world.at, &mut permit));
    assert_eq!(next, None);
    scene.over(permit);
    assert_eq!(scene.admission.on_line(TrunkId(2)), (0, 0));
    assert_eq!(scene.gate.len(), 0);
}

proptest! {
    /// Whatever lines are off, down or full: a call goes out whenever any of its lines could carry
    /// it, and over a healthy one when there is one.
    #[test]
    fn any_healthy_line_is_used(
        lines in proptest::collection::vec((any::<bool>(), any::<bool>(), any::<bool>()), 1..6),
        rules in any::<bool>(),
    ) {
        let trunks = lines.iter().enumerate().map(|(n, (enabled, _, _))| {
            let mut trunk = trunk(n as i64 + 1);
            trunk.enabled = *enabled;
            trunk
        });
        let rule = OutboundRule {
            id: OutboundRuleId(1),
            position: 1,
            name: String::new(),
            who: Whose::Everybody,
            to: vec![DestinationKind::Any],
            lines: (1..=lines.len() as i64).map(TrunkId).collect(),
            shows: Shown::Own,
        };
        let outside = OutsideParts {
            rules: if rules { vec![rule] } else { Vec::new() },
            ..OutsideParts::default()
        };
        let mut scene = Scene::new(trunks.collect(), outside);
        for (n, _) in lines.iter().enumerate().filter(|(_, (_, _, full))| *full) {
            for call in 0..2 {
                let arriving = Arriving {
                    call: CallId(call),
                    via: crate::admission::Via::Line(TrunkId(n as i64 + 1)),
                    number: None,
                    caller: None,
                };
                // It stays until the end.
                let _ = scene.admission.admit_arriving(&scene.office, scene.start, &arriving);
            }
        }
        let down = lines.iter().enumerate().filter(|(_, (_, up, _))| !up);
        scene.down = down.map(|(n, _)| TrunkId(n as i64 + 1)).collect();
        let usable = |n: &usize| lines[*n].0 && !lines[*n].2;
        let places: Vec<usize> = (0..lines.len()).filter(usable).collect();
        let best = places.iter().find(|n| lines[**n].1).or(places.first());
        match (scene.dial("030 1234567"), best) {
            (Ok(permit), Some(best)) => {
                prop_assert_eq!(permit.line().map(|line| line.line), Some(TrunkId(*best as i64 + 1)));
                prop_assert_eq!(permit.lines().len(), places.len());
                scene.over(permit);
            }
            (Err(why), None) => {
                let any_on = lines.iter().any(|(enabled, _, _)| *enabled);
                let expected = if any_on { RefusalReason::LinesFull } else { RefusalReason::NoLine };
                prop_assert_eq!(why, expected);
            }
            (got, best) => prop_assert!(false, "{:?} though {:?}", got, best),
        }
    }
}

/// All ways out there are, by everybody who might try: two thousand tries from Friday evening to
/// Monday morning, to numbers that are dear, far away, or both. Of what reaches the lines the day's
/// limits hold, and somebody is told at once.
#[test]
fn a_stolen_password_is_worth_no_more_than_the_days_limits() {
    let ways = WayOut::ALL;
    let numbers = [
        "+442079460000",
        "+5371234567",
        "09001123456",
        "+881612345678",
        "+37123456789",
    ];
    let payers = [ANNA, OnBehalfOf::Person(PersonId(2)), OnBehalfOf::Office];
    let choosers = [ChosenBy::Person, ChosenBy::Office, ChosenBy::Caller];
    let lax = CallingPolicy {
        new_devices_abroad: true,
        forward_abroad: true,
        outside_to_outside: true,
        ..germany_and_britain()
    };
    let mut scene = Scene::of(lax);
    let (mut reached, mut talked, mut alarm, mut tries) = (0, Duration::ZERO, None, 0);
    let mut running: Option<(Permit, Duration)> = None;
    for n in 0..2_000_usize {
        scene.passed += Duration::from_secs(108);
        // A call goes on until the fuse ends it, or for a minute and a half.
        if let Some((permit, since)) = running.take() {
            let lasted = scene.passed - since;
            talked += lasted;
            scene.over(permit);
        }
        let wish = Wish {
            by: ways[n % ways.len()],
            on_behalf_of: payers[n / 7 % payers.len()],
            chosen_by: choosers[n / 3 % choosers.len()],
            hairpin: n % 2 == 0,
            call: CallId(n as u64),
            ..wish(numbers[n % numbers.len()])
        };
        tries += 1;
        let refused = scene.world(|gate, admission, world| {
            let decided = gate.permit(admission, world, &wish);
            let at = &world.at;
            decided.map(|(permit, _)| {
                gate.fuses.answered(at, permit.charge());
                permit
            })
        });
        if let Ok(permit) = refused {
            assert_eq!(numbers[n % numbers.len()], "+442079460000");
            reached += 1;
            running = Some((permit, scene.passed));
        }
        let news = std::iter::from_fn(|| scene.gate.fuses.poll());
        let tripped = news.filter(|news| matches!(news, crate::fuse::FuseNews::Tripped { .. }));
        if tripped.count() > 0 && alarm.is_none() {
            alarm = Some((tries, scene.passed));
        }
    }
    assert!(scene.passed > Duration::from_secs(59 * 3_600));
    // Each of those who pay can try five times in ten minutes, and is then shut out.
    assert!(
        reached <= 5 * payers.len(),
        "{reached} calls reached the line"
    );
    assert!(talked <= Duration::from_secs(30 * 60), "{talked:?}");
    // Told with the sixth try that is in haste, not a minute later.
    let (tries, at) = alarm.unwrap();
    assert!(
        tries <= 40 && at <= Duration::from_secs(40 * 108),
        "{tries} {at:?}"
    );
}
