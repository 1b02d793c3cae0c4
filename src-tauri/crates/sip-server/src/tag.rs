//! To tags and tokens that need no memory and cannot be guessed.

use crate::digest::{Hex, keyed};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use sip_message::{HeaderName, Request};

/// Makes tags and tokens as MACs over what they stand for.
#[derive(Clone, Debug)]
pub(crate) struct Tags(Hmac<Sha256>);

impl Tags {
    pub(crate) fn new(seed: [u8; 32]) -> Tags {
        Tags(keyed(seed))
    }

    /// The To tag of answers to a request: the same for every retransmission, also when no
    /// transaction remembers it (RFC 3261 §8.2.7).
    pub(crate) fn of(&self, request: &Request) -> String {
        let headers = request.headers();
        let value = |name| headers.value(name).unwrap_or_default();
        self.token(&[
            b"tag",
            &value(HeaderName::CallId),
            &value(HeaderName::From),
            &value(HeaderName::CSeq),
        ])
    }

    /// A seed for one part of several.
    pub(crate) fn seed(&self, part: u8) -> [u8; 32] {
        let mut mac = self.0.clone();
        mac.update(b"seed");
        mac.update(&[part]);
        mac.finalize().into_bytes().into()
    }

    /// A token of 64 bits, in hexadecimal digits, for these words.
    pub(crate) fn token(&self, words: &[&[u8]]) -> String {
        let mut mac = self.0.clone();
        for word in words {
            mac.update(word);
            mac.update(b"\n");
        }
        let bytes = mac.finalize().into_bytes();
        let hex = Hex::of_bytes(bytes.get(..8).unwrap_or_default());
        String::from_utf8_lossy(hex.text()).into_owned()
    }
}
