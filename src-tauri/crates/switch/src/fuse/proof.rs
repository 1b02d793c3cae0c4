//! Whatever is called, answered and hung up at whatever times: no limit of a day is ever exceeded by
//! more than a second for each call that was going on.

use super::tests::{ANNA, BEN, LINE, Scene, abroad, at_home};
use super::*;
use office::CallingPolicy;
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Step {
    Call {
        who: bool,
        abroad: bool,
        per_minute: u32,
        answered: bool,
    },
    Answer(usize),
    HangUp(usize),
    Wait(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let call = (any::<bool>(), any::<bool>(), 0u32..300, any::<bool>());
    let call = call.prop_map(|(who, abroad, per_minute, answered)| Step::Call {
        who,
        abroad,
        per_minute,
        answered,
    });
    let step = prop_oneof![
        3 => call,
        1 => any::<usize>().prop_map(Step::Answer),
        2 => any::<usize>().prop_map(Step::HangUp),
        4 => (1u64..200_000).prop_map(Step::Wait),
    ];
    proptest::collection::vec(step, 1..120)
}

/// What the provider counts: every second of every call, and every minute that is begun.
#[derive(Default)]
struct Bill {
    talks: Vec<Talk>,
}

struct Talk {
    id: ChargeId,
    fare: Fare,
    answered: Option<u64>,
    ended: Option<u64>,
}

impl Bill {
    fn ms(&self, now: u64, which: impl Fn(&Fare) -> bool) -> u64 {
        let talks = self.talks.iter().filter(|talk| which(&talk.fare));
        talks.map(|talk| talk.lasted(now)).sum()
    }

    fn money(&self, now: u64, which: impl Fn(&Fare) -> bool) -> u64 {
        let talks = self
            .talks
            .iter()
            .filter(|talk| which(&talk.fare) && talk.answered.is_some());
        // The scene looks twice a second: what it finds ended has ended half a second ago at most.
        let minutes = |talk: &Talk| talk.lasted(now).saturating_sub(500).div_ceil(60_000).max(1);
        talks
            .map(|talk| minutes(talk) * u64::from(talk.fare.per_minute))
            .sum()
    }
}

impl Talk {
    fn lasted(&self, now: u64) -> u64 {
        self.answered.map_or(0, |at| self.ended.unwrap_or(now) - at)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn no_bill_is_ever_higher_than_the_fuse_allows(steps in steps()) {
        let policy = CallingPolicy {
            foreign_minutes_office: 5,
            foreign_minutes_person: 3,
            minutes_line: 12,
            money_office: 2_000,
            money_person: 1_200,
            ..CallingPolicy::default()
        };
        let mut scene = Scene::new(policy, Vec::new());
        let mut bill = Bill::default();
        let mut now = 0;
        for step in steps {
            match step {
                Step::Call { who, abroad: is_abroad, per_minute, answered } => {
                    let payer = if who { ANNA } else { BEN };
                    let fare = if is_abroad {
                        Fare { per_minute, ..abroad(payer) }
                    } else {
                        at_home(payer, per_minute)
                    };
                    let id = scene.with(|fuses, at| {
                        fuses.holds(at, &fare).ok()?;
                        Some(fuses.begin(at, CallId(1), fare.clone()))
                    });
                    let Some(id) = id else { continue };
                    let talk = Talk { id, fare, answered: answered.then_some(now), ended: None };
                    if answered {
                        scene.with(|fuses, at| fuses.answered(at, id));
                    }
                    bill.talks.push(talk);
                }
                Step::Answer(which) => {
                    let mut ringing = bill.talks.iter_mut().filter(|t| t.answered.is_none() && t.ended.is_none());
                    if let Some(talk) = ringing.nth(which % 4) {
                        talk.answered = Some(now);
                        let id = talk.id;
                        scene.with(|fuses, at| fuses.answered(at, id));
                    }
                }
                Step::HangUp(which) => {
                    let mut going = bill.talks.iter_mut().filter(|t| t.ended.is_none());
                    if let Some(talk) = going.nth(which % 4) {
                        talk.ended = Some(now);
                        let id = talk.id;
                        scene.with(|fuses, at| fuses.end(at, id));
                    }
                }
                Step::Wait(ms) => {
                    // As the switch does: woken when the fuse wants to be, and calls end when they are cut.
                    let mut left = ms;
                    while left > 0 {
                        let slice = left.min(500);
                        scene.pass(Duration::from_millis(slice));
                        now += slice;
                        left -= slice;
                        for news in std::mem::take(&mut scene.news) {
                            if let FuseNews::Cut { charge, .. } = news {
                                let talk = bill.talks.iter_mut().find(|t| t.id == charge && t.ended.is_none());
                                if let Some(talk) = talk {
                                    talk.ended = Some(now);
                                    scene.with(|fuses, at| fuses.end(at, charge));
                                }
                            }
                        }
                    }
                }
            }
            // A second for each call, of which half is that the scene looks twice a second.
            let slack = |which: &dyn Fn(&Fare) -> bool| bill.talks.iter().filter(|t| which(&t.fare)).count() as u64 * 1_000;
            let foreign = |fare: &Fare| matches!(fare.kind, FareKind::Abroad(_));
            let of_anna = |fare: &Fare| foreign(fare) && fare.payer == ANNA;
            prop_assert!(bill.ms(now, foreign) <= 5 * 60_000 + slack(&foreign));
            prop_assert!(bill.ms(now, of_anna) <= 3 * 60_000 + slack(&of_anna));
            prop_assert!(bill.ms(now, |fare| fare.line == Some(LINE)) <= 12 * 60_000 + slack(&|_| true));
            prop_assert!(bill.money(now, |_| true) <= 2_000);
            prop_assert!(bill.money(now, |fare| fare.payer == ANNA) <= 1_200);
            let counted: u64 = scene.with(|fuses, at| {
                let states = fuses.states(at.office).into_iter();
                states.filter(|state| state.fuse.to_string() == "office-money").map(|state| state.used).sum()
            });
            prop_assert!(counted <= 2_000, "{counted}");
        }
        for talk in bill.talks.iter().filter(|talk| talk.ended.is_none()) {
            let id = talk.id;
            scene.with(|fuses, at| fuses.end(at, id));
        }
        prop_assert_eq!(scene.fuses.len(), 0);
    }
}
