//! Calls abroad, and to where it costs extra, as the audit log has them: who, when, from where, and
//! whether they were let through. Insurers and the police ask for that.

use super::{ABROAD_ALLOWED, ABROAD_REFUSED, Actor, add};
use crate::row::to_json;
use crate::{Store, StoreError};
use office::{CallId, Country, DeviceId, PersonId, clean_text};
use serde::Serialize;

/// Somebody or something wanted to call abroad, or where it costs extra.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallAbroad {
    /// When, in milliseconds since 1970 (UTC).
    pub at: i64,
    /// Who pays, by name; empty for the office itself.
    pub who: String,
    /// Whose phone or call it was.
    pub person: Option<PersonId>,
    /// What was dialled, or was to be.
    pub number: String,
    /// Where that is, if it is in a country.
    pub country: Option<Country>,
    /// In which way it wanted out, such as `dialled` or `transfer`.
    pub way: String,
    /// Why it was refused; it was let through if nothing is said.
    pub refused: Option<String>,
    /// Over what it was let through, by name.
    pub line: Option<String>,
    /// The phone that asked, where one did.
    pub device: Option<DeviceId>,
    /// The address the phone asked from.
    pub address: String,
    /// What the phone says it is.
    pub agent: Option<String>,
    /// The call; none of one that was refused before it became one.
    pub call: Option<CallId>,
}

/// What the line says besides.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Kept {
    way: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    device: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    agent: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    call: Option<i64>,
}

impl Store {
    /// Writes down calls abroad, all of them or none.
    ///
    /// # Errors
    /// What the disk says.
    pub fn note_calls_abroad(&mut self, calls: &[CallAbroad]) -> Result<(), StoreError> {
        self.in_transaction(|connection| {
            for call in calls {
                let kept = Kept {
                    way: call.way.clone(),
                    reason: call.refused.clone(),
                    country: call
                        .country
                        .as_ref()
                        .map(|country| country.as_str().to_owned()),
                    line: call.line.clone(),
                    person: call.person.map(|person| person.0),
                    device: call.device.map(|device| device.0),
                    agent: call.agent.as_deref().map(short),
                    call: call
                        .call
                        .map(|call| i64::try_from(call.0).unwrap_or(i64::MAX)),
                };
                let action = match call.refused {
                    Some(_) => ABROAD_REFUSED,
                    None => ABROAD_ALLOWED,
                };
                let by = Actor {
                    login: call.who.clone(),
                    address: call.address.clone(),
                };
                let number = short(&call.number);
                let kept = to_json(&kept)?;
                add(
                    connection,
                    call.at,
                    &by,
                    (action, &number),
                    [None, Some(kept)],
                )?;
            }
            Ok(())
        })
    }
}

/// What somebody dialled or a phone says of itself may be anything, and any length.
fn short(text: &str) -> String {
    clean_text(text).into_owned()
}
