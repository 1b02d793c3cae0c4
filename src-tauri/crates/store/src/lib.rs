//! The office on disk: SQLite, migrations, sealed secrets.
//!
//! A data directory holds `office.sqlite` (configuration, sealed secrets, registrations),
//! `calls-YYYY-MM.sqlite` (call records, one file a month), `backups/`, `secret.key`, `api-token`
//! and `lock`. What was saved when a method returned survives a power cut.

#![deny(missing_docs)]

mod api_token;
mod audit;
mod backup;
mod caller_lists;
mod calling_policy;
mod calling_rights;
mod calls;
mod calls_for_help;
mod database;
mod described;
mod devices;
mod error;
mod extensions;
mod flow_drafts;
mod flow_scenarios;
mod flow_uses;
mod flow_versions;
mod flows;
mod known_devices;
pub mod limits;
mod location;
mod lock;
mod mail_queue;
mod mailboxes;
mod messages;
mod modes;
mod music;
mod office_change;
mod office_copy;
mod offices;
mod outbound_rules;
mod outside_usage;
mod outside_uses;
mod passwords;
mod peers;
mod persons;
mod phone_numbers;
mod pin_sets;
pub mod pins;
mod private_files;
mod prompts;
mod recordings;
mod removed;
mod rooms;
mod row;
mod schedules;
mod sealed_file;
mod secrets;
mod sessions;
mod settings;
mod sounds;
mod store;
mod trunks;
mod unknown_numbers;
mod users;
mod web_keys;

pub use audit::{
    Actor, AuditEntry, Broken, CallAbroad, ChainCheck, ChainedEntry, Series, check_audit,
};
pub use backup::{BackupFile, Restored};
pub use calls::{
    CallEvent, CallFilter, CallPosition, CallRecord, CallSummary, CallTrace, Direction,
    OutsideCall, Party, TracedMessage, Way,
};
pub use calls_for_help::CalledForHelp;
pub use devices::{DeviceEdit, NewDevice, NewLogin};
pub use error::StoreError;
pub use flow_drafts::{DraftSave, DraftSaved, DraftStep, FIRST_SEQ, FlowDraft};
pub use flow_scenarios::Scenario;
pub use flow_uses::FlowUse;
pub use flow_versions::{FlowVersion, NewVersion};
pub use flows::{FlowRecord, NewFlow};
pub use known_devices::KnownDevice;
pub use location::{BindingKey, BindingWrite, StoredBinding};
pub use mail_queue::{
    FailedTry, Letter, LetterId, LetterKind, LetterState, MailAccount, MailSecurity, MailSettings,
    NewLetter,
};
pub use messages::{MessageChange, MessageFolder, MessagePosition, NewMessage};
pub use office_change::OfficeChange;
pub use office_copy::{
    BackupChange, BackupChangeKind, BackupDiff, BackupSubject, CopiedSounds, FieldChange,
    OfficeCopy, SoundUse,
};
pub use offices::{
    Accent, BadAccent, BadOfficeFolder, FurtherOffice, FurtherOfficeId, OfficeFolder,
};
pub use passwords::{BadPassword, PasswordHash, check_password, hash_password, verify_password};
pub use persons::NewPerson;
pub use pin_sets::PinEdit;
pub use prompts::SpokenPrompt;
pub use recordings::{CallRecording, NewRecording, RecordingFilter, RecordingReason};
pub use rooms::RoomPin;
pub use row::Revised;
pub use sessions::{SessionId, SignedIn};
pub use sounds::{Sound, SoundKind, SoundOrigin, SoundOutline};
pub use store::{OpenReport, Store, Swept};
pub use unknown_numbers::UnknownNumber;
pub use users::{Role, User, UserCredentials, UserEdit};
