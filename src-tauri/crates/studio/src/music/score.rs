//! Scores as text: chords by their names, a melody by its notes.

/// A piece on paper, with the time of everything in seconds.
pub struct Score {
    /// One for each bar.
    pub chords: Vec<Chord>,
    /// Without its rests.
    pub melody: Vec<Note>,
    /// How long a beat lasts.
    pub beat: f32,
    beats: f32,
}

/// A bar's harmony.
pub struct Chord {
    /// When it begins.
    pub at: f32,
    /// How long.
    pub lasts: f32,
    /// The bass note in Hz, between 80 and 160.
    pub root: f32,
    /// Its tones in Hz, in the middle of the keyboard.
    pub notes: Vec<f32>,
    keys: Vec<i32>,
}

impl Chord {
    /// Its tones over two octaves as MIDI keys, from low to high, for arpeggios.
    pub fn spread(&self) -> Vec<i32> {
        let octave = self.keys.iter().map(|key| key + 12);
        let mut keys: Vec<i32> = self.keys.iter().copied().chain(octave).collect();
        keys.sort_unstable();
        keys
    }
}

/// A note of the melody.
pub struct Note {
    /// When it begins.
    pub at: f32,
    /// How long.
    pub lasts: f32,
    /// In Hz.
    pub frequency: f32,
}

impl Score {
    /// Reads chords (`Bm7`, one a bar, `|` for the eye) and notes (`F#5/2`: two beats, `r` a rest).
    ///
    /// # Panics
    /// When the score is misspelt or melody and chords are not equally long.
    pub fn new(beats_per_minute: f32, beats_per_bar: u8, chords: &str, melody: &str) -> Self {
        let beat = 60.0 / beats_per_minute;
        let bar = beat * f32::from(beats_per_bar);
        let names = chords.split_whitespace().filter(|name| *name != "|");
        let chords: Vec<Chord> = names
            .enumerate()
            .map(|(i, name)| chord(name, i as f32 * bar, bar))
            .collect();
        let beats = chords.len() as f32 * f32::from(beats_per_bar);
        let mut at = 0.0;
        let mut notes = Vec::new();
        for word in melody.split_whitespace() {
            let (name, lasts) = word.split_once('/').expect("a note has a length");
            let lasts: f32 = lasts.parse().expect("a length is a number");
            if name != "r" {
                notes.push(Note {
                    at: at * beat,
                    lasts: lasts * beat,
                    frequency: frequency(key(name)),
                });
            }
            at += lasts;
        }
        assert_eq!(at, beats, "the melody is as long as its chords");
        Self {
            chords,
            melody: notes,
            beat,
            beats,
        }
    }

    /// How long one turn lasts.
    pub fn seconds(&self) -> f32 {
        self.beats * self.beat
    }
}

/// Equal temperament on a = 440 Hz; key 69 is that a.
pub fn frequency(key: i32) -> f32 {
    440.0 * 2_f32.powf((key - 69) as f32 / 12.0)
}

fn chord(name: &str, at: f32, lasts: f32) -> Chord {
    let letters = if name[1..].starts_with(['#', 'b']) {
        2
    } else {
        1
    };
    let (root, kind) = name.split_at(letters);
    let root = tone(root);
    let steps: &[i32] = match kind {
        "" => &[0, 4, 7],
        "m" => &[0, 3, 7],
        "7" => &[0, 4, 7, 10],
        "m7" => &[0, 3, 7, 10],
        "maj7" => &[0, 4, 7, 11],
        _ => panic!("no chord is called {name}"),
    };
    // Every tone into the octave around c, so that chords move by small steps.
    let mut keys: Vec<i32> = steps
        .iter()
        .map(|step| 55 + (root + step - 55).rem_euclid(12))
        .collect();
    keys.sort_unstable();
    Chord {
        at,
        lasts,
        root: frequency(40 + (root - 40).rem_euclid(12)),
        notes: keys.iter().map(|key| frequency(*key)).collect(),
        keys,
    }
}

/// The MIDI key of a note such as `F#5`.
fn key(name: &str) -> i32 {
    let (letter, octave) = name.split_at(name.len() - 1);
    let octave: i32 = octave.parse().expect("a note ends with its octave");
    tone(letter) + 12 * (octave + 1)
}

/// The place of a tone in the octave above c.
fn tone(name: &str) -> i32 {
    let place = match &name[..1] {
        "C" => 0,
        "D" => 2,
        "E" => 4,
        "F" => 5,
        "G" => 7,
        "A" => 9,
        "B" => 11,
        _ => panic!("no tone is called {name}"),
    };
    match &name[1..] {
        "#" => place + 1,
        "b" => place - 1,
        _ => place,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_and_chords_are_read() {
        assert_eq!(key("A4"), 69);
        assert_eq!(key("C#5"), 73);
        assert_eq!(key("Bb4"), 70);
        let chord = chord("Bm7", 0.0, 1.0);
        assert_eq!(chord.keys, [57, 59, 62, 66]);
        assert!((chord.root - frequency(47)).abs() < 0.01);
    }
}
