//! What is wrong with lines, numbers and the rules of calling out, in sentences.

use crate::limits::{
    AREA_CODE_MAX_DIGITS, CALLER_NAME_PREFIX_MAX_CHARS, CODECS_PER_LINE_MAX, LINE_CHANNELS_MAX,
    LINE_PREFIX_MAX_CHARS, LINE_TEXT_MAX_CHARS, OUTSIDE_PREFIX_MAX_DIGITS, PEER_PREFIX_MAX_DIGITS,
    PROBE_MAX_SECONDS, PROBE_MIN_SECONDS, RATE_MAX_SECONDS, REGISTER_EXPIRY_MAX_SECONDS,
    REGISTER_EXPIRY_MIN_SECONDS, ROUTE_VARIABLE_MAX_CHARS, ROUTE_VARIABLES_MAX,
    SESSION_EXPIRES_MAX_SECONDS, SESSION_EXPIRES_MIN_SECONDS,
};
use crate::{Domain, ExtensionNumber, Network, PhoneNumber};

/// What is wrong with one field of a line, a number, or how the office calls out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OutsideFault {
    /// Port 0 is none.
    #[error("port 0 is none, so no call would get there; use another, or none for the usual one")]
    Port,
    /// A name for the provider that would not survive a SIP header.
    #[error(
        "this may have up to {LINE_TEXT_MAX_CHARS} signs and neither quotes nor line breaks, or the provider could not read it"
    )]
    Text,
    /// Nothing to log in with.
    #[error(
        "a line that registers needs a user name, or the provider turns every call away; enter it, or switch the line off"
    )]
    UserMissing,
    /// Nothing to log in with.
    #[error(
        "without its password nobody can log in here, so no call would come or go; enter it, or switch this off"
    )]
    PasswordMissing,
    /// It carries no calls, or more than an office has.
    #[error("this carries 1 to {LINE_CHANNELS_MAX} calls at a time")]
    Channels,
    /// A registration asked to last too short or too long.
    #[error(
        "a registration lasts {REGISTER_EXPIRY_MIN_SECONDS} to {REGISTER_EXPIRY_MAX_SECONDS} seconds"
    )]
    RegisterExpiry,
    /// A session interval out of range.
    #[error(
        "a session interval is {SESSION_EXPIRES_MIN_SECONDS} to {SESSION_EXPIRES_MAX_SECONDS} seconds"
    )]
    SessionExpires,
    /// Asked too often, or too rarely to notice.
    #[error(
        "a line is asked every {PROBE_MIN_SECONDS} to {PROBE_MAX_SECONDS} seconds whether it is there, or never"
    )]
    Probe,
    /// A prefix that cannot stand before a number.
    #[error(
        "what is put before numbers has up to {LINE_PREFIX_MAX_CHARS} digits, * or #, or the provider would reach someone else"
    )]
    LinePrefix,
    /// Codecs that cannot be.
    #[error("a line offers up to {CODECS_PER_LINE_MAX} codecs, each by its name, such as PCMA")]
    Codecs,
    /// A network nobody is outside of.
    #[error(
        "{0} is half the world, so strangers could pass for this; enter the provider's own addresses"
    )]
    WideNetwork(Network),
    /// Nobody could ever be that peer.
    #[error(
        "nobody could prove to be this, nor could it be called; enter where it is, its addresses, or a user name"
    )]
    NobodyCanBeIt,
    /// Numbers lead to a peer that cannot be called.
    #[error("numbers lead here, but nobody knows where it is, so no call would get there")]
    PlaceMissing,
    /// A prefix that is none.
    #[error("numbers inside begin with 1 to {PEER_PREFIX_MAX_DIGITS} digits, * or #")]
    PeerPrefix,
    /// An extension and a peer want the same calls.
    #[error(
        "extension {extension} begins with {prefix} as the numbers of this do, so who dials it could reach either; choose another prefix"
    )]
    PrefixOfExtension {
        /// The prefix.
        prefix: String,
        /// The extension.
        extension: ExtensionNumber,
    },
    /// A peer wants the calls that go outside.
    #[error(
        "numbers that begin with {0} go outside, so who dials one could reach either; choose another prefix"
    )]
    PrefixOfOutside(String),
    /// Two peers want the same calls.
    #[error(
        "the numbers of {other} begin with {prefix} too, so who dials one could reach either; choose another prefix"
    )]
    PrefixOfPeer {
        /// The prefix.
        prefix: String,
        /// What the other peer is called.
        other: String,
    },
    /// A line that does not exist.
    #[error("the line chosen here does not exist, so no call would take it; choose another")]
    LineMissing,
    /// A person who does not exist.
    #[error("a person chosen here does not exist; choose another")]
    PersonMissing,
    /// Another telephone system that does not exist.
    #[error("another system chosen here does not exist; choose another")]
    PeerMissing,
    /// A schedule that does not exist.
    #[error(
        "the opening hours chosen here do not exist, so nobody knows when they hold; choose others"
    )]
    ScheduleMissing,
    /// A list of callers that does not exist.
    #[error("the list of callers chosen here does not exist, so it knows nobody; choose another")]
    CallerListMissing,
    /// A destination that does not exist.
    #[error(
        "callers are sent to something that does not exist, so they would reach nobody; choose another"
    )]
    TargetMissing,
    /// A call that would leave the office to come back.
    #[error(
        "{0} is the office's own number, so the call would go out and come in again, and reach nobody; choose where that number leads"
    )]
    ForwardHome(PhoneNumber),
    /// What is closed leads to what leads back to it.
    #[error(
        "callers are sent to something that may send them back here when it is closed, so they would reach nobody; choose a mailbox, or someone who takes calls then"
    )]
    ClosedCircle,
    /// Before a caller's name is too much, or nothing.
    #[error(
        "before a caller's name fit 1 to {CALLER_NAME_PREFIX_MAX_CHARS} visible characters, or displays would not show who calls"
    )]
    NamePrefix,
    /// Variables a flow could not read.
    #[error(
        "up to {ROUTE_VARIABLES_MAX} variables are set on the way, named by letters, digits and _, each with up to {ROUTE_VARIABLE_MAX_CHARS} visible characters"
    )]
    Variables,
    /// A rule for no calls.
    #[error("this rule is for no calls, so it never counts; choose which")]
    RuleForNothing,
    /// A rule for nobody.
    #[error("this rule is for nobody, so it never counts; choose whose calls")]
    RuleForNobody,
    /// A rule that lets no call out.
    #[error(
        "this rule names no line, so its calls could not go out; choose one, or remove the rule"
    )]
    RuleWithoutLine,
    /// The beginning of no number.
    #[error(
        "{0:?} is the beginning of no number; write it with + and the country code, such as +4930"
    )]
    NumberPrefix(String),
    /// What is dialled before numbers outside is none.
    #[error(
        "before numbers outside 1 to {OUTSIDE_PREFIX_MAX_DIGITS} digits are dialled, or none at all"
    )]
    OutsidePrefix,
    /// An area code that is none.
    #[error(
        "an area code has 1 to {AREA_CODE_MAX_DIGITS} digits, without what is dialled before it at home, such as 30 for Berlin"
    )]
    AreaCode,
    /// A limit that lets nobody call, or that is none.
    #[error(
        "a limit counts at least one call, in 1 to {RATE_MAX_SECONDS} seconds, or nobody could call"
    )]
    Rate,
    /// Emergency calls first take a line that may not carry them.
    #[error(
        "this line is not for emergency calls, so they would lose time finding another; allow them on it, or choose another"
    )]
    NoEmergencyLine,
    /// Networks of a domain the office does not have.
    #[error(
        "{0} is none of the office's domains, so nobody calls there; add it to them, or remove it here"
    )]
    NotOurDomain(Domain),
    /// Something stands in a list twice.
    #[error("{0} is listed twice, so nobody knows which counts; remove one")]
    Twice(String),
}
