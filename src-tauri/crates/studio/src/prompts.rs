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

#[cfg(test)]
mod tests {
    use super::*;
    use sound_files::{Target, normalise, read_opus};

    /// Every committed recording: its name, its samples, how many bytes its file has.
    fn committed() -> impl Iterator<Item = (String, Vec<i16>, usize)> {
        let assets = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../assets");
        Lang::ALL.into_iter().flat_map(move |lang| {
            Phrase::all().map(move |phrase| {
                let name = phrase.file(lang);
                let file = fs::read(format!("{assets}/{name}.opus")).unwrap();
                let samples = read_opus(&file, Limits::OWN).unwrap().into_mono();
                (name, samples, file.len())
            })
        })
    }

    #[test]
    fn all_phrases_are_equally_loud_and_none_clips() {
        // From a quieter copy the gain is measured, which the peak does not limit then.
        const QUIETER: i16 = 4;
        let free = Target {
            peak_dbtp: 40.0,
            ..Target::SPEECH
        };
        for (name, samples, _) in committed() {
            let peak = samples.iter().map(|s| s.unsigned_abs()).max().unwrap();
            // −3 dBTP is 23,198.
            assert!(peak < 23_200, "{name}: peak {peak}");
            let mut probe: Vec<i16> = samples.iter().map(|s| s / QUIETER).collect();
            let gain = normalise(&mut probe, free) - 20.0 * f64::from(QUIETER).log10();
            let allowed = if samples.len() > 16_000 { 1.0 } else { 1.6 };
            assert!(gain.abs() < allowed, "{name}: {gain:.1} LU from −19 LUFS");
        }
    }

    #[test]
    fn every_phrase_begins_and_ends_in_silence_and_is_short() {
        for (name, samples, _) in committed() {
            let seconds = samples.len() as f64 / 16_000.0;
            assert!((0.2..8.0).contains(&seconds), "{name}: {seconds} s");
            for edge in [&samples[..80], &samples[samples.len() - 80..]] {
                let loudest = edge.iter().map(|s| s.unsigned_abs()).max().unwrap();
                assert!(loudest < 1_200, "{name}: {loudest} at an edge");
            }
        }
    }

    #[test]
    fn all_recordings_together_are_small() {
        let bytes: usize = committed().map(|(_, _, bytes)| bytes).sum();
        assert!(bytes < 6_000_000, "{bytes}");
    }
}
