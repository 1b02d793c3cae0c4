//! Every bound of this crate, in one place.

use std::time::Duration;

/// Most nodes of a flow; a document with more is not compiled.
pub const MAX_NODES: usize = 1_000;

/// Most edges of a flow.
pub const MAX_EDGES: usize = 8_000;

/// Most variables a flow may declare.
pub const MAX_VARIABLES: usize = 100;

/// Most languages a flow speaks.
pub const MAX_LANGUAGES: usize = 10;

/// Most findings a check gives; what follows would not be read.
pub const MAX_FINDINGS: usize = 500;

/// Most nodes a caller passes in one call, where the flow sets nothing else.
pub const MAX_STEPS: u32 = 500;

/// What a flow may set instead of [`MAX_STEPS`].
pub const STEPS_RANGE: (u32, u32) = (10, 2_000);

/// How often a caller may come to one node without having acted in between.
pub const MAX_VISITS: u8 = 20;

/// How deep flows may run each other.
pub const MAX_DEPTH: usize = 5;

/// Most keys that are kept for the next question.
pub const MAX_KEYS_KEPT: usize = 32;

/// Wrong PINs within [`PIN_LOCKED_FOR`] after which nobody may try any more: of a caller at a set of
/// PINs, of anybody at a mailbox or a room.
pub const PIN_TRIES: usize = 10;

/// For how long.
pub const PIN_LOCKED_FOR: Duration = Duration::from_secs(3_600);

/// Silence that ends the recording of a clip: who has said their name waits for what comes next.
pub const CLIP_ENDS_AFTER_SILENCE: Duration = Duration::from_secs(3);

/// Most digits of one entry.
pub const MAX_DIGITS: usize = 32;

/// Most characters a variable, a filled-in template or a reply's value holds.
pub const MAX_VALUE_CHARS: usize = 1_000;

/// Most characters of a text to be spoken.
pub const MAX_SPOKEN_CHARS: usize = 2_000;

/// How deep an expression may be nested.
pub const MAX_EXPR_DEPTH: usize = 32;

/// Most characters of a pattern.
pub const MAX_PATTERN_CHARS: usize = 200;

/// Most memory a compiled pattern may take, in bytes.
pub const MAX_PATTERN_BYTES: usize = 64 * 1024;

/// Most telephones rung when a flow has failed and everybody is called.
pub const MAX_RUNG_AT_LAST: usize = 40;

/// How long an agent who did not answer is left alone.
pub const AGENT_RESTS: Duration = Duration::from_secs(10);

/// Ringing that is over sooner was no answer of a person.
pub const RINGS_AT_LEAST: Duration = Duration::from_secs(1);

/// How long a talk with somebody from a queue takes, as long as nobody knows.
pub const USUAL_TALK: Duration = Duration::from_secs(180);

/// How long agents are rung, one after the other, for a caller who has not been answered: telephone
/// companies give up after three minutes.
pub const QUEUE_RINGS_UNANSWERED: Duration = Duration::from_secs(60);

/// How often it is looked whether any agent can be called while a caller waits.
pub const QUEUE_LOOKS_EVERY: Duration = Duration::from_secs(15);

/// How long none can be called until callers are let go: as long as a telephone takes to start anew.
pub const QUEUE_EMPTY_FOR: Duration = Duration::from_secs(30);

/// Most names read out by the company directory.
pub const MAX_NAMES_READ: usize = 8;

/// Most days a schedule is looked ahead for an outcome that never occurs.
pub const LOOK_AHEAD_DAYS: i64 = 400;

/// Most bytes of a reply a request node reads.
pub const MAX_REPLY_BYTES: usize = 64 * 1024;

/// Most things a caller does in one rehearsal.
pub const MAX_REHEARSED_ACTS: usize = 500;

/// Among how many lots one is looked for that comes out as a call did that was walked.
pub const TRIED_DICE: u64 = 32;

/// Most events of one rehearsal.
pub const MAX_REHEARSED_EVENTS: usize = 5_000;

/// The longest rehearsal, in milliseconds of its clock.
pub const MAX_REHEARSED_MS: u64 = 4 * 3_600_000;

/// Most places a proof looks at, of all hours together.
pub const MAX_PROVED_PLACES: usize = 60_000;

/// Most courses of hours a proof looks at: what holds when a caller comes in, and what changes while
/// they are there.
pub const MAX_COURSES_OF_HOURS: usize = 256;

/// How long a caller is in a flow at most, as a proof sees it, in milliseconds.
pub const MAX_PROVED_STAY_MS: i64 = 4 * 3_600_000;

/// Most changes of hours during one call that a proof looks at.
pub const MAX_CHANGES_IN_A_CALL: usize = 8;

/// Most ways of one kind that a proof tells.
pub const MAX_WAYS_TOLD: usize = 20;

/// Most changes a comparison tells.
pub const MAX_CHANGES: usize = 500;

/// Most characters of a text that is quoted in a sentence.
pub const MAX_SHOWN_CHARS: usize = 200;
