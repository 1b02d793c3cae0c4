//! Reads the sound files of people: WAV, MP3, OGG (Vorbis, Opus) and FLAC.

use std::io::Cursor;
use std::panic;

use symphonia::core::audio::GenericAudioBufferRef;
use symphonia::core::codecs::audio::AudioDecoderOptions;
use symphonia::core::common::Limit;
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, TrackType};
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::MetadataOptions;

use crate::limits::{Limits, MAX_BROKEN_PACKETS, SAMPLE_RATES};
use crate::opus_reader::{OpusReader, samples_in, too_long, within};
use crate::resample::Resampling;
use crate::{Channels, SAMPLE_RATE, Unreadable};

/// Reads a file a person brought as mono at 16 kHz; two channels become one. What the file says of
/// its own length is not believed; a cut end is no error.
///
/// # Errors
/// When it is no such file, is damaged, holds no sound or is beyond `limits`.
pub fn read_upload(bytes: &[u8], limits: Limits) -> Result<Vec<i16>, Unreadable> {
    within(bytes, limits)?;
    let sound = match OpusReader::new(Cursor::new(bytes)) {
        Ok(reader) => mono_of_opus(reader, limits)?,
        // The decoders are other people's, and not all of their sums are checked.
        Err(Unreadable::UnknownFormat) => {
            panic::catch_unwind(|| decode(bytes, limits)).unwrap_or(Err(Unreadable::Damaged))?
        }
        Err(damaged) => return Err(damaged),
    };
    if sound.is_empty() {
        return Err(Unreadable::NoSound);
    }
    Ok(sound)
}

fn mono_of_opus(
    mut reader: OpusReader<Cursor<&[u8]>>,
    limits: Limits,
) -> Result<Vec<i16>, Unreadable> {
    let most = samples_in(limits.lasts);
    let channels = reader.channels();
    let mut sound = Vec::new();
    while let Some(block) = reader.next_block() {
        match channels {
            Channels::Mono => sound.extend_from_slice(block),
            Channels::Stereo => {
                let (pairs, _) = block.as_chunks::<2>();
                sound.extend(pairs.iter().map(|[left, right]| left.midpoint(*right)));
            }
        }
        if sound.len() > most {
            return Err(too_long(limits));
        }
    }
    Ok(sound)
}

fn decode(bytes: &[u8], limits: Limits) -> Result<Vec<i16>, Unreadable> {
    let mut format = probe(bytes)?;
    let track = format
        .default_track(TrackType::Audio)
        .ok_or(Unreadable::UnknownFormat)?;
    let id = track.id;
    let parameters = track.codec_params.as_ref().and_then(|codec| codec.audio());
    let mut decoder = symphonia::default::get_codecs()
        .make_audio_decoder(
            parameters.ok_or(Unreadable::UnknownFormat)?,
            &AudioDecoderOptions::default(),
        )
        .map_err(|_| Unreadable::UnknownFormat)?;

    let most = samples_in(limits.lasts);
    let mut sound = Sink::default();
    let mut broken = 0;
    loop {
        let packet = match format.next_packet() {
            Ok(Some(packet)) if packet.track_id == id => packet,
            Ok(Some(_)) => continue,
            // Of a file that is cut, what is there is taken.
            Ok(None) | Err(_) => break,
        };
        match decoder.decode(&packet) {
            Ok(part) => sound.take(&part)?,
            Err(Error::DecodeError(_) | Error::IoError(_)) => {
                broken += 1;
                if broken > MAX_BROKEN_PACKETS {
                    return Err(Unreadable::Damaged);
                }
            }
            Err(_) => break,
        }
        if sound.samples.len() > most {
            return Err(too_long(limits));
        }
    }
    let sound = sound.finish();
    if sound.is_empty() && broken > 0 {
        return Err(Unreadable::Damaged);
    }
    Ok(sound)
}

fn probe(bytes: &[u8]) -> Result<Box<dyn FormatReader + '_>, Unreadable> {
    let source = MediaSourceStream::new(
        Box::new(Cursor::new(bytes)),
        MediaSourceStreamOptions::default(),
    );
    // Titles and cover pictures are of no use here.
    let metadata = MetadataOptions::default()
        .limit_tag_bytes(Limit::Maximum(64 * 1024))
        .limit_visual_bytes(Limit::Maximum(0));
    symphonia::default::get_probe()
        .probe(&Hint::new(), source, FormatOptions::default(), metadata)
        .map_err(|why| match why {
            Error::DecodeError(_) => Unreadable::Damaged,
            _ => Unreadable::UnknownFormat,
        })
}

/// Folds to mono, brings to 16 kHz and to 16 bit what is decoded, part by part.
#[derive(Default)]
struct Sink {
    resampling: Option<(u32, Resampling)>,
    interleaved: Vec<f32>,
    mono: Vec<f32>,
    resampled: Vec<f32>,
    samples: Vec<i16>,
}

impl Sink {
    fn take(&mut self, part: &GenericAudioBufferRef<'_>) -> Result<(), Unreadable> {
        let channels = part.spec().channels().count();
        let rate = part.spec().rate();
        if channels > 2 {
            return Err(Unreadable::TooManyChannels(channels));
        }
        if channels == 0 {
            return Err(Unreadable::Damaged);
        }
        part.copy_to_vec_interleaved(&mut self.interleaved);
        self.mono.clear();
        let frames = self.interleaved.chunks_exact(channels);
        let fold =
            frames.map(|frame| frame.iter().copied().map(finite).sum::<f32>() / channels as f32);
        self.mono.extend(fold);

        let resampling = match &mut self.resampling {
            Some((same, resampling)) if *same == rate => resampling,
            // No file we take changes its rate on the way.
            Some(_) => return Err(Unreadable::Damaged),
            none => {
                if !SAMPLE_RATES.contains(&rate) {
                    return Err(Unreadable::SampleRate(rate));
                }
                &mut none.insert((rate, Resampling::new(rate, SAMPLE_RATE)?)).1
            }
        };
        resampling.take(&self.mono, &mut self.resampled);
        self.samples.extend(self.resampled.drain(..).map(to_i16));
        Ok(())
    }

    fn finish(mut self) -> Vec<i16> {
        if let Some((_, resampling)) = self.resampling {
            resampling.finish(&mut self.resampled);
            self.samples.extend(self.resampled.drain(..).map(to_i16));
        }
        self.samples
    }
}

/// Files of floating point numbers may hold anything; nothing above full scale is heard anyway.
fn finite(sample: f32) -> f32 {
    if sample.is_finite() {
        sample.clamp(-1.0, 1.0)
    } else {
        0.0
    }
}

/// Full scale ±1 becomes full scale ±32,767.
pub(crate) fn to_i16(sample: f32) -> i16 {
    // `as` saturates.
    (sample * 32_768.0).round() as i16
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;
    use crate::testing::{level, sine};
    use crate::{to_small_wav, to_wav, write_opus};

    /// 0.7 s of 440 Hz at −6 dBFS.
    const FILES: [&[u8]; 4] = [
        include_bytes!("../tests/files/tone-44100-stereo.mp3"),
        include_bytes!("../tests/files/tone-44100-stereo.ogg"),
        include_bytes!("../tests/files/tone-44100-stereo.opus"),
        include_bytes!("../tests/files/tone-22050-mono.flac"),
    ];

    /// That tone, 16 bit, interleaved.
    fn tone(rate: u32, channels: usize) -> Vec<i16> {
        let tone = sine(440.0, 0.5, rate, rate as usize * 7 / 10);
        tone.into_iter()
            .flat_map(|sample| std::iter::repeat_n(to_i16(sample), channels))
            .collect()
    }

    fn assert_is_the_tone(sound: &[i16], what: &str) {
        // MP3 and Opus may add a little at the ends.
        assert!(
            (11_100..13_500).contains(&sound.len()),
            "{what}: {} samples",
            sound.len()
        );
        let middle: Vec<f32> = sound[3_000..10_000]
            .iter()
            .map(|s| f32::from(*s) / 32_768.0)
            .collect();
        let loud = level(&middle);
        assert!((loud + 6.0).abs() < 0.5, "{what}: {loud} dBFS");
        let rises = middle
            .windows(2)
            .filter(|two| two[0] < 0.0 && two[1] >= 0.0)
            .count();
        let pitch = rises as f64 * 16_000.0 / 7_000.0;
        assert!((pitch - 440.0).abs() < 4.0, "{what}: {pitch} Hz");
    }

    fn wav(
        spec: hound::WavSpec,
        write: impl Fn(&mut hound::WavWriter<&mut Cursor<Vec<u8>>>),
    ) -> Vec<u8> {
        let mut file = Cursor::new(Vec::new());
        let mut writer = hound::WavWriter::new(&mut file, spec).unwrap();
        write(&mut writer);
        writer.finalize().unwrap();
        file.into_inner()
    }

    fn floating(samples: &[f32]) -> Vec<u8> {
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: 16_000,
            bits_per_sample: 32,
            sample_format: hound::SampleFormat::Float,
        };
        wav(spec, |file| {
            samples.iter().for_each(|s| file.write_sample(*s).unwrap())
        })
    }

    #[test]
    fn what_people_bring_sounds_as_it_did() {
        for file in FILES {
            let what = String::from_utf8_lossy(&file[..4]);
            assert_is_the_tone(&read_upload(file, Limits::UPLOAD).unwrap(), &what);
        }
        for rate in [8_000, 16_000, 22_050, 44_100, 48_000, 96_000] {
            for channels in [Channels::Mono, Channels::Stereo] {
                let file = to_wav(&tone(rate, channels.count()), channels, rate);
                let sound = read_upload(&file, Limits::UPLOAD).unwrap();
                assert_is_the_tone(&sound, &format!("{channels:?} {rate}"));
            }
        }
        let own = write_opus(&tone(16_000, 2), Channels::Stereo, 3).unwrap();
        assert_is_the_tone(&read_upload(&own, Limits::UPLOAD).unwrap(), "own");
        let small = to_small_wav(&tone(16_000, 1));
        assert_is_the_tone(&read_upload(&small, Limits::UPLOAD).unwrap(), "small");
    }

    #[test]
    fn what_is_no_sound_is_refused_in_words() {
        let refused = |bytes: &[u8]| read_upload(bytes, Limits::UPLOAD).unwrap_err();
        assert_eq!(refused(&[]), Unreadable::Empty);
        let pdf = b"%PDF-1.7 and so on, long enough to be looked at more than once".repeat(50);
        assert_eq!(refused(&pdf), Unreadable::UnknownFormat);
        assert_eq!(
            refused(&pdf).to_string(),
            "This is not a sound file we can read: WAV, MP3, OGG or FLAC"
        );
        assert_eq!(refused(&[0; 100_000]), Unreadable::UnknownFormat);
        assert_eq!(
            refused(&to_wav(&[], Channels::Mono, 8_000)),
            Unreadable::NoSound
        );
        let large = vec![0; Limits::UPLOAD.bytes + 1];
        assert_eq!(refused(&large), Unreadable::TooLarge { megabytes: 20 });
    }

    #[test]
    fn what_a_wav_says_of_itself_is_not_believed() {
        let honest = to_wav(&tone(16_000, 1), Channels::Mono, 16_000);
        let saying = |at: usize, lie: &[u8]| {
            let mut file = honest.clone();
            file[at..at + lie.len()].copy_from_slice(lie);
            read_upload(&file, Limits::UPLOAD)
        };
        // The length of the file and of the sound: far more than there is, and none at all.
        assert_is_the_tone(&saying(4, &[0xFF; 4]).unwrap(), "long file");
        assert_eq!(saying(40, &[0xFF; 4]), Err(Unreadable::Damaged));
        let mut endless = honest.clone();
        for at in [4, 40] {
            endless[at..at + 4].fill(0xFF);
        }
        assert_is_the_tone(
            &read_upload(&endless, Limits::UPLOAD).unwrap(),
            "written to a pipe",
        );
        assert_eq!(
            saying(40, &[0xF0, 0xFF, 0xFF, 0x7F]),
            Err(Unreadable::Damaged)
        );
        assert!(saying(40, &[0; 4]).is_err());
        // Channels, rate, bits of a sample.
        assert!(saying(22, &[0, 0]).is_err());
        assert!(saying(22, &[0xFF, 0xFF]).is_err());
        assert!(saying(24, &[0; 4]).is_err());
        assert_eq!(
            saying(24, &[0xFF; 4]),
            Err(Unreadable::SampleRate(u32::MAX))
        );
        assert!(saying(34, &[0, 0]).is_err());
        assert!(saying(34, &[0xFF, 0xFF]).is_err());
    }

    #[test]
    fn a_cut_file_is_read_as_far_as_it_goes() {
        // The two in Ogg are one page each.
        for file in [FILES[0], FILES[3]] {
            let half = read_upload(&file[..file.len() / 2], Limits::UPLOAD).unwrap();
            assert!((1_500..10_000).contains(&half.len()), "{}", half.len());
        }
    }

    #[test]
    fn more_than_two_channels_are_refused() {
        let spec = hound::WavSpec {
            channels: 6,
            sample_rate: 48_000,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let file = wav(spec, |file| {
            (0..48_000).for_each(|_| file.write_sample(9_i16).unwrap())
        });
        assert_eq!(
            read_upload(&file, Limits::UPLOAD),
            Err(Unreadable::TooManyChannels(6))
        );
    }

    #[test]
    fn numbers_that_are_none_are_silence_and_too_large_ones_full_scale() {
        let strange = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1e30, -1e30, 0.5];
        let sound = read_upload(&floating(&strange), Limits::UPLOAD).unwrap();
        assert_eq!(sound, [0, 0, 0, i16::MAX, i16::MIN, 16_384]);
    }

    #[test]
    fn a_small_file_that_plays_for_hours_is_stopped() {
        // FLAC says "4,096 times the same" in a dozen bytes.
        let mut file = FILES[3].to_vec();
        let limits = Limits {
            bytes: 1 << 20,
            lasts: Duration::from_millis(500),
        };
        assert!(matches!(
            read_upload(&file, limits),
            Err(Unreadable::TooLong { .. })
        ));
        file.truncate(file.len() / 2);
        assert!(read_upload(&file, limits).is_ok());
        // 20 MB of WAV at 8 kHz and 8 bit are 43 minutes.
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: 8_000,
            bits_per_sample: 8,
            sample_format: hound::SampleFormat::Int,
        };
        let long = wav(spec, |file| {
            (0..8_000 * 61).for_each(|_| file.write_sample(1_i8).unwrap())
        });
        let limits = Limits {
            bytes: 20 << 20,
            lasts: Duration::from_secs(60),
        };
        assert_eq!(
            read_upload(&long, limits),
            Err(Unreadable::TooLong { minutes: 1 })
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn no_bytes_make_the_decoders_fail_badly(
            which in 0_usize..5,
            flips in proptest::collection::vec((0_usize..8_000, any::<u8>()), 1..30),
            cut in 0_usize..8_000,
        ) {
            let wav = to_wav(&tone(16_000, 1), Channels::Mono, 16_000);
            let mut file = FILES.get(which).map_or(wav, |file| file.to_vec());
            file.truncate(cut);
            for (at, with) in flips {
                // The head of a file decides most.
                let at = if at % 2 == 0 { at % 200 } else { at };
                if let Some(byte) = file.get_mut(at) {
                    *byte = with;
                }
            }
            let limits = Limits { bytes: 1 << 20, lasts: Duration::from_secs(30) };
            let _ = read_upload(&file, limits);
        }
    }
}
