//! One recording on its way to the disk.

use std::{
    io::{self, Write},
    sync::{Arc, atomic::AtomicU64, atomic::Ordering},
    time::Duration,
};

use media::SAMPLE_RATE;
use rtrb::Consumer;
use sound_files::{Channels, OpusWriter};

use super::{WriteEnd, Written, tape::Reading};

/// A file that is being written under a name of its own.
pub(super) trait Medium: Write + Sized {
    /// Makes what was written safe against a power cut.
    fn sync(&mut self) -> io::Result<()>;

    /// Gives the file its name, on the disk for good. Only the first `bytes` of it are kept; gives
    /// back how long those play. With nothing to play there is no file.
    fn keep(self, bytes: u64) -> io::Result<Duration>;
}

pub(super) struct Writing<M: Medium> {
    file: OpusWriter<M>,
    ring: Consumer<i16>,
    channels: Channels,
    lost: Arc<AtomicU64>,
}

impl<M: Medium> Writing<M> {
    pub(super) fn begin(medium: M, tape: Reading, serial: u32) -> io::Result<Self> {
        Ok(Self {
            file: OpusWriter::new(medium, tape.channels, serial)?,
            ring: tape.ring,
            channels: tape.channels,
            lost: tape.lost,
        })
    }

    /// Writes what waits; gives whether more may come.
    pub(super) fn write(&mut self) -> io::Result<bool> {
        // Asked first: what was written before the end is then in the ring.
        let over = self.ring.is_abandoned();
        if let Ok(waiting) = self.ring.read_chunk(self.ring.slots()) {
            let (first, second) = waiting.as_slices();
            self.file.write(first)?;
            self.file.write(second)?;
            waiting.commit_all();
        }
        Ok(!over)
    }

    /// Makes what was heard safe against a power cut, all but less than 20 ms of it.
    pub(super) fn sync(&mut self) -> io::Result<()> {
        self.file.end_page()?;
        self.file.out().sync()
    }

    /// Ends the file and gives it its name.
    pub(super) fn finish(mut self) -> Written {
        let lost = self.lost();
        match self.file.end() {
            Ok(()) => kept(self.file, lost, WriteEnd::Finished),
            Err(why) => gave_up(self.file, lost, &why),
        }
    }

    /// Keeps what could be written.
    pub(super) fn give_up(self, why: &io::Error) -> Written {
        let lost = self.lost();
        gave_up(self.file, lost, why)
    }

    fn lost(&self) -> Duration {
        let samples = self.lost.load(Ordering::Relaxed) / self.channels.count() as u64;
        Duration::from_micros(samples * 1_000_000 / u64::from(SAMPLE_RATE))
    }
}

fn gave_up<M: Medium>(file: OpusWriter<M>, lost: Duration, why: &io::Error) -> Written {
    tracing::error!(%why, "a recording ends: the disk does not take it");
    kept(file, lost, WriteEnd::Disk(why.kind()))
}

fn kept<M: Medium>(file: OpusWriter<M>, lost: Duration, why: WriteEnd) -> Written {
    let bytes = file.bytes();
    match file.into_out().keep(bytes) {
        Ok(lasts) => Written {
            lasts,
            bytes: if lasts.is_zero() { 0 } else { bytes },
            lost,
            why,
        },
        Err(error) => {
            tracing::error!(why = %error, "a recording keeps its provisional name");
            Written {
                lasts: Duration::ZERO,
                bytes: 0,
                lost,
                why: WriteEnd::Disk(error.kind()),
            }
        }
    }
}
