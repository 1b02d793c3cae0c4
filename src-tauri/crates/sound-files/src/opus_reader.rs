//! Reads Ogg Opus (RFC 7845): our own files and those of people, also where they are cut.

use std::collections::VecDeque;
use std::io::{Cursor, Read, Seek};
use std::time::Duration;

use ogg::reading::OggReadError;
use ogg::{Packet, PacketReader};
use opus::Decoder;

use crate::limits::Limits;
use crate::{Channels, SAMPLE_RATE, Unreadable};

/// Samples of each channel in the longest packet there is: 120 ms.
const LONGEST_PACKET: usize = 1_920;

const GRANULES_PER_SAMPLE: u64 = 3;

/// Samples of each channel decoded before a place that is jumped to: 120 ms, for Opus needs 80 ms
/// until it sounds as it would (RFC 7845 §4.6).
const DECODED_BEFORE: u64 = 1_920;

/// A sound read as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sound {
    /// 16 kHz, interleaved where there are two channels.
    pub samples: Vec<i16>,
    /// How many sounds lie side by side.
    pub channels: Channels,
}

impl Sound {
    /// How long it plays.
    #[must_use]
    pub fn lasts(&self) -> Duration {
        lasting((self.samples.len() / self.channels.count()) as u64)
    }

    /// Both channels as one, each at half its level.
    #[must_use]
    pub fn into_mono(self) -> Vec<i16> {
        match self.channels {
            Channels::Mono => self.samples,
            Channels::Stereo => {
                let (pairs, _) = self.samples.as_chunks::<2>();
                pairs.iter().map(|[l, r]| l.midpoint(*r)).collect()
            }
        }
    }
}

/// Reads a whole Ogg Opus file. Where it is cut or damaged, what is whole is read.
///
/// # Errors
/// When it is no Ogg Opus, holds no sound or is beyond `limits`.
pub fn read_opus(bytes: &[u8], limits: Limits) -> Result<Sound, Unreadable> {
    within(bytes, limits)?;
    let mut reader = OpusReader::new(Cursor::new(bytes))?;
    let channels = reader.channels();
    let most = samples_in(limits.lasts) * channels.count();
    let mut samples = Vec::new();
    while let Some(block) = reader.next_block() {
        if samples.len() + block.len() > most {
            return Err(too_long(limits));
        }
        samples.extend_from_slice(block);
    }
    if samples.is_empty() {
        return Err(Unreadable::NoSound);
    }
    Ok(Sound { samples, channels })
}

/// What a file holds, found without decoding it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measured {
    /// How long it plays.
    pub lasts: Duration,
    /// How many sounds lie side by side.
    pub channels: Channels,
    /// Bytes up to the end of the last whole page; more are what a cut left behind.
    pub whole_bytes: u64,
}

/// How long an Ogg Opus file plays.
///
/// # Errors
/// When it is no Ogg Opus.
pub fn measure<R: Read + Seek>(source: R) -> Result<Measured, Unreadable> {
    let mut reader = OpusReader::new(source)?;
    while let Some((packet, drop)) = reader.next_packet() {
        let samples = reader.samples_of(&packet);
        reader.given += reader.belonging(samples, drop).len() as u64;
    }
    Ok(Measured {
        lasts: lasting(reader.given),
        channels: reader.channels,
        whole_bytes: reader.whole_bytes,
    })
}

/// Reads an Ogg Opus file piece by piece, at 16 kHz.
pub struct OpusReader<R: Read + Seek> {
    packets: PacketReader<R>,
    serial: u32,
    decoder: Decoder,
    channels: Channels,
    /// Samples of each channel still to be skipped (RFC 7845 §4.2).
    pre_skip_left: usize,
    /// Packets of the page under way, each with the samples to drop at its end.
    page: VecDeque<(Packet, usize)>,
    /// Granule position at which the file begins; known after its first page.
    begins: Option<u64>,
    /// Samples of each channel in the pages read so far, skipped ones included.
    read: u64,
    /// Samples of each channel given so far.
    given: u64,
    whole_bytes: u64,
    block: Vec<i16>,
    /// Where the part of the block ends that was decoded by [`skip`](Self::skip) and not given.
    block_end: usize,
    /// Samples of each channel of that part.
    ahead: usize,
}

impl<R: Read + Seek> OpusReader<R> {
    /// Reads the head of a file.
    ///
    /// # Errors
    /// When it is no Ogg Opus of one or two channels.
    pub fn new(source: R) -> Result<Self, Unreadable> {
        let mut packets = PacketReader::new(source);
        let first = packets.read_packet().ok().flatten();
        let first = first.ok_or(Unreadable::UnknownFormat)?;
        let head = Head::parse(&first.data)?;
        let mut decoder =
            Decoder::new(SAMPLE_RATE, head.channels.for_opus()).map_err(|_| Unreadable::Damaged)?;
        decoder
            .set_gain(i32::from(head.gain))
            .map_err(|_| Unreadable::Damaged)?;
        let mut reader = Self {
            packets,
            serial: first.stream_serial(),
            decoder,
            channels: head.channels,
            pre_skip_left: head.pre_skip,
            page: VecDeque::new(),
            begins: None,
            read: 0,
            given: 0,
            whole_bytes: 0,
            block: vec![0; LONGEST_PACKET * head.channels.count()],
            block_end: 0,
            ahead: 0,
        };
        let tags = reader.read_packet();
        if !tags.is_some_and(|tags| tags.data.starts_with(b"OpusTags")) {
            return Err(Unreadable::Damaged);
        }
        Ok(reader)
    }

    /// How many sounds lie side by side.
    #[must_use]
    pub fn channels(&self) -> Channels {
        self.channels
    }

    /// The next samples, interleaved, at most 120 ms of them; `None` at the end.
    pub fn next_block(&mut self) -> Option<&[i16]> {
        let ahead = std::mem::take(&mut self.ahead) * self.channels.count();
        if ahead > 0 {
            return self.block.get(self.block_end - ahead..self.block_end);
        }
        loop {
            let (packet, drop) = self.next_packet()?;
            let samples = self.samples_of(&packet);
            let channels = self.channels.count();
            let Some(block) = self.block.get_mut(..samples * channels) else {
                continue;
            };
            if self.decoder.decode(&packet.data, block, false).is_err() {
                // Time stays true: what a broken packet held is silence.
                block.fill(0);
            }
            let give = self.belonging(samples, drop);
            if give.is_empty() {
                continue;
            }
            self.given += give.len() as u64;
            self.block_end = give.end * channels;
            return self.block.get(give.start * channels..give.end * channels);
        }
    }

    /// Passes over so many samples of each channel, or fewer at the end; gives how many. Hours are
    /// passed over in a moment: only the last stretch before the place is decoded, so that what
    /// follows sounds as if all had been.
    pub fn skip(&mut self, samples: u64) -> u64 {
        let mut passed = 0;
        while samples - passed > DECODED_BEFORE {
            let Some((packet, drop)) = self.next_packet() else {
                return passed;
            };
            let lasts = self.samples_of(&packet);
            let gives = self.belonging(lasts, drop).len() as u64;
            passed += gives;
            self.given += gives;
        }
        while passed < samples {
            let channels = self.channels.count();
            let Some(block) = self.next_block() else {
                return passed;
            };
            let gives = (block.len() / channels) as u64;
            let beyond = (passed + gives).saturating_sub(samples);
            passed += gives - beyond;
            self.ahead = usize::try_from(beyond).unwrap_or(0);
        }
        passed
    }

    /// Which of a packet's samples belong to the sound.
    fn belonging(&mut self, samples: usize, drop: usize) -> std::ops::Range<usize> {
        let skip = self.pre_skip_left.min(samples);
        self.pre_skip_left -= skip;
        skip..samples.saturating_sub(drop).max(skip)
    }

    /// Samples of each channel in a packet; 0 if it is broken.
    fn samples_of(&self, packet: &Packet) -> usize {
        if packet.data.is_empty() {
            return 0;
        }
        let samples = self.decoder.get_nb_samples(&packet.data).unwrap_or(0);
        if samples > LONGEST_PACKET { 0 } else { samples }
    }

    /// The next packet and how many samples are to be dropped at its end.
    fn next_packet(&mut self) -> Option<(Packet, usize)> {
        while self.page.is_empty() {
            self.read_page()?;
        }
        self.page.pop_front()
    }

    /// Reads the packets that end on the next page, and finds what its granule position trims.
    fn read_page(&mut self) -> Option<()> {
        let mut samples = 0;
        let mut end = None;
        while let Some(packet) = self.read_packet() {
            samples += self.samples_of(&packet) as u64;
            let last = packet.last_in_page();
            if last {
                end = Some((packet.absgp_page(), packet.last_in_stream()));
            }
            self.page.push_back((packet, 0));
            if last {
                break;
            }
        }
        if self.page.is_empty() {
            return None;
        }
        self.read += samples;
        // A granule position of −1 means that none is told (RFC 3533 §6).
        let told = end.filter(|(granules, _)| i64::try_from(*granules).is_ok());
        if let Some((granules, is_end)) = told {
            let at = granules / GRANULES_PER_SAMPLE;
            let begins = *self.begins.get_or_insert(at.saturating_sub(self.read));
            // Only at the end may there be less sound than the packets hold, and never by more
            // than the last page has (RFC 7845 §4.4); whoever says more is not believed.
            let surplus = (begins + self.read).saturating_sub(at);
            if is_end && surplus <= samples {
                self.drop_at_end(usize::try_from(surplus).unwrap_or(0));
            }
        }
        Some(())
    }

    fn drop_at_end(&mut self, mut surplus: usize) {
        for index in (0..self.page.len()).rev() {
            let Some((packet, _)) = self.page.get(index) else {
                return;
            };
            let drop = self.samples_of(packet).min(surplus);
            surplus -= drop;
            if let Some((_, dropped)) = self.page.get_mut(index) {
                *dropped = drop;
            }
        }
    }

    /// The next packet of our stream. Damaged pages are passed over.
    fn read_packet(&mut self) -> Option<Packet> {
        loop {
            match self.packets.read_packet() {
                Ok(Some(packet)) if packet.stream_serial() == self.serial => {
                    if packet.last_in_page() {
                        let at = self.packets.get_mut().stream_position();
                        self.whole_bytes = at.unwrap_or(self.whole_bytes);
                    }
                    return Some(packet);
                }
                // Each of these read on; so this ends with the source.
                Ok(Some(_))
                | Err(
                    OggReadError::HashMismatch(..)
                    | OggReadError::InvalidData
                    | OggReadError::InvalidStreamStructVer(_),
                ) => {}
                Ok(None)
                | Err(OggReadError::NoCapturePatternFound | OggReadError::ReadError(_)) => {
                    return None;
                }
            }
        }
    }
}

/// What OpusHead says (RFC 7845 §5.1).
struct Head {
    channels: Channels,
    /// At 16 kHz.
    pre_skip: usize,
    /// In 1/256 dB.
    gain: i16,
}

impl Head {
    fn parse(packet: &[u8]) -> Result<Self, Unreadable> {
        let Some(head) = packet.strip_prefix(b"OpusHead") else {
            return Err(Unreadable::UnknownFormat);
        };
        let Some(
            &[
                version,
                channels,
                skip0,
                skip1,
                _,
                _,
                _,
                _,
                gain0,
                gain1,
                family,
            ],
        ) = head.first_chunk::<11>()
        else {
            return Err(Unreadable::Damaged);
        };
        // The upper half says whether it is another format altogether.
        if version & 0xF0 != 0 {
            return Err(Unreadable::UnknownFormat);
        }
        let channels = usize::from(channels);
        let known = Channels::of(channels).ok_or(match channels {
            0 => Unreadable::Damaged,
            many => Unreadable::TooManyChannels(many),
        })?;
        // Family 1 with one or two channels is laid out like family 0.
        if family > 1 {
            return Err(Unreadable::UnknownFormat);
        }
        let pre_skip = u64::from(u16::from_le_bytes([skip0, skip1])) / GRANULES_PER_SAMPLE;
        Ok(Self {
            channels: known,
            pre_skip: usize::try_from(pre_skip).unwrap_or(0),
            gain: i16::from_le_bytes([gain0, gain1]),
        })
    }
}

/// Refuses an empty file and one of too many bytes.
pub(crate) fn within(bytes: &[u8], limits: Limits) -> Result<(), Unreadable> {
    if bytes.is_empty() {
        return Err(Unreadable::Empty);
    }
    if bytes.len() > limits.bytes {
        return Err(Unreadable::TooLarge {
            megabytes: limits.bytes / (1024 * 1024),
        });
    }
    Ok(())
}

pub(crate) fn too_long(limits: Limits) -> Unreadable {
    Unreadable::TooLong {
        minutes: limits.lasts.as_secs() / 60,
    }
}

/// Samples of each channel in so much time.
pub(crate) fn samples_in(lasts: Duration) -> usize {
    let samples = lasts.as_micros() * u128::from(SAMPLE_RATE) / 1_000_000;
    usize::try_from(samples).unwrap_or(usize::MAX)
}

/// How long so many samples of each channel play.
pub(crate) fn lasting(samples: u64) -> Duration {
    Duration::from_micros(samples.saturating_mul(1_000_000) / u64::from(SAMPLE_RATE))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{level, speech_like};
    use crate::{OpusWriter, write_opus};

    fn in_stereo(left: &[i16], right: &[i16]) -> Vec<i16> {
        left.iter().zip(right).flat_map(|(l, r)| [*l, *r]).collect()
    }

    fn floats(samples: &[i16]) -> Vec<f32> {
        samples.iter().map(|s| f32::from(*s) / 32_768.0).collect()
    }

    /// By how many samples `heard` lags behind `said`.
    fn lag(said: &[i16], heard: &[i16]) -> isize {
        let product = |lag: isize| -> f64 {
            (2_000..said.len() - 2_000)
                .map(|i| f64::from(said[i]) * f64::from(heard[i.wrapping_add_signed(lag)]))
                .sum()
        };
        (-100..=100)
            .max_by(|a, b| product(*a).total_cmp(&product(*b)))
            .unwrap()
    }

    #[test]
    fn a_sound_comes_back_as_long_as_it_was_and_in_its_place() {
        for samples in [0, 1, 319, 320, 321, 8_000, 16_000, 47_999] {
            let file = write_opus(&speech_like(samples), Channels::Mono, 7).unwrap();
            let back = read_opus(&file, Limits::OWN);
            if samples == 0 {
                assert_eq!(back, Err(Unreadable::NoSound));
                continue;
            }
            assert_eq!(back.unwrap().samples.len(), samples);
            let measured = measure(Cursor::new(&file)).unwrap();
            assert_eq!(measured.lasts, lasting(samples as u64));
            assert_eq!(measured.whole_bytes, file.len() as u64);
        }
        let said = speech_like(48_000);
        let heard = read_opus(&write_opus(&said, Channels::Mono, 7).unwrap(), Limits::OWN).unwrap();
        assert!(
            lag(&said, &heard.samples).abs() <= 8,
            "{}",
            lag(&said, &heard.samples)
        );
        let louder = level(&floats(&heard.samples)) - level(&floats(&said));
        assert!(louder.abs() < 0.5, "{louder} dB");
    }

    #[test]
    fn whoever_jumps_into_a_sound_hears_what_is_there() {
        let said = in_stereo(&speech_like(80_000), &vec![0; 80_000]);
        let file = write_opus(&said, Channels::Stereo, 7).unwrap();
        let all = read_opus(&file, Limits::OWN).unwrap().samples;
        for at in [0_usize, 1, 100, 320, 1_920, 1_921, 40_003, 79_999, 80_000] {
            let mut reader = OpusReader::new(Cursor::new(&file)).unwrap();
            assert_eq!(reader.skip(at as u64), at as u64);
            let mut rest = Vec::new();
            while let Some(block) = reader.next_block() {
                rest.extend_from_slice(block);
            }
            let same = &all[at * 2..];
            assert_eq!(rest.len(), same.len(), "from {at}");
            let differ = |(one, other): (&i16, &i16)| f32::from(*one) - f32::from(*other);
            let wrong: Vec<f32> = rest.iter().zip(same).map(differ).collect();
            let wrong: Vec<f32> = wrong.iter().map(|by| by / 32_768.0).collect();
            assert!(
                rest.is_empty() || level(&wrong) < level(&floats(same)) - 30.0,
                "from {at}: {} dB",
                level(&wrong)
            );
        }
        let mut reader = OpusReader::new(Cursor::new(&file)).unwrap();
        assert_eq!(reader.skip(90_000), 80_000, "no further than the end");
    }

    #[test]
    fn left_stays_left() {
        let said = in_stereo(&speech_like(32_000), &vec![0; 32_000]);
        let file = write_opus(&said, Channels::Stereo, 7).unwrap();
        let heard = read_opus(&file, Limits::OWN).unwrap();
        assert_eq!(heard.samples.len(), said.len());
        let side = |at: usize| -> Vec<f32> {
            floats(&heard.samples)
                .into_iter()
                .skip(at)
                .step_by(2)
                .collect()
        };
        assert!(level(&side(0)) > -20.0);
        assert!(
            level(&side(1)) < level(&side(0)) - 30.0,
            "{}",
            level(&side(1))
        );
    }

    #[test]
    fn bit_rates_are_what_they_were_asked_to_be() {
        let said = speech_like(320_000);
        let mono = write_opus(&said, Channels::Mono, 7).unwrap().len() * 8 / 20;
        assert!((18_000..32_000).contains(&mono), "{mono} bit/s");
        let both = in_stereo(&said, &speech_like(320_000));
        let stereo = write_opus(&both, Channels::Stereo, 7).unwrap().len() * 8 / 20;
        assert!((30_000..52_000).contains(&stereo), "{stereo} bit/s");
    }

    #[test]
    fn a_file_cut_at_any_byte_loses_less_than_a_second() {
        let said = speech_like(4 * 16_000);
        // How much had been said when each byte was written.
        let mut said_so_far = 0;
        let mut said_at = Vec::new();
        let mut writer = OpusWriter::new(Vec::new(), Channels::Mono, 7).unwrap();
        for frame in said.chunks(320) {
            writer.write(frame).unwrap();
            said_so_far += frame.len();
            said_at.resize(writer.out().len(), said_so_far);
        }
        let file = writer.finish().unwrap();
        let mut last = None;
        for cut in 0..said_at.len() {
            let measured = measure(Cursor::new(&file[..cut]));
            let lasts = measured
                .as_ref()
                .map_or(Duration::ZERO, |measured| measured.lasts);
            let lost = lasting(said_at[cut] as u64).saturating_sub(lasts);
            assert!(lost < Duration::from_secs(1), "{cut}: {lost:?} lost");
            let Ok(measured) = measured else { continue };
            assert!(measured.whole_bytes <= cut as u64);
            // What was measured is what is heard; looked at where it changes.
            if last.replace(measured) != Some(measured) && !lasts.is_zero() {
                let sound = read_opus(&file[..cut], Limits::OWN).unwrap();
                assert_eq!(sound.lasts(), lasts);
            }
        }
        assert!(last.is_some_and(|last| last.lasts > Duration::from_secs(2)));
    }

    #[test]
    fn a_damaged_page_costs_only_itself() {
        let said = speech_like(4 * 16_000);
        let mut file = write_opus(&said, Channels::Mono, 7).unwrap();
        let middle = file.len() / 2;
        file[middle] ^= 0x55;
        let heard = read_opus(&file, Limits::OWN).unwrap();
        assert!(heard.samples.len() >= 3 * 16_000, "{}", heard.samples.len());
    }

    #[test]
    fn what_is_beyond_the_limits_is_refused() {
        let file = write_opus(&speech_like(32_000), Channels::Mono, 7).unwrap();
        let limits = |bytes, lasts| Limits {
            bytes,
            lasts: Duration::from_secs(lasts),
        };
        assert_eq!(
            read_opus(&file, limits(100, 60)),
            Err(Unreadable::TooLarge { megabytes: 0 })
        );
        assert_eq!(
            read_opus(&file, limits(1 << 20, 1)),
            Err(Unreadable::TooLong { minutes: 0 })
        );
        assert!(read_opus(&file, limits(1 << 20, 2)).is_ok());
        assert_eq!(read_opus(&[], Limits::OWN), Err(Unreadable::Empty));
        assert_eq!(
            read_opus(b"OggS", Limits::OWN),
            Err(Unreadable::UnknownFormat)
        );
    }

    /// An Ogg file with these packets, each on its page.
    fn ogg(packets: &[(&[u8], u64)]) -> Vec<u8> {
        let mut file = ogg::PacketWriter::new(Vec::new());
        for (packet, granules) in packets {
            let end = ogg::PacketWriteEndInfo::EndPage;
            file.write_packet(packet.to_vec(), 1, end, *granules)
                .unwrap();
        }
        file.into_inner()
    }

    #[test]
    fn heads_that_lie_are_refused() {
        let head = |bytes: [u8; 11]| [b"OpusHead".as_slice(), &bytes].concat();
        let tags: (&[u8], u64) = (b"OpusTags\0\0\0\0\0\0\0\0", 0);
        let read = |bytes| read_opus(&ogg(&[(&head(bytes), 0), tags]), Limits::OWN);
        assert_eq!(
            read([1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
            Err(Unreadable::NoSound)
        );
        assert_eq!(
            read([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
            Err(Unreadable::Damaged)
        );
        assert_eq!(
            read([1, 6, 0, 0, 0, 0, 0, 0, 0, 0, 1]),
            Err(Unreadable::TooManyChannels(6))
        );
        assert_eq!(
            read([16, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
            Err(Unreadable::UnknownFormat)
        );
        assert_eq!(
            read([1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 255]),
            Err(Unreadable::UnknownFormat)
        );
        let short = ogg(&[(b"OpusHead\x01\x01", 0), tags]);
        assert_eq!(read_opus(&short, Limits::OWN), Err(Unreadable::Damaged));
        let without_tags = ogg(&[(&head([1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]), 0)]);
        assert_eq!(
            read_opus(&without_tags, Limits::OWN),
            Err(Unreadable::Damaged)
        );
    }

    #[test]
    fn packets_of_two_bytes_that_unfold_to_hours_are_stopped() {
        // Code 3, 48 frames of 2.5 ms: 120 ms in two bytes.
        let bomb: Vec<(&[u8], u64)> = vec![(&[0xE3, 48], 0); 1_000];
        let head: &[u8] = b"OpusHead\x01\x01\0\0\0\0\0\0\0\0\0";
        let mut packets: Vec<(&[u8], u64)> = vec![(head, 0), (b"OpusTags\0\0\0\0\0\0\0\0", 0)];
        packets.extend(bomb);
        let limits = Limits {
            bytes: 1 << 20,
            lasts: Duration::from_secs(60),
        };
        assert_eq!(
            read_opus(&ogg(&packets), limits),
            Err(Unreadable::TooLong { minutes: 1 })
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn no_bytes_make_the_reader_fail_badly(
            flips in proptest::collection::vec((0_usize..4_000, any::<u8>()), 1..20),
            cut in 0_usize..5_000,
        ) {
            let mut file = write_opus(&speech_like(16_000), Channels::Mono, 7).unwrap();
            file.truncate(cut);
            for (at, with) in flips {
                if let Some(byte) = file.get_mut(at) {
                    *byte = with;
                }
            }
            let _ = read_opus(&file, Limits::OWN);
            let _ = measure(Cursor::new(&file));
        }
    }
}
