//! Holidays fall on the dates they are known to fall on.

use super::*;

const ALL: &[HolidayType] = &[
    HolidayType::Public,
    HolidayType::Bank,
    HolidayType::Observance,
];

/// The public holidays of a year: "01-01 new-year", with `'` after a substitute.
fn public(country: &str, region: Option<&str>, year: i32) -> Vec<String> {
    let [from, to] =
        [(1, 1), (12, 31)].map(|(month, day)| NaiveDate::from_ymd_opt(year, month, day).unwrap());
    let found = holidays(country, region, &[HolidayType::Public], from, to).unwrap();
    found
        .iter()
        .map(|holiday| {
            let substitute = if holiday.substitute { "'" } else { "" };
            format!(
                "{} {}{substitute}",
                holiday.date.format("%m-%d"),
                holiday.id
            )
        })
        .collect()
}

fn dates(country: &str, region: Option<&str>, year: i32) -> Vec<String> {
    let days = public(country, region, year);
    days.iter().map(|day| day[..5].to_owned()).collect()
}

#[test]
fn germany_has_its_holidays_by_land() {
    let everywhere = [
        "01-01", "04-03", "04-06", "05-01", "05-14", "05-25", "10-03", "12-25", "12-26",
    ];
    assert_eq!(dates("DE", None, 2026), everywhere);
    assert_eq!(
        public("DE", Some("BY"), 2026),
        [
            "01-01 new-year",
            "01-06 epiphany",
            "04-03 good-friday",
            "04-06 easter-monday",
            "05-01 labour-day",
            "05-14 ascension",
            "05-25 whit-monday",
            "06-04 corpus-christi",
            "08-15 assumption",
            "10-03 unity-day",
            "11-01 all-saints",
            "12-25 christmas-day",
            "12-26 second-christmas-day",
        ]
    );
    let has = |region, year, day: &str| dates("DE", Some(region), year).contains(&day.to_owned());
    assert!(has("SN", 2026, "11-18") && has("SN", 2024, "11-20") && has("SN", 2028, "11-22"));
    assert!(has("BE", 2019, "03-08") && !has("BE", 2018, "03-08") && has("MV", 2023, "03-08"));
    assert!(has("NI", 2018, "10-31") && !has("NI", 2016, "10-31") && !has("HE", 2026, "10-31"));
    assert!(has("BE", 2025, "05-08") && !has("BE", 2026, "05-08") && !has("BB", 2025, "05-08"));
    // How many there are, as every wall calendar says.
    let counts = [
        ("BB", 12),
        ("BE", 10),
        ("BW", 12),
        ("BY", 13),
        ("HB", 10),
        ("HE", 10),
        ("HH", 10),
        ("MV", 11),
        ("NI", 10),
        ("NW", 11),
        ("RP", 11),
        ("SH", 10),
        ("SL", 12),
        ("SN", 11),
        ("ST", 11),
        ("TH", 11),
    ];
    for (region, count) in counts {
        assert_eq!(public("DE", Some(region), 2026).len(), count, "{region}");
    }
}

#[test]
fn britain_gets_its_days_in_lieu() {
    assert_eq!(
        public("GB", Some("ENG"), 2027),
        [
            "01-01 new-year",
            "03-26 good-friday",
            "03-29 easter-monday",
            "05-03 early-may",
            "05-31 spring",
            "08-30 summer",
            "12-25 christmas-day",
            "12-26 boxing-day",
            "12-27 christmas-day'",
            "12-28 boxing-day'",
        ]
    );
    // Christmas on a Sunday: its day in lieu comes after Boxing Day.
    let england = public("GB", Some("ENG"), 2022);
    assert!(england.contains(&"12-27 christmas-day'".to_owned()));
    assert!(!england.contains(&"12-26 christmas-day'".to_owned()));
    // New Year on a Saturday and the 2nd on a Sunday.
    let scotland = public("GB", Some("SCT"), 2022);
    assert_eq!(
        scotland[..4],
        [
            "01-01 new-year",
            "01-02 second-january",
            "01-03 new-year'",
            "01-04 second-january'"
        ]
    );
    assert!(scotland.contains(&"08-01 summer-scotland".to_owned()));
    assert!(!dates("GB", Some("SCT"), 2022).contains(&"04-18".to_owned()));
}

#[test]
fn the_united_states_observe_on_the_nearest_weekday() {
    assert_eq!(
        public("US", None, 2026),
        [
            "01-01 new-year",
            "01-19 mlk-day",
            "02-16 washingtons-birthday",
            "05-25 memorial-day",
            "06-19 juneteenth",
            "07-03 independence-day'",
            "07-04 independence-day",
            "09-07 labor-day",
            "10-12 columbus-day",
            "11-11 veterans-day",
            "11-26 thanksgiving",
            "12-25 christmas-day",
        ]
    );
    // The day off for 1 January 2028, a Saturday, is in 2027.
    assert_eq!(dates("US", None, 2027).last().unwrap(), "12-31");
    assert!(!dates("US", None, 2021).contains(&"01-02".to_owned()));
}

#[test]
fn japan_moves_sundays_over_its_golden_week() {
    let japan = dates("JP", None, 2026);
    assert_eq!(
        japan,
        [
            "01-01", "01-12", "02-11", "02-23", "03-20", "04-29", "05-03", "05-04", "05-05",
            "05-06", "07-20", "08-11", "09-21", "09-22", "09-23", "10-12", "11-03", "11-23"
        ]
    );
    let of_2024 = dates("JP", None, 2024);
    for day in ["02-12", "05-06", "08-12", "09-22", "09-23", "11-04"] {
        assert!(of_2024.contains(&day.to_owned()), "{day}");
    }
}

#[test]
fn known_days_of_many_countries() {
    let cases = [
        // Country, region, year, kept, not kept.
        ("AT", None, 2026, "10-26", "04-03"),
        ("CH", Some("ZH"), 2026, "05-01", "06-04"),
        ("CH", Some("TI"), 2026, "06-29", "04-03"),
        ("CH", Some("GE"), 2026, "09-10", "12-26"),
        ("CH", Some("VD"), 2026, "09-21", "12-26"),
        ("FR", None, 2026, "07-14", "04-03"),
        ("FR", Some("AM"), 2026, "04-03", "12-20"),
        ("IE", None, 2026, "02-02", "02-01"),
        ("IE", None, 2030, "02-01", "02-04"),
        ("CA", Some("ON"), 2026, "02-16", "08-03"),
        ("CA", Some("QC"), 2026, "06-24", "02-16"),
        ("CA", Some("BC"), 2027, "05-24", "12-26"),
        ("AU", Some("VIC"), 2026, "11-03", "10-05"),
        ("AU", Some("NSW"), 2027, "12-28", "06-07"),
        ("AU", Some("QLD"), 2027, "04-26", "06-14"),
        ("NZ", None, 2026, "07-10", "01-26"),
        ("NZ", Some("AUK"), 2026, "01-26", "01-19"),
        ("NZ", None, 2027, "02-08", "02-09"),
        ("NL", None, 2025, "04-26", "04-27"),
        ("NL", None, 2026, "04-27", "05-05"),
        ("BE", None, 2026, "07-21", "12-26"),
        ("LU", None, 2026, "06-23", "11-11"),
        ("DK", None, 2023, "05-05", "06-05"),
        ("DK", None, 2024, "05-20", "04-26"),
        ("SE", None, 2026, "06-20", "06-19"),
        ("SE", None, 2025, "11-01", "10-31"),
        ("NO", None, 2026, "05-17", "12-24"),
        ("FI", None, 2026, "12-06", "06-19"),
        ("IS", None, 2026, "04-23", "04-16"),
        ("ES", Some("CT"), 2026, "09-11", "04-02"),
        ("ES", Some("MD"), 2026, "04-02", "04-06"),
        ("PT", None, 2026, "06-04", "02-17"),
        ("IT", None, 2026, "10-04", "05-25"),
        ("IT", Some("BZ"), 2025, "06-09", "10-04"),
        ("PL", None, 2025, "12-24", "04-18"),
        ("PL", None, 2024, "05-30", "12-24"),
        ("CZ", None, 2026, "11-17", "01-06"),
        ("HU", None, 2026, "10-23", "12-24"),
        ("RO", None, 2026, "04-13", "04-06"),
        ("RO", None, 2024, "06-24", "04-01"),
        ("BG", None, 2026, "05-25", "05-18"),
        ("GR", None, 2026, "02-23", "04-06"),
        ("GR", None, 2024, "06-24", "04-01"),
        ("HR", None, 2026, "06-04", "06-25"),
        ("SI", None, 2026, "12-26", "01-06"),
        ("RS", None, 2026, "02-17", "12-25"),
        ("EE", None, 2026, "08-20", "04-06"),
        ("LV", None, 2025, "05-05", "01-06"),
        ("LT", None, 2026, "05-03", "12-31"),
        ("ZA", None, 2027, "03-22", "04-28"),
        ("BR", None, 2024, "11-20", "02-13"),
        ("MX", None, 2024, "10-01", "09-15"),
        ("AR", None, 2026, "06-15", "06-17"),
        ("AR", None, 2027, "11-20", "11-22"),
        ("CL", None, 2027, "06-28", "06-29"),
        ("CO", None, 2026, "01-12", "01-06"),
        ("CO", None, 2026, "06-15", "06-11"),
        ("KR", None, 2026, "05-25", "05-26"),
        ("KR", None, 2024, "02-12", "02-13"),
        ("SG", None, 2026, "11-09", "12-26"),
        ("TR", None, 2026, "10-29", "03-20"),
        ("LI", None, 2026, "08-15", "04-03"),
    ];
    for (country, region, year, kept, not_kept) in cases {
        let days = dates(country, region, year);
        assert!(
            days.contains(&kept.to_owned()),
            "{country} {region:?} {year} {kept}: {days:?}"
        );
        assert!(
            !days.contains(&not_kept.to_owned()),
            "{country} {region:?} {year} {not_kept}"
        );
    }
}

#[test]
fn every_file_is_read_and_belongs_to_a_country() {
    for (code, file) in files::CODES {
        let read = files::read(file).unwrap_or_else(|error| panic!("{code}: {error}"));
        assert!(crate::Country::parse(code).is_ok(), "{code}");
        let regions = read.regions.keys().map(|region| Some(region.as_str()));
        for region in regions.chain([None]) {
            let mut calendar = Calendar::of(code, region).unwrap();
            calendar.keep(|rule| rule.kind == HolidayType::Public);
            for year in 2024..=2028 {
                let count = calendar.kept_in(year).len();
                assert!(
                    (3..=40).contains(&count),
                    "{code} {region:?} {year}: {count}"
                );
            }
        }
        let from = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
        let to = NaiveDate::from_ymd_opt(2027, 12, 31).unwrap();
        let listed = holidays(code, None, ALL, from, to).unwrap();
        assert!(listed.is_sorted_by_key(|holiday| holiday.date), "{code}");
    }
    assert!(countries().len() >= 60);
}

#[test]
fn every_file_in_the_folder_is_known() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../assets/holidays");
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let code = name.strip_suffix(".toml").unwrap_or(&name);
        assert!(
            files::CODES.iter().any(|(known, _)| *known == code),
            "{name} is not in the list"
        );
    }
}

#[test]
fn what_is_unknown_is_named() {
    let error = Calendar::of("XX", None).unwrap_err();
    assert!(matches!(error, BadCalendar::UnknownCountry { .. }));
    let error = Calendar::of("DE", Some("XX")).unwrap_err();
    assert!(
        matches!(error, BadCalendar::UnknownRegion { .. }),
        "{error}"
    );
}
