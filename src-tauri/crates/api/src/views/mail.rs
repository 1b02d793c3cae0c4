//! How the office's mail is sent, and the letters on their way.

use crate::{errors::Problem, limits::LETTERS_LISTED, server::Api, values::Millis};
use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Letter, LetterState, MailAccount, Revised};
use ts_rs::TS;
use utoipa::ToSchema;

/// How mail is sent. The password is never told.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MailSettings {
    /// To be named in `If-Match` when changing them; 0 until they were set up.
    revision: i64,
    /// While it is not, letters wait.
    enabled: bool,
    /// The mail server's name or address; empty until it was set up.
    host: String,
    port: u16,
    security: MailSecurity,
    /// What to sign in with; empty to send without.
    user: String,
    has_password: bool,
    /// Whom letters come from, as `Office <office@example.com>` or the address alone.
    from: String,
}

/// How the way to the mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum MailSecurity {
    /// TLS from the first byte.
    Tls,
    /// TLS after STARTTLS, and nothing if the server refuses it.
    StartTls,
    /// None: for a server on this computer or in this network only.
    None,
}

/// A letter to one address.
#[derive(Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MailItem {
    id: i64,
    to: String,
    subject: String,
    state: MailItemState,
    /// How often it was tried.
    attempts: u32,
    next_try_at: Option<Millis>,
    /// Why the last try failed, as a sentence.
    last_error: Option<String>,
    created_at: Millis,
}

/// How far a letter has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum MailItemState {
    /// It waits for its first or next try.
    Queued,
    /// The mail server has taken it.
    Sent,
    /// It was given up.
    Failed,
}

/// The port for mail that is protected from the first byte (RFC 8314 §3.3).
const USUAL_PORT: u16 = 465;

/// How mail is sent.
#[utoipa::path(get, path = "/mail", tag = "mail", responses((status = 200, body = MailSettings)))]
pub(crate) async fn show(State(api): State<Arc<Api>>) -> Result<Json<MailSettings>, Problem> {
    let account = api.keeper.ask(|store| store.mail_account()).await?;
    Ok(Json(MailSettings::of(account)))
}

/// The letters that wait, were sent or were given up, the newest first.
#[utoipa::path(get, path = "/mail/queue", tag = "mail",
    responses((status = 200, body = [MailItem])))]
pub(crate) async fn queue(State(api): State<Arc<Api>>) -> Result<Json<Vec<MailItem>>, Problem> {
    let letters = api
        .keeper
        .ask(|store| store.letters(LETTERS_LISTED, None))
        .await?;
    Ok(Json(letters.into_iter().map(MailItem::of).collect()))
}

impl MailSettings {
    pub(crate) fn of(account: Option<Revised<MailAccount>>) -> Self {
        let Some(Revised { revision, value }) = account else {
            return Self {
                revision: 0,
                enabled: false,
                host: String::new(),
                port: USUAL_PORT,
                security: MailSecurity::Tls,
                user: String::new(),
                has_password: false,
                from: String::new(),
            };
        };
        let MailAccount { settings, password } = value;
        let address = settings.from_address.to_string();
        Self {
            revision,
            enabled: settings.enabled,
            host: settings.host,
            port: settings.port,
            security: match settings.security {
                store::MailSecurity::Tls => MailSecurity::Tls,
                store::MailSecurity::Starttls => MailSecurity::StartTls,
                store::MailSecurity::None => MailSecurity::None,
            },
            user: settings.user.unwrap_or_default(),
            has_password: password.is_some(),
            from: match settings.from_name.as_str() {
                "" => address,
                name => format!("{name} <{address}>"),
            },
        }
    }
}

impl MailItem {
    fn of(letter: Letter) -> Self {
        let waits = letter.state == LetterState::Queued;
        Self {
            id: letter.id.0,
            to: letter.to.to_string(),
            subject: letter.subject,
            state: match letter.state {
                LetterState::Queued => MailItemState::Queued,
                LetterState::Sent => MailItemState::Sent,
                LetterState::Failed => MailItemState::Failed,
            },
            attempts: letter.attempts,
            next_try_at: waits.then_some(Millis(letter.next_try_ms)),
            last_error: letter.last_error,
            created_at: Millis(letter.queued_ms),
        }
    }
}
