//! The customer's world as values: persons, devices, extensions, the office.
//!
//! [`Office`] is the immutable snapshot of a company's configuration. A change makes a new one;
//! a running call keeps the snapshot it began with. Nothing here reads a clock, a file or a
//! socket, so the live call, the simulator and the checks of a form see the same office.

#![deny(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod caller_list;
mod calling;
mod clean_text;
mod credentials;
mod device;
mod domain;
mod email_address;
mod extension;
mod extension_number;
mod flow;
pub mod holidays;
mod id;
pub mod limits;
mod line;
mod locale;
mod mailbox;
mod mode;
mod music;
mod network;
mod number;
mod outside_usage;
mod parking;
mod person;
mod phone_number;
mod pin;
mod pin_set;
mod problem;
mod recording;
mod ring_for;
mod room;
pub mod schedule;
mod secret;
mod settings;
mod sip_user;
mod snapshot;
mod sound_name;
mod text_value;
mod voice_message;
mod wants;

pub use caller_list::{CallerList, ListedCaller, plain_number};
pub use calling::{
    CallOf, CallingPolicy, CallingRights, Destination, EmergencyPlan, OutboundRule,
    OutsideAdmission, PersonLocation, RateLimit, RateScope, Reach, Shown, Whose,
};
pub use clean_text::clean_text;
pub use credentials::DigestCredentials;
pub use device::{Device, MediaPolicy};
pub use domain::{BadDomain, BadRealm, Domain, Realm};
pub use email_address::{BadEmailAddress, EmailAddress};
pub use extension::{Extension, RouteTarget};
pub use extension_number::{BadExtensionNumber, ExtensionNumber};
pub use flow::{Flow, FlowVersion};
pub use id::{
    CallId, CallRecordingId, CallerListId, ConferenceRoomId, DeviceId, FlowId, MailboxId,
    MessageId, ModeId, OutboundRuleId, PeerId, PersonId, PinSetId, ScheduleId, SoundId, TrunkId,
    UserId,
};
pub use line::{
    CalledNumberIn, CallerIdHeader, Channels, DestinationKind, DomainAccess, Dtmf, ForwardedBy,
    HideBy, Incoming, LineTransport, NumberFormat, Outgoing, Peer, Prices, SipPlace, SpendCap,
    Srtp, Trunk, TrunkAccess, TrunkIdentity,
};
pub use locale::{BadCountry, BadLanguage, BadTimeZone, Country, Language, TimeZone};
pub use mailbox::{
    AwayGreeting, BadMessageLength, Coming, Greeted, GreetingKind, Greetings, Mailbox,
    MailboxEmail, MailboxOwner, MailboxQuota, MessageLength,
};
pub use mode::{Mode, ModeSetting, ModeState};
pub use music::MusicOnHold;
pub use network::{BadNetwork, Network};
pub use number::{Anonymous, Number, NumberHours, Route, Xform};
pub use outside_usage::OutsideUsage;
pub use parking::{ParkSlot, Parking};
pub use person::{Person, PersonHours};
pub use phone_number::{BadPhoneNumber, PhoneNumber};
pub use pin::{BadPin, Pin, PinHash};
pub use pin_set::{NamedPin, PinSet};
pub use problem::{OfficeProblem, OutsideFault, Record};
pub use recording::{Recording, RecordingRule};
pub use ring_for::{BadRingFor, RingFor};
pub use room::{ConferenceRoom, JoinSound};
pub use schedule::{Openness, Schedule, ScheduleDocument};
pub use secret::Secret;
pub use settings::{Admission, LanAccess, OfficeSettings, RegisterExpiry};
pub use sip_user::{BadSipUser, SipUser};
pub use snapshot::{Closed, Dialled, Led, Office, OfficeParts, OutsideParts, WithHours};
pub use sound_name::{BadSoundName, SoundName};
pub use voice_message::{MessageCounts, MessageState, VoiceMessage};
pub use wants::{Wants, WantsState};
