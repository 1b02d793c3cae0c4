//! A call between two phones: it rings, it is answered, both are heard, either can hang up.

use cordboard_tests::sim::{Habit, SimOffice};
use std::time::Duration;

#[test]
fn two_phones_call_and_hear_each_other() {
    let mut office = SimOffice::of_four();
    let (anna, ben) = (office.desk("Anna"), office.desk("Ben"));
    office.habit(ben, Habit::AnswersAfter(Duration::from_secs(4)));
    office.run_secs(2);
    office.dial(anna, "102");
    office.run_secs(6);
    office.assert_talk(anna, ben);
    office.run_secs(60);
    office.hang_up(anna);
    office.run_until_quiet();
    insta::assert_snapshot!(office.story());
}
