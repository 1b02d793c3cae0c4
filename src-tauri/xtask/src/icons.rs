//! `cargo xtask icons`: every icon, drawn from the mark and its small variant.

use crate::{Failed, root, step};
use std::{fs, path::Path, process::Command};

/// Up to this size the mark is drawn from its small variant, which lies on whole pixels.
const LARGEST_SMALL: u32 = 32;
/// What Windows shows: the title bar, the task bar, the desktop, each at several scales.
const WINDOWS: [u32; 7] = [16, 24, 32, 48, 64, 128, 256];
/// What macOS shows, with the type that names each size in an `.icns` file.
const MACOS: [(&[u8; 4], u32); 7] = [
    (b"icp4", 16),
    (b"icp5", 32),
    (b"ic07", 128),
    (b"ic08", 256),
    (b"ic09", 512),
    (b"ic13", 256),
    (b"ic14", 512),
];
const PNGS: [(&str, u32); 4] = [
    ("32x32.png", 32),
    ("128x128.png", 128),
    ("128x128@2x.png", 256),
    ("icon.png", 512),
];
/// What the tray shows; twice its size on screens with small pixels.
const TRAY: [&str; 4] = ["open", "attention", "stopped", "template"];
const TRAY_SIZE: u32 = 32;

/// Draws all icons into `icons/`.
///
/// # Errors
/// A sentence: a picture cannot be drawn or written.
pub fn draw() -> Result<(), Failed> {
    let icons = root().join("icons");
    let assets = root().join("assets");
    let mark = |size| match size {
        0..=LARGEST_SMALL => assets.join("mark-small.svg"),
        _ => assets.join("mark.svg"),
    };
    for (name, size) in PNGS {
        write(&icons.join(name), &png(&mark(size), size)?)?;
    }
    for state in TRAY {
        let drawing = assets.join(format!("tray/{state}.svg"));
        write(
            &icons.join(format!("tray/{state}.png")),
            &png(&drawing, TRAY_SIZE)?,
        )?;
    }
    let mut pictures = Vec::new();
    for size in WINDOWS {
        pictures.push((size, png(&mark(size), size)?));
    }
    write(&icons.join("icon.ico"), &ico(&pictures))?;
    let mut pictures = Vec::new();
    for (kind, size) in MACOS {
        pictures.push((kind, png(&mark(size), size)?));
    }
    write(&icons.join("icon.icns"), &icns(&pictures))
}

fn png(drawing: &Path, size: u32) -> Result<Vec<u8>, Failed> {
    let picture = root().join("target/icon.png");
    let size = size.to_string();
    let mut draw = Command::new("rsvg-convert");
    draw.args(["--width", &size, "--height", &size, "--output"]);
    step(draw.arg(&picture).arg(drawing))
        .map_err(|failed| format!("{failed} (Debian package librsvg2-bin)"))?;
    fs::read(&picture).map_err(|error| format!("{}: {error}", picture.display()))
}

fn write(file: &Path, bytes: &[u8]) -> Result<(), Failed> {
    let told = |error| format!("{}: {error}", file.display());
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).map_err(told)?;
    }
    fs::write(file, bytes).map_err(told)
}

/// An `.ico` file: a table of sizes and places, then the pictures as PNG.
fn ico(pictures: &[(u32, Vec<u8>)]) -> Vec<u8> {
    const HEAD: usize = 6;
    const ENTRY: usize = 16;
    let count = u16::try_from(pictures.len()).unwrap_or(u16::MAX);
    let mut file = [0u16, 1, count].map(u16::to_le_bytes).concat();
    let mut place = HEAD + ENTRY * pictures.len();
    for (size, picture) in pictures {
        // A side of 256 is written as 0.
        let side = u8::try_from(*size).unwrap_or(0);
        file.extend([side, side, 0, 0, 1, 0, 32, 0]);
        file.extend(length(picture.len()).to_le_bytes());
        file.extend(length(place).to_le_bytes());
        place += picture.len();
    }
    file.extend(pictures.iter().flat_map(|(_, picture)| picture));
    file
}

/// An `.icns` file: each picture as PNG behind the type that names its size.
fn icns(pictures: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    const HEAD: usize = 8;
    let mut body = Vec::new();
    for (kind, picture) in pictures {
        body.extend(*kind);
        body.extend(length(HEAD + picture.len()).to_be_bytes());
        body.extend(picture);
    }
    let mut file = b"icns".to_vec();
    file.extend(length(HEAD + body.len()).to_be_bytes());
    file.extend(body);
    file
}

/// Pictures of icons are far below four gigabytes.
fn length(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_finds_each_picture_at_its_place() {
        let file = ico(&[(16, vec![1; 5]), (256, vec![2; 7])]);
        assert_eq!(file[..6], [0, 0, 1, 0, 2, 0]);
        assert_eq!((file[6], file[22]), (16, 0));
        assert_eq!(file[14..22], [5, 0, 0, 0, 38, 0, 0, 0]);
        assert_eq!(file[30..38], [7, 0, 0, 0, 43, 0, 0, 0]);
        assert_eq!((file[38], file[43], file.len()), (1, 2, 50));
    }

    #[test]
    fn macos_finds_each_picture_behind_its_type() {
        let file = icns(&[(b"icp4", vec![1; 5])]);
        assert_eq!(file[..8], *b"icns\0\0\0\x15");
        assert_eq!(file[8..16], *b"icp4\0\0\0\x0d");
        assert_eq!(file.len(), 0x15);
    }
}
