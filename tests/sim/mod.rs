//! A whole office in virtual time: the real switch, simulated phones, a network that loses and
//! repeats packets as a seed says, and no clock but the one the test turns.

mod builder;
mod clerk;
mod keys;
mod ladder;
mod network;
mod office;
mod phone;
mod sound;
mod story;

pub use builder::SimOfficeBuilder;
pub use clerk::{HOST_PIN, KeptRecording, PIN};
pub use keys::{Event, KeysHeard};
pub use network::{Network, Weather};
pub use office::{PhoneId, SimOffice};
pub use phone::{CallIn, Carrier, Encryption, Habit, LineState, Seen, SimPhone, Told};
pub use sound::HeardAt;
