//! PINs: what is dialled to hear a mailbox or to enter a room, and which ones are too easy to guess.

use crate::limits::{PIN_MAX_DIGITS, PIN_MIN_DIGITS};
use crate::{ExtensionNumber, Secret};
use std::fmt;

/// A PIN that is not among the first somebody would try. Its `Debug` shows nothing of it.
#[derive(Clone, Debug)]
pub struct Pin(Secret);

impl Pin {
    /// Takes a PIN somebody has chosen, for what those numbers lead to.
    ///
    /// # Errors
    /// Why it is none, or would be guessed. The error holds nothing of the PIN.
    pub fn choose(digits: &str, numbers: &[ExtensionNumber]) -> Result<Self, BadPin> {
        if digits.len() < PIN_MIN_DIGITS {
            return Err(BadPin::TooShort);
        }
        if digits.len() > PIN_MAX_DIGITS {
            return Err(BadPin::TooLong);
        }
        if !digits.bytes().all(|digit| digit.is_ascii_digit()) {
            return Err(BadPin::NotDigits);
        }
        let weakness = weakness(digits.as_bytes(), numbers);
        weakness.map_or_else(|| Ok(Self(Secret::new(digits.to_owned()))), Err)
    }

    /// Makes a PIN of [`PIN_MIN_DIGITS`] digits out of chance: 64 random bits nobody else sees.
    /// Every PIN that is strong enough is as likely as any other.
    #[must_use]
    pub fn generate(chance: u64, numbers: &[ExtensionNumber]) -> Self {
        const HOW_MANY: u64 = 10_u64.pow(PIN_MIN_DIGITS as u32);
        // The largest multiple that fits: above it the low PINs would be likelier.
        const FAIR: u64 = u64::MAX - u64::MAX % HOW_MANY;
        let mut state = chance;
        loop {
            state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let drawn = splitmix(state);
            if drawn >= FAIR {
                continue;
            }
            let digits = format!("{:0width$}", drawn % HOW_MANY, width = PIN_MIN_DIGITS);
            if let Ok(pin) = Self::choose(&digits, numbers) {
                return pin;
            }
        }
    }

    /// The digits, for the one place that shows or hashes them.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

/// What a dialled PIN is checked against: an Argon2id hash, opaque here. It has no serde, and its
/// `Debug` shows nothing of it.
#[derive(Clone)]
pub struct PinHash(Secret);

impl PinHash {
    /// Wraps a hash in its PHC string form.
    #[must_use]
    pub fn new(hash: Secret) -> Self {
        Self(hash)
    }

    /// The hash itself, for the one place that checks a PIN against it.
    #[must_use]
    pub fn secret(&self) -> &Secret {
        &self.0
    }
}

impl fmt::Debug for PinHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PinHash(…)")
    }
}

/// Two records are the same only if they have the same hash. Whoever compares hashes to prove who
/// somebody is does it wrong: that is what the store's check is for.
impl PartialEq for PinHash {
    fn eq(&self, other: &Self) -> bool {
        self.0.expose() == other.0.expose()
    }
}

impl Eq for PinHash {}

/// Why something is no PIN, or one that would be guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPin {
    /// Too few digits.
    #[error("a PIN has at least {PIN_MIN_DIGITS} digits, or it is found by trying")]
    TooShort,
    /// Too many digits.
    #[error("a PIN has at most {PIN_MAX_DIGITS} digits")]
    TooLong,
    /// Something no phone key sends.
    #[error("a PIN has digits only, as it is dialled on a phone")]
    NotDigits,
    /// `777777`.
    #[error("one digit again and again is among the first PINs tried; choose another")]
    OneDigit,
    /// `123456`, `987654`, `890123`.
    #[error("digits in a row are among the first PINs tried; choose another")]
    InARow,
    /// `121212`, `123123`, `112233`.
    #[error("a pattern of the same digits is among the first PINs tried; choose another")]
    Repeats,
    /// `000201` or `102345` for the extension 201.
    #[error("a PIN must not contain the extension, forwards or backwards: every caller knows that")]
    IsTheNumber,
    /// `199012`, `241290`.
    #[error("a date is found by whoever knows a birthday; choose another PIN")]
    IsADate,
    /// `159753`.
    #[error("this PIN is among the first that anyone tries; choose another")]
    TooCommon,
}

/// The shortest extension a PIN must not contain: shorter ones are in too many PINs.
const NUMBER_MIN_DIGITS: usize = 3;

fn weakness(digits: &[u8], numbers: &[ExtensionNumber]) -> Option<BadPin> {
    let steps = |by: u8| {
        digits
            .iter()
            .zip(digits.iter().skip(1))
            .all(|(one, next)| (one - b'0' + by) % 10 == next - b'0')
    };
    if steps(0) {
        return Some(BadPin::OneDigit);
    }
    if steps(1) || steps(9) {
        return Some(BadPin::InARow);
    }
    if (2..=digits.len() / 2).any(|length| repeats_every(digits, length)) || is_doubled(digits) {
        return Some(BadPin::Repeats);
    }
    if numbers.iter().any(|number| contains(digits, number)) {
        return Some(BadPin::IsTheNumber);
    }
    if is_a_date(digits) {
        return Some(BadPin::IsADate);
    }
    COMMONEST
        .iter()
        .any(|common| common.as_bytes() == digits)
        .then_some(BadPin::TooCommon)
}

/// Whether a PIN is one group of digits again and again (`121212`, `123123`).
fn repeats_every(digits: &[u8], length: usize) -> bool {
    let (all, shifted) = (digits.iter(), digits.iter().skip(length));
    digits.len().is_multiple_of(length) && all.zip(shifted).all(|(one, other)| one == other)
}

/// Whether every digit comes twice (`112233`).
fn is_doubled(digits: &[u8]) -> bool {
    digits
        .chunks(2)
        .all(|pair| matches!(pair, [one, other] if one == other))
}

fn contains(digits: &[u8], number: &ExtensionNumber) -> bool {
    let number = number.as_str().as_bytes();
    let backwards: Vec<u8> = number.iter().rev().copied().collect();
    number.len() >= NUMBER_MIN_DIGITS
        && digits
            .windows(number.len())
            .any(|part| part == number || part == backwards)
}

/// Whether a PIN begins or ends with a year of this century or the last, or is a day in one of the
/// usual orders with a year of two digits.
fn is_a_date(digits: &[u8]) -> bool {
    let is_century = |year: Option<&[u8]>| matches!(year, Some(b"19" | b"20"));
    let from_end = digits.len().saturating_sub(4);
    if is_century(digits.get(..2)) || is_century(digits.get(from_end..from_end + 2)) {
        return true;
    }
    let [a, b, c, d, e, f] = digits else {
        return false;
    };
    let two = |tens: &u8, ones: &u8| (tens - b'0') * 10 + (ones - b'0');
    let [first, second, third] = [two(a, b), two(c, d), two(e, f)];
    let is_day = |day: u8, month: u8| (1..=31).contains(&day) && (1..=12).contains(&month);
    // Day, month, year; month, day, year; year, month, day.
    is_day(first, second) || is_day(second, first) || is_day(third, second)
}

/// The commonest PINs of six digits that no rule above finds.
const COMMONEST: [&str; 20] = [
    "123321", "123654", "142536", "147258", "147852", "159357", "159753", "258456", "321654",
    "369258", "456123", "456654", "789123", "654123", "741852", "753159", "789456", "852456",
    "963852", "987456",
];

/// One step of SplitMix64: spreads the bits of a counter over the whole number.
fn splitmix(state: u64) -> u64 {
    let mut bits = state;
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn numbers() -> [ExtensionNumber; 2] {
        ["201", "7"].map(|text| ExtensionNumber::parse(text).unwrap())
    }

    #[test]
    fn a_pin_that_would_be_guessed_is_refused_with_its_reason() {
        let cases = [
            ("83942", Err(BadPin::TooShort)),
            ("", Err(BadPin::TooShort)),
            ("8394271950462", Err(BadPin::TooLong)),
            ("83a427", Err(BadPin::NotDigits)),
            ("83942٧", Err(BadPin::NotDigits)),
            ("777777", Err(BadPin::OneDigit)),
            ("123456", Err(BadPin::InARow)),
            ("890123", Err(BadPin::InARow)),
            ("987654", Err(BadPin::InARow)),
            ("210987", Err(BadPin::InARow)),
            ("383838", Err(BadPin::Repeats)),
            ("385385", Err(BadPin::Repeats)),
            ("38573857", Err(BadPin::Repeats)),
            ("338855", Err(BadPin::Repeats)),
            ("842015", Err(BadPin::IsTheNumber)),
            ("841025", Err(BadPin::IsTheNumber)),
            ("198473", Err(BadPin::IsADate)),
            ("732084", Err(BadPin::IsADate)),
            ("311299", Err(BadPin::IsADate)),
            ("123199", Err(BadPin::IsADate)),
            ("991231", Err(BadPin::IsADate)),
            ("159753", Err(BadPin::TooCommon)),
            ("839427", Ok(())),
            ("78394271", Ok(())),
        ];
        for (digits, expected) in cases {
            let got = Pin::choose(digits, &numbers()).map(|pin| assert_eq!(pin.expose(), digits));
            assert_eq!(got, expected, "{digits}");
        }
        for common in COMMONEST {
            let got = Pin::choose(common, &[]).map(drop);
            assert_eq!(got, Err(BadPin::TooCommon), "{common} needs no entry");
        }
    }

    #[test]
    fn most_pins_are_left_to_choose_from() {
        let left = (0..1_000_000)
            .step_by(97) // shares no digit pattern with a PIN
            .filter(|pin| Pin::choose(&format!("{pin:06}"), &numbers()).is_ok())
            .count();
        let share = left * 97 / 10_000;
        assert!((80..95).contains(&share), "{share} %");
    }

    #[test]
    fn new_pins_are_spread_over_all_that_are_strong() {
        let pins: BTreeSet<String> = (0..2_000_u64)
            .map(|seed| Pin::generate(seed << 32, &numbers()).expose().to_owned())
            .collect();
        assert!(pins.len() > 1_980, "{}", pins.len());
        for first in '0'..='9' {
            let share = pins.iter().filter(|pin| pin.starts_with(first)).count();
            assert!((50..400).contains(&share), "{share} begin with {first}");
        }
        assert_eq!(format!("{:?}", Pin::generate(1, &[])), "Pin(…)");
    }

    proptest! {
        #[test]
        fn every_new_pin_is_strong(chance: u64) {
            let pin = Pin::generate(chance, &numbers());
            prop_assert_eq!(pin.expose().len(), PIN_MIN_DIGITS);
            prop_assert!(Pin::choose(pin.expose(), &numbers()).is_ok());
        }

        #[test]
        fn whatever_is_typed_is_judged(text in ".{0,14}") {
            let _judged = Pin::choose(&text, &numbers());
        }
    }
}
