//! Stories: one promise to a customer each, played by a simulated office. The snapshots are
//! timelines a person can read.

mod two_phones_hear_each_other;
