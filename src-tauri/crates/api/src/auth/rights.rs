//! The one table of who may ask what of the API. A route that is not in it is closed to everybody.

use axum::http::Method;
use store::Role;

/// What a route asks of whoever asks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Right {
    /// Nothing: it tells no names and no numbers, or is the way in.
    Anyone,
    /// To be signed in with at least this role.
    AtLeast(Role),
    /// To be signed in; staff only on the person they are themselves.
    OwnPerson,
    /// To be signed in; staff only on a call they are in or that rings at theirs.
    OwnCall,
    /// To be signed in; all but those who run the office only on a mailbox they hear.
    OwnMailbox,
    /// To be signed in; all but those who run the office only on a message they may hear.
    OwnMessage,
}

use Right::{Anyone, AtLeast, OwnCall, OwnMailbox, OwnMessage, OwnPerson};
use Role::{Admin, Owner, Receptionist, Staff};

/// Method, route, right. `HEAD` goes with `GET`.
const RIGHTS: &[(Method, &str, Right)] = &[
    (Method::GET, "/api/status", Anyone),
    (Method::POST, "/api/tickets", AtLeast(Owner)),
    (Method::GET, "/api/session", AtLeast(Staff)),
    (Method::POST, "/api/session", Anyone),
    (Method::DELETE, "/api/session", AtLeast(Staff)),
    (Method::GET, "/api/feed", AtLeast(Staff)),
    (Method::GET, "/api/openapi.json", AtLeast(Staff)),
    // The board and what is done from it.
    (Method::GET, "/api/people", AtLeast(Staff)),
    (Method::PUT, "/api/people/{id}/wants", OwnPerson),
    (Method::POST, "/api/calls", AtLeast(Staff)),
    (Method::POST, "/api/calls/{id}/hang-up", OwnCall),
    (Method::POST, "/api/calls/{id}/transfer", OwnCall),
    (Method::POST, "/api/calls/{id}/park", OwnCall),
    (Method::POST, "/api/calls/{id}/take-over", AtLeast(Staff)),
    (Method::POST, "/api/calls/{id}/listen", AtLeast(Admin)),
    (Method::POST, "/api/attention/{id}/forgive", AtLeast(Admin)),
    // The calls that were.
    (Method::GET, "/api/calls", AtLeast(Receptionist)),
    (Method::GET, "/api/calls.csv", AtLeast(Receptionist)),
    (Method::GET, "/api/calls/{id}", AtLeast(Receptionist)),
    (Method::GET, "/api/calls/{id}/scenario", AtLeast(Admin)),
    (Method::GET, "/api/calls/{id}/trace", AtLeast(Admin)),
    (Method::GET, "/api/calls/{id}/trace.pcap", AtLeast(Admin)),
    (Method::PUT, "/api/calls/{id}/media", AtLeast(Admin)),
    // Voicemail, and the mail that tells of it.
    (Method::GET, "/api/mailboxes", AtLeast(Staff)),
    (Method::POST, "/api/mailboxes", AtLeast(Admin)),
    (Method::PUT, "/api/mailboxes/{id}", OwnMailbox),
    (Method::DELETE, "/api/mailboxes/{id}", AtLeast(Admin)),
    (Method::POST, "/api/mailboxes/{id}/restore", AtLeast(Admin)),
    (Method::POST, "/api/mailboxes/{id}/pin", OwnMailbox),
    (Method::GET, "/api/mailboxes/{id}/messages", OwnMailbox),
    (Method::PUT, "/api/messages/{id}", OwnMessage),
    (Method::DELETE, "/api/messages/{id}", OwnMessage),
    (Method::POST, "/api/messages/{id}/forward", OwnMessage),
    (Method::POST, "/api/messages/{id}/call-back", OwnMessage),
    (Method::GET, "/api/messages/{id}/sound.wav", OwnMessage),
    (Method::GET, "/api/mail", AtLeast(Admin)),
    (Method::PUT, "/api/mail", AtLeast(Admin)),
    (Method::POST, "/api/mail/test", AtLeast(Admin)),
    (Method::GET, "/api/mail/queue", AtLeast(Admin)),
    (Method::POST, "/api/mail/queue/{id}/retry", AtLeast(Admin)),
    (Method::DELETE, "/api/mail/queue/{id}", AtLeast(Admin)),
    // People and phones.
    (Method::POST, "/api/people", AtLeast(Admin)),
    (Method::POST, "/api/people/many", AtLeast(Admin)),
    (Method::PUT, "/api/people/{id}", AtLeast(Admin)),
    (Method::DELETE, "/api/people/{id}", AtLeast(Admin)),
    (Method::POST, "/api/people/{id}/restore", AtLeast(Admin)),
    (Method::GET, "/api/devices", AtLeast(Staff)),
    (Method::POST, "/api/devices", AtLeast(Admin)),
    (Method::PUT, "/api/devices/{id}", AtLeast(Admin)),
    (Method::DELETE, "/api/devices/{id}", AtLeast(Admin)),
    (Method::POST, "/api/devices/{id}/restore", AtLeast(Admin)),
    (
        Method::POST,
        "/api/devices/{id}/renew-secret",
        AtLeast(Admin),
    ),
    // What callers hear.
    (Method::GET, "/api/music", AtLeast(Staff)),
    (Method::PUT, "/api/music", AtLeast(Admin)),
    (Method::GET, "/api/rooms", AtLeast(Staff)),
    (Method::POST, "/api/rooms", AtLeast(Admin)),
    (Method::PUT, "/api/rooms/{id}", AtLeast(Admin)),
    (Method::DELETE, "/api/rooms/{id}", AtLeast(Admin)),
    (Method::POST, "/api/rooms/{id}/restore", AtLeast(Admin)),
    (Method::POST, "/api/rooms/{id}/lock", AtLeast(Receptionist)),
    (Method::POST, "/api/rooms/{id}/mute", AtLeast(Receptionist)),
    (
        Method::POST,
        "/api/rooms/{id}/remove",
        AtLeast(Receptionist),
    ),
    (
        Method::POST,
        "/api/rooms/{id}/invite",
        AtLeast(Receptionist),
    ),
    (Method::POST, "/api/rooms/{id}/recording", AtLeast(Admin)),
    (Method::GET, "/api/parking", AtLeast(Admin)),
    (Method::PUT, "/api/parking", AtLeast(Admin)),
    (Method::GET, "/api/recording-settings", AtLeast(Admin)),
    (Method::PUT, "/api/recording-settings", AtLeast(Admin)),
    // Whoever runs the office hears all recordings, others those of their own calls.
    (Method::GET, "/api/recordings", AtLeast(Staff)),
    (
        Method::GET,
        "/api/recordings/{id}/sound.wav",
        AtLeast(Staff),
    ),
    (Method::DELETE, "/api/recordings/{id}", AtLeast(Admin)),
    (Method::POST, "/api/calls/{id}/recording", OwnCall),
    (Method::GET, "/api/sounds", AtLeast(Staff)),
    (Method::POST, "/api/sounds", AtLeast(Admin)),
    (Method::POST, "/api/sounds/speak", AtLeast(Admin)),
    (Method::POST, "/api/sounds/by-phone", AtLeast(Admin)),
    (Method::PUT, "/api/sounds/{id}", AtLeast(Admin)),
    (Method::DELETE, "/api/sounds/{id}", AtLeast(Admin)),
    (Method::GET, "/api/sounds/{id}/sound.wav", AtLeast(Staff)),
    (Method::GET, "/api/voices", AtLeast(Staff)),
    (Method::GET, "/api/prompts", AtLeast(Staff)),
    (
        Method::GET,
        "/api/prompts/{language}/{id}/sound.wav",
        AtLeast(Staff),
    ),
    (Method::POST, "/api/prompts/speech.wav", AtLeast(Admin)),
    // When the office is open, and what happens to its calls.
    (Method::GET, "/api/schedules", AtLeast(Staff)),
    (Method::POST, "/api/schedules", AtLeast(Admin)),
    (Method::PUT, "/api/schedules/{id}", AtLeast(Admin)),
    (Method::DELETE, "/api/schedules/{id}", AtLeast(Admin)),
    (Method::POST, "/api/schedules/{id}/restore", AtLeast(Admin)),
    (
        Method::POST,
        "/api/schedules/{id}/override",
        AtLeast(Receptionist),
    ),
    (
        Method::DELETE,
        "/api/schedules/{id}/override",
        AtLeast(Receptionist),
    ),
    (Method::POST, "/api/schedules/preview", AtLeast(Staff)),
    (Method::POST, "/api/schedules/read", AtLeast(Staff)),
    (Method::GET, "/api/holidays", AtLeast(Staff)),
    (Method::GET, "/api/holidays/{country}", AtLeast(Staff)),
    (Method::POST, "/api/holidays/ical", AtLeast(Admin)),
    (Method::GET, "/api/modes", AtLeast(Staff)),
    (Method::POST, "/api/modes", AtLeast(Admin)),
    (Method::PUT, "/api/modes/{id}", AtLeast(Admin)),
    (Method::DELETE, "/api/modes/{id}", AtLeast(Admin)),
    (Method::POST, "/api/modes/{id}/restore", AtLeast(Admin)),
    (Method::POST, "/api/modes/{id}/set", AtLeast(Receptionist)),
    (Method::GET, "/api/pin-sets", AtLeast(Admin)),
    (Method::POST, "/api/pin-sets", AtLeast(Admin)),
    (Method::PUT, "/api/pin-sets/{id}", AtLeast(Admin)),
    (Method::DELETE, "/api/pin-sets/{id}", AtLeast(Admin)),
    (Method::POST, "/api/pin-sets/{id}/restore", AtLeast(Admin)),
    (Method::GET, "/api/caller-lists", AtLeast(Receptionist)),
    (Method::POST, "/api/caller-lists", AtLeast(Admin)),
    (Method::PUT, "/api/caller-lists/{id}", AtLeast(Admin)),
    (Method::DELETE, "/api/caller-lists/{id}", AtLeast(Admin)),
    (
        Method::POST,
        "/api/caller-lists/{id}/restore",
        AtLeast(Admin),
    ),
    (Method::GET, "/api/flows", AtLeast(Receptionist)),
    (Method::POST, "/api/flows", AtLeast(Admin)),
    (Method::PUT, "/api/flows/{id}", AtLeast(Admin)),
    (Method::DELETE, "/api/flows/{id}", AtLeast(Admin)),
    (Method::POST, "/api/flows/{id}/restore", AtLeast(Admin)),
    (Method::GET, "/api/flows/{id}/draft", AtLeast(Admin)),
    (Method::PUT, "/api/flows/{id}/draft", AtLeast(Admin)),
    (Method::POST, "/api/flows/{id}/revert", AtLeast(Admin)),
    (Method::GET, "/api/flows/catalogue", AtLeast(Receptionist)),
    (Method::GET, "/api/flows/templates", AtLeast(Receptionist)),
    (Method::POST, "/api/flows/check", AtLeast(Admin)),
    (Method::POST, "/api/flows/rehearse", AtLeast(Admin)),
    (Method::POST, "/api/flows/compare", AtLeast(Receptionist)),
    (Method::POST, "/api/flows/{id}/publish", AtLeast(Admin)),
    (Method::POST, "/api/flows/{id}/rollback", AtLeast(Admin)),
    (
        Method::GET,
        "/api/flows/{id}/versions",
        AtLeast(Receptionist),
    ),
    (
        Method::GET,
        "/api/flows/{id}/versions/{revision}",
        AtLeast(Receptionist),
    ),
    (Method::GET, "/api/flows/{id}/export", AtLeast(Admin)),
    (Method::POST, "/api/flows/import", AtLeast(Admin)),
    (Method::POST, "/api/ring-groups", AtLeast(Admin)),
    (Method::PUT, "/api/ring-groups/{id}", AtLeast(Admin)),
    (Method::POST, "/api/queues", AtLeast(Admin)),
    (Method::PUT, "/api/queues/{id}", AtLeast(Admin)),
    (Method::GET, "/api/flows/{id}/scenarios", AtLeast(Admin)),
    (Method::POST, "/api/flows/{id}/scenarios", AtLeast(Admin)),
    (
        Method::PUT,
        "/api/flows/{id}/scenarios/{scenario}",
        AtLeast(Admin),
    ),
    (
        Method::DELETE,
        "/api/flows/{id}/scenarios/{scenario}",
        AtLeast(Admin),
    ),
    (
        Method::POST,
        "/api/flows/{id}/scenarios/run",
        AtLeast(Admin),
    ),
    (Method::GET, "/api/web-access", AtLeast(Admin)),
    (Method::PUT, "/api/web-access", AtLeast(Admin)),
    (Method::PUT, "/api/web-access/keys/{name}", AtLeast(Admin)),
    (
        Method::DELETE,
        "/api/web-access/keys/{name}",
        AtLeast(Admin),
    ),
    // Lines, numbers, and calling out.
    (Method::GET, "/api/lines", AtLeast(Receptionist)),
    (Method::POST, "/api/lines", AtLeast(Admin)),
    (Method::GET, "/api/providers", AtLeast(Admin)),
    (Method::POST, "/api/lines/from-preset", AtLeast(Admin)),
    (Method::GET, "/api/lines/{id}", AtLeast(Receptionist)),
    (Method::PUT, "/api/lines/{id}", AtLeast(Admin)),
    (Method::DELETE, "/api/lines/{id}", AtLeast(Admin)),
    (Method::POST, "/api/lines/{id}/restore", AtLeast(Admin)),
    (Method::POST, "/api/lines/{id}/switch", AtLeast(Admin)),
    (Method::POST, "/api/lines/{id}/spend-cap", AtLeast(Admin)),
    (Method::POST, "/api/lines/{id}/register", AtLeast(Admin)),
    (Method::GET, "/api/lines/{id}/log", AtLeast(Admin)),
    (Method::POST, "/api/lines/{id}/calls", AtLeast(Admin)),
    (Method::POST, "/api/lines/{id}/round-trip", AtLeast(Admin)),
    (Method::GET, "/api/lines/{id}/calls/{call}", AtLeast(Admin)),
    (Method::GET, "/api/lines/{id}/test", AtLeast(Admin)),
    (Method::POST, "/api/lines/{id}/test", AtLeast(Admin)),
    (Method::GET, "/api/numbers", AtLeast(Staff)),
    (Method::POST, "/api/numbers", AtLeast(Admin)),
    (Method::POST, "/api/numbers/many", AtLeast(Admin)),
    (Method::GET, "/api/numbers/unknown", AtLeast(Receptionist)),
    (Method::PUT, "/api/numbers/{number}", AtLeast(Admin)),
    (Method::DELETE, "/api/numbers/{number}", AtLeast(Admin)),
    (
        Method::POST,
        "/api/numbers/{number}/restore",
        AtLeast(Admin),
    ),
    (
        Method::POST,
        "/api/numbers/{number}/test",
        AtLeast(Receptionist),
    ),
    (Method::GET, "/api/extensions", AtLeast(Staff)),
    (
        Method::PUT,
        "/api/extensions/{number}/hours",
        AtLeast(Admin),
    ),
    (Method::GET, "/api/peers", AtLeast(Receptionist)),
    (Method::POST, "/api/peers", AtLeast(Admin)),
    (Method::GET, "/api/peers/{id}", AtLeast(Receptionist)),
    (Method::PUT, "/api/peers/{id}", AtLeast(Admin)),
    (Method::DELETE, "/api/peers/{id}", AtLeast(Admin)),
    (Method::POST, "/api/peers/{id}/restore", AtLeast(Admin)),
    (Method::GET, "/api/domain-access", AtLeast(Admin)),
    (Method::PUT, "/api/domain-access", AtLeast(Admin)),
    (Method::GET, "/api/outbound-rules", AtLeast(Receptionist)),
    (Method::PUT, "/api/outbound-rules", AtLeast(Admin)),
    (Method::GET, "/api/calling-rights", AtLeast(Receptionist)),
    (
        Method::GET,
        "/api/calling-rights/{id}",
        AtLeast(Receptionist),
    ),
    (Method::PUT, "/api/calling-rights/{id}", AtLeast(Admin)),
    (Method::GET, "/api/calling-policy", AtLeast(Receptionist)),
    (Method::PUT, "/api/calling-policy", AtLeast(Admin)),
    (Method::GET, "/api/outside-admission", AtLeast(Receptionist)),
    (Method::PUT, "/api/outside-admission", AtLeast(Admin)),
    // Where they are is what somebody in need has to know.
    (Method::GET, "/api/emergency-plan", AtLeast(Staff)),
    (Method::PUT, "/api/emergency-plan", AtLeast(Admin)),
    (Method::GET, "/api/emergency", AtLeast(Staff)),
    (Method::POST, "/api/emergency/drill", AtLeast(Admin)),
    (Method::POST, "/api/emergency/{id}/dismiss", AtLeast(Admin)),
    (Method::POST, "/api/outbound/where", AtLeast(Receptionist)),
    (Method::GET, "/api/new-phones", AtLeast(Admin)),
    (Method::POST, "/api/new-phones/{id}/clear", AtLeast(Admin)),
    (Method::GET, "/api/ways-out", AtLeast(Admin)),
    (Method::GET, "/api/fuses", AtLeast(Receptionist)),
    (Method::POST, "/api/fuses/{id}/reset", AtLeast(Admin)),
    // Whoever opens the window of another office is its owner there.
    (Method::GET, "/api/offices", AtLeast(Admin)),
    (Method::POST, "/api/offices", AtLeast(Owner)),
    (Method::PUT, "/api/offices/{id}", AtLeast(Owner)),
    (Method::DELETE, "/api/offices/{id}", AtLeast(Owner)),
    (Method::POST, "/api/offices/{id}/link", AtLeast(Owner)),
    (Method::PUT, "/api/offices/{id}/joined", AtLeast(Owner)),
    (Method::DELETE, "/api/offices/{id}/joined", AtLeast(Owner)),
    // The office and its engine.
    (Method::POST, "/api/attention/{id}/dismiss", AtLeast(Admin)),
    (Method::GET, "/api/office", AtLeast(Staff)),
    (Method::PUT, "/api/office", AtLeast(Admin)),
    (Method::GET, "/api/setup", AtLeast(Admin)),
    (Method::POST, "/api/setup/finish", AtLeast(Admin)),
    (Method::GET, "/api/health", AtLeast(Admin)),
    (Method::GET, "/api/lan", AtLeast(Admin)),
    (Method::PUT, "/api/lan", AtLeast(Admin)),
    (Method::GET, "/api/certificates", AtLeast(Admin)),
    // A certificate is shown to whoever connects; it is no secret.
    (
        Method::GET,
        "/api/certificates/authority.pem",
        AtLeast(Staff),
    ),
    (Method::GET, "/api/users", AtLeast(Admin)),
    (Method::POST, "/api/users", AtLeast(Admin)),
    (Method::PUT, "/api/users/{id}", AtLeast(Admin)),
    (Method::DELETE, "/api/users/{id}", AtLeast(Admin)),
    (Method::GET, "/api/audit", AtLeast(Admin)),
    (Method::GET, "/api/audit.csv", AtLeast(Admin)),
    (Method::GET, "/api/audit/check", AtLeast(Admin)),
    // A backup holds every secret of the office.
    (Method::GET, "/api/backups", AtLeast(Admin)),
    (Method::POST, "/api/backups/export", AtLeast(Owner)),
    (Method::POST, "/api/backups/inspect", AtLeast(Owner)),
    (Method::POST, "/api/backups/restore", AtLeast(Owner)),
];

/// The right a route asks for; `None` if it is not in the table.
pub(crate) fn right_of(method: &Method, route: &str) -> Option<Right> {
    let method = if *method == Method::HEAD {
        &Method::GET
    } else {
        method
    };
    RIGHTS
        .iter()
        .find(|(of, path, _)| of == method && *path == route)
        .map(|(_, _, right)| *right)
}

/// Whether one role may do all that another may.
pub(crate) fn reaches(role: Role, needed: Role) -> bool {
    // They are ordered from the most to the least.
    role <= needed
}

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// Such as `GET`.
    pub method: &'static str,
    /// Such as `/api/people/{id}`.
    pub path: &'static str,
    /// The least role; `None` if nobody needs to be signed in.
    pub role: Option<Role>,
    /// Whoever has less than this role may use it on what is their own only.
    pub own_below: Option<Role>,
}

/// Every route of the API with who may use it.
pub fn access() -> impl Iterator<Item = Access> {
    RIGHTS.iter().map(|(method, path, right)| {
        let (role, own_below) = match right {
            Anyone => (None, None),
            AtLeast(role) => (Some(*role), None),
            OwnPerson | OwnCall => (Some(Staff), Some(Receptionist)),
            OwnMailbox | OwnMessage => (Some(Staff), Some(Admin)),
        };
        Access {
            method: method.as_str(),
            path,
            role,
            own_below,
        }
    })
}
