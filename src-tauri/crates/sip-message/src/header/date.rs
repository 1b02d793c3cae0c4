//! Date (RFC 3261 §20.17): `Sat, 13 Nov 2010 23:29:00 GMT`.

use super::{Header, HeaderError};
use crate::HeaderName;
use bytes::Bytes;

/// A moment in whole seconds since 1970-01-01 00:00:00 UTC, years 1970 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date(pub u64);

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]; // day 0 was a Thursday
const DAY: u64 = 86_400;
/// 9999-12-31 23:59:59.
const LAST: u64 = 253_402_300_799;

impl Header for Date {
    const NAME: HeaderName = HeaderName::Date;

    fn parse(value: Bytes) -> Result<Self, HeaderError> {
        std::str::from_utf8(&value)
            .ok()
            .and_then(seconds)
            .map(Date)
            .ok_or(HeaderError::Malformed(Self::NAME))
    }

    fn write(&self, out: &mut Vec<u8>) {
        let moment = self.0.min(LAST);
        let (days, time) = (moment / DAY, moment % DAY);
        let (year, month, day) = civil(days);
        let word = |list: &[&'static str], i: u64| {
            usize::try_from(i)
                .ok()
                .and_then(|i| list.get(i).copied())
                .unwrap_or_default()
        };
        let text = format!(
            "{}, {day:02} {} {year:04} {:02}:{:02}:{:02} GMT",
            word(&WEEKDAYS, days % 7),
            word(&MONTHS, month - 1),
            time / 3600,
            time / 60 % 60,
            time % 60,
        );
        out.extend_from_slice(text.as_bytes());
    }
}

fn seconds(text: &str) -> Option<u64> {
    let (weekday, rest) = text.split_once(',')?;
    if !WEEKDAYS
        .iter()
        .any(|w| w.eq_ignore_ascii_case(weekday.trim()))
    {
        return None;
    }
    let mut words = rest.split_ascii_whitespace();
    let day = digits(words.next()?, 2)?;
    let name = words.next()?;
    let month = MONTHS.iter().position(|m| m.eq_ignore_ascii_case(name))?;
    let month = u64::try_from(month).ok()? + 1;
    let year = digits(words.next()?, 4)?;
    let mut time = words.next()?.split(':');
    let (hour, minute, second) = (
        digits(time.next()?, 2)?,
        digits(time.next()?, 2)?,
        digits(time.next()?, 2)?,
    );
    // RFC 3261 §20.17: SIP-date is always GMT.
    let ends = time.next().is_none() && words.next()?.eq_ignore_ascii_case("GMT");
    if !ends || words.next().is_some() || year < 1970 || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let days = days_since_epoch(year, month, day);
    if civil(days) != (year, month, day) {
        return None; // 31 February
    }
    Some(days * DAY + hour * 3600 + minute * 60 + second)
}

fn digits(text: &str, most: usize) -> Option<u64> {
    let legal = text.len() <= most && text.bytes().all(|b| b.is_ascii_digit());
    legal.then(|| text.parse().ok()).flatten()
}

/// Days from 1970-01-01, counting years from March so that the leap day comes last.
fn days_since_epoch(year: u64, month: u64, day: u64) -> u64 {
    let year = if month > 2 { year } else { year - 1 };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day;
    (365 * year + year / 4 - year / 100 + year / 400 + day_of_year).saturating_sub(719_469)
}

/// Year, month and day of a day number; the inverse of [`days_since_epoch`].
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let era = days / 146_097;
    let of_era = days % 146_097;
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let march_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 {
        march_month + 3
    } else {
        march_month - 9
    };
    (era * 400 + year + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Option<u64> {
        Date::parse(Bytes::copy_from_slice(text.as_bytes()))
            .ok()
            .map(|d| d.0)
    }

    fn written(moment: u64) -> String {
        let mut out = Vec::new();
        Date(moment).write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn moments_and_their_spelling() {
        for (text, moment) in [
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Sat, 13 Nov 2010 23:29:00 GMT", 1_289_690_940),
            ("Tue, 29 Feb 2000 12:00:01 GMT", 951_825_601),
            ("Fri, 31 Dec 9999 23:59:59 GMT", LAST),
        ] {
            assert_eq!(parse(text), Some(moment), "{text}");
            assert_eq!(written(moment), text);
        }
        assert_eq!(written(u64::MAX), "Fri, 31 Dec 9999 23:59:59 GMT");
    }

    #[test]
    fn every_day_of_ninety_years_comes_back() {
        for day in 0..33_000 {
            assert_eq!(parse(&written(day * DAY + 5)), Some(day * DAY + 5));
        }
    }

    #[test]
    fn refused() {
        for bad in [
            "Fri, 01 Jan 2010 16:00:00 EST",
            "Fri, 31 Feb 2010 16:00:00 GMT",
            "Fri, 00 Jan 2010 16:00:00 GMT",
            "Fri, 01 Jan 1969 16:00:00 GMT",
            "Fri, 01 Jan 2010 24:00:00 GMT",
            "Fri 01 Jan 2010 16:00:00 GMT",
            "Fri, 01 Jan 2010 16:00 GMT",
            "Fri, 01 Jan 2010 16:00:00 GMT x",
            "Day, 01 Jan 2010 16:00:00 GMT",
            "",
        ] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
