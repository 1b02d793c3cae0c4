//! Text from the network, made harmless for a terminal.

/// Replaces control characters but line feeds and tabs: an escape sequence in a message could
/// rewrite what stands on the screen.
pub(crate) fn visible(text: &str) -> String {
    let harmless = |c: char| !c.is_control() || matches!(c, '\n' | '\t');
    let shown = |c: char| if harmless(c) { c } else { '\u{fffd}' };
    text.replace("\r\n", "\n").chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_cannot_rewrite_the_screen() {
        assert_eq!(visible("a\r\n\tb\x1b[2Jc\u{9b}d\re"), "a\n\tb�[2Jc�d�e");
    }
}
