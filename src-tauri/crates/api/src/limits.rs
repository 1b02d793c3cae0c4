//! Every limit of the API, in one place.

use std::time::Duration;

/// Largest request body in bytes.
pub const MAX_BODY: usize = 256 * 1024;

/// Jobs waiting for the store's thread; more wait at the asking side, calls never.
pub const MAX_JOBS: usize = 8_192;

/// Call records waiting to be written; more mean a disk that refuses, and the oldest are lost.
pub const MAX_WAITING_RECORDS: usize = 2_000;

/// Registrations waiting to be written; more mean a disk that refuses. Phones repeat theirs.
pub const MAX_WAITING_BINDINGS: usize = 20_000;

/// How long the store's thread waits before it gives the disk again what it refused.
pub const RETRY_DELAY: Duration = Duration::from_secs(5);

/// How long an asker waits for the store before it is told that the disk does not answer.
pub const ANSWER_LIMIT: Duration = Duration::from_secs(10);

/// Messages kept of a call while it goes on; later ones are counted.
pub const MAX_LIVE_TRACE: usize = 2_000;

/// Calls whose events and messages are kept while they go on; of more, the oldest lose theirs.
pub const MAX_LIVE_CALLS: usize = 4_096;

/// How long a call record waits for the last messages of its call before it is written.
pub const RECORD_DELAY: Duration = Duration::from_millis(300);

/// How long registrations are collected before they are written in one transaction.
pub const BINDING_DELAY: Duration = Duration::from_millis(100);

/// Calls listed when the asker does not say how many.
pub const CALLS_PER_PAGE: usize = 50;

/// Longest text to look for in the call history, in bytes.
pub const MAX_SEARCH_TEXT: usize = 200;
