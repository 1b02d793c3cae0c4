//! One phone's sound through a network that loses, delays and reorders, in virtual time, judged by
//! what is heard.
#![allow(missing_docs)]

mod allocations;
mod anything;
mod call;
mod clean;
mod keys;
mod reports;
mod rough;
mod silence;
mod strange;
