//! Message summaries (RFC 3842): how many messages wait, and where to call to hear them.

use super::Package;
use bytes::Bytes;
use sip_dialog::ext::events::Terms;
use sip_message::Uri;

/// The package. Phones that subscribe refresh about once an hour.
pub const PACKAGE: Package = Package {
    name: "message-summary",
    body: ("application", "simple-message-summary"),
    terms: Terms {
        default: 3_600,
        min: 60,
        max: 86_400,
    },
};

/// The messages that light one lamp.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MessageSummary {
    /// Voice messages nobody has heard.
    pub new: u32,
    /// Voice messages heard and kept.
    pub old: u32,
}

impl MessageSummary {
    /// The body as every phone reads it (RFC 3842 §5.2). `account` is what the phone calls to hear
    /// the messages. None of ours are urgent.
    pub fn body(self, account: &Uri) -> Bytes {
        let Self { new, old } = self;
        let waiting = if new > 0 { "yes" } else { "no" };
        Bytes::from(format!(
            "Messages-Waiting: {waiting}\r\nMessage-Account: {account}\r\n\
             Voice-Message: {new}/{old} (0/0)\r\n"
        ))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // a failing test may panic
mod tests {
    use super::*;

    #[test]
    fn the_body_says_whether_how_many_and_where() {
        let account = Uri::parse(Bytes::from_static(b"sip:*97@office.example")).unwrap();
        let body = |new, old| MessageSummary { new, old }.body(&account);
        assert_eq!(
            body(2, 5),
            "Messages-Waiting: yes\r\nMessage-Account: sip:*97@office.example\r\n\
             Voice-Message: 2/5 (0/0)\r\n"
        );
        assert!(body(0, 5).starts_with(b"Messages-Waiting: no\r\n"));
        assert!(body(0, 5).ends_with(b"\r\nVoice-Message: 0/5 (0/0)\r\n"));
    }
}
