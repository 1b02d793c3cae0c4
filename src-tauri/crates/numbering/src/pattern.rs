//! Patterns of digits, as the bundled numbering plans write them.
//!
//! They are regular expressions of a small kind: digits, `\d`, `[2-9]`, `(?:…)`, `(…)`, `|`, `?`,
//! `{3}`, `{3,5}` and `$`. They are followed as they stand in the program's constant data: nothing is
//! compiled, kept or shared, so the first call is as quick as any other and no memory is used. A
//! number has at most [`DIALLED_DIGITS_MAX`](crate::limits::DIALLED_DIGITS_MAX) digits and no pattern
//! repeats without end, so following one ends soon.

/// Most groups a pattern of the plans has.
pub(crate) const GROUPS_MAX: usize = 5;

/// What a pattern found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Taken {
    /// How many digits it took.
    pub(crate) end: usize,
    /// From where to where each of its groups took digits.
    groups: [Option<(usize, usize)>; GROUPS_MAX],
}

impl Taken {
    /// The digits of the group with that number, the first being 1.
    pub(crate) fn group<'d>(&self, number: usize, digits: &'d str) -> Option<&'d str> {
        let (start, end) = (*self.groups.get(number.checked_sub(1)?)?)?;
        digits.get(start..end)
    }

    /// `template` with `$1`, `$2` … replaced by the groups.
    pub(crate) fn fill(&self, template: &str, digits: &str) -> String {
        let mut filled = String::with_capacity(template.len() + digits.len());
        let mut rest = template.chars();
        while let Some(each) = rest.next() {
            match each {
                '$' => {
                    let number = rest.next().and_then(|digit| digit.to_digit(10));
                    let group = number.and_then(|number| self.group(number as usize, digits));
                    filled.push_str(group.unwrap_or_default());
                }
                each => filled.push(each),
            }
        }
        filled
    }
}

/// Whether all the digits are as the pattern says. An empty pattern fits nothing.
pub(crate) fn whole(pattern: &str, digits: &str) -> Option<Taken> {
    follow(pattern, digits, true)
}

/// Whether the digits begin as the pattern says. An empty pattern fits nothing.
pub(crate) fn beginning(pattern: &str, digits: &str) -> Option<Taken> {
    follow(pattern, digits, false)
}

/// Whether more digits behind these would fit the pattern, or they do as they are. An empty pattern
/// fits nothing.
pub(crate) fn may_become(pattern: &str, digits: &str) -> bool {
    let mut walk = Walk {
        may_go_on: true,
        ..Walk::of(pattern, digits)
    };
    let to_the_end = &mut |walk: &mut Walk<'_>, at: usize| at >= walk.digits.len();
    !pattern.is_empty() && walk.choice(0, pattern.len(), 0, to_the_end)
}

fn follow(pattern: &str, digits: &str, to_the_end: bool) -> Option<Taken> {
    if pattern.is_empty() {
        return None;
    }
    let mut walk = Walk::of(pattern, digits);
    let fits = walk.choice(0, pattern.len(), 0, &mut |walk, at| {
        walk.taken.end = at;
        !to_the_end || at == walk.digits.len()
    });
    fits.then_some(walk.taken)
}

/// What is to fit behind.
type Then<'t, 'a> = &'t mut dyn FnMut(&mut Walk<'a>, usize) -> bool;

struct Walk<'a> {
    pattern: &'a [u8],
    digits: &'a [u8],
    /// Whether digits that are not there yet fit anything.
    may_go_on: bool,
    taken: Taken,
}

/// One piece of a pattern: the place behind it, and how often it may come.
struct Piece {
    what: What,
    least: usize,
    most: usize,
    next: usize,
}

enum What {
    /// One of these digits: bit 0 is for `0`.
    Digit(u16),
    /// A choice between two places of the pattern, and which group of the pattern it is.
    Group(usize, usize, Option<usize>),
    End,
}

impl<'a> Walk<'a> {
    fn of(pattern: &'a str, digits: &'a str) -> Self {
        Self {
            pattern: pattern.as_bytes(),
            digits: digits.as_bytes(),
            may_go_on: false,
            taken: Taken::default(),
        }
    }

    /// The alternatives between two places of the pattern, the first that fits with what is behind.
    fn choice(&mut self, from: usize, to: usize, at: usize, then: Then<'_, 'a>) -> bool {
        let mut start = from;
        loop {
            let end = self.alternative_end(start, to);
            if self.sequence(start, end, at, then) {
                return true;
            }
            if end >= to {
                return false;
            }
            start = end + 1;
        }
    }

    fn sequence(&mut self, from: usize, to: usize, at: usize, then: Then<'_, 'a>) -> bool {
        let Some(piece) = self.piece(from, to) else {
            return then(self, at);
        };
        match piece.what {
            What::End => at == self.digits.len() && self.sequence(piece.next, to, at, then),
            What::Digit(set) => {
                let here = self.digits.get(at..).unwrap_or_default();
                let fitting = here.iter().take(piece.most).take_while(|digit| {
                    let bit = digit.wrapping_sub(b'0');
                    bit < 10 && set & (1 << bit) != 0
                });
                let most = fitting.count();
                if self.may_go_on && most == here.len() && most < piece.most {
                    return true; // all that is there fits, and what is missing may
                }
                (piece.least..=most)
                    .rev()
                    .any(|count| self.sequence(piece.next, to, at + count, then))
            }
            What::Group(start, end, group) => {
                let before = self.taken;
                let mut behind = |walk: &mut Self, ended: usize| {
                    let outer = walk.taken;
                    if let Some(slot) = group.and_then(|group| walk.taken.groups.get_mut(group)) {
                        *slot = Some((at, ended));
                    }
                    let fits = walk.sequence(piece.next, to, ended, then);
                    if !fits {
                        walk.taken = outer;
                    }
                    fits
                };
                if self.choice(start, end, at, &mut behind) {
                    return true;
                }
                self.taken = before;
                piece.least == 0 && self.sequence(piece.next, to, at, then)
            }
        }
    }

    /// The piece that begins there, none at the end. What is no pattern fits nothing; a test reads
    /// every one that is bundled.
    fn piece(&self, from: usize, to: usize) -> Option<Piece> {
        let text = self.pattern.get(from..to)?;
        let (what, length) = match *text.first()? {
            b'\\' => (What::Digit(0x3FF), 2),
            b'$' => (What::End, 1),
            b'[' => {
                let length = text.iter().position(|byte| *byte == b']')? + 1;
                (What::Digit(class(text.get(1..length - 1)?)), length)
            }
            b'(' => {
                let length = closing(text)? + 1;
                let is_plain = text.get(1) == Some(&b'?');
                let start = from + if is_plain { 3 } else { 1 };
                let group = (!is_plain).then(|| self.groups_before(from));
                (What::Group(start, from + length - 1, group), length)
            }
            digit => (What::Digit(class(&[digit])), 1),
        };
        let (least, most, times) = times(text.get(length..)?);
        Some(Piece {
            what,
            least,
            most,
            next: from + length + times,
        })
    }

    /// Where the alternative that begins there ends: at a `|` outside brackets, or at the end.
    fn alternative_end(&self, from: usize, to: usize) -> usize {
        let mut depth = 0_usize;
        let text = self.pattern.get(from..to).unwrap_or_default();
        let end = text.iter().position(|byte| {
            match byte {
                b'(' => depth += 1,
                b')' => depth = depth.saturating_sub(1),
                _ => {}
            }
            *byte == b'|' && depth == 0
        });
        end.map_or(to, |end| from + end)
    }

    fn groups_before(&self, place: usize) -> usize {
        let text = self.pattern.get(..place).unwrap_or_default();
        let opened = text.iter().filter(|byte| **byte == b'(').count();
        let plain = text.windows(2).filter(|two| *two == b"(?").count();
        opened - plain
    }
}

/// The digits of a class such as `2-57`.
fn class(text: &[u8]) -> u16 {
    let bit = |digit: u8| match digit.wrapping_sub(b'0') {
        value @ 0..=9 => 1_u16 << value,
        _ => 0,
    };
    match text {
        [from, b'-', to, rest @ ..] => {
            (*from..=*to).map(bit).fold(0, |set, bit| set | bit) | class(rest)
        }
        [digit, rest @ ..] => bit(*digit) | class(rest),
        [] => 0,
    }
}

/// Where the bracket that opens a text is closed.
fn closing(text: &[u8]) -> Option<usize> {
    let mut depth = 0_usize;
    text.iter().position(|byte| {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0
    })
}

/// How often a piece may come, and how long the text is that says so.
fn times(text: &[u8]) -> (usize, usize, usize) {
    match text.first() {
        Some(b'?') => (0, 1, 1),
        Some(b'{') => {
            let length = text.iter().position(|byte| *byte == b'}').unwrap_or(0);
            let inside = text.get(1..length).unwrap_or_default();
            let mut counts = inside.split(|byte| *byte == b',').map(number);
            let least = counts.next().unwrap_or(0);
            (least, counts.next().unwrap_or(least), length + 1)
        }
        _ => (1, 1, 0),
    }
}

fn number(text: &[u8]) -> usize {
    text.iter().fold(0_usize, |number, digit| {
        number
            .saturating_mul(10)
            .saturating_add(usize::from(digit.wrapping_sub(b'0')))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_may_become_what_some_digits_behind_them_make() {
        let pattern = "(?:1[5-7]\\d|30)\\d{3}|4(?:2|[67]8)\\d{2,4}";
        for (digits, may) in [
            ("", true),
            ("1", true),
            ("15", true),
            ("11", false),
            ("19", false),
            ("30123", true),
            ("301234", false),
            ("4", true),
            ("46", true),
            ("468", true),
            ("461", false),
            ("42123", true),
            ("4212345", false),
        ] {
            assert_eq!(may_become(pattern, digits), may, "{digits}");
        }
        assert!(!may_become("", "1"));
    }

    #[test]
    fn patterns_fit_as_regular_expressions_do() {
        let cases = [
            ("11[02]", "112", true),
            ("11[02]", "1120", false),
            ("11[02]", "111", false),
            ("9(?:11|99)", "999", true),
            ("9(?:11|99)", "991", false),
            ("[2-9]\\d{2}", "200", true),
            ("1?2{2,3}", "12222", false),
            ("1?2{2,3}", "222", true),
            ("(?:0(?:1|2)?)?3|4", "03", true),
            ("(?:0(?:1|2)?)?3|4", "023", true),
            ("(?:0(?:1|2)?)?3|4", "4", true),
            ("(?:0(?:1|2)?)?3|4", "04", false),
            ("([2-9]\\d{2})$|1", "1", true),
            ("", "", false),
        ];
        for (pattern, digits, fits) in cases {
            assert_eq!(whole(pattern, digits).is_some(), fits, "{pattern} {digits}");
        }
    }

    #[test]
    fn a_beginning_is_taken_and_a_dollar_wants_the_end() {
        assert_eq!(beginning("0", "030").map(|taken| taken.end), Some(1));
        assert_eq!(beginning("([2-9]\\d{2})$|1", "2345"), None);
        let taken = beginning("([2-9]\\d{2})$|1", "234").unwrap();
        assert_eq!(taken.fill("264$1", "234"), "264234");
        assert_eq!(
            beginning("([2-9]\\d{2})$|1", "1234")
                .unwrap()
                .group(1, "1234"),
            None
        );
    }

    #[test]
    fn groups_take_as_much_as_they_can() {
        let taken = whole("(\\d{2})(\\d{3,13})", "301234567").unwrap();
        assert_eq!(taken.fill("$1 $2", "301234567"), "30 1234567");
        let taken = whole("(\\d{3})(\\d)(\\d{4,10})", "9001123456").unwrap();
        assert_eq!(taken.fill("$1 $2 $3", "9001123456"), "900 1 123456");
    }
}
