//! Every limit of the server roles, in one place.

use std::time::Duration;

/// Most nonces whose use is remembered, to refuse a replayed answer. Only an answer that proved a
/// password gets a place; when there is no room the oldest half is forgotten, and nonces of that
/// age then count as stale.
pub const MAX_NONCES_IN_USE: usize = 16_384;

/// How many nonce counts below the highest one are told apart (RFC 7616 §3.4 lets requests of one
/// nonce overtake each other).
pub const NONCE_COUNT_WINDOW: u32 = 64;

/// Longest user name a credential may carry, in bytes.
pub const MAX_USERNAME: usize = 128;

/// Wrong answers an account may get from one proven source within [`GUESS_WINDOW`].
pub const GUESSES_PER_ACCOUNT: u32 = 10;

/// Wrong answers over all accounts from one proven source within [`GUESS_WINDOW`].
pub const GUESSES_PER_SOURCE: u32 = 50;

/// The time over which guesses are counted, and the first pause after too many.
pub const GUESS_WINDOW: Duration = Duration::from_secs(600);

/// How often the pause after too many guesses doubles at most (10 minutes to about a week).
pub const MAX_GUESS_DOUBLINGS: u32 = 10;

/// Most (account, source) pairs and most sources whose guesses are remembered.
pub const MAX_GUESSERS: usize = 8_192;

/// Most addresses of devices that have proved who they are that are remembered.
pub const MAX_KNOWN_DEVICES: usize = 16_384;

/// Most strangers (addresses nobody has proved anything from) that are told apart.
pub const MAX_STRANGERS: usize = 8_192;

/// Messages a stranger may send per second, after [`STRANGER_BURST`].
pub const STRANGER_RATE: u32 = 20;

/// Messages a stranger may send at once.
pub const STRANGER_BURST: u32 = 60;

/// Messages all strangers together may send per second, after [`STRANGERS_BURST`]: forged source
/// addresses cost nothing, so one source's share is no bound.
pub const STRANGERS_RATE: u32 = 500;

/// Messages all strangers together may send at once: 500 phones coming back after a power cut.
pub const STRANGERS_BURST: u32 = 2_000;

/// Messages a known device may send per second, after [`KNOWN_BURST`].
pub const KNOWN_RATE: u32 = 200;

/// Messages a known device may send at once.
pub const KNOWN_BURST: u32 = 1_000;

/// How long a scanner that got its one answer is left in silence after its last message.
pub const SCANNER_SILENCE: Duration = Duration::from_secs(600);

/// Most networks on the list of those that are never limited.
pub const MAX_EXEMPT_NETWORKS: usize = 1_024;

/// Most bindings the location service holds over all addresses-of-record.
pub const MAX_BINDINGS: usize = 50_000;

/// Most contacts of one address-of-record unless configured lower or higher.
pub const DEFAULT_MAX_CONTACTS: usize = 5;

/// Most Contact values read from one REGISTER.
pub const MAX_CONTACTS_PER_REGISTER: usize = 16;

/// Most Path values kept with a binding.
pub const MAX_PATH: usize = 8;

/// Longest Contact, instance or Path value kept with a binding, in bytes.
pub const MAX_BINDING_TEXT: usize = 1_024;

/// Most temporary GRUUs one device instance keeps valid at a time; the oldest lapse first.
pub const MAX_TEMPORARY_GRUUS: usize = 8;

/// Most requests the proxy has under way; more are answered 503.
pub const MAX_PROXIED: usize = 20_000;

/// Most targets of one request, those that redirects add included.
pub const MAX_TARGETS: usize = 64;

/// The share of parallel branches a request gets that asks for none (RFC 5393 §5.3.1).
pub const DEFAULT_MAX_BREADTH: u32 = 60;

/// How long the proxy lets a call ring after the last sign of life (RFC 3261 §16.6 step 11, Timer
/// C: more than three minutes).
pub const DEFAULT_TIMER_C: Duration = Duration::from_secs(185);

/// How long further 2xx of an answered INVITE are still passed on (RFC 6026: 64*T1).
pub const LINGER_AFTER_ANSWER: Duration = Duration::from_secs(32);
