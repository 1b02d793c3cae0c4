//! Headers whose value is one number: Max-Forwards, Expires, Min-Expires, Min-SE, Content-Length and kin.

use super::{Header, HeaderError};
use crate::{HeaderName, Text, scan::is_space};
use bytes::Bytes;

macro_rules! number_headers {
    ($($(#[$doc:meta])* $type:ident: $name:ident, $int:ty, $overflow:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $type(pub $int);

        impl Header for $type {
            const NAME: HeaderName = HeaderName::$name;
            fn parse(value: Bytes) -> Result<Self, HeaderError> {
                // Parameters or a comment after the number are allowed by some of these headers.
                let end = value
                    .iter()
                    .position(|b| is_space(*b) || matches!(b, b';' | b'('))
                    .unwrap_or(value.len());
                let digits = Text::new(value.slice(..end));
                if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
                    return Err(HeaderError::Malformed(Self::NAME));
                }
                digits.number().or(number_headers!(@$overflow $int)).map($type)
                    .ok_or(HeaderError::OutOfRange(Self::NAME))
            }
            fn write(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(self.0.to_string().as_bytes());
            }
        }
    )*};
    (@cap $int:ty) => { Some(<$int>::MAX) };
    (@refuse $int:ty) => { None };
}

number_headers! {
    /// Max-Forwards (RFC 3261 §20.22), 0 to 255.
    MaxForwards: MaxForwards, u8, refuse;
    /// Expires in seconds (RFC 3261 §20.19); more than 2^32-1 counts as that.
    Expires: Expires, u32, cap;
    /// Min-Expires in seconds (RFC 3261 §20.23).
    MinExpires: MinExpires, u32, cap;
    /// Min-SE in seconds (RFC 4028 §5): the shortest session interval taken.
    MinSe: MinSe, u32, cap;
    /// Content-Length in bytes (RFC 3261 §20.14).
    ContentLength: ContentLength, usize, refuse;
    /// RSeq (RFC 3262 §7.1).
    RSeq: RSeq, u32, refuse;
    /// Flow-Timer in seconds (RFC 5626 §10).
    FlowTimer: FlowTimer, u32, refuse;
    /// Max-Breadth (RFC 5393 §5).
    MaxBreadth: MaxBreadth, u32, refuse;
}
