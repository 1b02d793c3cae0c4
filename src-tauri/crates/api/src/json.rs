//! What requests bring: JSON bodies, identities in paths, revisions in `If-Match`; each refusal is
//! a problem document.

use crate::errors::Problem;
use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Query, Request},
    http::{StatusCode, header, request::Parts},
};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use std::str::FromStr;

/// A JSON body. A value of the wrong kind is refused with the name of its field.
pub(crate) struct Json<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let body = Bytes::from_request(request, state)
            .await
            .map_err(|refused| Problem::new(refused.status(), refused.body_text()))?;
        parse(&body).map(Self)
    }
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        let is_field = error.inner().is_data() && path != ".";
        match error.into_inner() {
            error if is_field => Problem::field(path, without_place(&error)),
            error if error.is_data() => {
                Problem::new(StatusCode::UNPROCESSABLE_ENTITY, without_place(&error))
            }
            error => Problem::new(StatusCode::BAD_REQUEST, error.to_string()),
        }
    })?;
    json.end()
        .map_err(|error| Problem::new(StatusCode::BAD_REQUEST, error.to_string()))?;
    Ok(value)
}

/// What is wrong with a value, without the line and column of the JSON: people filled in a form.
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    text.strip_suffix(&place).unwrap_or(&text).to_owned()
}

/// The `{id}` of a path. What is no number is nothing that exists.
pub(crate) struct Id<T>(pub(crate) T);

impl<S: Send + Sync, T: FromStr> FromRequestParts<S> for Id<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let nothing = || Problem::not_found("number");
        let Path(id) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| nothing())?;
        id.parse().map(Self).map_err(|_| nothing())
    }
}

/// For a field of which `null` says something else than leaving it out.
pub(crate) fn said<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    from: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

/// What becomes of a PIN or password: a field that is missing leaves it as it is, `null` takes it
/// away. It is never told.
#[derive(Clone, Default)]
pub(crate) enum SecretEdit {
    #[default]
    Stays,
    Goes,
    Becomes(office::Secret),
}

impl<'de> Deserialize<'de> for SecretEdit {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = Option::<String>::deserialize(from)?;
        Ok(text.map_or(Self::Goes, |text| Self::Becomes(office::Secret::new(text))))
    }
}

/// A secret is equal to none, itself included: whoever compares records never learns of it.
impl PartialEq for SecretEdit {
    fn eq(&self, other: &Self) -> bool {
        matches!(
            (self, other),
            (Self::Stays, Self::Stays) | (Self::Goes, Self::Goes)
        )
    }
}

/// Whatever is typed into a field for secrets is nobody's business.
impl std::fmt::Debug for SecretEdit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretEdit(…)")
    }
}

/// What follows the question mark.
pub(crate) struct Asked<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Query(asked) = Query::from_request_parts(parts, state)
            .await
            .map_err(|refused| Problem::new(StatusCode::BAD_REQUEST, refused.body_text()))?;
        Ok(Self(asked))
    }
}

/// The revision a change was made on, as `If-Match: "3"` (RFC 9110 §13.1.1): whoever changes a
/// record must have seen it as it is.
pub(crate) struct IfMatch(pub(crate) i64);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get(header::IF_MATCH) else {
            return Err(Problem::new(
                StatusCode::PRECONDITION_REQUIRED,
                "name the revision you have seen, as in If-Match: \"3\"",
            ));
        };
        let revision = value.to_str().ok().map(|text| text.trim_matches('"'));
        revision
            .and_then(|text| text.parse().ok())
            .map(Self)
            .ok_or_else(|| {
                Problem::new(
                    StatusCode::BAD_REQUEST,
                    "If-Match wants one revision, as in If-Match: \"3\"",
                )
            })
    }
}

/// The same where none need be named: what can be undone may be done to a record as it is.
pub(crate) struct IfMatchGiven(pub(crate) Option<i64>);

impl<S: Send + Sync> FromRequestParts<S> for IfMatchGiven {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        if !parts.headers.contains_key(header::IF_MATCH) {
            return Ok(Self(None));
        }
        let IfMatch(revision) = IfMatch::from_request_parts(parts, state).await?;
        Ok(Self(Some(revision)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Wish {
        #[serde(default)]
        label: String,
        max_contacts: Option<u8>,
    }

    #[test]
    fn a_body_is_refused_by_the_name_of_its_field() {
        let cases: [(&str, u16, Option<&str>); 6] = [
            (r#"{"label": 7}"#, 422, Some("label")),
            (r#"{"maxContacts": 256}"#, 422, Some("maxContacts")),
            (r#"{"colour": "red"}"#, 422, Some("colour")),
            (r#""label""#, 422, None),
            (r#"{"label": "#, 400, None),
            (r#"{} {}"#, 400, None),
        ];
        for (body, status, field) in cases {
            let problem = parse::<Wish>(body.as_bytes()).unwrap_err();
            assert_eq!(problem.status.as_u16(), status, "{body}");
            assert_eq!(problem.field.as_deref(), field, "{body}");
            let tells_place = problem.detail.contains(" at line ");
            assert_eq!(tells_place, status == 400, "{body}: {}", problem.detail);
        }
        let wish = Wish {
            label: "Desk".into(),
            max_contacts: Some(2),
        };
        assert_eq!(
            parse::<Wish>(br#"{"label":"Desk","maxContacts":2}"#).unwrap(),
            wish
        );
    }
}
