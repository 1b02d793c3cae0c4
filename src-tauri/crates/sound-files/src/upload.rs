//! Reads the sound files of people: WAV, MP3, OGG (Vorbis, Opus) and FLAC.

use std::io::Cursor;

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
        Err(Unreadable::UnknownFormat) => decode(bytes, limits)?,
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
        .map_err(|_| Unreadable::UnknownFormat)
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
