//! `httpRequest`: asks another program, such as the customer database.

use super::{Behaviour, Silence};
use crate::catalogue::{Group, Kind, Param, Takes, or_else, required};
use crate::check::NodeCheck;
use crate::limits::{MAX_REPLY_BYTES, MAX_SPOKEN_CHARS};
use crate::program::Around;
use crate::prompt::HearsDocument;
use crate::template::Template;
use crate::walk::{Act, Event, HeaderPart, HttpMethod, HttpRequest, Next, Reason, Reply, Turn};
use serde::Deserialize;
use serde_json::Value as Json;
use std::time::Duration;

/// Asks another program.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Request {
    method: HttpMethod,
    url: Template,
    headers: Vec<Header>,
    body: Template,
    timeout: u32,
    hears: Option<HearsDocument>,
    save: Vec<Save>,
    allow_private: bool,
}

/// A header; `secret` names what the office keeps, behind whatever `value` says.
#[derive(Clone, Debug, Deserialize)]
struct Header {
    #[serde(default)]
    name: String,
    #[serde(default)]
    value: Template,
    #[serde(default)]
    secret: Option<String>,
}

/// What is remembered of the reply, and in which variable.
#[derive(Clone, Debug, Deserialize)]
struct Save {
    #[serde(default)]
    path: String,
    #[serde(rename = "var", default)]
    variable: String,
}

impl Behaviour for Request {
    type State = ();

    const KIND: Kind = Kind::new("httpRequest", Group::Data, "globe")
        .params(&[
            Param::choice("method", &["GET", "POST", "PUT", "PATCH", "DELETE"]),
            Param::new("url", Takes::Template).required().range(1, 1_000),
            Param::new("headers", Takes::Headers).range(0, 20).advanced(),
            Param::new("body", Takes::Template).range(0, 4_000),
            Param::new("timeout", Takes::Seconds).number(3).range(1, 10),
            Param::new("hears", Takes::Hears).required(),
            Param::new("save", Takes::Saves).range(0, 20),
            Param::new("allowPrivate", Takes::Boolean).flag(false).advanced(),
        ])
        .outcomes(&[required("success"), required("error"), or_else("timeout", "error")])
        .fails_by("error")
        .quiet();

    fn enter(&self, (): &mut (), turn: &mut Turn<'_, '_>) -> Next {
        if turn.is_answered() && !turn.is_gone() {
            turn.hear(self.hears.as_ref().unwrap_or(&HearsDocument::Music(String::new())));
        }
        let fill = |template: &Template, most| template.fill(most, |name| turn.value(name));
        let request = HttpRequest {
            method: self.method,
            url: self.url.fill(2_000, |name| {
                // What callers dial stays within its place in the address.
                turn.value(name).map(|value| crate::Value::Text(escape(&value.to_string())))
            }),
            headers: self
                .headers
                .iter()
                .take(20)
                .map(|header| {
                    let value = one_line(&fill(&header.value, 1_000));
                    let mut parts = vec![HeaderPart::Text(value)];
                    parts.extend(header.secret.clone().map(HeaderPart::Secret));
                    (one_line(&header.name), parts)
                })
                .collect(),
            body: fill(&self.body, 4 * MAX_SPOKEN_CHARS),
            timeout: Duration::from_secs(self.timeout.into()),
            max_reply: MAX_REPLY_BYTES,
            allow_private: self.allow_private,
        };
        turn.act(Act::Request(request));
        Next::Stay
    }

    fn on(&self, (): &mut (), turn: &mut Turn<'_, '_>, event: &Event) -> Next {
        let Event::Replied(reply) = event else {
            return Next::Stay;
        };
        match reply {
            Reply::Answered { status, body } if (200..300).contains(status) => {
                for save in self.save.iter().take(20) {
                    let found = find(body, &save.path);
                    let holds = turn.type_of(&save.variable);
                    if let Some(value) = holds.zip(found).and_then(|(holds, json)| holds.read(json))
                    {
                        turn.set(&save.variable, value, false);
                    }
                }
                Next::leave("success")
            }
            Reply::Answered { status, .. } => {
                turn.tell_because(Reason::new("requestRefused").with("status", status));
                Next::leave("error")
            }
            Reply::TimedOut => {
                turn.tell_because(Reason::new("requestTimedOut"));
                Next::leave("timeout")
            }
            Reply::Failed { why } => {
                turn.tell_because(Reason::new("requestFailed").with("why", why));
                Next::leave("error")
            }
        }
    }

    fn sets(&self) -> Vec<(&'static str, &str)> {
        let names = self.save.iter().map(|save| save.variable.as_str());
        names.map(|name| ("success", name)).collect()
    }

    fn check(&self, check: &mut NodeCheck<'_, '_>) {
        let url = self.url.fill(2_000, |_| Some(crate::Value::text("x")));
        if url.starts_with("http://") && !self.allow_private {
            check.error("httpRequest.notSecure").field("url").set_field("allowPrivate", true.into());
        } else if !url.is_empty() && !url.starts_with("https://") && !url.starts_with("http://") {
            check.error("httpRequest.noAddress").field("url");
        }
        if self.hears.is_none() {
            check.warn("httpRequest.hears").set_field("hears", "moh".into());
        }
        let templates = [&self.url, &self.body].into_iter();
        let templates = templates.chain(self.headers.iter().map(|header| &header.value));
        let sensitive: Vec<String> = templates
            .flat_map(Template::variables)
            .filter(|name| check.is_sensitive(name))
            .map(str::to_owned)
            .collect();
        for variable in sensitive {
            check.warn("httpRequest.sensitive").field("url").with("variable", variable);
        }
    }

    fn in_silence(&self, _around: &Around<'_>) -> Silence {
        Silence::after(Duration::from_secs(self.timeout.into()))
    }
}

/// A part of a reply: `customer.orders[0].id`; the whole for an empty path.
fn find<'j>(body: &'j Json, path: &str) -> Option<&'j Json> {
    let parts = path.split(['.', '[']).map(|part| part.trim_end_matches(']'));
    parts.filter(|part| !part.is_empty() && *part != "$").try_fold(body, |at, part| match at {
        Json::Array(list) => list.get(part.parse::<usize>().ok()?),
        _ => at.get(part),
    })
}

/// A text that cannot leave its place in an address (RFC 3986 section 2.3).
fn escape(text: &str) -> String {
    use std::fmt::Write as _;
    let mut escaped = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            escaped.push(byte.into());
        } else {
            // Writing to a string does not fail.
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}

fn one_line(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_is_searched_by_a_path() {
        let body = serde_json::json!({ "a": { "b": [ { "c": 7 } ] } });
        assert_eq!(find(&body, "a.b[0].c"), Some(&Json::from(7)));
        assert_eq!(find(&body, "$.a.b.0.c"), Some(&Json::from(7)));
        assert_eq!(find(&body, "a.b[1].c"), None);
        assert_eq!(find(&body, "a.x.y"), None);
        assert_eq!(find(&body, ""), Some(&body));
        assert_eq!(escape("a/../b?x=1&ü"), "a%2F..%2Fb%3Fx%3D1%26%C3%BC");
    }
}
