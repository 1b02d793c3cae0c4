//! The phrases and the music that come with the engine.

use std::borrow::Cow;

use media::SoundFile;
use rust_embed::Embed;

use super::whereabouts::without_ending;

/// One folder for each language, one file for each phrase.
#[derive(Embed)]
#[folder = "$CARGO_MANIFEST_DIR/../../../assets/prompts"]
#[allow_missing = true]
struct Prompts;

/// One file for each piece.
#[derive(Embed)]
#[folder = "$CARGO_MANIFEST_DIR/../../../assets/music"]
#[allow_missing = true]
struct Music;

/// Whether a sound comes with the engine, by its name.
pub(super) fn is_shipped(file: &SoundFile) -> bool {
    matches!(
        file.as_str().split_once('/'),
        Some(("prompts" | "music", _))
    )
}

/// The pieces of music that come with the engine, by name.
pub fn music() -> Vec<SoundFile> {
    let mut names: Vec<String> = Music::iter()
        .filter_map(|file| Some(format!("music/{}", file.strip_suffix(".opus")?)))
        .collect();
    names.sort();
    names.iter().map(|name| SoundFile::new(name)).collect()
}

/// The file of a phrase or a piece of music that comes with the engine, Ogg Opus; `None` if there
/// is no such sound.
pub fn bytes(file: &SoundFile) -> Option<Cow<'static, [u8]>> {
    let (folder, name) = without_ending(file.as_str()).split_once('/')?;
    let name = format!("{name}.opus");
    let found = match folder {
        "prompts" => Prompts::get(&name),
        "music" => Music::get(&name),
        _ => None,
    };
    found.map(|file| file.data)
}

#[cfg(test)]
mod tests {
    use sound_files::{Limits, read_opus};

    use super::*;

    #[test]
    fn every_sound_that_ships_can_be_read() {
        let prompts = Prompts::iter().map(|name| format!("prompts/{name}"));
        let music = Music::iter().map(|name| format!("music/{name}"));
        for name in prompts.chain(music).filter(|name| name.ends_with(".opus")) {
            let file = SoundFile::new(&name);
            super::super::sound_path("".as_ref(), &file).expect(&name);
            let sound = read_opus(&bytes(&file).expect(&name), Limits::OWN);
            assert!(sound.is_ok(), "{name}: {sound:?}");
        }
    }
}
