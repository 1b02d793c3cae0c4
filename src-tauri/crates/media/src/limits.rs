//! Every limit of this crate.

use std::time::Duration;

/// Streams open at once: two for each of ten times as many calls as the largest office Cordboard is
/// built for.
pub const MAX_STREAMS: usize = 10_000;

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

/// Octets of the largest payload we send: 20 ms in G.711 or G.722 is 160, in Opus about 60.
pub const MAX_PAYLOAD: usize = 256;

/// Samples at 16 kHz that one received packet may hold: 120 ms, the longest of Opus.
pub const MAX_PACKET_SAMPLES: usize = 1_920;

/// Packets of one phone that wait to be heard: 200 ms in packets of 10 ms three times over, for
/// phones that send in bursts.
pub const MAX_WAITING_PACKETS: usize = 64;

/// Octets of a payload that is kept to be heard: what fits into an Ethernet frame.
pub const MAX_RECEIVED_PAYLOAD: usize = 1_460;

/// The least and the most that sound waits for packets that come later than the fastest.
pub const LEAST_DELAY: Duration = Duration::from_millis(20);
/// See [`LEAST_DELAY`].
pub const MOST_DELAY: Duration = Duration::from_millis(200);

/// Key presses that wait to be sent to one phone. Longer ones are cut off; no number is so long.
pub const MAX_KEYS_WAITING: usize = 64;

/// How long a key is down at one phone because it is down at another; then it is let go.
pub const LONGEST_KEY: Duration = Duration::from_secs(20);

/// How often each end of a stream reports how it hears the other (RFC 3550 §6.2).
pub const RTCP_EVERY: Duration = Duration::from_secs(5);

/// Octets of the name that reports bear.
pub const MAX_CNAME: usize = 64;

/// How often a phone that hears nothing gets a packet all the same: a NAT forgets a way nobody
/// goes, some within seconds.
pub const KEEP_ALIVE_EVERY: Duration = Duration::from_secs(2);

/// Lists of music whose place is remembered. Of more, those nobody listens to begin anew.
pub const MAX_MUSICS_REMEMBERED: usize = 64;

/// Announcements waiting in one room; one too many is not announced.
pub const MAX_ANNOUNCEMENTS_WAITING: usize = 8;

/// The longest silence a recording can wait for before it ends; it is held in memory, 32 kB a
/// second, as it is kept if somebody speaks again.
pub const MAX_RECORDED_SILENCE: Duration = Duration::from_secs(60);

/// Frames of one recording given to the host in one tick, so that a long silence that is kept after
/// all comes little by little.
pub const RECORDED_AT_ONCE: usize = 4;

/// Ticks a media thread that was kept from running makes up for; phones hold about as much.
pub const MAX_TICKS_BEHIND: u32 = 5;

/// How long a rest of the graph RTP timestamps follow to the frame. After a longer one no phone
/// minds, as it begins to listen anew.
pub const MAX_REST_COUNTED: Duration = Duration::from_secs(10);

/// Sources of one phone whose encrypted packets are followed; a phone has one, and takes another
/// when it begins to send anew.
pub const MAX_SRTP_SOURCES: usize = 8;

/// How many keys a phone may change between that it has named in one line (RFC 4568 §6.1).
pub const MAX_SRTP_KEYS: usize = 8;

/// How often the sequence numbers of a phone may have wrapped, 22 minutes each time, before its
/// first encrypted packet reaches us. A stranger's packet costs as many tries.
pub const MAX_ROLLOVERS_TRIED: u32 = 8;

/// How far the sequence numbers of one who feeds a stream may jump ahead before it is taken to
/// begin anew (RFC 3550 A.1).
pub const MAX_FEED_JUMP: i16 = 3_000;

/// How late a packet may come to keep its place in a stream (RFC 3550 A.1).
pub const MAX_FEED_BEHIND: i16 = 100;
