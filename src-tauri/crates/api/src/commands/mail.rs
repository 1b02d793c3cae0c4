//! Setting up how mail is sent, trying it, and what becomes of letters that wait.

use crate::{
    auth::Caller,
    errors::Problem,
    json::{Id, IfMatch, Json, said},
    server::Api,
    values::Millis,
    views::mail::{MailSecurity, MailSettings},
    wav::in_background,
};
use axum::{extract::State, http::StatusCode};
use office::{EmailAddress, Office, Secret, clean_text, limits::NAME_MAX_CHARS};
use serde::Deserialize;
use std::sync::Arc;
use store::LetterId;
use ts_rs::TS;
use utoipa::ToSchema;

/// How mail is to be sent. `PUT /api/mail` with `If-Match`, which is 0 the first time.
#[derive(Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MailSettingsEdit {
    enabled: bool,
    host: String,
    port: u16,
    security: MailSecurity,
    user: String,
    /// Left out: the one that is kept stays; `null` forgets it.
    #[serde(default, deserialize_with = "said")]
    #[ts(optional, type = "string | null")]
    #[schema(value_type = Option<String>)]
    password: Option<Option<String>>,
    from: String,
}

/// `POST /api/mail/test`: a letter that shows that mail works.
#[derive(Debug, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MailTest {
    to: String,
}

/// Changes how mail is sent. Letters that wait are tried at once.
#[utoipa::path(put, path = "/mail", tag = "mail", request_body = MailSettingsEdit,
    params(("If-Match" = String, Header)), responses((status = 200, body = MailSettings)))]
pub(crate) async fn edit(
    State(api): State<Arc<Api>>,
    caller: Caller,
    IfMatch(revision): IfMatch,
    Json(edit): Json<MailSettingsEdit>,
) -> Result<axum::Json<MailSettings>, Problem> {
    let (settings, password) = edit.read()?;
    api.keeper
        .change_by(caller.actor(), move |change| {
            change.edit_mail_settings(&settings, revision)?;
            match password {
                Some(password) => change.set_mail_password(password.as_ref()),
                None => Ok(()),
            }
        })
        .await?;
    api.desk.wake_courier();
    let account = api.keeper.ask(|store| store.mail_account()).await?;
    Ok(axum::Json(MailSettings::of(account)))
}

/// Sends a letter at once to show that mail works, whether or not it is turned on.
#[utoipa::path(post, path = "/mail/test", tag = "mail", request_body = MailTest,
    responses((status = 204)))]
pub(crate) async fn test(
    State(api): State<Arc<Api>>,
    Json(MailTest { to }): Json<MailTest>,
) -> Result<StatusCode, Problem> {
    let to = EmailAddress::parse(to.trim())
        .map_err(|why| Problem::field("to", why).coded("badEmail"))?;
    let account = api.keeper.ask(|store| store.mail_account()).await?;
    let Some(account) = account else {
        let detail = mail::SendFailed::NotSetUp.to_string();
        return Err(Problem::new(StatusCode::CONFLICT, detail).coded("mailNotSetUp"));
    };
    let words = test_letter(&api.desk.office());
    let sent = in_background(move || {
        let words = (words.0.as_str(), words.1.as_str());
        mail::Courier::new().send_test(&account.value, &to, words, Millis::now().0)
    });
    sent.await?.map_err(|why| {
        Problem::new(StatusCode::BAD_GATEWAY, why.to_string()).coded("mailRefused")
    })?;
    Ok(StatusCode::NO_CONTENT)
}

/// Tries a letter again at once that waits or was given up.
#[utoipa::path(post, path = "/mail/queue/{id}/retry", tag = "mail", params(("id" = i64, Path)),
    responses((status = 204)))]
pub(crate) async fn retry(
    State(api): State<Arc<Api>>,
    Id(id): Id<i64>,
) -> Result<StatusCode, Problem> {
    let at_ms = Millis::now().0;
    api.keeper
        .ask(move |store| store.retry_letter(LetterId(id), at_ms))
        .await?;
    api.desk.wake_courier();
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a letter out of the queue; one that waits is never sent.
#[utoipa::path(delete, path = "/mail/queue/{id}", tag = "mail", params(("id" = i64, Path)),
    responses((status = 204)))]
pub(crate) async fn remove(
    State(api): State<Arc<Api>>,
    Id(id): Id<i64>,
) -> Result<StatusCode, Problem> {
    api.keeper
        .ask(move |store| store.remove_letter(LetterId(id)))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

impl MailSettingsEdit {
    /// The settings, and the password if it is to be another one.
    fn read(self) -> Result<(store::MailSettings, Option<Option<Secret>>), Problem> {
        let host = self.host.trim();
        let is_host = |c: char| c.is_ascii_alphanumeric() || "-._:".contains(c);
        if host.is_empty() || host.len() > LONGEST_HOST || !host.chars().all(is_host) {
            let detail = "give the mail server's name or address, as the provider says";
            return Err(Problem::field("host", detail).coded("badHost"));
        }
        if self.port == 0 {
            return Err(Problem::field("port", "a port is 1 to 65535").coded("badPort"));
        }
        let user = self.user.trim();
        if clean_text(user) != user || user.len() > LONGEST_HOST {
            let detail = "a user has up to 253 visible characters";
            return Err(Problem::field("user", detail).coded("badText"));
        }
        let password = self.password.map(|password| {
            password
                .filter(|password| !password.is_empty())
                .map(Secret::new)
        });
        let (from_name, from_address) = read_sender(&self.from)?;
        let settings = store::MailSettings {
            enabled: self.enabled,
            host: host.to_owned(),
            port: self.port,
            security: match self.security {
                MailSecurity::Tls => store::MailSecurity::Tls,
                MailSecurity::StartTls => store::MailSecurity::Starttls,
                MailSecurity::None => store::MailSecurity::None,
            },
            user: Some(user.to_owned()).filter(|user| !user.is_empty()),
            from_address,
            from_name,
        };
        Ok((settings, password))
    }
}

/// The longest name of a computer (RFC 1035 §2.3.4).
const LONGEST_HOST: usize = 253;

/// `Office <office@example.com>`, or the address alone.
fn read_sender(text: &str) -> Result<(String, EmailAddress), Problem> {
    let text = text.trim();
    let named = text
        .strip_suffix('>')
        .and_then(|text| text.rsplit_once('<'));
    let (name, address) = named.unwrap_or(("", text));
    let name = name.trim().trim_matches('"');
    let address = EmailAddress::parse(address.trim())
        .map_err(|why| Problem::field("from", why).coded("badEmail"))?;
    if clean_text(name) != name || name.chars().count() > NAME_MAX_CHARS {
        let detail = "the sender's name has up to as many visible characters as any name";
        return Err(Problem::field("from", detail).coded("badName"));
    }
    Ok((name.to_owned(), address))
}

/// Subject and text of the test letter, in the office's language.
fn test_letter(office: &Office) -> (String, String) {
    let settings = office.settings();
    let name = &settings.name;
    if settings.language.as_str().starts_with("de") {
        (
            "Test der Telefonanlage".to_owned(),
            format!(
                "Der Versand funktioniert: Diesen Brief hat die Telefonanlage von {name} geschickt.\n"
            ),
        )
    } else {
        (
            "Test of the phone system".to_owned(),
            format!("Sending works: this letter comes from the phone system of {name}.\n"),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_has_an_address_and_perhaps_a_name() {
        let read = |text| {
            read_sender(text)
                .map(|(name, to)| (name, to.to_string()))
                .ok()
        };
        let of = |name: &str| Some((name.to_owned(), "o@example.com".to_owned()));
        assert_eq!(read(" o@example.com "), of(""));
        assert_eq!(read("Büro Nord <o@example.com>"), of("Büro Nord"));
        assert_eq!(read("\"Smith, Anna\" <o@example.com>"), of("Smith, Anna"));
        for bad in [
            "",
            "o",
            "<>",
            "Office <o@example.com",
            "a\nb <o@example.com>",
        ] {
            assert_eq!(read(bad), None, "{bad:?}");
        }
    }
}
