//! Every bound of this crate, in one place.

use std::time::Duration;

/// How long the mail server may take to take up the connection, and for each of its answers.
pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);

/// After how long a letter is tried for the second time; each time after that it is twice as long.
pub const FIRST_RETRY_MS: i64 = 60_000;

/// The longest time between two tries.
pub const LONGEST_RETRY_MS: i64 = 3_600_000;

/// How long a letter is tried for before it is given up.
pub const GIVE_UP_AFTER_MS: i64 = 3 * 86_400_000;

/// Most letters sent in one round.
pub const LETTERS_PER_ROUND_MAX: usize = 100;

/// Most bytes of all attachments of a letter together: beyond it, most mail servers refuse what
/// base64 makes of it.
pub const ATTACHMENTS_MAX_BYTES: usize = 18 * 1024 * 1024;

/// Most characters kept of what a mail server answered.
pub const ANSWER_MAX_CHARS: usize = 200;
