//! Event (RFC 6665 §8.2.1): what a subscription is about.

use super::{Header, HeaderError, token_params::token_params};
use crate::{HeaderName, Params, Text};
use bytes::Bytes;

/// An event package with parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The package with its templates: `dialog`, `presence.winfo`.
    pub package: Text,
    /// `id` and what the package defines.
    pub params: Params,
}

impl Event {
    /// A package without parameters.
    pub fn new(package: &str) -> Event {
        Event {
            package: Text::from(package),
            params: Params::new(),
        }
    }

    /// The `id`, which tells subscriptions of one dialog apart.
    pub fn id(&self) -> Option<Text> {
        self.params.value("id")
    }

    /// Whether both mean the same subscription of a dialog: package and `id` equal byte for byte,
    /// other parameters aside (RFC 6665 §8.2.1).
    pub fn is_same_subscription(&self, other: &Event) -> bool {
        self.package == other.package && self.id() == other.id()
    }
}

impl Header for Event {
    const NAME: HeaderName = HeaderName::Event;
    fn parse(value: Bytes) -> Result<Self, HeaderError> {
        let (package, params) = token_params(&value, Self::NAME)?;
        Ok(Event { package, params })
    }
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.package);
        self.params.write(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn package_and_id_decide_which_subscription_is_meant() {
        let event = |s: &'static str| Event::parse(Bytes::from_static(s.as_bytes())).unwrap();
        assert!(event("dialog;id=1;sla").is_same_subscription(&event("dialog ;id=1")));
        assert!(!event("dialog;id=1").is_same_subscription(&event("dialog")));
        assert!(!event("dialog").is_same_subscription(&event("presence")));
    }
}
