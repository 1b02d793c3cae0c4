//! Writes Ogg Opus (RFC 7845) piece by piece, so that a file cut anywhere stays playable.

use std::io::{self, Write};
use std::time::Duration;

use ogg::{PacketWriteEndInfo, PacketWriter};
use opus::{Application, Bitrate, Encoder};

use crate::limits::{MAX_PACKET, PAGE_LASTS};
use crate::{Channels, SAMPLE_RATE};

/// Samples of each channel in a packet: 20 ms.
const PACKET_SAMPLES: usize = 320;

const PACKETS_PER_PAGE: usize = (PAGE_LASTS.as_millis() / 20) as usize;

/// Granule positions count at 48 kHz whatever the sound's own rate (RFC 7845 §4).
const GRANULES_PER_SAMPLE: u64 = 3;

/// How hard libopus thinks, 0 to 10. Above 5 speech gains nothing that is heard and costs double.
const COMPLEXITY: i32 = 5;

/// An Ogg Opus file being written: 16 kHz, mono at 24 kbit/s or stereo at 40 kbit/s.
///
/// Every page is given to `out` whole, by one `write_all`. When that fails, what
/// [`bytes`](Self::bytes) counts is a playable file; a part of a page may follow it. The writer is
/// then not to be used any more.
pub struct OpusWriter<W: Write> {
    out: W,
    /// Collects the page under way.
    pages: PacketWriter<'static, Vec<u8>>,
    serial: u32,
    encoder: Encoder,
    channels: Channels,
    /// Interleaved samples that do not fill a packet yet.
    waiting: Vec<i16>,
    /// A packet that is held back, since the last one of a page must say so.
    held: Option<Vec<u8>>,
    packets_in_page: usize,
    /// Samples of each channel that the encoder delays sound by; the reader skips them.
    lookahead: u64,
    /// Samples taken so far, of all channels together.
    taken: u64,
    /// Samples of each channel encoded so far, silence at the end included.
    encoded: u64,
    bytes: u64,
}

impl<W: Write> OpusWriter<W> {
    /// Begins a file; its head is given to `out` with the first sound. `serial` names the stream
    /// within the file; any number.
    ///
    /// # Errors
    /// When libopus refuses its settings or has no memory.
    pub fn new(out: W, channels: Channels, serial: u32) -> io::Result<Self> {
        let mut encoder = Encoder::new(SAMPLE_RATE, channels.for_opus(), Application::Audio)
            .map_err(io::Error::other)?;
        let bits = match channels {
            Channels::Mono => 24_000,
            Channels::Stereo => 40_000,
        };
        encoder
            .set_bitrate(Bitrate::Bits(bits))
            .and_then(|()| encoder.set_complexity(COMPLEXITY))
            .map_err(io::Error::other)?;
        let lookahead = encoder.get_lookahead().map_err(io::Error::other)?;
        let mut writer = Self {
            out,
            pages: PacketWriter::new(Vec::with_capacity(8 * 1024)),
            serial,
            encoder,
            channels,
            waiting: Vec::with_capacity(PACKET_SAMPLES * channels.count()),
            held: None,
            packets_in_page: 0,
            lookahead: u64::try_from(lookahead).unwrap_or(0),
            taken: 0,
            encoded: 0,
            bytes: 0,
        };
        writer.collect_head()?;
        Ok(writer)
    }

    /// Takes samples, interleaved where there are two channels; any number of them.
    ///
    /// # Errors
    /// When `out` fails.
    pub fn write(&mut self, samples: &[i16]) -> io::Result<()> {
        let packet = PACKET_SAMPLES * self.channels.count();
        self.taken += samples.len() as u64;
        let mut rest = samples;
        if !self.waiting.is_empty() {
            let (first, after) = rest.split_at(rest.len().min(packet - self.waiting.len()));
            self.waiting.extend_from_slice(first);
            rest = after;
            if self.waiting.len() < packet {
                return Ok(());
            }
            let waiting = std::mem::take(&mut self.waiting);
            self.encode(&waiting)?;
            self.waiting = waiting;
            self.waiting.clear();
        }
        let mut whole = rest.chunks_exact(packet);
        for samples in &mut whole {
            self.encode(samples)?;
        }
        self.waiting.extend_from_slice(whole.remainder());
        Ok(())
    }

    /// Gives all whole packets to `out` now, though the page is not full. Less than 20 ms then wait.
    ///
    /// # Errors
    /// When `out` fails.
    pub fn end_page(&mut self) -> io::Result<()> {
        let Some(packet) = self.held.take() else {
            return Ok(());
        };
        self.put(
            packet,
            PacketWriteEndInfo::EndPage,
            self.encoded * GRANULES_PER_SAMPLE,
        )
    }

    /// How much sound was taken.
    #[must_use]
    pub fn lasts(&self) -> Duration {
        Duration::from_micros(self.taken_each() * 1_000_000 / u64::from(SAMPLE_RATE))
    }

    /// Bytes of the pages given to `out`.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Where the pages go.
    pub fn out(&mut self) -> &mut W {
        &mut self.out
    }

    /// Ends the file; nothing more is to be written then. The reader will give as many samples as
    /// were taken (RFC 7845 §4.4: the last granule position trims the end).
    ///
    /// # Errors
    /// When `out` fails.
    pub fn end(&mut self) -> io::Result<()> {
        let all = self.lookahead + self.taken_each();
        while self.encoded < all {
            let mut last = std::mem::take(&mut self.waiting);
            last.resize(PACKET_SAMPLES * self.channels.count(), 0);
            self.encode(&last)?;
        }
        if let Some(packet) = self.held.take() {
            let end = all * GRANULES_PER_SAMPLE;
            self.put(packet, PacketWriteEndInfo::EndStream, end)?;
        }
        self.out.flush()
    }

    /// Where the file went, as it is.
    #[must_use]
    pub fn into_out(self) -> W {
        self.out
    }

    /// Ends the file and gives back where it went.
    ///
    /// # Errors
    /// When `out` fails.
    pub fn finish(mut self) -> io::Result<W> {
        self.end()?;
        Ok(self.out)
    }

    /// Samples of each channel taken so far.
    fn taken_each(&self) -> u64 {
        self.taken / self.channels.count() as u64
    }

    /// OpusHead and OpusTags, each alone on its page (RFC 7845 §5).
    fn collect_head(&mut self) -> io::Result<()> {
        let mut head = Vec::with_capacity(19);
        head.extend_from_slice(b"OpusHead\x01");
        head.push(if self.channels == Channels::Mono {
            1
        } else {
            2
        });
        let pre_skip = u16::try_from(self.lookahead * GRANULES_PER_SAMPLE).unwrap_or(u16::MAX);
        head.extend_from_slice(&pre_skip.to_le_bytes());
        head.extend_from_slice(&SAMPLE_RATE.to_le_bytes());
        // No gain; mapping family 0: mono or left and right.
        head.extend_from_slice(&[0, 0, 0]);
        self.collect(head, PacketWriteEndInfo::EndPage, 0)?;

        let vendor = b"Cordboard";
        let mut tags = Vec::with_capacity(32);
        tags.extend_from_slice(b"OpusTags");
        tags.extend_from_slice(&9_u32.to_le_bytes());
        tags.extend_from_slice(vendor);
        tags.extend_from_slice(&0_u32.to_le_bytes());
        self.collect(tags, PacketWriteEndInfo::EndPage, 0)
    }

    fn encode(&mut self, samples: &[i16]) -> io::Result<()> {
        let mut packet = [0; MAX_PACKET];
        let length = self
            .encoder
            .encode(samples, &mut packet)
            .map_err(io::Error::other)?;
        let packet = packet.get(..length).unwrap_or_default().to_vec();
        if let Some(before) = self.held.replace(packet) {
            let so_far = self.encoded * GRANULES_PER_SAMPLE;
            self.packets_in_page += 1;
            let full = self.packets_in_page >= PACKETS_PER_PAGE;
            let end = if full {
                PacketWriteEndInfo::EndPage
            } else {
                PacketWriteEndInfo::NormalPacket
            };
            self.put(before, end, so_far)?;
        }
        self.encoded += PACKET_SAMPLES as u64;
        Ok(())
    }

    fn put(&mut self, packet: Vec<u8>, end: PacketWriteEndInfo, granules: u64) -> io::Result<()> {
        self.collect(packet, end, granules)?;
        let pages = self.pages.inner_mut();
        if !pages.is_empty() {
            self.out.write_all(pages)?;
            self.bytes += pages.len() as u64;
            pages.clear();
        }
        Ok(())
    }

    fn collect(
        &mut self,
        packet: Vec<u8>,
        end: PacketWriteEndInfo,
        granules: u64,
    ) -> io::Result<()> {
        self.pages
            .write_packet(packet, self.serial, end, granules)?;
        if end != PacketWriteEndInfo::NormalPacket {
            self.packets_in_page = 0;
        }
        Ok(())
    }
}

/// A whole Ogg Opus file of interleaved samples at 16 kHz.
///
/// # Errors
/// When libopus refuses its settings, which it does not.
pub fn write_opus(samples: &[i16], channels: Channels, serial: u32) -> io::Result<Vec<u8>> {
    let mut writer = OpusWriter::new(Vec::new(), channels, serial)?;
    writer.write(samples)?;
    writer.finish()
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::measure;
    use crate::testing::speech_like;

    /// A disk with room for so many bytes; it takes parts of a page, as disks do.
    struct Disk {
        taken: Vec<u8>,
        room: usize,
    }

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let fits = bytes.len().min(self.room - self.taken.len());
            if fits == 0 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            self.taken.extend_from_slice(&bytes[..fits]);
            Ok(fits)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_a_full_disk_took_is_whole() {
        let said = speech_like(3 * 16_000);
        for room in (1..8_000).step_by(13) {
            let disk = Disk {
                taken: Vec::new(),
                room,
            };
            let mut writer = OpusWriter::new(disk, Channels::Mono, 7).unwrap();
            let mut taken = 0;
            let failed = said.chunks(320).find_map(|frame| {
                taken += 1;
                writer.write(frame).err()
            });
            assert_eq!(failed.unwrap().kind(), io::ErrorKind::StorageFull);
            let whole = writer.bytes();
            let file = writer.into_out().taken;
            assert_eq!(file.len(), room);
            let Ok(measured) = measure(Cursor::new(&file)) else {
                assert!(whole == 0 && taken <= 50, "{room}");
                continue;
            };
            // The head is two pages, given together with the first of sound.
            assert_eq!(
                measured.whole_bytes.max(whole),
                measured.whole_bytes,
                "{room}"
            );
            let lost = Duration::from_millis(20 * taken) - measured.lasts;
            assert!(lost < Duration::from_secs(1), "{room}: {lost:?}");
        }
    }

    #[test]
    fn a_page_ended_early_holds_all_whole_packets() {
        let mut writer = OpusWriter::new(Vec::new(), Channels::Stereo, 7).unwrap();
        for part in 1..=7_u64 {
            writer.write(&vec![500; 2 * 1_111]).unwrap();
            writer.end_page().unwrap();
            let file = Cursor::new(writer.out().clone());
            // All but less than a packet and what the encoder still holds.
            let said = Duration::from_micros(part * 1_111 * 1_000_000 / 16_000);
            let lost = said - measure(file).unwrap().lasts;
            assert!(lost < Duration::from_millis(27), "{lost:?}");
        }
        let all = writer.lasts();
        let file = writer.finish().unwrap();
        assert_eq!(measure(Cursor::new(file)).unwrap().lasts, all);
    }
}
