//! Requests to the engine's API.

use crate::{failed::Failed, find_engine::Engine};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::{path::Path, time::Duration};
use ureq::{
    Agent, Body, RequestBuilder,
    http::{Response, StatusCode},
};

/// Longer than the engine waits for its own disk.
const TIMEOUT: Duration = Duration::from_secs(20);
/// The trace of a call may have a megabyte of messages, some of their bytes escaped.
const LARGEST_ANSWER: u64 = 16 * 1024 * 1024;
/// The audit log holds at most 155,000 lines.
const LARGEST_TABLE: u64 = 512 * 1024 * 1024;

/// The way to one engine.
#[derive(Debug)]
pub(crate) struct Client {
    agent: Agent,
    engine: Engine,
}

impl Client {
    pub(crate) fn new(engine: Engine) -> Self {
        let config = Agent::config_builder()
            // The engine is on this computer, whatever proxy leads out of it.
            .proxy(None)
            .max_redirects(0)
            .http_status_as_error(false)
            .timeout_global(Some(TIMEOUT))
            .build();
        Self {
            agent: config.into(),
            engine,
        }
    }

    /// Asks without the token.
    pub(crate) fn get_openly(&self, path: &str) -> Result<Value, Failed> {
        self.read(self.agent.get(self.url(path)).call())
    }

    /// Asks.
    pub(crate) fn get(&self, path: &str) -> Result<Value, Failed> {
        self.read(self.signed(self.agent.get(self.url(path)))?.call())
    }

    /// Asks for a text, such as a table.
    pub(crate) fn get_text(&self, path: &str) -> Result<String, Failed> {
        let answer = self.signed(self.agent.get(self.url(path)))?.call();
        let (status, text) = self.text(answer, LARGEST_TABLE)?;
        match status.is_success() {
            true => Ok(text),
            false => Err(Failed::Refused(sentence(status, &text))),
        }
    }

    /// Adds or orders something.
    pub(crate) fn post(&self, path: &str, body: &Value) -> Result<Value, Failed> {
        let request = self.signed(self.agent.post(self.url(path)))?;
        self.read(request.send_json(body))
    }

    /// Orders something about a record as it was at `revision`.
    pub(crate) fn post_on(&self, path: &str, revision: i64) -> Result<Value, Failed> {
        let request = self.signed(self.agent.post(self.url(path)))?;
        let request = request.header("If-Match", format!("\"{revision}\""));
        self.read(request.send_json(Value::Null))
    }

    /// Sets something.
    pub(crate) fn put(&self, path: &str, body: &Value) -> Result<Value, Failed> {
        let request = self.signed(self.agent.put(self.url(path)))?;
        self.read(request.send_json(body))
    }

    /// Sets a record as it was at `revision`.
    pub(crate) fn put_on(&self, path: &str, revision: i64, body: &Value) -> Result<Value, Failed> {
        let request = self.signed(self.agent.put(self.url(path)))?;
        let request = request.header("If-Match", format!("\"{revision}\""));
        self.read(request.send_json(body))
    }

    /// The data folder of the engine.
    pub(crate) fn data(&self) -> &Path {
        &self.engine.data
    }

    /// Removes a record as it was at `revision`.
    pub(crate) fn delete(&self, path: &str, revision: i64) -> Result<Value, Failed> {
        let request = self.signed(self.agent.delete(self.url(path)))?;
        self.read(request.header("If-Match", format!("\"{revision}\"")).call())
    }

    /// A page of the engine.
    pub(crate) fn page(&self, path: &str) -> String {
        format!("{}{path}", self.engine.api)
    }

    fn url(&self, path: &str) -> String {
        format!("{}/api/{path}", self.engine.api)
    }

    fn signed<B>(&self, request: RequestBuilder<B>) -> Result<RequestBuilder<B>, Failed> {
        let token = self.engine.token()?;
        Ok(request.header("Authorization", format!("Bearer {token}")))
    }

    fn read(&self, answer: Result<Response<Body>, ureq::Error>) -> Result<Value, Failed> {
        let (status, body) = self.text(answer, LARGEST_ANSWER)?;
        if status.is_success() {
            return if body.is_empty() {
                Ok(Value::Null)
            } else {
                serde_json::from_str(&body).map_err(Failed::Misunderstood)
            };
        }
        Err(Failed::Refused(sentence(status, &body)))
    }

    fn text(
        &self,
        answer: Result<Response<Body>, ureq::Error>,
        largest: u64,
    ) -> Result<(StatusCode, String), Failed> {
        let no_answer = |why: ureq::Error| match why {
            // The file may have outlived its engine.
            ureq::Error::ConnectionFailed => self.not_running(),
            ureq::Error::Io(why) if why.kind() == std::io::ErrorKind::ConnectionRefused => {
                self.not_running()
            }
            why => Failed::NoAnswer {
                api: self.engine.api.clone(),
                why,
            },
        };
        let mut answer = answer.map_err(no_answer)?;
        let status = answer.status();
        let body = answer.body_mut().with_config().limit(largest);
        Ok((status, body.read_to_string().map_err(no_answer)?))
    }

    fn not_running(&self) -> Failed {
        Failed::NotRunning {
            data: self.engine.data.clone(),
        }
    }
}

/// Reads part of an answer.
pub(crate) fn understand<T: DeserializeOwned>(value: Value) -> Result<T, Failed> {
    serde_json::from_value(value).map_err(Failed::Misunderstood)
}

/// JSON as `--json` prints it.
pub(crate) fn as_json(value: &Value) -> String {
    format!("{value:#}\n")
}

/// What a problem document (RFC 9457) says, with the field it is about.
fn sentence(status: StatusCode, body: &str) -> String {
    let problem: Value = serde_json::from_str(body).unwrap_or_default();
    match (problem["detail"].as_str(), problem["field"].as_str()) {
        (Some(detail), Some(field)) => format!("{field}: {detail}"),
        (Some(detail), None) => detail.to_owned(),
        (None, _) => format!("the phone engine answered {status}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_told_in_the_words_of_the_engine() {
        let problem = r#"{"status":409,"detail":"101 is given out","field":"extension"}"#;
        let told = sentence(StatusCode::CONFLICT, problem);
        assert_eq!(told, "extension: 101 is given out");
        assert_eq!(
            sentence(StatusCode::BAD_GATEWAY, "<html>"),
            "the phone engine answered 502 Bad Gateway"
        );
    }
}
