//! Every limit of the host, in one place.

use std::time::Duration;

/// Messages of one importance waiting for the signalling thread; more are dropped (datagrams) or
/// wait in the far end's buffers (streams).
pub const MAX_WAITING: usize = 8_192;

/// Bytes of the messages of one importance waiting for the signalling thread.
pub const MAX_WAITING_BYTES: usize = 8 * 1024 * 1024;

/// Addresses of registered phones whose messages go before those of strangers.
pub const MAX_KNOWN_ADDRESSES: usize = 16_384;

/// Datagrams read or sent by one system call.
pub const DATAGRAM_BATCH: usize = 32;

/// Batches read from one socket per round. More is read than handled: only what has been read can
/// be put in the order of importance.
pub const BATCHES_PER_ROUND: usize = 8;

/// Inputs handled before the sockets are looked at again.
pub const INPUTS_PER_ROUND: usize = 64;

/// Largest datagram read; UDP over IPv4 and IPv6 cannot carry more.
pub const MAX_DATAGRAM: usize = 65_535;

/// Orders waiting for the media thread.
pub const MAX_MEDIA_COMMANDS: usize = 16_384;

/// Kernel buffer asked for on the SIP sockets, so that 500 phones may speak at once.
pub const SIP_SOCKET_BUFFER: usize = 4 * 1024 * 1024;

/// Kernel buffer asked for on each media socket.
pub const MEDIA_SOCKET_BUFFER: usize = 128 * 1024;

/// Longest sleep of a loop, so that a lost wake-up heals by itself.
pub const MAX_SLEEP: Duration = Duration::from_secs(5);

/// How often the machine's addresses are looked at (promise R8: noticed within 5 s).
pub const LOOK_AT_ADDRESSES: Duration = Duration::from_secs(2);

/// The wall clock was set when it moved this much against the monotonic one.
pub const WALL_CLOCK_JUMP: Duration = Duration::from_secs(1);

/// How long calls may take to end politely when the engine stops.
pub const STOP_WITHIN: Duration = Duration::from_secs(5);

/// How long connections may take to send what was said last when the engine stops.
pub const FLUSH_WITHIN: Duration = Duration::from_secs(1);

/// Stream connections at once, over all peers; fewer where the system allows few open files.
pub const MAX_STREAMS: usize = sip_transport::limits::MAX_CONNECTIONS;

/// Stream connections from one IPv4 address or one IPv6 network (/64).
pub const MAX_STREAMS_PER_PEER: usize = 1_024;

/// Those of them that have not yet brought a SIP message; one more ends the oldest of them, so
/// that idle sockets never keep a phone at the same address out (promise R16).
pub const MAX_SILENT_PER_PEER: usize = 256;

/// How long the TLS and WebSocket handshakes may take together.
pub const HANDSHAKE_WITHIN: Duration = Duration::from_secs(10);

/// How long an accepted connection may take to bring its first message.
pub const FIRST_MESSAGE_WITHIN: Duration = Duration::from_secs(30);

/// How long a message that has begun may take to arrive whole (promise R16).
pub const MESSAGE_WITHIN: Duration = Duration::from_secs(10);

/// How long the far end may refuse to take what we send before its connection is dropped.
pub const WRITE_WITHIN: Duration = Duration::from_secs(10);

/// Messages queued for one connection; one more drops the connection.
pub const MAX_QUEUED: usize = 1_024;

/// Bytes queued for one connection; more drop the connection.
pub const MAX_QUEUED_BYTES: usize = 1024 * 1024;

/// Bytes read from a connection at a time.
pub const STREAM_READ: usize = 4 * 1024;

/// How long a connection waits before it tries again to hand a message to a full inbox.
pub const INBOX_PAUSE: Duration = Duration::from_millis(20);

/// First pause after a connection could not be accepted (out of file descriptors); doubles up to
/// [`MAX_ACCEPT_PAUSE`].
pub const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Longest pause between two attempts to accept a connection.
pub const MAX_ACCEPT_PAUSE: Duration = Duration::from_secs(1);

/// Silence of a connection after which the system asks whether the far end is still there.
pub const KEEP_ALIVE_AFTER: Duration = Duration::from_secs(30);

/// Time between two such questions; after [`KEEP_ALIVE_PROBES`] of them the connection is dead,
/// which makes 90 s in all.
pub const KEEP_ALIVE_EVERY: Duration = Duration::from_secs(15);

/// Questions without an answer until a connection counts as dead.
pub const KEEP_ALIVE_PROBES: u32 = 4;

/// Questions to the name service under way at once; more fail at once.
pub const MAX_QUESTIONS: usize = 256;

/// How long one name server may take, and how long the whole question.
pub const NAME_SERVER_WITHIN: Duration = Duration::from_secs(2);

/// How long a question to the name service may take in all.
pub const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// When an older answer is at hand, how long a fresh one is waited for (RFC 8767 §5).
pub const FRESH_ANSWER_WITHIN: Duration = Duration::from_millis(500);

/// How long the last good answer is used while the name service is dead (promise R11).
pub const KEEP_ANSWERS: Duration = Duration::from_secs(48 * 3600);

/// Answers kept for that; the oldest is forgotten first.
pub const MAX_KEPT_ANSWERS: usize = 1_024;

/// Records of one answer that are looked at.
pub const MAX_RECORDS: usize = 32;

/// Sounds wanted and not yet found, of phrases and of all others.
pub const MAX_SOUNDS_WANTED: usize = 1_024;

/// Bytes of decoded sounds that are kept though nobody hears them: 13 minutes.
pub const MAX_SOUNDS_CACHED: usize = 24 * 1024 * 1024;

/// Characters of a sound's name.
pub const MAX_SOUND_NAME: usize = 200;

/// Recordings that run at once, messages being left among them.
pub const MAX_RECORDINGS: usize = 200;

/// Orders waiting for the thread that writes recordings.
pub const MAX_RECORDER_ORDERS: usize = 1_024;

/// How much sound of a recording may wait for a slow disk. More becomes silence of the same length.
pub const RECORDING_WAITS: Duration = Duration::from_secs(4);

/// How often the sound that waits is encoded while recordings run.
pub const RECORD_EVERY: Duration = Duration::from_millis(100);

/// How often running recordings are made safe against a power cut. With the time until sound is
/// encoded, less than the last second is lost.
pub const SYNC_RECORDINGS_EVERY: Duration = Duration::from_millis(800);

/// With less free space no recording begins, on disks of any size.
pub const RECORDINGS_NEED: u64 = 2 * 1024 * 1024 * 1024;

/// So much free space is enough for recordings, however large the disk is. In between a tenth of
/// the disk must be free.
pub const RECORDINGS_NEED_AT_MOST: u64 = 20 * 1024 * 1024 * 1024;

/// With less free space callers cannot leave messages either. What is left is for the database.
pub const MESSAGES_NEED: u64 = 200 * 1024 * 1024;

/// Recordings of a crash that are recovered at one start.
pub const MAX_RECOVERED: usize = 10_000;

/// Folders within folders that are searched for them.
pub const MAX_SOUND_FOLDERS: usize = 8;

/// Addresses remembered of an office's providers, besides those it is configured with; the oldest go
/// first. Only where several offices share their sockets does it matter.
pub const MAX_LEARNT_SOURCES: usize = 64;
