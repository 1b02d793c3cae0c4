//! Stories: the promises to a customer, played by a simulated office. The snapshots are timelines a
//! person can read.

mod abroad_at_night;
mod all_phones_of_a_person_ring;
mod bad_weather;
mod board_facts;
mod call_flows;
mod callers_leave_messages;
mod calls_that_come_to_nothing;
mod click_to_call;
mod conference;
mod defaults_of_the_gate;
mod do_not_disturb;
mod domains;
mod echo_test;
mod emergency;
mod encrypted_sound;
mod every_codec_understands_every_other;
mod forwarded_calls;
mod greeting_by_phone;
mod greetings_are_heard;
mod hold_and_resume;
mod hostile_carriers;
mod hours_of_extensions;
mod keys_between_phones;
mod known_callers;
mod lamps_tell_the_truth;
mod limits_hold;
mod limits_outside;
mod line_tests;
mod lines_that_call_themselves;
mod listening_in;
mod mailbox_by_phone;
mod message_waiting;
mod no_bill_grows;
mod no_ghost_calls_and_no_false_kills;
mod outside_calls;
mod parking;
mod queues;
mod recording;
mod rehearsed_calls;
mod restart_and_shutdown;
mod ring_groups;
mod routing;
mod rules_of_lines;
mod sound_finds_its_way;
mod strangers_ring_nobody;
mod take_over;
mod take_over_from_board;
mod text_messages;
mod the_computer_moves;
mod transfer;
mod transfer_from_board;
mod two_phones_hear_each_other;

use std::time::Duration;

const fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

const fn millis(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}
