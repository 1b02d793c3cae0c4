//! What people type, copy and click where a number is asked for, down to its digits.

use crate::WhyNot;
use crate::limits::{DIALLED_DIGITS_MAX, DIALLED_MAX_BYTES};

/// A number as typed, its decoration gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Typed {
    /// The digits, and `+` where it was typed.
    text: String,
    /// What a `tel:` address says its number is to be read in (RFC 3966 §5.1.5): digits behind a `+`.
    context: Option<String>,
}

impl Typed {
    pub(crate) fn parse(text: &str) -> Result<Self, WhyNot> {
        if text.len() > DIALLED_MAX_BYTES {
            return Err(WhyNot::TooLong);
        }
        let text = text.trim();
        let Some((scheme, address)) = text.split_once(':') else {
            return Ok(Self {
                text: digits_of(text)?,
                context: None,
            });
        };
        if !scheme.eq_ignore_ascii_case("tel") {
            return Err(WhyNot::Character { character: ':' });
        }
        let (number, parameters) = address.split_once(';').unwrap_or((address, ""));
        let context = parameters.split(';').find_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            let is_context = name.eq_ignore_ascii_case("phone-context");
            value.strip_prefix('+').filter(|_| is_context)
        });
        Ok(Self {
            text: digits_of(number)?,
            context: context.map(digits_of).transpose()?,
        })
    }

    /// The digits, if no `+` is among them.
    pub(crate) fn plain(&self) -> Option<&str> {
        Some(self.text.as_str()).filter(|text| !text.contains('+'))
    }

    /// The number behind its `+`, if it has one: in front, or behind the digit for an outside line.
    ///
    /// # Errors
    /// There is a `+` anywhere else.
    pub(crate) fn international(&self, outside_prefix: &str) -> Result<Option<String>, WhyNot> {
        match (self.text.split_once('+'), &self.context) {
            (None, None) => Ok(None),
            (None, Some(context)) => Ok(Some(format!("{context}{}", self.text))),
            (Some((before, number)), _) if !number.contains('+') => {
                let is_way_out = before.is_empty() || before == outside_prefix;
                let misplaced = WhyNot::Character { character: '+' };
                is_way_out.then(|| Some(number.to_owned())).ok_or(misplaced)
            }
            (Some(_), _) => Err(WhyNot::Character { character: '+' }),
        }
    }
}

fn digits_of(text: &str) -> Result<String, WhyNot> {
    let mut digits = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '0'..='9' | '+' => digits.push(character),
            '＋' => digits.push('+'),
            '*' | '#' => return Err(WhyNot::KeypadCode),
            other if is_decoration(other) => {}
            other => match ascii_digit(other) {
                Some(digit) => digits.push(digit),
                None => return Err(WhyNot::Character { character: other }),
            },
        }
    }
    if digits.len() > DIALLED_DIGITS_MAX {
        return Err(WhyNot::TooLong);
    }
    if digits.is_empty() {
        return Err(WhyNot::Empty);
    }
    Ok(digits)
}

/// What numbers are grouped with: blanks, strokes, dots and brackets. What cannot be seen is not
/// among them: a number may not hide what it is.
fn is_decoration(character: char) -> bool {
    matches!(
        character,
        ' ' | '-'
            | '.'
            | '/'
            | '('
            | ')'
            | '['
            | ']'
            | '\u{A0}'
            | '·'
            | '\u{2007}'
            | '\u{2009}'
            | '\u{202F}'
            | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{3000}' | '（' | '）' | '－' | '．'
    )
}

/// The digit that a digit of another script stands for.
fn ascii_digit(character: char) -> Option<char> {
    /// Zeros of the scripts whose digits people type (Unicode, general category Nd).
    const ZEROS: [char; 22] = [
        '\u{660}', '\u{6F0}', '\u{7C0}', '\u{966}', '\u{9E6}', '\u{A66}', '\u{AE6}', '\u{B66}',
        '\u{BE6}', '\u{C66}', '\u{CE6}', '\u{D66}', '\u{DE6}', '\u{E50}', '\u{ED0}', '\u{F20}',
        '\u{1040}', '\u{1090}', '\u{17E0}', '\u{1810}', '\u{A8D0}', '\u{FF10}',
    ];
    let digit = ZEROS.iter().find_map(|zero| {
        let digit = u32::from(character).checked_sub(u32::from(*zero))?;
        (digit < 10).then_some(digit)
    })?;
    char::from_digit(digit, 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decoration_goes_and_digits_of_other_scripts_count() {
        let cases = [
            ("+49 (0)30/1234-567", Ok("+490301234567")),
            ("030 12\u{A0}34", Ok("0301234")),
            ("(0)30-1234", Ok("0301234")),
            ("٠٣٠١٢٣٤", Ok("0301234")),
            ("＋４９ ３０ １２３４", Ok("+49301234")),
            ("tel:+49-30-1234;ext=5", Ok("+49301234")),
            ("TEL:112", Ok("112")),
            ("  ", Err(WhyNot::Empty)),
            ("()", Err(WhyNot::Empty)),
            ("*21*030#", Err(WhyNot::KeypadCode)),
            ("0800 FLOWERS", Err(WhyNot::Character { character: 'F' })),
            (
                "\u{202E}0301234",
                Err(WhyNot::Character {
                    character: '\u{202E}',
                }),
            ),
            (
                "030\u{200B}1234",
                Err(WhyNot::Character {
                    character: '\u{200B}',
                }),
            ),
            ("030\r\n1234", Err(WhyNot::Character { character: '\r' })),
            (
                "sip:030@example.com",
                Err(WhyNot::Character { character: ':' }),
            ),
            ("0123456789012345678901234", Err(WhyNot::TooLong)),
        ];
        for (text, expected) in cases {
            let typed = Typed::parse(text);
            assert_eq!(
                typed.as_ref().map(|typed| typed.text.as_str()),
                expected.as_ref().copied(),
                "{text:?}"
            );
        }
    }

    #[test]
    fn a_plus_stands_in_front_or_behind_the_digit_for_a_line() {
        let international = |text: &str| Typed::parse(text).unwrap().international("9");
        assert_eq!(international("+4930"), Ok(Some("4930".to_owned())));
        assert_eq!(international("9+4930"), Ok(Some("4930".to_owned())));
        assert_eq!(international("4930"), Ok(None));
        let local = international("tel:1234;phone-context=+49-30");
        assert_eq!(local, Ok(Some("49301234".to_owned())));
        for wrong in ["0+4930", "++4930", "+49+30", "4930+"] {
            assert_eq!(
                international(wrong),
                Err(WhyNot::Character { character: '+' }),
                "{wrong}"
            );
        }
    }
}
