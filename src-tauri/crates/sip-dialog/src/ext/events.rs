//! Subscriptions (RFC 6665): the notifier, which tells how something stands, and the subscriber,
//! which wants to know.

mod notifier;
mod subscriber;

pub use notifier::{Notifier, NotifierEvent, Terms};
pub use subscriber::{Subscribe, Subscriber, SubscriberEvent, SubscriberState};
