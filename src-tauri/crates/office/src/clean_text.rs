//! Makes a name that came in a packet or a file harmless to show.

use crate::limits::NAME_MAX_CHARS;
use std::borrow::Cow;

/// Removes from a name what could fool its reader or break a log line, keeps the rest.
///
/// Control characters, bidi marks and overrides (a caller shown as someone else), invisible
/// fillers and tag characters go; every run of white space becomes one space, the ends are
/// trimmed, and the text is cut at [`NAME_MAX_CHARS`] characters. The joiners U+200C and U+200D
/// stay: Persian, Hindi and family emoji need them. Escaping for HTML, CSV or SIP is the business
/// of each exit, not of this function.
#[must_use]
pub fn clean_text(text: &str) -> Cow<'_, str> {
    if is_clean(text) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len().min(4 * NAME_MAX_CHARS));
    let mut length = 0;
    let mut gap = false;
    for c in text.chars() {
        if c.is_whitespace() {
            gap = length > 0;
            continue;
        }
        if is_harmful(c) {
            continue;
        }
        if length + usize::from(gap) >= NAME_MAX_CHARS {
            break;
        }
        if std::mem::take(&mut gap) {
            clean.push(' ');
            length += 1;
        }
        clean.push(c);
        length += 1;
    }
    Cow::Owned(clean)
}

fn is_clean(text: &str) -> bool {
    let mut after_space = true;
    let mut length = 0;
    for c in text.chars() {
        let is_space = c == ' ';
        if (is_space && after_space) || (c.is_whitespace() && !is_space) || is_harmful(c) {
            return false;
        }
        after_space = is_space;
        length += 1;
    }
    length <= NAME_MAX_CHARS && (length == 0 || !after_space)
}

fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00AD}'                 // soft hyphen
            | '\u{061C}'               // Arabic letter mark
            | '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}' // invisible Hangul fillers
            | '\u{180E}'               // Mongolian vowel separator
            | '\u{200B}'               // zero width space
            | '\u{200E}' | '\u{200F}'  // left-to-right and right-to-left mark
            | '\u{202A}'..='\u{202E}'  // bidi embeddings and overrides
            | '\u{2060}'..='\u{206F}'  // word joiner, invisible operators, bidi isolates
            | '\u{FEFF}'               // byte order mark
            | '\u{FFF9}'..='\u{FFFC}'  // interlinear annotation, object replacement
            | '\u{FFFD}'               // what a decoder put for bytes that were no text
            | '\u{E0000}'..='\u{E0FFF}' // tags and further variation selectors
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_keep_their_letters_and_lose_their_tricks() {
        let cases = [
            ("Anna Petrović", "Anna Petrović"),
            ("李雷", "李雷"),
            ("علی\u{200C}رضا", "علی\u{200C}رضا"),
            ("  Anna \t\r\n Smith ", "Anna Smith"),
            ("Bank\u{202E}gpj.exe\u{202C}", "Bankgpj.exe"),
            ("a\0b\u{7f}c\u{9b}d", "abcd"),
            ("\u{2067}\u{200B}", ""),
            ("<b>=1+1</b>", "<b>=1+1</b>"),
            ("one\u{2028}two", "one two"),
            ("", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(clean_text(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_clean_name_is_not_copied() {
        assert!(matches!(clean_text("Anna Smith"), Cow::Borrowed(_)));
    }

    proptest! {
        #[test]
        fn cleaning_is_final_and_bounded(text in r"(\PC|\pC| |\u{202e}){0,200}") {
            let once = clean_text(&text).into_owned();
            prop_assert!(once.chars().count() <= NAME_MAX_CHARS);
            prop_assert!(!once.chars().any(|c| c.is_control() || is_harmful(c)));
            prop_assert!(matches!(clean_text(&once), Cow::Borrowed(_)), "{:?}", once);
        }
    }
}
