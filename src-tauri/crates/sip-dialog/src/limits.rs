//! Every limit of the dialog layer, in one place.

use std::time::Duration;

/// Most early dialogs one INVITE of ours may have at once; provisional responses of further forks
/// are not looked at, their 2xx are acknowledged and hung up.
pub const MAX_FORKS: usize = 16;

/// Most requests of the far end that may wait for the owner's answer in one session; a further one
/// is answered 500 with Retry-After.
pub const MAX_OPEN_REQUESTS: usize = 16;

/// Most requests of ours in flight in one session; the owner's further ones are not sent.
pub const MAX_REQUESTS_IN_FLIGHT: usize = 32;

/// Longest Retry-After, in seconds, that an offer of ours waits out by itself.
pub const MAX_RETRY_AFTER: u32 = 10;

/// Most 2xx responses of ours that may wait for their ACK in one session; a further re-INVITE is
/// answered 500 with Retry-After.
pub const MAX_UNACKNOWLEDGED: usize = 4;

/// Most reliable provisional responses that may wait behind the one in flight (RFC 3262 §3 allows
/// one); the newest waiting one is replaced.
pub const MAX_WAITING_PROVISIONALS: usize = 8;

/// Most entries of a route set.
pub const MAX_ROUTES: usize = 32;

/// Most methods remembered from an Allow header.
pub const MAX_ALLOWED_METHODS: usize = 32;

/// How often one request is sent again with credentials, or with a longer session interval, before
/// its refusal counts.
pub const MAX_SECOND_TRIES: u8 = 3;

/// How often an offer of ours that met 491 is tried again before it counts as rejected.
pub const MAX_GLARE_RETRIES: u8 = 6;

/// How long a re-INVITE of ours may stay unanswered before it is cancelled. Long enough for a person
/// to agree to something.
pub const MAX_OFFER_WAIT: Duration = Duration::from_secs(180);

/// How often in a row the question whether the far end is still there may be impossible to deliver.
pub const MAX_UNDELIVERED: u8 = 2;

/// Shortest session interval anybody may ask for, in seconds (RFC 4028 §4).
pub const MIN_SESSION_INTERVAL: u32 = 90;

/// Longest session interval we take part in, in seconds: a day.
pub const MAX_SESSION_INTERVAL: u32 = 86_400;

/// How often an unanswered caller gets its last provisional response again, so that proxies on the
/// way keep waiting (RFC 3261 §13.3.1.1).
pub const PROVISIONAL_EVERY: Duration = Duration::from_secs(60);

/// How long a referrer hears at most how the call it asked for goes.
pub const REFER_EXPIRES: Duration = Duration::from_secs(180);

/// Longest subscription granted or asked for, in seconds.
pub const MAX_SUBSCRIPTION: u32 = 86_400;

/// The pause before a lost subscription is made anew when the notifier names none.
pub const RESUBSCRIBE_AFTER: Duration = Duration::from_secs(30);

/// The shortest such pause, whatever the notifier says: one that ends each subscription at once must
/// not be asked without a break.
pub const RESUBSCRIBE_SOONEST: Duration = Duration::from_secs(1);
