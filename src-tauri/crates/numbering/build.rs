//! Turns `assets/numbering` into constant data of the program, and `assets/providers` into a list of
//! files: a country or a provider is added by adding its file.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let root =
        PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("../../..");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    let assets = root.join("assets");
    for folder in ["numbering", "numbering/imported", "providers"] {
        println!("cargo::rerun-if-changed={}", assets.join(folder).display());
    }
    let written = plans(&assets.join("numbering/imported/plans.toml"))
        .and_then(|plans| write(&out.join("plans.rs"), &plans))
        .and_then(|()| countries(&assets.join("numbering")))
        .and_then(|countries| write(&out.join("countries.rs"), &countries))
        .and_then(|()| providers(&assets.join("providers")))
        .and_then(|providers| write(&out.join("providers.rs"), &providers));
    if let Err(sentence) = written {
        println!("cargo::error={sentence}");
        std::process::exit(1);
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Plans {
    plan: Vec<Plan>,
}

#[derive(Deserialize)]
struct Plan {
    #[serde(default)]
    country: String,
    code: u16,
    #[serde(default)]
    main: bool,
    lengths: Vec<u8>,
    #[serde(default)]
    formats: Vec<Format>,
    #[serde(default)]
    emergency: Vec<String>,
    /// Numbers that fit, for tests.
    #[serde(default, rename = "examples")]
    _examples: BTreeMap<String, String>,
    #[serde(flatten)]
    texts: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Format {
    digits: String,
    leading: String,
    home: String,
    abroad: String,
    trunk: bool,
}

/// The texts of a plan, in the words of both its file and its type.
const TEXTS: [&str; 22] = [
    "leading",
    "trunk",
    "trunk_pattern",
    "trunk_becomes",
    "abroad_pattern",
    "abroad",
    "general",
    "premium",
    "free",
    "shared",
    "voip",
    "personal",
    "pager",
    "company",
    "voicemail",
    "fixed",
    "mobile",
    "short_all",
    "short_premium",
    "short_free",
    "short_messages",
    "short_carrier",
];

fn plans(file: &Path) -> Result<String, String> {
    let mut plans: Plans = read(file)?;
    // The main country of a code comes first; the others as they stand in the file.
    plans.plan.sort_by_key(|plan| (plan.code, !plan.main));
    let mut out = String::from("&[\n");
    for plan in plans.plan {
        let lengths = plan
            .lengths
            .iter()
            .fold(0_u32, |set, length| set | 1 << length);
        let _ = write!(
            out,
            "Plan {{ country: {:?}, code: {}, lengths: {lengths:#b}, ",
            plan.country, plan.code
        );
        for key in TEXTS {
            let text = plan.texts.get(key).map_or("", String::as_str);
            let _ = write!(out, "{key}: {text:?}, ");
        }
        let _ = write!(out, "emergency: &{:?}, formats: &[", plan.emergency);
        for format in plan.formats {
            let Format {
                digits,
                leading,
                home,
                abroad,
                trunk,
            } = format;
            let _ = write!(
                out,
                "Format {{ digits: {digits:?}, leading: {leading:?}, home: {home:?}, abroad: {abroad:?}, trunk: {trunk} }}, "
            );
        }
        out.push_str("] },\n");
    }
    out.push(']');
    Ok(out)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Country {
    #[serde(rename = "name")]
    _name: String,
    /// For people: where it is from.
    #[serde(rename = "source")]
    _source: String,
    #[serde(rename = "confidence")]
    _confidence: Confidence,
    #[serde(default)]
    emergency: Vec<Emergency>,
    #[serde(default)]
    test: Vec<String>,
    #[serde(default)]
    premium: Vec<String>,
    #[serde(default)]
    short: Vec<String>,
    #[serde(default)]
    premium_short: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum Confidence {
    Documented,
    Reported,
    Assumed,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Emergency {
    number: String,
    services: Vec<Service>,
    /// What is dialled instead, where the number itself does not work on every line.
    #[serde(default)]
    send: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Service {
    Any,
    Police,
    Fire,
    Ambulance,
    CoastGuard,
    MountainRescue,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct World {
    #[serde(rename = "source")]
    _source: String,
    #[serde(rename = "confidence")]
    _confidence: Confidence,
    /// Emergency numbers of an office that has not said where it is.
    emergency_anywhere: Vec<String>,
    premium: Vec<String>,
    network: Vec<Network>,
    /// Countries that calls are often sent to for the money they earn there.
    fraud: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Network {
    code: String,
    #[serde(rename = "name")]
    _name: String,
    kind: NetworkKind,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
enum NetworkKind {
    Satellite,
    FreePhone,
    SharedCost,
    Premium,
}

fn countries(folder: &Path) -> Result<String, String> {
    let world: World = read(&folder.join("world.toml"))?;
    let mut networks = String::new();
    for Network { code, kind, .. } in &world.network {
        digits(code)?;
        let _ = write!(networks, "({code:?}, NumberKind::{kind:?}), ");
    }
    let mut out = format!(
        "pub(crate) const NETWORKS: &[(&str, NumberKind)] = &[{networks}];\n\
         pub(crate) const WORLD_PREMIUM: &[&str] = &{:?};\n\
         pub(crate) const FRAUD: &[&str] = &{:?};\n\
         pub(crate) const EMERGENCY_ANYWHERE: &[&str] = &{:?};\n\
         pub(crate) const COUNTRIES: &[CountryNumbers] = &[\n",
        prefixes(&world.premium)?,
        world.fraud,
        world.emergency_anywhere,
    );
    for (code, path) in files(folder)? {
        if code == "world" {
            continue;
        }
        let country: Country = read(&path)?;
        let named = |what: String| format!("{}: {what}", path.display());
        let mut emergency = String::new();
        for Emergency {
            number,
            services,
            send,
        } in &country.emergency
        {
            digits(number).map_err(named)?;
            let services: Vec<_> = services
                .iter()
                .map(|each| format!("EmergencyService::{each:?}"))
                .collect();
            let send = if send.is_empty() { number } else { send };
            digits(send).map_err(named)?;
            let _ = write!(
                emergency,
                "ListedEmergency {{ number: {number:?}, send: {send:?}, services: &[{}] }}, ",
                services.join(", ")
            );
        }
        let plain = country.test.iter().chain(&country.short);
        let mut plain = plain.chain(&country.premium_short);
        plain.try_for_each(|number| digits(number)).map_err(named)?;
        let _ = writeln!(
            out,
            "CountryNumbers {{ country: {:?}, emergency: &[{emergency}], test: &{:?}, premium: &{:?}, short: &{:?}, premium_short: &{:?} }},",
            code.to_ascii_uppercase(),
            country.test,
            prefixes(&country.premium).map_err(named)?,
            country.short,
            country.premium_short,
        );
    }
    out.push_str("];\n");
    Ok(out)
}

/// The prefixes without their `+`.
fn prefixes(prefixes: &[String]) -> Result<Vec<&str>, String> {
    let each = prefixes.iter().map(|prefix| {
        let bare = prefix
            .strip_prefix('+')
            .ok_or(format!("{prefix} has no +"))?;
        digits(bare).map(|()| bare)
    });
    each.collect()
}

fn digits(text: &str) -> Result<(), String> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(format!("{text:?} is no number"));
    }
    Ok(())
}

fn providers(folder: &Path) -> Result<String, String> {
    let mut out = String::from("&[\n");
    for (id, path) in files(folder)? {
        let _ = writeln!(
            out,
            "({id:?}, include_str!({:?})),",
            path.display().to_string()
        );
    }
    out.push(']');
    Ok(out)
}

/// The files of a folder by their names without `.toml`, in order.
fn files(folder: &Path) -> Result<BTreeMap<String, PathBuf>, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            files.insert(name.into_owned(), path);
        }
    }
    Ok(files)
}

fn read<T: serde::de::DeserializeOwned>(file: &Path) -> Result<T, String> {
    let named = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
    let text = fs::read_to_string(file).map_err(|error| named(&error))?;
    toml::from_str(&text).map_err(|error| named(&error).replace('\n', " "))
}

fn write(file: &Path, text: &str) -> Result<(), String> {
    fs::write(file, text).map_err(|error| format!("{}: {error}", file.display()))
}
