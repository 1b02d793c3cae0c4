//! The descriptions of real phones beside this file, and mutations of them.

use std::fs;
use std::path::Path;

use proptest::prelude::*;

/// Name and bytes of every body, in the order of names.
pub fn all() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/bodies");
    let mut bodies: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "sdp"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, fs::read(&path).unwrap())
        })
        .collect();
    bodies.sort();
    assert!(bodies.len() > 20, "bodies are missing");
    bodies
}

/// The body of that name.
pub fn body(name: &str) -> Vec<u8> {
    let found = all().into_iter().find(|(found, _)| found == name);
    found.unwrap_or_else(|| panic!("no body {name}")).1
}

/// A failure found by chance is kept as a test with a name, not as a seed.
pub fn config() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// A body that a failing test prints as text.
#[derive(Clone)]
pub struct Body(Vec<u8>);

impl std::ops::Deref for Body {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "\n{}",
            String::from_utf8_lossy(&self.0)
                .escape_debug()
                .to_string()
                .replace("\\n", "\\n\n")
        )
    }
}

/// A phone's body with a few bytes changed, lines dropped, doubled or swapped, or its end missing.
pub fn mutated() -> impl Strategy<Value = Body> {
    let bodies: Vec<Vec<u8>> = all().into_iter().map(|(_, body)| body).collect();
    let change = (0..6u8, any::<u16>(), any::<u16>(), any::<u8>());
    (
        proptest::sample::select(bodies),
        proptest::collection::vec(change, 0..8),
    )
        .prop_map(|(body, changes)| Body(changes.into_iter().fold(body, mutate)))
}

fn mutate(mut body: Vec<u8>, (what, here, there, byte): (u8, u16, u16, u8)) -> Vec<u8> {
    if body.is_empty() {
        return body;
    }
    let at = usize::from(here) % body.len();
    let mut lines: Vec<Vec<u8>> = body
        .split_inclusive(|byte| *byte == b'\n')
        .map(<[u8]>::to_vec)
        .collect();
    let line = usize::from(here) % lines.len();
    let other = usize::from(there) % lines.len();
    match what {
        0 => body[at] = byte,
        1 => body.insert(at, byte),
        2 => body.truncate(at),
        3 => {
            lines.remove(line);
            body = lines.concat();
        }
        4 => {
            let copy = lines[line].clone();
            lines.insert(other, copy);
            body = lines.concat();
        }
        _ => {
            lines.swap(line, other);
            body = lines.concat();
        }
    }
    body
}
