//! Every bound of this crate, in one place.

/// Longest extension number or feature code, in characters.
pub const EXTENSION_NUMBER_MAX_CHARS: usize = 8;

/// Shortest SIP user name, in characters; shorter ones are found by guessing.
pub const SIP_USER_MIN_CHARS: usize = 3;

/// Longest SIP user name, in characters. Some desk phones cut off what is longer.
pub const SIP_USER_MAX_CHARS: usize = 64;

/// Longest domain name, in characters (RFC 1035 §2.3.4).
pub const DOMAIN_MAX_CHARS: usize = 253;

/// Longest label between two dots of a domain name, in characters (RFC 1035 §2.3.4).
pub const DOMAIN_LABEL_MAX_CHARS: usize = 63;

/// Longest digest realm, in characters.
pub const REALM_MAX_CHARS: usize = 128;

/// Longest name of a person, device, office or caller, in characters.
pub const NAME_MAX_CHARS: usize = 80;

/// Longest team of a person, in characters.
pub const TEAM_MAX_CHARS: usize = 40;

/// Longest note on what a person wants ("back at two"), in characters.
pub const WANTS_NOTE_MAX_CHARS: usize = 80;

/// Longest language tag, in characters.
pub const LANGUAGE_MAX_CHARS: usize = 35;

/// Most registered contacts one device may have at a time (a phone on Wi-Fi and cable, an app
/// on two networks). More is a stolen secret or a broken phone.
pub const CONTACTS_PER_DEVICE_MAX: u8 = 5;

/// Most persons in one office.
pub const PERSONS_MAX: usize = 2_000;

/// Most devices in one office.
pub const DEVICES_MAX: usize = 5_000;

/// Most extensions in one office.
pub const EXTENSIONS_MAX: usize = 10_000;

/// Most domains one office answers for.
pub const DOMAINS_MAX: usize = 64;

/// How many extensions may follow one another (300 → 301 → 302 …) before a person is reached.
pub const EXTENSION_HOPS_MAX: usize = 8;

/// Shortest time a phone may ring, in seconds.
pub const RING_FOR_MIN_SECONDS: u32 = 5;

/// Longest time a phone may ring, in seconds. A proxy gives up after three minutes as well
/// (timer C, RFC 3261 §16.6).
pub const RING_FOR_MAX_SECONDS: u32 = 180;

/// Shortest register expiry a phone may be given, in seconds.
pub const REGISTER_EXPIRY_MIN_SECONDS: u32 = 30;

/// Longest register expiry a phone may be given, in seconds.
pub const REGISTER_EXPIRY_MAX_SECONDS: u32 = 86_400;

/// Shortest session interval, in seconds (RFC 4028 §4).
pub const SESSION_EXPIRES_MIN_SECONDS: u32 = 90;

/// Longest session interval, in seconds.
pub const SESSION_EXPIRES_MAX_SECONDS: u32 = 86_400;

/// Most calls one office may have at a time, whatever its settings say.
pub const OFFICE_CALLS_MAX: u16 = 2_000;

/// Most calls one person may have at a time, whatever the settings say.
pub const CALLS_PER_PERSON_MAX: u16 = 100;

/// Longest name of a sound, in characters.
pub const SOUND_NAME_MAX_CHARS: usize = 128;

/// Most mailboxes in one office: one for each person, and those of groups.
pub const MAILBOXES_MAX: usize = 2_500;

/// Most persons who share the mailbox of a group.
pub const MAILBOX_MEMBERS_MAX: usize = 200;

/// Shortest length a message may be limited to, in seconds.
pub const MESSAGE_LENGTH_MIN_SECONDS: u32 = 10;

/// Longest length a message may be limited to, in seconds: nobody plays a day into a mailbox.
pub const MESSAGE_LENGTH_MAX_SECONDS: u32 = 600;

/// Most messages a mailbox may be allowed to hold.
pub const MAILBOX_MESSAGES_MAX: u16 = 1_000;

/// Least time the messages of a mailbox may be limited to together, in seconds.
pub const MAILBOX_SECONDS_MIN: u32 = 60;

/// Most time the messages of a mailbox may be allowed together, in seconds.
pub const MAILBOX_SECONDS_MAX: u32 = 86_400;

/// Most days anything may be kept before it is deleted by itself; to keep it longer is to keep it
/// for ever.
pub const KEEP_DAYS_MAX: u16 = 3_650;

/// Most addresses a mailbox sends its messages to.
pub const MAILBOX_ADDRESSES_MAX: usize = 10;

/// Longest e-mail address, in characters (RFC 5321 §4.5.3.1.3, without its brackets).
pub const EMAIL_ADDRESS_MAX_CHARS: usize = 254;

/// Longest part before the `@` of an e-mail address, in characters (RFC 5321 §4.5.3.1.1).
pub const EMAIL_LOCAL_PART_MAX_CHARS: usize = 64;

/// Fewest digits of a PIN; a new one has exactly as many.
pub const PIN_MIN_DIGITS: usize = 6;

/// Most digits of a PIN.
pub const PIN_MAX_DIGITS: usize = 12;

/// Most conference rooms in one office.
pub const CONFERENCE_ROOMS_MAX: usize = 200;

/// Most members of one conference room.
pub const ROOM_MEMBERS_MAX: u16 = 50;

/// Most pieces of music played to those who wait, in one list.
pub const MUSIC_SOUNDS_MAX: usize = 50;

/// Most slots for parked calls.
pub const PARKING_SLOTS_MAX: u16 = 100;

/// Shortest time after which a parked call comes back, in seconds.
pub const PARKING_BACK_MIN_SECONDS: u32 = 15;

/// Longest time after which a parked call comes back, in seconds.
pub const PARKING_BACK_MAX_SECONDS: u32 = 3_600;

/// Most schedules in one office.
pub const SCHEDULES_MAX: usize = 500;

/// Most spans in the week of a schedule, and in one exception.
pub const SCHEDULE_SPANS_MAX: usize = 200;

/// Most exceptions of a schedule.
pub const SCHEDULE_EXCEPTIONS_MAX: usize = 2_000;

/// Most countries or calendar files whose holidays one schedule keeps.
pub const SCHEDULE_HOLIDAY_SOURCES_MAX: usize = 10;

/// Longest label or reason in a schedule, in characters.
pub const SCHEDULE_TEXT_MAX_CHARS: usize = 200;

/// Longest line of hours people type, in characters.
pub const SCHEDULE_LINE_MAX_CHARS: usize = 500;

/// The first year a date of a schedule may be in.
pub const SCHEDULE_FIRST_YEAR: i32 = 1970;

/// The last year a date of a schedule may be in.
pub const SCHEDULE_LAST_YEAR: i32 = 2199;

/// How many days before and after a moment a schedule looks for its last and its next change.
pub const SCHEDULE_HORIZON_DAYS: u16 = 400;

/// Most years whose holidays are listed at once.
pub const HOLIDAY_YEARS_MAX: usize = 20;

/// Most dates taken from one calendar file.
pub const IMPORTED_DATES_MAX: usize = 2_000;

/// Largest calendar file read, in bytes.
pub const CALENDAR_FILE_MAX_BYTES: usize = 1 << 20;

/// Longest line of a calendar file that is looked at, in bytes, its folded parts together.
pub const CALENDAR_LINE_MAX_BYTES: usize = 4_096;

/// Most call flows in one office.
pub const FLOWS_MAX: usize = 1_000;

/// Most modes in one office.
pub const MODES_MAX: usize = 100;

/// Most positions of one mode.
pub const MODE_STATES_MAX: usize = 12;

/// Longest identity of a position of a mode, in characters.
pub const MODE_STATE_ID_MAX_CHARS: usize = 32;

/// Most sets of PINs in one office.
pub const PIN_SETS_MAX: usize = 100;

/// Most PINs in one set. Each takes tens of milliseconds to check.
pub const PINS_PER_SET_MAX: usize = 50;

/// Most lists of callers in one office.
pub const CALLER_LISTS_MAX: usize = 100;

/// Most callers in one list.
pub const CALLERS_PER_LIST_MAX: usize = 10_000;

/// Most columns of a list of callers.
pub const CALLER_COLUMNS_MAX: usize = 20;

/// Most lines to the outside world.
pub const TRUNKS_MAX: usize = 100;

/// Most other telephone systems.
pub const PEERS_MAX: usize = 100;

/// Most numbers of the office in the telephone network.
pub const PHONE_NUMBERS_MAX: usize = 10_000;

/// Most calls a line or another telephone system may carry at a time, and a number have.
pub const LINE_CHANNELS_MAX: u16 = OFFICE_CALLS_MAX;

/// Longest user name, realm or other text a provider is shown, in characters.
pub const LINE_TEXT_MAX_CHARS: usize = 128;

/// Longest prefix before the numbers of a line, in characters.
pub const LINE_PREFIX_MAX_CHARS: usize = 16;

/// Most networks one record may name.
pub const NETWORKS_MAX: usize = 64;

/// Shortest prefix of a network of IPv4 that calls are taken from without further proof.
pub const NETWORK_V4_MIN_BITS: u8 = 8;

/// The same of a network of IPv6.
pub const NETWORK_V6_MIN_BITS: u8 = 16;

/// Most codecs a line offers.
pub const CODECS_PER_LINE_MAX: usize = 16;

/// Longest name of a codec, in characters.
pub const CODEC_MAX_CHARS: usize = 32;

/// Shortest time between two asks whether a line is there, in seconds.
pub const PROBE_MIN_SECONDS: u16 = 10;

/// Longest time between two asks whether a line is there, in seconds.
pub const PROBE_MAX_SECONDS: u16 = 3_600;

/// Most prefixes of numbers that lead to one other telephone system.
pub const PEER_PREFIXES_MAX: usize = 50;

/// Longest such prefix, in digits.
pub const PEER_PREFIX_MAX_DIGITS: usize = EXTENSION_NUMBER_MAX_CHARS;

/// Longest text before the name of a caller, in characters; displays show about twenty.
pub const CALLER_NAME_PREFIX_MAX_CHARS: usize = 20;

/// Most variables set on the way to a destination.
pub const ROUTE_VARIABLES_MAX: usize = 20;

/// Longest name or value of such a variable, in characters.
pub const ROUTE_VARIABLE_MAX_CHARS: usize = 80;

/// Most rules for calls that go out.
pub const OUTBOUND_RULES_MAX: usize = 200;

/// Most destinations, lines or teams of one rule.
pub const OUTBOUND_RULE_ENTRIES_MAX: usize = 100;

/// Most numbers that may be called although they cost extra.
pub const PREMIUM_ALLOWED_MAX: usize = 200;

/// Longest prefix dialled before numbers outside, in digits.
pub const OUTSIDE_PREFIX_MAX_DIGITS: usize = 3;

/// Longest area code, in digits.
pub const AREA_CODE_MAX_DIGITS: usize = 6;

/// Most limits on how many calls begin in a span of time.
pub const RATES_MAX: usize = 50;

/// Longest such span, in seconds.
pub const RATE_MAX_SECONDS: u32 = 86_400;

/// Most persons whose phones say that there is an emergency.
pub const EMERGENCY_PERSONS_MAX: usize = 50;

/// Most addresses that are written to in an emergency.
pub const EMERGENCY_EMAILS_MAX: usize = 20;
