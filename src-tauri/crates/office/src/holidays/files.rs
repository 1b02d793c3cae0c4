//! The files of `assets/holidays`, one for each country.

use super::rule::{Day, Shifts};
use super::{HolidayRule, HolidayType};
use serde::Deserialize;
use std::collections::BTreeMap;

/// A file as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    /// The country's name in English.
    pub(super) name: String,
    /// For people: where the rules are from, and how sure they are.
    #[serde(rename = "source")]
    _source: String,
    /// The parts of the country with holidays of their own, by code.
    #[serde(default)]
    pub(super) regions: BTreeMap<String, String>,
    holiday: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    name: String,
    /// Where it differs from `name`.
    english: Option<String>,
    on: On,
    #[serde(default, rename = "type")]
    kind: HolidayType,
    /// Where it is kept; everywhere if that is not said.
    regions: Option<Vec<String>>,
    /// Where it is not kept.
    #[serde(default)]
    not_in: Vec<String>,
    from: Option<i32>,
    until: Option<i32>,
    #[serde(default)]
    moved: String,
    #[serde(default)]
    substitute: String,
}

/// One rule or several.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum On {
    One(String),
    Several(Vec<String>),
}

/// Reads a file.
///
/// # Errors
/// What is wrong with it.
pub(super) fn read(file: &str) -> Result<File, String> {
    let file: File = toml::from_str(file).map_err(|error| error.to_string())?;
    for entry in &file.holiday {
        entry
            .rule()
            .ok_or_else(|| format!("{}: no rule", entry.id))?;
        let mut regions = entry.regions.iter().flatten().chain(&entry.not_in);
        if let Some(region) = regions.find(|region| !file.regions.contains_key(*region)) {
            return Err(format!("{}: there is no region {region}", entry.id));
        }
    }
    Ok(file)
}

impl File {
    /// The holidays kept in a region, or everywhere, in the file's order.
    pub(super) fn rules_in(&self, region: Option<&str>) -> Vec<HolidayRule> {
        let kept = self.holiday.iter().filter(|entry| entry.is_kept_in(region));
        kept.filter_map(Entry::rule).collect()
    }
}

impl Entry {
    fn is_kept_in(&self, region: Option<&str>) -> bool {
        let names = |regions: &[String]| regions.iter().any(|each| Some(each.as_str()) == region);
        self.regions.as_ref().is_none_or(|regions| names(regions)) && !names(&self.not_in)
    }

    fn rule(&self) -> Option<HolidayRule> {
        let days: &[String] = match &self.on {
            On::One(day) => std::slice::from_ref(day),
            On::Several(days) => days,
        };
        Some(HolidayRule {
            id: self.id.clone(),
            name: self.name.clone(),
            english: self.english.clone().unwrap_or_else(|| self.name.clone()),
            kind: self.kind,
            days: days
                .iter()
                .map(|day| Day::parse(day))
                .collect::<Option<_>>()?,
            years: self.from.unwrap_or(i32::MIN)..=self.until.unwrap_or(i32::MAX),
            moved: Shifts::parse(&self.moved)?,
            substitute: Shifts::parse(&self.substitute)?,
        })
    }
}

macro_rules! countries {
    ($($code:literal)*) => {
        &[$((
            $code,
            include_str!(concat!("../../../../../assets/holidays/", $code, ".toml")),
        )),*]
    };
}

/// Every file, by the code of its country in small letters.
pub(super) const CODES: &[(&str, &str)] = countries![
    "ad" "ar" "at" "au" "be" "bg" "br" "ca" "ch" "cl" "co" "cr"
    "cy" "cz" "de" "dk" "ee" "es" "fi" "fr" "gb" "ge" "gg" "gr"
    "hr" "hu" "ie" "in" "is" "it" "je" "jm" "jp" "ke" "kr" "li"
    "lt" "lu" "lv" "mc" "mt" "mx" "na" "ng" "nl" "no" "nz" "pa"
    "pe" "ph" "pl" "pt" "ro" "rs" "se" "sg" "si" "sk" "sm" "tr"
    "ua" "us" "uy" "za"
];
