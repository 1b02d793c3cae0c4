//! Everything a dialog promises, as its users see it, in one test program.

mod asking;
mod call_flows;
mod forks;
mod in_dialog;
mod random_calls;
mod reliable_provisionals;
mod session_timers;
mod state_table;
mod subscriptions;
mod support;
