//! Every bound of this crate, in one place.

use std::time::Duration;

/// How long a write waits for another connection to the same database before it gives up. Only
/// an outside tool can hold one: the directory is locked against a second engine.
pub const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// How large a write-ahead log may stay on disk after it was written back, in bytes.
pub const JOURNAL_SIZE_MAX: i64 = 16 * 1024 * 1024;

/// Most backups kept because they are the newest.
pub const BACKUPS_NEWEST: usize = 24;

/// Most backups kept of those made before a copy was restored.
pub const BACKUPS_BEFORE_RESTORE: usize = 10;

/// Largest office that fits in a backup file, in bytes: with about 24 hours of messages or
/// 15 of recordings. It is held in memory while it is sealed or opened.
pub const BACKUP_MAX_BYTES: usize = 256 * 1024 * 1024;

/// Most sounds in a backup file.
pub const BACKUP_SOUNDS_MAX: usize = 100_000;

/// Most further files in a backup file.
pub const BACKUP_FILES_MAX: usize = 16;

/// Most memory a backup file may ask for to open it, in KiB.
pub const BACKUP_MEMORY_MAX_KIB: u32 = 256 * 1024;

/// Most passes over that memory a backup file may ask for.
pub const BACKUP_PASSES_MAX: u32 = 10;

/// Shortest passphrase of a backup file, in characters: whoever has the file can try for years.
pub const PASSPHRASE_MIN_CHARS: usize = 10;

/// Most days of which the last backup is kept.
pub const BACKUP_DAYS: usize = 14;

/// How many days someone or something removed can be brought back.
pub const REMOVED_KEPT_DAYS: i64 = 30;

/// Most users of the window.
pub const USERS_MAX: usize = 500;

/// Longest login, in characters.
pub const LOGIN_MAX_CHARS: usize = 64;

/// Shortest password, in characters.
pub const PASSWORD_MIN_CHARS: usize = 10;

/// Longest password, in characters.
pub const PASSWORD_MAX_CHARS: usize = 256;

/// Most sessions kept; the one unused for longest gives way.
pub const SESSIONS_MAX: i64 = 1_000;

/// After how many days without use a session is forgotten.
pub const SESSION_IDLE_DAYS: i64 = 30;

/// How exactly a session's last use is kept, in milliseconds.
pub const SESSION_SEEN_EVERY_MS: i64 = 60_000;

/// Most lines kept of the audit log, calls abroad and refused sign-ins aside.
pub const AUDIT_ROWS_MAX: i64 = 100_000;

/// Most calls abroad kept in the audit log, so that a phone that dials all weekend pushes nothing else
/// out of it.
pub const AUDIT_CALLS_MAX: i64 = 50_000;

/// The same of calls abroad that were refused, so that trying again and again pushes out no call that
/// was let through.
pub const AUDIT_REFUSED_CALLS_MAX: i64 = 20_000;

/// Most refused sign-ins kept in the audit log, so that guessing pushes nothing else out of it.
pub const AUDIT_REFUSALS_MAX: i64 = 5_000;

/// Most calls for help that are read again after a start; the newest count.
pub const CALLS_FOR_HELP_MAX: u32 = 100;

/// Most lines of the audit log given in one page.
pub const AUDIT_PAGE_MAX: usize = 500;

/// How many days a greeting or music that was removed can be brought back.
pub const REMOVED_SOUND_KEPT_DAYS: i64 = 7;

/// Most greetings and pieces of music kept.
pub const SOUNDS_MAX: usize = 5_000;

/// How many days a message that was deleted can be brought back.
pub const DELETED_MESSAGE_KEPT_DAYS: i64 = 7;

/// Longest note on a message, in characters.
pub const MESSAGE_NOTE_MAX_CHARS: usize = 80;

/// Most messages given in one page.
pub const MESSAGES_PER_PAGE_MAX: usize = 500;

/// Most recordings given in one page.
pub const RECORDINGS_PER_PAGE_MAX: usize = 500;

/// Most letters that wait to be sent.
pub const LETTERS_WAITING_MAX: i64 = 5_000;

/// Most letters kept, sent ones and given-up ones included.
pub const LETTERS_KEPT_MAX: i64 = 20_000;

/// After how many days a letter that was sent or given up is forgotten.
pub const LETTERS_KEPT_DAYS: i64 = 30;

/// Most letters given in one page, or sent in one go.
pub const LETTERS_PER_PAGE_MAX: usize = 500;

/// Most bindings loaded at start: five for each of the most devices an office can have.
pub const BINDINGS_MAX: usize =
    office::limits::DEVICES_MAX * office::limits::CONTACTS_PER_DEVICE_MAX as usize;

/// Most months of call records kept open at a time.
pub const CALL_MONTHS_OPEN_MAX: usize = 3;

/// How many of the newest months are gone through for when each number was called last.
pub const LAST_CALLED_MONTHS: usize = 2;

/// Most calls given in one page.
pub const CALLS_PER_PAGE_MAX: usize = 500;

/// Most calls in one step of an export.
pub const CALLS_PER_EXPORT_STEP: usize = 2_000;

/// Most events kept of one call; later ones are counted, not kept.
pub const EVENTS_PER_CALL_MAX: usize = 2_000;

/// Most bytes of SIP messages kept of one call; later ones are counted, not kept.
pub const TRACE_BYTES_PER_CALL_MAX: usize = 1024 * 1024;

/// Most words looked for in one search of the call history.
pub const SEARCH_WORDS_MAX: usize = 8;

/// Most steps of editing kept of a flow's draft; of more, the oldest cannot be taken back.
pub const DRAFT_STEPS_MAX: usize = 500;

/// Most scenarios of one flow.
pub const SCENARIOS_PER_FLOW_MAX: usize = 200;

/// Most secrets that flows may show programs on the web.
pub const WEB_KEYS_MAX: usize = 100;

/// How many days it is kept what calls outside took.
pub const USAGE_KEPT_DAYS: u64 = 400;

/// Longest name of a kind of calls, in characters.
pub const USAGE_KIND_MAX_CHARS: usize = 32;

/// Most numbers kept that were called and that nobody has set up.
pub const UNKNOWN_NUMBERS_MAX: i64 = 200;

/// Longest such number, in characters.
pub const UNKNOWN_NUMBER_MAX_CHARS: usize = 40;

/// Most ways kept in which one device has registered.
pub const DEVICE_MARKS_MAX: i64 = 50;

/// Longest mark of such a way, in characters.
pub const DEVICE_MARK_MAX_CHARS: usize = 64;

/// Most further offices of one engine.
pub const FURTHER_OFFICES_MAX: usize = 32;

/// Longest name of the folder of one, in characters.
pub const OFFICE_FOLDER_MAX_CHARS: usize = 40;
