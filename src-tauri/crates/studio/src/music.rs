//! Music on hold, composed for Cordboard: three calm pieces that end where they begin.
//!
//! A piece is played into a ring: what still sounds at the end is heard over the beginning, so the
//! loop has no seam. Everything that matters lies between 300 and 3,400 Hz, which is all that a
//! telephone lets through.

mod instruments;
mod ring;
mod score;

use crate::master;
use instruments::{bass, electric_piano, flute, guitar, pad, shaker, vibraphone};
use ring::Ring;
use score::{Score, frequency};
use sound_files::{Target, normalise};
use std::path::Path;

/// Plays all pieces into `assets/music`.
pub fn compose(assets: &Path) -> Result<(), String> {
    let pieces = [
        ("morning", morning()),
        ("waltz", waltz()),
        ("evening", evening()),
    ];
    for (serial, (name, ring)) in (1..).zip(pieces) {
        let samples = mastered(&ring);
        let path = assets.join(format!("music/{name}.opus"));
        let bytes = master::write(&path, &samples, serial)?;
        println!("{name}: {} s, {} kB", samples.len() / 16_000, bytes / 1_000);
    }
    Ok(())
}

fn mastered(ring: &Ring) -> Vec<i16> {
    let loudest = ring
        .samples
        .iter()
        .fold(0.0_f32, |most, s| most.max(s.abs()));
    let even: Vec<f32> = ring.samples.iter().map(|s| s / loudest * 0.7).collect();
    let mut samples = master::to_i16(&even);
    normalise(&mut samples, Target::MUSIC);
    samples
}

/// A plucked guitar under an electric piano.
fn morning() -> Ring {
    let score = Score::new(
        76.0,
        4,
        "D Bm7 G A | D F#m7 G A | Em7 A D Bm7 | G A Bm7 A | D G D A | G A D A",
        "F#5/2 A5/1 F#5/1 D5/3 r/1 B4/1 D5/1 G5/2 E5/3 r/1
         F#5/2 A5/1 B5/1 A5/2 E5/2 G5/1 F#5/1 D5/2 E5/3 r/1
         G5/2 B5/2 A5/2 E5/2 F#5/1 E5/1 D5/2 F#5/3 r/1
         B5/1 A5/1 G5/1 D5/1 E5/2 C#5/2 D5/3 r/1 r/4
         A5/4 B5/2 G5/2 F#5/4 E5/3 r/1
         D5/1 G5/1 B5/2 A5/2 E5/2 F#5/2 D5/2 r/4",
    );
    let mut ring = Ring::new(score.seconds());
    for chord in &score.chords {
        ring.add(chord.at, &bass(chord.root, chord.lasts), 0.30);
        for note in &chord.notes {
            ring.add(chord.at, &pad(*note, chord.lasts), 0.05);
        }
        let tones = chord.spread();
        for (eighth, tone) in [0, 2, 4, 3, 5, 3, 4, 2].into_iter().enumerate() {
            let at = chord.at + eighth as f32 * score.beat / 2.0;
            ring.add(at, &guitar(frequency(tones[tone % tones.len()])), 0.22);
            if eighth % 2 == 1 {
                ring.add(at, &shaker(), 0.02);
            }
        }
    }
    for note in &score.melody {
        ring.add(note.at, &electric_piano(note.frequency, note.lasts), 0.34);
    }
    ring.room(0.22);
    ring
}

/// A flute over a waltz.
fn waltz() -> Ring {
    let score = Score::new(
        92.0,
        3,
        "F Dm7 Gm7 C7 | F Am7 Bb C7 | F Dm7 Gm7 C7 | Bb C7 F F
         Dm Am Bb F | Gm7 Dm Bb C7 | F Dm7 Gm7 C7 | Bb C7 F C7",
        "C5/2 A4/1 F5/3 D5/2 Bb4/1 E5/2 r/1 A5/2 G5/1 E5/3 D5/1 F5/1 D5/1 C5/2 r/1
         C5/2 F5/1 A5/3 G5/2 D5/1 E5/3 F5/1 D5/1 Bb4/1 C5/2 E5/1 F5/3 r/3
         A5/2 F5/1 E5/3 F5/2 D5/1 C5/3 D5/1 G5/1 Bb5/1 A5/2 F5/1 D5/3 E5/2 r/1
         C5/2 A4/1 F5/3 D5/2 G5/1 E5/2 r/1 F5/2 D5/1 E5/1 G5/1 E5/1 F5/3 r/3",
    );
    let mut ring = Ring::new(score.seconds());
    for chord in &score.chords {
        ring.add(chord.at, &bass(chord.root, score.beat * 1.5), 0.34);
        for beat in [1.0, 2.0] {
            for note in &chord.notes {
                let soft = electric_piano(*note, score.beat);
                ring.add(chord.at + beat * score.beat, &soft, 0.09);
            }
            ring.add(chord.at + beat * score.beat, &shaker(), 0.015);
        }
        for note in &chord.notes {
            ring.add(chord.at, &pad(*note, chord.lasts), 0.035);
        }
    }
    for note in &score.melody {
        ring.add(note.at, &flute(note.frequency, note.lasts), 0.26);
    }
    ring.room(0.25);
    ring
}

/// A vibraphone over slow chords.
fn evening() -> Ring {
    let score = Score::new(
        66.0,
        4,
        "Am7 Fmaj7 Cmaj7 G | Am7 Fmaj7 Dm7 G | F G Am7 Em7 | F Cmaj7 Dm7 G | Am7 Fmaj7 Cmaj7 G",
        "E5/4 A5/2 G5/2 G5/3 E5/1 D5/3 r/1 C5/2 E5/2 A5/4 F5/2 E5/2 D5/3 r/1
         A5/2 C6/2 B5/2 G5/2 E5/4 G5/3 r/1 A5/2 F5/2 E5/2 G5/2 F5/1 E5/1 D5/2 B4/3 r/1
         C5/2 E5/2 A5/2 F5/2 E5/4 r/4",
    );
    let mut ring = Ring::new(score.seconds());
    for chord in &score.chords {
        ring.add(chord.at, &bass(chord.root, chord.lasts), 0.30);
        for note in &chord.notes {
            ring.add(chord.at, &pad(*note, chord.lasts), 0.10);
        }
        let tones = chord.spread();
        for (quarter, tone) in [1, 3, 5, 4].into_iter().enumerate() {
            let at = chord.at + (quarter as f32 + 0.5) * score.beat;
            ring.add(at, &guitar(frequency(tones[tone % tones.len()])), 0.14);
        }
    }
    for note in &score.melody {
        ring.add(note.at, &vibraphone(note.frequency), 0.30);
    }
    ring.room(0.3);
    ring
}

#[cfg(test)]
mod tests {
    use super::*;
    use sound_files::{Limits, read_opus};

    fn committed() -> Vec<(String, Vec<i16>)> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../assets/music");
        let pieces: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "opus"))
            .map(|path| {
                let sound = read_opus(&std::fs::read(&path).unwrap(), Limits::OWN).unwrap();
                (path.display().to_string(), sound.into_mono())
            })
            .collect();
        assert_eq!(pieces.len(), 3);
        pieces
    }

    #[test]
    fn every_piece_is_one_to_two_minutes_of_quiet_music_without_clipping() {
        for (name, mut samples) in committed() {
            let seconds = samples.len() / 16_000;
            assert!((60..=120).contains(&seconds), "{name}: {seconds} s");
            let peak = samples.iter().map(|s| s.unsigned_abs()).max().unwrap();
            assert!(peak < 28_000, "{name}: {peak}");
            let gain = normalise(&mut samples, Target::MUSIC);
            assert!(gain.abs() < 0.7, "{name}: {gain} dB from −23 LUFS");
        }
    }

    #[test]
    fn the_loop_has_no_click() {
        for (name, samples) in committed() {
            // A click is a jump that the music itself does not make: look at the second
            // difference over the seam, next to that of the loudest parts.
            let bend =
                |a: i16, b: i16, c: i16| (i32::from(a) - 2 * i32::from(b) + i32::from(c)).abs();
            let usual = samples
                .windows(3)
                .map(|w| bend(w[0], w[1], w[2]))
                .max()
                .unwrap();
            let [.., y, z] = samples[..] else {
                panic!("empty")
            };
            let [a, b, ..] = samples[..] else {
                panic!("empty")
            };
            let seam = bend(y, z, a).max(bend(z, a, b));
            assert!(
                seam * 2 <= usual,
                "{name}: {seam} at the seam, {usual} at most elsewhere"
            );
        }
    }

    #[test]
    fn there_is_no_gap_at_the_loop() {
        for (name, samples) in committed() {
            let power = |part: &[i16]| {
                let sum: f64 = part.iter().map(|s| f64::from(*s).powi(2)).sum();
                10.0 * (sum / part.len() as f64 + 1.0).log10()
            };
            let whole = power(&samples);
            for edge in [&samples[..800], &samples[samples.len() - 800..]] {
                assert!(power(edge) > whole - 25.0, "{name}: silent at the loop");
            }
        }
    }

    #[test]
    fn most_of_it_passes_a_telephone_line() {
        for (name, samples) in committed() {
            // A high pass at 300 Hz and a low pass at 3,400 Hz of first order each.
            let (mut low, mut high, mut passed, mut all) = (0.0, 0.0, 0.0, 0.0);
            for sample in &samples {
                let x = f64::from(*sample);
                low += (x - low) * 0.111;
                high += (x - low - high) * 0.737;
                passed += high * high;
                all += x * x;
            }
            let share = passed / all;
            assert!(share > 0.4, "{name}: {share:.2}");
        }
    }
}
