//! The recorded phrases, in the voice of each language.

use crate::master;
use sound_files::{Limits, read_upload};
use spoken::{Lang, Phrase};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// The bundled voice that speaks German.
const GERMAN: &str = "de-DE";

/// Words as they are written, and as they must be written to be pronounced well.
const PRONOUNCED: [(Lang, &str, &str); 2] = [(Lang::En, "PIN", "pin"), (Lang::De, "PIN", "Pin")];

/// Writes what is to be spoken in English for the speech program: a line for each phrase, its id, a
/// tab, its text.
pub fn write_texts(list: &Path) -> Result<(), String> {
    let mut lines = String::new();
    for phrase in Phrase::all() {
        // Writing to a string does not fail.
        let _ = writeln!(lines, "{}\t{}", phrase.id(), pronounced(phrase, Lang::En));
    }
    fs::write(list, lines).map_err(|error| format!("{}: {error}", list.display()))
}

/// Masters the English sounds (`<id>.wav` in `english`), speaks and masters the German ones, and
/// writes all into `assets/prompts`. What is there and no phrase any more is removed.
pub fn record(english: &Path, assets: &Path) -> Result<(), String> {
    let speaker = voice::Speaker::this_program().map_err(|error| error.to_string())?;
    let mut bytes = 0;
    for lang in Lang::ALL {
        let folder = assets.join("prompts").join(lang.code());
        let mut serial = 0;
        for phrase in Phrase::all() {
            let spoken = match lang {
                Lang::En => read(&english.join(format!("{}.wav", phrase.id())))?,
                Lang::De => speaker
                    .speak(&pronounced(phrase, lang), GERMAN)
                    .map_err(|error| format!("{}: {error}", phrase.id()))?,
            };
            let spoken: Vec<f32> = spoken.iter().map(|s| f32::from(*s) / 32_768.0).collect();
            let path = folder.join(format!("{}.opus", phrase.id()));
            serial += 1;
            bytes += master::write(&path, &master::phrase(&spoken), serial)?;
        }
        remove_others(&folder)?;
    }
    println!(
        "{} phrases in {} languages, {} kB",
        Phrase::all().count(),
        Lang::ALL.len(),
        bytes / 1_000
    );
    Ok(())
}

fn pronounced(phrase: Phrase, lang: Lang) -> String {
    let mut text = phrase.text(lang).to_owned();
    for (of, written, said) in PRONOUNCED {
        if of == lang {
            text = text.replace(written, said);
        }
    }
    // A full stop: the voice falls at the end, and does not wait for more.
    match text.ends_with(['.', '?', '!']) {
        true => text,
        false => text + ".",
    }
}

fn read(path: &Path) -> Result<Vec<i16>, String> {
    let bytes = fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    read_upload(&bytes, Limits::UPLOAD).map_err(|error| format!("{}: {error}", path.display()))
}

fn remove_others(folder: &Path) -> Result<(), String> {
    let said = |error: std::io::Error| format!("{}: {error}", folder.display());
    let known: BTreeSet<String> = Phrase::all()
        .map(|phrase| format!("{}.opus", phrase.id()))
        .collect();
    for entry in fs::read_dir(folder).map_err(said)? {
        let entry = entry.map_err(said)?;
        if !known.contains(&*entry.file_name().to_string_lossy()) {
            fs::remove_file(entry.path()).map_err(said)?;
        }
    }
    Ok(())
}
