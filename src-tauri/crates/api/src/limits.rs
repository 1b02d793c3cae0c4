//! Every limit of the API, in one place.

use std::time::Duration;

/// Largest request body in bytes.
pub const MAX_BODY: usize = 256 * 1024;

/// Calls between two offices of one engine at a time.
pub const CALLS_BETWEEN_OFFICES: u16 = 30;

/// Random bytes of the password that two offices of one engine call each other with.
pub const OFFICE_LOGIN_BYTES: usize = 24;

/// Jobs waiting for the store's thread; more wait at the asking side, calls never.
pub const MAX_JOBS: usize = 8_192;

/// Call records waiting to be written; more mean a disk that refuses, and the oldest are lost.
pub const MAX_WAITING_RECORDS: usize = 10_000;

/// Of the call records waiting, how many keep their SIP messages, which are most of them: the newest.
pub const MAX_WAITING_TRACES: usize = 1_000;

/// Call records written in one transaction.
pub const RECORDS_AT_ONCE: usize = 200;

/// Messages and recordings of which the disk refuses to take note so far; of more, the oldest are
/// found again at the next start.
pub const MAX_WAITING_FILES: usize = 2_000;

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

/// How long a one-time ticket to sign in is good.
pub const TICKET_LIFE: Duration = Duration::from_secs(60);

/// Tickets out at a time; of more, the oldest are worth nothing.
pub const MAX_TICKETS: usize = 64;

/// How long the cookie's pass spares the store a question.
pub const PASS_LIFE: Duration = Duration::from_secs(15 * 60);

/// How long a session on this computer lasts without being used.
pub const IDLE_HERE: Duration = Duration::from_secs(30 * 86_400);

/// How long a session over the network lasts without being used.
pub const IDLE_REMOTE: Duration = Duration::from_secs(12 * 3_600);

/// Wrong passwords in a row that cost no waiting.
pub const FREE_TRIES: u32 = 5;

/// Longest wait between two tries of one address.
pub const MAX_WAIT_OF_ADDRESS: Duration = Duration::from_secs(15 * 60);

/// Longest wait between two tries for one login. Short, for whoever guesses must not keep the
/// login's owner out.
pub const MAX_WAIT_OF_LOGIN: Duration = Duration::from_secs(30);

/// After how long without a try the wrong ones are forgotten.
pub const GUESSES_FORGOTTEN: Duration = Duration::from_secs(3_600);

/// Addresses, and logins, whose wrong tries are remembered.
pub const MAX_GUESSERS: usize = 4_096;

/// Passwords checked at the same time: each takes 19 MB and a core for a while.
pub const MAX_PASSWORD_CHECKS: usize = 2;

/// Passwords waiting to be checked; more are sent away.
pub const MAX_WAITING_PASSWORDS: usize = 32;

/// Connections over the network at a time.
pub const MAX_LAN_CONNECTIONS: usize = 512;

/// Connections over the network of one address at a time.
pub const MAX_LAN_CONNECTIONS_OF_ADDRESS: usize = 64;

/// How long a connection over the network may take to agree on TLS, and to send a request's head.
pub const LAN_PATIENCE: Duration = Duration::from_secs(10);

/// How long requests under way may take when access over the network is turned off.
pub const LAN_GOODBYE: Duration = Duration::from_secs(2);

/// How often the machine's addresses are looked at, for certificate and links.
pub const LOOK_AT_ADDRESSES: Duration = Duration::from_secs(30);

/// How long before it lapses the certificate shown over the network is made anew.
pub const CERTIFICATE_LIFE: Duration = Duration::from_secs(30 * 86_400);

/// How long changes are collected for windows that were told something a moment ago.
pub const FEED_PAUSE: Duration = Duration::from_millis(50);

/// Messages of the feed that are kept for windows that come back.
pub const FEED_KEPT: usize = 512;

/// Messages of the feed waiting for one window; one more, and it is cut off.
pub const FEED_QUEUE: usize = 256;

/// Windows that may follow the feed at once.
pub const MAX_WINDOWS: usize = 64;

/// How often a window is asked whether it is still there.
pub const FEED_PING: Duration = Duration::from_secs(20);

/// A window that says nothing for so long, not even to a ping, is gone.
pub const FEED_SILENCE: Duration = Duration::from_secs(50);

/// How long a window may refuse to take what it is sent.
pub const FEED_WRITE: Duration = Duration::from_secs(10);

/// Longest wait for something that changes at a time of the wall clock, which may be set.
pub const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Refused logins shown, one for each user name and address; of more, the oldest goes.
pub const MAX_REFUSED_LOGINS: usize = 50;

/// Steps of flows shown that could not do what they should; of more, the one that has gone longest
/// without it goes.
pub const MAX_FLOW_FAULTS: usize = 50;

/// Notices of flows that are shown; of more, the oldest goes.
pub const MAX_FLOW_NOTICES: usize = 20;

/// How long a phone may be gone without having signed off before somebody should look at it.
pub const PHONE_LOST_AFTER: Duration = Duration::from_secs(60);

/// People that may be added at once.
pub const MAX_PEOPLE_AT_ONCE: usize = 500;

/// Most ways out of the office that are listed.
pub const MAX_WAYS_OUT: usize = 1_000;

/// Lines of the audit log given when the asker does not say how many.
pub const AUDIT_PER_PAGE: usize = 50;

/// Largest backup file taken, in bytes: that of the largest office and what sealing adds.
pub const MAX_BACKUP_FILE: usize = store::limits::BACKUP_MAX_BYTES + 64 * 1024;

/// Inspected backup files that wait to be restored, in memory; of more, the oldest are forgotten.
pub const MAX_OFFERED_COPIES: usize = 1;

/// Backup files encrypted or decrypted at the same time: one may ask for 256 MB of memory.
pub const MAX_BACKUPS_AT_ONCE: usize = 1;

/// How long an inspected backup file may be restored.
pub const OFFERED_COPY_LIFE: Duration = Duration::from_secs(600);

/// Orders to the switch whose answer is waited for at once; more are sent away.
pub const MAX_ORDERS: usize = 256;

/// How long the switch may take to answer an order.
pub const COMMAND_WITHIN: Duration = Duration::from_secs(5);

/// Longest number that may be asked to be called, in bytes.
pub const MAX_NUMBER: usize = 128;

/// What the switch is told when the store takes nothing more.
pub const CLERK_FAILED: &str = "the disk does not keep up";

/// Sound files that may arrive at the same time; more are sent away.
pub const MAX_UPLOADS: usize = 8;

/// How long a sound file that arrives may pause.
pub const UPLOAD_PATIENCE: Duration = Duration::from_secs(20);

/// How long a sound file may take to arrive.
pub const UPLOAD_WITHIN: Duration = Duration::from_secs(600);

/// Sounds read, spoken or made at the same time: each may take 60 MB and a core for some seconds.
pub const MAX_SOUND_WORKS: usize = 2;

/// Texts that are spoken, or wait for that, for people who try a flow; more are sent away.
pub const MAX_ALOUD: usize = 8;

/// Texts spoken for people who try a flow within a minute, those aside that are kept from before.
pub const ALOUD_PER_MINUTE: usize = 60;

/// Bytes of what was spoken for them that are kept: about eight minutes.
pub const ALOUD_KEPT_BYTES: usize = 16 * 1024 * 1024;

/// How long a list waits for the outlines of sounds nobody has looked at before; those that are not
/// ready are in the next one.
pub const OUTLINE_PATIENCE: Duration = Duration::from_secs(1);

/// Bars of a sound's outline.
pub const OUTLINE_BARS: usize = 120;

/// Bytes of sound that are decoded in one go while they are sent.
pub const SOUND_PIECE: usize = 64 * 1024;

/// Shortest part that a sound may be cut to.
pub const SHORTEST_CUT: Duration = Duration::from_millis(100);

/// Recordings listed when the asker does not say how many.
pub const RECORDINGS_PER_PAGE: usize = 50;

/// PINs of mailboxes and rooms that wait to be checked; more are not, and asked for again.
pub const MAX_WAITING_PINS: usize = 64;

/// Messages of a mailbox in one page.
pub const MESSAGES_PER_PAGE: usize = 50;

/// Letters of the mail queue listed.
pub const LETTERS_LISTED: usize = 200;

/// Longest time a program on the web is waited for.
pub const MAX_WEB_WAIT: Duration = Duration::from_secs(10);

/// Largest answer of a program on the web, in bytes.
pub const MAX_WEB_REPLY: usize = 64 * 1024;

/// Largest body sent to a program on the web, in bytes.
pub const MAX_WEB_REQUEST: usize = 64 * 1024;

/// How often an answer may lead on to another of the same host.
pub const MAX_WEB_REDIRECTS: usize = 3;

/// Most days a schedule is looked ahead.
pub const MAX_PREVIEW_DAYS: u16 = office::limits::SCHEDULE_HORIZON_DAYS;

/// Longest time for which a schedule or mode may be set by hand.
pub const MAX_OVERRIDE: Duration = Duration::from_secs(400 * 86_400);

/// Largest calendar file taken, in bytes.
pub const MAX_CALENDAR_FILE: usize = 1024 * 1024;

/// Largest request with a flow's document in it, in bytes.
pub const MAX_FLOW_BODY: usize = 8 * 1024 * 1024;

/// Largest request with a list of callers in it, in bytes.
pub const MAX_CALLERS_BODY: usize = 8 * 1024 * 1024;

/// Longest message about a published version, in characters.
pub const MAX_PUBLISH_MESSAGE: usize = 500;

/// Longest name of a step of editing, in characters.
pub const MAX_STEP_NAME: usize = 200;

/// Programs on the web that are asked at the same time; more are not.
pub const MAX_WEB_ASKED: usize = 32;

/// Texts of calls that wait to be spoken; more are not.
pub const MAX_WAITING_SPEECHES: usize = 32;

/// Longest secret that a flow shows a program on the web, in bytes.
pub const MAX_WEB_KEY: usize = 4_096;

/// What is kept of each line of what happened to it.
pub const MAX_LINE_LOG: usize = 200;

/// How many of the last calls of a line, in and out each, its test looks at.
pub const MAX_CALLS_LOOKED_AT: usize = 10;

/// How long the test of a line waits for what the line says.
pub const LINE_TEST_WITHIN: Duration = Duration::from_secs(10);

/// Emergency calls shown until somebody has said that they have seen them; of more, the oldest are
/// not shown any more.
pub const MAX_EMERGENCIES: usize = 50;

/// For how long before the engine's start emergency calls are shown that nobody has seen to.
pub const EMERGENCIES_SHOWN_FOR: Duration = Duration::from_secs(92 * 24 * 3_600);

/// Largest list of numbers to be added at once, in bytes.
pub const MAX_NUMBERS_BODY: usize = 2 * 1024 * 1024;

/// Numbers that were called though nobody set them up, shown among what needs attention. The store
/// keeps more.
pub const MAX_UNKNOWN_NUMBERS: usize = 50;

/// The last moment one may ask about: the end of 2099 (UTC), in milliseconds since 1970.
pub const LAST_MOMENT: i64 = 4_102_444_799_999;
