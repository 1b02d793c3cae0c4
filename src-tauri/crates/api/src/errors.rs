//! What the API says when it says no: problem documents (RFC 9457) that name the field to mend.

mod outside;

use crate::AskFailed;
use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use office::{OfficeProblem, Record};
use serde::Serialize;
use store::StoreError;
use ts_rs::TS;
use utoipa::ToSchema;

/// A problem document (RFC 9457): `application/problem+json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[ts(rename = "ProblemDocument")]
#[schema(as = ProblemDocument)]
pub struct Problem {
    /// Which kind of problem, as a URI that never changes.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in words, the same for all of its kind.
    pub title: &'static str,
    /// The HTTP status.
    #[serde(serialize_with = "as_number")]
    #[ts(type = "number")]
    #[schema(value_type = u16)]
    pub status: StatusCode,
    /// What is wrong this time and what to do about it, for the office manager.
    pub detail: String,
    /// The field of the request to mend.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub field: Option<String>,
    /// What only some problems have.
    #[serde(flatten)]
    #[ts(flatten)]
    pub more: Box<ProblemDetails>,
    /// Which sentence the UI shows: never changes, is never translated.
    pub code: &'static str,
}

/// What only some problems have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS, ToSchema)]
pub struct ProblemDetails {
    /// After how many seconds it is worth asking again.
    #[serde(skip)]
    pub retry_after: Option<u32>,
    /// Where in a text that cannot be understood, in characters from its start.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub at: Option<usize>,
    /// What the check of a flow found that keeps it from being published.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "any[]")]
    #[schema(value_type = Option<Vec<Object>>)]
    pub findings: Option<serde_json::Value>,
    /// The scenarios of a flow that would not go as they must.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "any[]")]
    #[schema(value_type = Option<Vec<Object>>)]
    pub scenarios: Option<serde_json::Value>,
    /// What is to be mended in which row of a list, all of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<RowProblem>>")]
    pub rows: Vec<RowProblem>,
}

/// What is to be mended in one row of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
pub struct RowProblem {
    /// Counted from 0.
    pub row: usize,
    /// The field to mend.
    pub field: Option<String>,
    /// Which sentence the UI shows.
    pub code: &'static str,
    /// What is wrong, for the office manager.
    pub detail: String,
}

impl Problem {
    /// A problem without a field.
    pub(crate) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        let (kind, code, title) = kind_of(status);
        Self {
            kind: format!("urn:problem-type:cordboard:{kind}"),
            title,
            status,
            detail: detail.into(),
            field: None,
            more: Box::default(),
            code,
        }
    }

    /// The same with the code of the sentence the UI shows.
    pub(crate) fn coded(self, code: &'static str) -> Self {
        Self { code, ..self }
    }

    /// The same about one of many records in the request, which are named by their index.
    pub(crate) fn within(self, list: &str, index: usize) -> Self {
        let field = self.field.as_deref().unwrap_or_default();
        Self {
            field: Some(format!("{list}[{index}].{field}")),
            ..self
        }
    }

    /// All that is to be mended in a list, of which nothing was taken; the first of it leads.
    pub(crate) fn of_rows(list: &str, problems: Vec<(usize, Problem)>) -> Self {
        let row = |(row, problem): &(usize, Problem)| RowProblem {
            row: *row,
            field: problem.field.clone(),
            code: problem.code,
            detail: problem.detail.clone(),
        };
        let rows = problems.iter().map(row).collect();
        let first = problems.into_iter().next();
        let (at, mut first) = first.unwrap_or_else(|| (0, inside()));
        first.more.rows = rows;
        first.within(list, at)
    }

    /// A value that cannot be accepted.
    pub(crate) fn field(field: impl Into<String>, detail: impl ToString) -> Self {
        Self {
            field: Some(field.into()),
            ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, detail.to_string())
        }
    }

    /// The same with the place in a text where it is, in characters.
    pub(crate) fn at(mut self, at: usize) -> Self {
        self.more.at = Some(at);
        self
    }

    /// The switch does not answer.
    pub(crate) fn too_busy() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "the phone system is too busy; try again in a moment",
        )
        .coded("tooBusy")
    }

    /// Something named in the path does not exist.
    pub(crate) fn not_found(what: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            format!("this {what} does not exist, or not any more"),
        )
    }
}

/// The last part of the kind's URI, the code, and the kind in words.
fn kind_of(status: StatusCode) -> (&'static str, &'static str, &'static str) {
    match status {
        StatusCode::UNAUTHORIZED => ("not-signed-in", "notSignedIn", "Nobody is signed in"),
        StatusCode::FORBIDDEN => ("not-allowed", "notAllowed", "This is not allowed"),
        StatusCode::NOT_FOUND => ("not-found", "notFound", "There is no such thing"),
        StatusCode::METHOD_NOT_ALLOWED => ("method", "method", "This cannot be done here"),
        StatusCode::CONFLICT => ("taken", "taken", "Somebody else has it"),
        StatusCode::PRECONDITION_FAILED => (
            "changed-meanwhile",
            "changedMeanwhile",
            "Somebody else changed it",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => ("too-large", "tooLarge", "The request is too large"),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ("not-json", "notJson", "The request is not JSON"),
        StatusCode::MISDIRECTED_REQUEST => {
            ("wrong-host", "wrongHost", "This host is not served here")
        }
        StatusCode::UNPROCESSABLE_ENTITY => ("bad-value", "badValue", "A value cannot be accepted"),
        StatusCode::PRECONDITION_REQUIRED => (
            "revision-missing",
            "revisionMissing",
            "The revision is missing",
        ),
        StatusCode::TOO_MANY_REQUESTS => ("too-often", "tooOften", "This was tried too often"),
        StatusCode::SERVICE_UNAVAILABLE => ("not-now", "notNow", "Not right now"),
        StatusCode::REQUEST_TIMEOUT => ("too-slow", "tooSlow", "The request came too slowly"),
        StatusCode::RANGE_NOT_SATISFIABLE => {
            ("no-such-part", "noSuchPart", "There is no such part")
        }
        StatusCode::NOT_IMPLEMENTED => ("not-available", "notAvailable", "This is not available"),
        StatusCode::INSUFFICIENT_STORAGE => ("disk-full", "diskFull", "The disk is full"),
        StatusCode::BAD_REQUEST => (
            "bad-request",
            "badRequest",
            "The request cannot be understood",
        ),
        _ => ("fault", "fault", "Something went wrong inside"),
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::to_string(&self).unwrap_or_default();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.status;
        response.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if self.status == StatusCode::UNAUTHORIZED {
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.more.retry_after {
            let seconds = HeaderValue::from(seconds);
            response.headers_mut().insert(header::RETRY_AFTER, seconds);
        }
        response
    }
}

impl From<AskFailed> for Problem {
    fn from(failed: AskFailed) -> Self {
        match failed {
            AskFailed::Store(error) => error.into(),
            AskFailed::TooLate | AskFailed::Stopped => {
                Self::new(StatusCode::SERVICE_UNAVAILABLE, failed.to_string())
            }
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let detail = error.to_string();
        match error {
            StoreError::Problems(problems) => Self {
                detail,
                ..problems.first().map_or_else(inside, of_office)
            },
            StoreError::ChangedMeanwhile(_) => Self::new(StatusCode::PRECONDITION_FAILED, detail),
            StoreError::NotFound(_) => Self::new(StatusCode::NOT_FOUND, detail),
            StoreError::SipUserTaken(_) => Self {
                field: Some("user".to_owned()),
                ..Self::new(StatusCode::CONFLICT, detail).coded("userTaken")
            },
            StoreError::LoginTaken(_) => Self {
                field: Some("login".to_owned()),
                ..Self::new(StatusCode::CONFLICT, detail).coded("loginTaken")
            },
            StoreError::DomainTaken { .. } => Self {
                field: Some("domains".to_owned()),
                ..Self::new(StatusCode::CONFLICT, detail).coded("domainTaken")
            },
            StoreError::TooManyOffices => {
                Self::new(StatusCode::CONFLICT, detail).coded("tooManyOffices")
            }
            StoreError::OfficeRuns => Self::new(StatusCode::CONFLICT, detail).coded("officeRuns"),
            StoreError::OfficeHasParts => {
                Self::new(StatusCode::CONFLICT, detail).coded("officeHasParts")
            }
            StoreError::OfficeInItself => Self::field("parent", detail).coded("officeInItself"),
            StoreError::BadLogin => Self::field("login", detail).coded("badLogin"),
            StoreError::NoOwnerForLan => {
                Self::new(StatusCode::CONFLICT, detail).coded("noOwnerForLan")
            }
            StoreError::PassphraseTooShort => {
                Self::field("passphrase", detail).coded("passphraseTooShort")
            }
            StoreError::WrongPassphrase => {
                Self::field("passphrase", detail).coded("wrongPassphrase")
            }
            StoreError::NotABackup => Self::field("file", detail).coded("notABackup"),
            StoreError::BackupTooNew => Self::field("file", detail).coded("backupTooNew"),
            StoreError::BackupTooLarge => Self::field("file", detail).coded("backupTooLarge"),
            StoreError::BackupDamaged => Self::field("file", detail).coded("backupDamaged"),
            StoreError::NumberTaken { .. } => {
                Self::new(StatusCode::CONFLICT, detail).coded("numberTaken")
            }
            StoreError::SoundInUse { .. } => {
                Self::new(StatusCode::CONFLICT, detail).coded("soundUsed")
            }
            StoreError::StillUsed { .. } => {
                Self::new(StatusCode::CONFLICT, detail).coded("stillUsed")
            }
            StoreError::MailboxOfPerson => {
                Self::new(StatusCode::CONFLICT, detail).coded("mailboxOfPerson")
            }
            StoreError::DiskFull => Self::new(StatusCode::INSUFFICIENT_STORAGE, detail),
            _ => {
                tracing::error!(why = detail, "the store failed");
                Self { detail, ..inside() }
            }
        }
    }
}

fn inside() -> Problem {
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "")
}

fn of_office(problem: &OfficeProblem) -> Problem {
    let status = match problem {
        OfficeProblem::DuplicateExtension { .. } | OfficeProblem::DuplicateSipUser { .. } => {
            StatusCode::CONFLICT
        }
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let field = match (problem.record(), problem.field()) {
        // A request names the person's number, not a record of its own.
        (Record::Extension(_) | Record::Person(_), "number") => "extension".to_owned(),
        (Record::Device(_), "sip_user") => "user".to_owned(),
        (Record::Settings, "admission.calls_per_person") => "maxCallsPerPerson".to_owned(),
        (Record::Settings, "admission.office_calls") => "maxCalls".to_owned(),
        (Record::Person(_), "wants.note") => "note".to_owned(),
        (Record::Person(_), "hours.when_closed") => "hours.whenClosed".to_owned(),
        (Record::Settings, "lan.port") => "port".to_owned(),
        (Record::Settings, "recording.keep_days") => "keepDays".to_owned(),
        (Record::Settings, "parking.first") => "first".to_owned(),
        (Record::Mailbox(_), "keep_days") => "keepSavedDays".to_owned(),
        (Record::Mailbox(_), "owner") => "members".to_owned(),
        (Record::PhoneNumber(_), "trunk") => "line".to_owned(),
        (_, field) => camel_case(field),
    };
    Problem {
        field: Some(field),
        ..Problem::new(status, "").coded(code_of(problem))
    }
}

fn code_of(problem: &OfficeProblem) -> &'static str {
    match problem {
        OfficeProblem::TooMany { .. } => "tooMany",
        OfficeProblem::DuplicateExtension { .. } => "extensionTaken",
        OfficeProblem::DuplicateSipUser { .. } => "userTaken",
        OfficeProblem::BadName { .. } => "badName",
        OfficeProblem::BadText { .. } => "badText",
        OfficeProblem::OwnNumberMissing { .. } => "ownNumberMissing",
        OfficeProblem::OwnNumberLeadsElsewhere { .. } => "ownNumberLeadsElsewhere",
        OfficeProblem::PersonCalls { .. } => "badCallsPerPerson",
        OfficeProblem::DeviceWithoutPerson { .. } => "noSuchPerson",
        OfficeProblem::DeviceContacts { .. } => "badMaxContacts",
        OfficeProblem::SecretOfAnotherRealm { .. } => "secretOfAnotherRealm",
        OfficeProblem::TargetPersonMissing { .. } => "noSuchPerson",
        OfficeProblem::TargetExtensionMissing { .. } => "noSuchExtension",
        OfficeProblem::ExtensionCircle { .. } => "extensionCircle",
        OfficeProblem::OfficeCalls => "badMaxCalls",
        OfficeProblem::LanPort => "badPort",
        OfficeProblem::SecondMailbox { .. } => "secondMailbox",
        OfficeProblem::MailboxPersonMissing { .. } => "noSuchPerson",
        OfficeProblem::MailboxBounds { .. } => "badMailbox",
        OfficeProblem::NumberLeadsElsewhere { .. } => "numberLeadsElsewhere",
        OfficeProblem::RoomMembers { .. } => "badMaxMembers",
        OfficeProblem::RoomWithoutHost { .. } => "roomWithoutHost",
        OfficeProblem::TargetMailboxMissing { .. } => "noSuchMailbox",
        OfficeProblem::TargetRoomMissing { .. } => "noSuchRoom",
        OfficeProblem::Music { .. } => "badMusic",
        OfficeProblem::RecordingDays => "badKeepDays",
        OfficeProblem::Parking => "badParking",
        OfficeProblem::ParkingOverlaps { .. } => "parkingOverlaps",
        OfficeProblem::ModeStates { .. } => "badStates",
        OfficeProblem::Overfull { .. } => "tooMany",
        OfficeProblem::PersonScheduleMissing { .. } => "noSuchSchedule",
        OfficeProblem::PersonClosedTargetMissing { .. } => "noSuchTarget",
        OfficeProblem::Outside { fault, .. } => outside::code_of(fault),
        _ => "badValue",
    }
}

/// `max_contacts` as JSON has it: `maxContacts`.
fn camel_case(field: &str) -> String {
    let mut words = field.split('_');
    let mut name = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut letters = word.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    name
}

fn as_number<S: serde::Serializer>(status: &StatusCode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u16(status.as_u16())
}

#[cfg(test)]
mod tests {
    use super::*;
    use office::ExtensionNumber;

    #[test]
    fn a_problem_of_the_office_names_the_field_of_the_request() {
        let number = ExtensionNumber::parse("101").unwrap();
        let cases = [
            (
                OfficeProblem::DuplicateExtension { number },
                StatusCode::CONFLICT,
                "extension",
            ),
            (
                OfficeProblem::DeviceContacts {
                    device: office::DeviceId(1),
                },
                StatusCode::UNPROCESSABLE_ENTITY,
                "maxContacts",
            ),
        ];
        for (problem, status, field) in cases {
            let said = Problem::from(StoreError::Problems(vec![problem.clone()]));
            assert_eq!(said.status, status);
            assert_eq!(said.field.as_deref(), Some(field));
            assert_eq!(said.detail, problem.to_string());
        }
    }
}
