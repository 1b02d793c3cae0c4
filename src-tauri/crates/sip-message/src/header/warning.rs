//! Warning (RFC 3261 §20.43): more about why a session description was refused.

use super::{Header, HeaderError};
use crate::{
    HeaderName, Text,
    scan::{has_forbidden_byte, is_space, part, quote, quoted_end, trim_bytes, unquote},
};
use bytes::Bytes;

/// Warning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Three digits, 300 to 399 in SIP.
    pub code: u16,
    /// Who warns: a host or a pseudonym.
    pub agent: Text,
    /// The words.
    pub text: Text,
}

impl Header for Warning {
    const NAME: HeaderName = HeaderName::Warning;
    const IS_LIST: bool = true;
    fn parse(value: Bytes) -> Result<Self, HeaderError> {
        let malformed = HeaderError::Malformed(Self::NAME);
        let space = |text: &Bytes| text.iter().position(|b| is_space(*b)).ok_or(malformed);
        let first = space(&value)?;
        let code = Text::new(part(&value, 0, first));
        let code = code
            .number()
            .filter(|c| (100..1000).contains(c) && code.len() == 3);
        let rest = trim_bytes(&part(&value, first, value.len()));
        let second = space(&rest)?;
        let text = trim_bytes(&part(&rest, second, rest.len()));
        if text.first() != Some(&b'"')
            || quoted_end(&text) != Some(text.len())
            || has_forbidden_byte(&text)
        {
            return Err(malformed);
        }
        Ok(Warning {
            code: code.ok_or(malformed)?,
            agent: Text::new(part(&rest, 0, second)),
            text: Text::new(unquote(&text)),
        })
    }
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(format!("{:03} ", self.code).as_bytes());
        out.extend_from_slice(&self.agent);
        out.push(b' ');
        quote(&self.text, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn example_of_rfc_3261_20_43_and_what_is_refused() {
        let parse = |s: &'static str| Warning::parse(Bytes::from_static(s.as_bytes()));
        let text = "307 isi.edu:5060 \"Session parameter 'foo', not understood\"";
        let warning = parse(text).unwrap();
        assert_eq!(
            (warning.code, &warning.agent),
            (307, &Text::from("isi.edu:5060"))
        );
        let mut out = Vec::new();
        warning.write(&mut out);
        assert_eq!(String::from_utf8(out).unwrap(), text);
        for bad in [
            "",
            "307",
            "307 a",
            "307 a b",
            "1812 a \"b\"",
            "37 a \"b\"",
            "307 a \"b",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
