//! What the Digest headers share: algorithms, qualities of protection, parameter lists
//! (RFC 7616, RFC 8760, RFC 3261 §22.4).

use super::HeaderError;
use crate::{
    HeaderName, Text,
    limits::MAX_PARAMS,
    scan::{
        find_outside, has_forbidden_byte, is_space, is_token, part, quote, quoted_end, split_list,
        trim_bytes, unquote,
    },
};
use bytes::Bytes;
use std::fmt;

/// A Digest algorithm (RFC 8760 §2.2).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Algorithm {
    /// `MD5`, also meant when nothing is written.
    #[default]
    Md5,
    /// `MD5-sess`.
    Md5Sess,
    /// `SHA-256`.
    Sha256,
    /// `SHA-256-sess`.
    Sha256Sess,
    /// `SHA-512-256`.
    Sha512Trunc256,
    /// `SHA-512-256-sess`.
    Sha512Trunc256Sess,
    /// One this crate has no name for.
    Other(Text),
}

/// A quality of protection (RFC 7616 §3.3).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Qop {
    /// `auth`: the request line is protected.
    Auth,
    /// `auth-int`: the body too.
    AuthInt,
    /// One this crate has no name for.
    Other(Text),
}

impl Algorithm {
    /// Reads an algorithm's token, any case.
    pub fn from_text(token: Text) -> Algorithm {
        match token.to_ascii_lowercase().as_slice() {
            b"md5" => Algorithm::Md5,
            b"md5-sess" => Algorithm::Md5Sess,
            b"sha-256" => Algorithm::Sha256,
            b"sha-256-sess" => Algorithm::Sha256Sess,
            b"sha-512-256" => Algorithm::Sha512Trunc256,
            b"sha-512-256-sess" => Algorithm::Sha512Trunc256Sess,
            _ => Algorithm::Other(token),
        }
    }

    /// The token on the wire.
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Algorithm::Md5 => b"MD5",
            Algorithm::Md5Sess => b"MD5-sess",
            Algorithm::Sha256 => b"SHA-256",
            Algorithm::Sha256Sess => b"SHA-256-sess",
            Algorithm::Sha512Trunc256 => b"SHA-512-256",
            Algorithm::Sha512Trunc256Sess => b"SHA-512-256-sess",
            Algorithm::Other(token) => token,
        }
    }

    /// Whether the hash of name and password is bound to one nonce and cnonce (`-sess`).
    pub fn is_session(&self) -> bool {
        matches!(
            self,
            Algorithm::Md5Sess | Algorithm::Sha256Sess | Algorithm::Sha512Trunc256Sess
        )
    }
}

impl Qop {
    /// Reads a quality's token, any case.
    pub fn from_text(token: Text) -> Qop {
        if token.is("auth") {
            Qop::Auth
        } else if token.is("auth-int") {
            Qop::AuthInt
        } else {
            Qop::Other(token)
        }
    }

    /// The token on the wire.
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Qop::Auth => b"auth",
            Qop::AuthInt => b"auth-int",
            Qop::Other(token) => token,
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(self.as_bytes()))
    }
}

impl fmt::Display for Qop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(self.as_bytes()))
    }
}

/// What stands after `Digest`, as name and unquoted value pairs. Another scheme is
/// [`HeaderError::Scheme`].
pub(super) fn digest_parameters(
    value: &Bytes,
    header: HeaderName,
) -> Result<Vec<(Text, Text)>, HeaderError> {
    let malformed = HeaderError::Malformed(header);
    let end = value.iter().position(|b| is_space(*b));
    let scheme = part(value, 0, end.unwrap_or(value.len()));
    if !is_token(&scheme) {
        return Err(malformed);
    }
    if !scheme.eq_ignore_ascii_case(b"Digest") {
        return Err(HeaderError::Scheme(header));
    }
    parameters(part(value, scheme.len(), value.len()), header)
}

/// `name=value, name="value"`; quotes are taken off whether the RFC wants them there or not,
/// because phones disagree about which parameters are quoted.
pub(super) fn parameters(
    list: Bytes,
    header: HeaderName,
) -> Result<Vec<(Text, Text)>, HeaderError> {
    let malformed = HeaderError::Malformed(header);
    let mut out = Vec::with_capacity(12);
    for one in split_list(list) {
        let eq = memchr::memchr(b'=', &one).ok_or(malformed)?;
        let name = trim_bytes(&part(&one, 0, eq));
        let value = trim_bytes(&part(&one, eq + 1, one.len()));
        let open = value.first() == Some(&b'"');
        if !is_token(&name)
            || (open && quoted_end(&value) != Some(value.len()))
            || has_forbidden_byte(&value)
            || out.len() == MAX_PARAMS
        {
            return Err(malformed);
        }
        out.push((Text::new(name), Text::new(unquote(&value))));
    }
    Ok(out)
}

/// The first parameter of that name.
pub(super) fn find(list: &[(Text, Text)], name: &str) -> Option<Text> {
    list.iter()
        .find(|(n, _)| n.is(name))
        .map(|(_, v)| v.clone())
}

/// A comma-separated list of qualities, as a challenge offers them.
pub(super) fn qop_list(text: &Text) -> Vec<Qop> {
    split_list(text.bytes().clone())
        .map(|token| Qop::from_text(Text::new(token)))
        .collect()
}

/// Where the next challenge begins in a line that holds several: at an element whose text before
/// `=` is two words, such as `Digest realm`. SIP wants a line each (RFC 3261 §7.3.1), HTTP does
/// not, and some gateways have learnt it there.
pub(super) fn next_scheme(value: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += 1 + find_outside(value.get(at..)?, false, b',')?;
        let element = value.get(at..)?;
        let eq = element
            .iter()
            .position(|b| matches!(b, b'=' | b',' | b'"'))?;
        let before = crate::scan::trim(element.get(..eq)?);
        if before.iter().any(|b| is_space(*b)) {
            return Some(at);
        }
    }
}

/// Appends `, name="value"`.
pub(super) fn write_quoted(out: &mut Vec<u8>, name: &str, value: &[u8]) {
    write_name(out, name);
    quote(value, out);
}

/// Appends `, name=value`; a value that is no token is quoted after all.
pub(super) fn write_token(out: &mut Vec<u8>, name: &str, value: &[u8]) {
    write_name(out, name);
    if is_token(value) {
        out.extend_from_slice(value);
    } else {
        quote(value, out);
    }
}

fn write_name(out: &mut Vec<u8>, name: &str) {
    match out.last() {
        None => {}
        Some(b' ') => {}
        Some(_) => out.extend_from_slice(b", "),
    }
    out.extend_from_slice(name.as_bytes());
    out.push(b'=');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn algorithm_names_are_read_in_any_case_and_written_as_registered() {
        for (text, algorithm) in [
            ("md5", Algorithm::Md5),
            ("MD5-SESS", Algorithm::Md5Sess),
            ("Sha-256", Algorithm::Sha256),
            ("SHA-256-sess", Algorithm::Sha256Sess),
            ("SHA-512-256", Algorithm::Sha512Trunc256),
            ("sha-512-256-SESS", Algorithm::Sha512Trunc256Sess),
        ] {
            let read = Algorithm::from_text(Text::from(text));
            assert_eq!(read, algorithm);
            assert!(Text::from(text).is(&read.to_string()), "{text}");
            assert_eq!(read.is_session(), text.to_lowercase().ends_with("-sess"));
        }
        let other = Algorithm::from_text(Text::from("AKAv1-MD5"));
        assert_eq!(other.to_string(), "AKAv1-MD5");
    }
}
