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

/// Most pieces of news of a line that wait to be fetched; the oldest are lost first.
pub const MAX_LINE_NEWS: usize = 64;

/// How long the last good servers of a line are used while the name service does not answer.
pub const KEEP_TARGETS: Duration = Duration::from_secs(48 * 3600);

/// How often the name service is asked where a line's provider is; the host's resolver answers
/// from its memory until the records' own time is over.
pub const LOCATE_EVERY: Duration = Duration::from_secs(60);

/// How soon it is asked again after a failure.
pub const LOCATE_SOONEST: Duration = Duration::from_secs(5);

/// How long a line waits for its first servers before it says that there are none.
pub const LOCATE_WITHIN: Duration = Duration::from_secs(10);

/// How long a server that answered is preferred to those the name service puts before it.
pub const STICK_TO_TARGET: Duration = Duration::from_secs(600);

/// How long a server that did not answer comes last.
pub const FAILED_TARGET_REST: Duration = Duration::from_secs(60);

/// How long a line's server has for its answer to a REGISTER before the next one is tried.
pub const NEXT_TARGET_AFTER: Duration = Duration::from_secs(4);

/// How long a registration is asked to last over UDP, in seconds: renewals keep a NAT open.
pub const EXPIRES_OVER_UDP: u32 = 120;

/// How long a registration is asked to last over connections, in seconds.
pub const EXPIRES_OVER_CONNECTIONS: u32 = 300;

/// Longest registration we ask for or believe in, in seconds.
pub const LONGEST_EXPIRES: u32 = 86_400;

/// A registration is not renewed sooner than this, however short it was granted.
pub const SHORTEST_RENEWAL: Duration = Duration::from_secs(10);

/// The first wait after nobody answered a REGISTER; it doubles each time.
pub const UNANSWERED_RETRY: Duration = Duration::from_secs(4);

/// The longest wait after nobody answered: a line is back within a minute of its provider.
pub const MAX_UNANSWERED_RETRY: Duration = Duration::from_secs(50);

/// The first wait after a server answered a REGISTER with an error of its own; it doubles.
pub const ANSWERED_RETRY: Duration = Duration::from_secs(30);

/// The longest wait after a server answered with an error of its own.
pub const MAX_ANSWERED_RETRY: Duration = Duration::from_secs(1_800);

/// The first wait after a provider refused us; it doubles.
pub const REFUSED_RETRY: Duration = Duration::from_secs(600);

/// The longest wait after a provider refused us, and the only one after a wrong password.
pub const MAX_REFUSED_RETRY: Duration = Duration::from_secs(1_800);

/// Longest Retry-After that is honoured.
pub const MAX_RETRY_AFTER: Duration = Duration::from_secs(3_600);

/// A flow that closes sooner than this after we registered over it is not replaced before.
pub const FLOW_REST: Duration = Duration::from_secs(30);

/// Most REGISTERs of one line within a minute, whatever happens: a whole round over four servers
/// that challenge takes eight.
pub const MAX_REGISTERS_A_MINUTE: usize = 20;

/// How long the answer to our goodbye is awaited.
pub const UNREGISTER_WITHIN: Duration = Duration::from_secs(2);

/// Most Service-Route values kept of a registration.
pub const MAX_SERVICE_ROUTES: usize = 8;

/// Most challenges of one request that a line answers.
pub const ANSWERS_PER_REQUEST: u8 = 2;

/// Most challenges that a line answers in one call.
pub const ANSWERS_PER_CALL: u8 = 64;

/// Most realms a line learns from its provider: the registrar's and its proxy's.
pub const MAX_REALMS: usize = 2;

/// How long a line's server has for its answer to OPTIONS.
pub const PROBE_PATIENCE: Duration = Duration::from_secs(5);

/// The time between two OPTIONS unless configured otherwise; up to a tenth less by chance.
pub const PROBE_EVERY: Duration = Duration::from_secs(28);

/// The shortest time between two OPTIONS, whatever is configured.
pub const PROBE_SOONEST: Duration = Duration::from_secs(5);

/// The longest time between two OPTIONS to a provider that does not answer.
pub const PROBE_DOWN_EVERY: Duration = Duration::from_secs(45);

/// So many OPTIONS in a row without an answer mean that the provider is gone.
pub const PROBE_MISSES: u8 = 2;

/// How long an INVITE on a line may stay without any answer before the next line is tried.
pub const NO_TRYING: Duration = Duration::from_secs(2);

/// So many calls in a row that fail within [`BREAKER_WINDOW`] open a line's breaker.
pub const BREAKER_FAILURES: u8 = 2;

/// Failures further apart than this are not one.
pub const BREAKER_WINDOW: Duration = Duration::from_secs(300);

/// How long a line rests at first when its breaker has opened; it doubles with each failed trial.
pub const BREAKER_REST: Duration = Duration::from_secs(15);

/// How long a line rests at most.
pub const MAX_BREAKER_REST: Duration = Duration::from_secs(45);

/// Longest that a line rests because it asked for it (`Retry-After` of a 503).
pub const MAX_ASKED_REST: Duration = Duration::from_secs(600);

/// How long one trial call keeps others from trying as well.
pub const BREAKER_TRIAL: Duration = Duration::from_secs(10);
