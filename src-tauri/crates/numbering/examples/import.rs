//! Writes `assets/numbering/imported/plans.toml` anew from the metadata of Google's libphonenumber:
//!
//! ```text
//! cargo run -p numbering --example import -- FOLDER VERSION > assets/numbering/imported/plans.toml
//! ```
//!
//! FOLDER holds `PhoneNumberMetadata.xml` and `ShortNumberMetadata.xml`, as the folder `resources` of
//! libphonenumber does.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write;
use std::path::Path;

type Read<T> = Result<T, Box<dyn Error>>;

fn main() -> Read<()> {
    let mut arguments = std::env::args().skip(1);
    let (Some(folder), Some(version)) = (arguments.next(), arguments.next()) else {
        return Err("which folder, and which version of libphonenumber?".into());
    };
    let file = |name: &str| std::fs::read_to_string(Path::new(&folder).join(name));
    let numbers = territories(&file("PhoneNumberMetadata.xml")?)?;
    let short = territories(&file("ShortNumberMetadata.xml")?)?;
    let mut out = format!(
        "# The numbering plans of the world. Not edited by hand: the example `import` of the crate\n\
         # numbering writes it. What it does not say stands in the countries' files beside this folder.\n\
         #\n\
         # From the metadata of libphonenumber {version}, Copyright (C) 2009 The Libphonenumber Authors,\n\
         # licensed under the Apache License, Version 2.0.\n"
    );
    for territory in &numbers {
        let id = territory.attribute("id");
        let codes = short.iter().find(|each| each.attribute("id") == id);
        plan(&mut out, territory, codes)?;
    }
    print!("{out}");
    Ok(())
}

/// The kinds of number, as libphonenumber names them and as the plans do.
const KINDS: [(&str, &str); 10] = [
    ("premiumRate", "premium"),
    ("tollFree", "free"),
    ("sharedCost", "shared"),
    ("voip", "voip"),
    ("personalNumber", "personal"),
    ("pager", "pager"),
    ("uan", "company"),
    ("voicemail", "voicemail"),
    ("fixedLine", "fixed"),
    ("mobile", "mobile"),
];

/// The kinds of short code.
const CODES: [(&str, &str); 5] = [
    ("shortCode", "all"),
    ("premiumRate", "premium"),
    ("tollFree", "free"),
    ("smsServices", "messages"),
    ("carrierSpecific", "carrier"),
];

fn plan(out: &mut String, territory: &Element, codes: Option<&Element>) -> Read<()> {
    let id = territory.attribute("id");
    writeln!(out, "\n[[plan]]")?;
    if id != "001" {
        writeln!(out, "country = '{id}'")?;
    }
    writeln!(out, "code = {}", territory.attribute("countryCode"))?;
    if territory.attribute("mainCountryForCode") == "true" {
        writeln!(out, "main = true")?;
    }
    let trunk = territory.attribute("nationalPrefix");
    let parsing = match territory.attribute("nationalPrefixForParsing") {
        "" => trunk,
        parsing => parsing,
    };
    text(out, "leading", territory.attribute("leadingDigits"))?;
    text(out, "trunk", trunk)?;
    text(out, "trunk_pattern", parsing)?;
    text(
        out,
        "trunk_becomes",
        territory.attribute("nationalPrefixTransformRule"),
    )?;
    let abroad = territory.attribute("internationalPrefix");
    text(out, "abroad_pattern", abroad)?;
    let preferred = territory.attribute("preferredInternationalPrefix");
    let plain = |prefix: &&str| !prefix.is_empty() && prefix.bytes().all(|b| b.is_ascii_digit());
    text(
        out,
        "abroad",
        [preferred, abroad]
            .into_iter()
            .find(plain)
            .unwrap_or_default(),
    )?;
    text(out, "general", territory.pattern("generalDesc"))?;
    let lengths = || -> Read<BTreeSet<u8>> {
        let kinds = territory.children.iter();
        let dialled = kinds.filter(|kind| kind.name != "noInternationalDialling");
        let mut all = BTreeSet::new();
        for said in dialled.filter_map(|kind| kind.child("possibleLengths")) {
            all.extend(counts(said.attribute("national"))?);
        }
        Ok(all)
    };
    let lengths: Vec<u8> = lengths()?.into_iter().collect();
    writeln!(out, "lengths = {lengths:?}")?;
    let mut examples = Vec::new();
    for (theirs, ours) in KINDS {
        text(out, ours, territory.pattern(theirs))?;
        if let Some(example) = territory
            .child(theirs)
            .and_then(|kind| kind.child("exampleNumber"))
        {
            examples.push(format!("{ours} = '{}'", example.text));
        }
    }
    if !examples.is_empty() {
        writeln!(out, "examples = {{ {} }}", examples.join(", "))?;
    }
    formats(out, territory, trunk)?;
    if let Some(codes) = codes {
        for (theirs, ours) in CODES {
            text(out, &format!("short_{ours}"), codes.pattern(theirs))?;
        }
        writeln!(out, "emergency = {:?}", emergency_numbers(codes)?)?;
    }
    Ok(())
}

/// Every number the pattern of a country's emergency numbers stands for.
fn emergency_numbers(codes: &Element) -> Read<Vec<String>> {
    let pattern = regex::Regex::new(&format!("^(?:{})$", codes.pattern("emergency")))?;
    let lengths = codes
        .child("emergency")
        .and_then(|kind| kind.child("possibleLengths"));
    let mut all = Vec::new();
    for length in lengths.map_or(Ok(Vec::new()), |said| counts(said.attribute("national")))? {
        let length = usize::from(length);
        let each =
            (0..10_u32.pow(u32::try_from(length)?)).map(|number| format!("{number:0length$}"));
        all.extend(each.filter(|number| pattern.is_match(number)));
    }
    Ok(all)
}

fn formats(out: &mut String, territory: &Element, trunk: &str) -> Read<()> {
    let all = territory.child("availableFormats");
    let formats: Vec<_> = all.iter().flat_map(|all| &all.children).collect();
    if formats.is_empty() {
        return Ok(());
    }
    writeln!(out, "formats = [")?;
    for format in formats {
        let digits = format.child("format").map_or("", |format| &format.text);
        let rule = match format.attribute("nationalPrefixFormattingRule") {
            "" => territory.attribute("nationalPrefixFormattingRule"),
            rule => rule,
        };
        let abroad = match format
            .child("intlFormat")
            .map(|format| format.text.as_str())
        {
            None => digits,
            Some("NA") => "",
            Some(abroad) => abroad,
        };
        // "$NP$FG" is how the first group is written, which is "$1" but in Argentina.
        let first = digits.find('$').map_or("", |at| &digits[at..at + 2]);
        let rule = if rule.is_empty() { "$FG" } else { rule };
        let home = digits.replacen(first, &rule.replace("$NP", trunk).replace("$FG", first), 1);
        let leading = format
            .children
            .iter()
            .rfind(|each| each.name == "leadingDigits");
        let is_optional = format.attribute("nationalPrefixOptionalWhenFormatting") == "true"
            || territory.attribute("nationalPrefixOptionalWhenFormatting") == "true";
        writeln!(
            out,
            "  {{ digits = '{}', leading = '{}', home = '{home}', abroad = '{abroad}', trunk = {} }},",
            format.attribute("pattern"),
            leading.map_or("", |leading| &leading.text),
            rule.contains("$NP") && !trunk.is_empty() && !is_optional,
        )?;
    }
    writeln!(out, "]")?;
    Ok(())
}

/// A pattern or prefix. "NA" says that there is none; as a country it is Namibia.
fn text(out: &mut String, key: &str, value: &str) -> std::fmt::Result {
    if value.is_empty() || value == "NA" {
        return Ok(());
    }
    writeln!(out, "{key} = '{value}'")
}

/// The numbers of "5,[7-9]".
fn counts(text: &str) -> Read<Vec<u8>> {
    let mut counts = Vec::new();
    for part in text.split(',').filter(|part| !part.is_empty()) {
        match part.trim_matches(['[', ']']).split_once('-') {
            Some((from, to)) => counts.extend(from.parse::<u8>()?..=to.parse()?),
            None => counts.push(part.parse()?),
        }
    }
    Ok(counts)
}

/// An element of a file: its text and attributes without the white space that only lays them out, but
/// for those that say how numbers are written, where it counts.
#[derive(Debug, Default)]
struct Element {
    name: String,
    attributes: BTreeMap<String, String>,
    text: String,
    children: Vec<Self>,
}

impl Element {
    fn begun(tag: &BytesStart<'_>) -> Read<Self> {
        let mut element = Self {
            name: tag.name().as_ref().to_owned(),
            ..Self::default()
        };
        for attribute in tag.attributes() {
            let attribute = attribute?;
            let key = attribute.key.as_ref().to_owned();
            let value = if key.ends_with("FormattingRule") {
                attribute.value.trim().to_owned()
            } else {
                without_space(&attribute.value)
            };
            element.attributes.insert(key, value);
        }
        Ok(element)
    }

    fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|each| each.name == name)
    }

    fn attribute(&self, name: &str) -> &str {
        self.attributes.get(name).map_or("", String::as_str)
    }

    fn pattern(&self, kind: &str) -> &str {
        let pattern = self
            .child(kind)
            .and_then(|kind| kind.child("nationalNumberPattern"));
        pattern.map_or("", |pattern| &pattern.text)
    }
}

fn territories(xml: &str) -> Read<Vec<Element>> {
    let mut reader = Reader::from_str(xml);
    let mut open = vec![Element::default()];
    loop {
        match reader.read_event()? {
            Event::Start(tag) => open.push(Element::begun(&tag)?),
            Event::Empty(tag) => {
                let element = Element::begun(&tag)?;
                open.last_mut()
                    .ok_or("an element outside all")?
                    .children
                    .push(element);
            }
            Event::Text(text) => {
                let element = open.last_mut().ok_or("text outside all")?;
                let text = text.xml10_content();
                if element.name.to_lowercase().ends_with("format") {
                    element.text.push_str(text.trim());
                } else {
                    element.text.push_str(&without_space(&text));
                }
            }
            Event::End(_) => {
                let element = open.pop().ok_or("an end without a start")?;
                open.last_mut()
                    .ok_or("an element outside all")?
                    .children
                    .push(element);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    let mut roots = open.pop().ok_or("no root")?.children;
    let mut all = roots.pop().ok_or("no root")?.children;
    Ok(all.pop().ok_or("no territories")?.children)
}

fn without_space(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}
