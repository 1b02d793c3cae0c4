//! On which date Easter is, in the West and in the Orthodox churches.

use chrono::{Duration, NaiveDate};

/// Easter Sunday by the Gregorian calendar (the "anonymous" algorithm of 1876).
pub(super) fn western(year: i32) -> Option<NaiveDate> {
    let a = year.rem_euclid(19);
    let (b, c) = (year.div_euclid(100), year.rem_euclid(100));
    let f = (b + 8) / 25;
    let g = (b - f + 1) / 3;
    let h = (19 * a + b - b / 4 - g + 15).rem_euclid(30);
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4).rem_euclid(7);
    let m = (a + 11 * h + 22 * l) / 451;
    let days = h + l - 7 * m + 114;
    date(year, days / 31, days % 31 + 1)
}

/// Easter Sunday by the Julian calendar, as the Gregorian one dates it (Meeus).
pub(super) fn orthodox(year: i32) -> Option<NaiveDate> {
    let d = (19 * year.rem_euclid(19) + 15).rem_euclid(30);
    let e = (2 * year.rem_euclid(4) + 4 * year.rem_euclid(7) - d + 34).rem_euclid(7);
    let days = d + e + 114;
    // The Julian date read as a Gregorian one lags behind by the leap days left out since.
    let lag = year.div_euclid(100) - year.div_euclid(400) - 2;
    date(year, days / 31, days % 31 + 1)?.checked_add_signed(Duration::days(lag.into()))
}

fn date(year: i32, month: i32, day: i32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month.try_into().ok()?, day.try_into().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn easter_is_when_it_was_and_will_be() {
        let cases = [
            (2000, "2000-04-23", "2000-04-30"),
            (2019, "2019-04-21", "2019-04-28"),
            (2024, "2024-03-31", "2024-05-05"),
            (2025, "2025-04-20", "2025-04-20"),
            (2026, "2026-04-05", "2026-04-12"),
            (2027, "2027-03-28", "2027-05-02"),
            (2028, "2028-04-16", "2028-04-16"),
            (2038, "2038-04-25", "2038-04-25"),
        ];
        for (year, west, east) in cases {
            assert_eq!(western(year).unwrap().to_string(), west);
            assert_eq!(orthodox(year).unwrap().to_string(), east);
        }
    }
}
