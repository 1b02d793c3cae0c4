//! User-to-User (RFC 7433): data two call centres or applications hand each other.

use super::{Header, HeaderError};
use crate::{
    HeaderName, Params, Text,
    scan::{find_outside, is_token, part, quoted_end, trim_bytes},
};
use bytes::Bytes;

/// User-to-User.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserToUser {
    /// The data as written: a token, usually hexadecimal, or a quoted string with its quotes.
    pub data: Text,
    /// `encoding`, `purpose`, `content`.
    pub params: Params,
}

impl Header for UserToUser {
    const NAME: HeaderName = HeaderName::UserToUser;
    const IS_LIST: bool = true;
    fn parse(value: Bytes) -> Result<Self, HeaderError> {
        let semi = find_outside(&value, false, b';').unwrap_or(value.len());
        let data = trim_bytes(&part(&value, 0, semi));
        let params = Params::from_raw(part(&value, semi + 1, value.len()));
        let quoted = data.first() == Some(&b'"') && quoted_end(&data) == Some(data.len());
        if !(quoted || is_token(&data)) || !params.is_well_formed() {
            return Err(HeaderError::Malformed(Self::NAME));
        }
        Ok(UserToUser {
            data: Text::new(data),
            params,
        })
    }
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.data);
        self.params.write(out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn example_of_rfc_7433() {
        let text = b"56a390f3d2b7310023a2;encoding=hex;purpose=foo;content=bar";
        let header = UserToUser::parse(Bytes::from_static(text)).unwrap();
        assert_eq!(header.params.value("encoding").unwrap(), "hex");
        let mut out = Vec::new();
        header.write(&mut out);
        assert_eq!(out, text);
        assert!(UserToUser::parse(Bytes::from_static(b"a b")).is_err());
        assert!(UserToUser::parse(Bytes::from_static(b"\"a b\"")).is_ok());
    }
}
