//! Every limit of this crate.

use std::time::Duration;

/// Relays open at once. Ten times the largest office Cordboard is built for.
pub const MAX_RELAYS: usize = 5_000;

/// Events waiting for the host to carry them away. An event that finds no room is told at the next
/// chance.
pub const MAX_EVENTS_WAITING: usize = 4_096;

/// Consecutive packets with one SSRC and rising sequence numbers before a source on another port is
/// believed.
pub const LEARNING_PACKETS: u8 = 3;

/// Those packets must come within this time of the first.
pub const LEARNING_WINDOW: Duration = Duration::from_millis(500);

/// Sequence numbers a source may skip between two packets while it is being learned.
pub const LEARNING_GAP: u16 = 10;

/// Sources that may be on probation at once for one party; a flood from many ports displaces only
/// the one with the fewest packets.
pub const LEARNING_CANDIDATES: usize = 4;

/// A source silent for this long may be replaced by another port of the same host.
pub const SOURCE_SILENT: Duration = Duration::from_secs(2);

/// The same for RTCP, which is sent every five seconds or so (RFC 3550 §6.2).
pub const RTCP_SOURCE_SILENT: Duration = Duration::from_secs(15);

/// An expected party not heard for this long is reported as silent.
pub const SILENT_AFTER: Duration = Duration::from_secs(5);

/// How often the table wants to look for silent parties and refused strangers.
pub const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How often quality is told while packets come.
pub const QUALITY_EVERY: Duration = Duration::from_secs(5);

/// A port pair rests this long before it is used again, so that late packets of the old call reach
/// nobody.
pub const PORT_QUARANTINE: Duration = Duration::from_secs(10);

/// Packets of one party that are echoed to it in a second; no phone sends so many. What is sent to a
/// phone that echoes by itself would otherwise come back for ever, more and more of it.
pub const ECHO_PACKETS_PER_SECOND: u32 = 200;

/// Payload types of sound a phone may send us at the same time.
pub const MAX_RECEIVED_FORMATS: usize = 8;

/// Members of one room.
pub const MAX_ROOM_MEMBERS: usize = 50;

/// How often at most it is told who has the word in a room.
pub const SPEAKER_AT_MOST_EVERY: Duration = Duration::from_millis(500);
