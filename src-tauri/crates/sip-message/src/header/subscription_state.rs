//! Subscription-State (RFC 6665 §4.1.3, §8.2.3): how a subscription stands, in NOTIFY.

use super::{Header, HeaderError, token_params::token_params};
use crate::{HeaderName, Params, Text};
use bytes::Bytes;

/// Subscription-State.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubscriptionState {
    /// The state.
    pub state: SubState,
    /// `expires`, `reason`, `retry-after` and others.
    pub params: Params,
}

/// The states a subscription goes through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SubState {
    /// Accepted, being notified.
    Active,
    /// Received, not yet decided.
    Pending,
    /// Over.
    Terminated,
    /// A state of an extension; treated as active (RFC 6665 §4.1.3).
    Other(Text),
}

impl SubscriptionState {
    /// `active;expires=…`, seconds left.
    pub fn active(expires: u32) -> SubscriptionState {
        SubscriptionState {
            state: SubState::Active,
            params: Params::new().with("expires", &expires.to_string()),
        }
    }

    /// `pending;expires=…`, seconds left.
    pub fn pending(expires: u32) -> SubscriptionState {
        SubscriptionState {
            state: SubState::Pending,
            params: Params::new().with("expires", &expires.to_string()),
        }
    }

    /// `terminated;reason=…`: `deactivated`, `timeout`, `noresource`, `rejected` …
    pub fn terminated(reason: &str) -> SubscriptionState {
        SubscriptionState {
            state: SubState::Terminated,
            params: Params::new().with("reason", reason),
        }
    }

    /// Seconds left.
    pub fn expires(&self) -> Option<u32> {
        self.params.value("expires")?.number()
    }

    /// Why it is over.
    pub fn reason(&self) -> Option<Text> {
        self.params.value("reason")
    }

    /// Seconds to wait before subscribing again.
    pub fn retry_after(&self) -> Option<u32> {
        self.params.value("retry-after")?.number()
    }
}

impl Header for SubscriptionState {
    const NAME: HeaderName = HeaderName::SubscriptionState;
    fn parse(value: Bytes) -> Result<Self, HeaderError> {
        let (token, params) = token_params(&value, Self::NAME)?;
        let state = match token.to_ascii_lowercase().as_slice() {
            b"active" => SubState::Active,
            b"pending" => SubState::Pending,
            b"terminated" => SubState::Terminated,
            _ => SubState::Other(token),
        };
        Ok(SubscriptionState { state, params })
    }
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(match &self.state {
            SubState::Active => b"active",
            SubState::Pending => b"pending",
            SubState::Terminated => b"terminated",
            SubState::Other(token) => token,
        });
        self.params.write(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_and_their_parameters() {
        let parse = |s: &'static str| SubscriptionState::parse(Bytes::from_static(s.as_bytes()));
        let over = parse("Terminated; reason=timeout;retry-after=5").unwrap();
        assert_eq!(over.state, SubState::Terminated);
        assert_eq!(
            (over.reason().unwrap(), over.retry_after()),
            (Text::from("timeout"), Some(5))
        );
        assert_eq!(
            parse("active;expires=60").unwrap(),
            SubscriptionState::active(60)
        );
        assert_eq!(SubscriptionState::pending(9).expires(), Some(9));
        let mut out = Vec::new();
        SubscriptionState::terminated("noresource").write(&mut out);
        assert_eq!(out, b"terminated;reason=noresource");
    }
}
