//! Packets a phone sends, proved and decrypted.

use arrayvec::ArrayVec;

use super::cipher::Cipher;
use super::window::Window;
use super::{MasterKey, Mki, rtp_header_length, rtp_names, ssrc_at};
use crate::limits::{MAX_ROLLOVERS_TRIED, MAX_SRTP_KEYS, MAX_SRTP_SOURCES};

/// Reads what one phone sends. Nothing of a packet that is not proved is kept.
#[derive(Debug)]
pub struct Unprotector {
    keys: Box<[Key]>,
    sound: Sources,
    reports: Sources,
}

/// A key, and what names it in packets. What has been there is counted over all keys: a phone that
/// changes its key goes on counting (RFC 3711 §3.2.1).
#[derive(Debug)]
struct Key {
    cipher: Cipher,
    mki: Option<Mki>,
}

/// Why a datagram is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unprotectable {
    /// It is too short, or is no RTP or RTCP.
    #[error("not a protected packet")]
    Malformed,
    /// Its tag does not prove it: another key, or it was changed.
    #[error("a packet that nobody with the key has made")]
    NotAuthentic,
    /// It was there already, or is too old to tell.
    #[error("a packet that was sent again")]
    Replayed,
}

impl Unprotector {
    /// With the key the phone said it sends with.
    #[must_use]
    pub fn new(key: &MasterKey) -> Self {
        Self::of(std::slice::from_ref(key))
    }

    /// With all the keys it said it sends with. Of more than [`MAX_SRTP_KEYS`] the first count; without
    /// any nothing is read.
    #[must_use]
    pub fn of(keys: &[MasterKey]) -> Self {
        let keys = keys.iter().take(MAX_SRTP_KEYS).map(|key| Key {
            cipher: Cipher::new(key),
            mki: key.mki,
        });
        Self {
            keys: keys.collect(),
            sound: Sources::default(),
            reports: Sources::default(),
        }
    }

    /// Writes the RTP packet that is in `datagram` into `out`.
    ///
    /// # Errors
    /// [`Unprotectable`]; what `out` holds is of no use then.
    pub fn rtp(&mut self, datagram: &[u8], out: &mut Vec<u8>) -> Result<(), Unprotectable> {
        let header = rtp_header_length(datagram).ok_or(Unprotectable::Malformed)?;
        let (ssrc, sequence) = rtp_names(datagram).ok_or(Unprotectable::Malformed)?;
        let behind = |cipher: &Cipher| cipher.rtp_behind_mki();
        let key = named(&self.keys, datagram, behind).ok_or(Unprotectable::NotAuthentic)?;
        let (cipher, mki) = (&key.cipher, key.mki);
        let mut read = |index| {
            copy_without(mki, cipher.rtp_behind_mki(), datagram, out)?;
            let read = cipher.unprotect_rtp(header, ssrc, index, out);
            read.map_err(|_| Unprotectable::NotAuthentic)
        };
        if let Some(window) = self.sound.of(ssrc) {
            let index = index_of(sequence, window.highest());
            let index = index.filter(|index| window.is_new(*index));
            let index = index.ok_or(Unprotectable::Replayed)?;
            read(index)?;
            self.sound.note(ssrc, index);
            return Ok(());
        }
        // How long it has been sending where we did not hear it, its packets alone can tell.
        for rollovers in 0..MAX_ROLLOVERS_TRIED {
            let index = u64::from(rollovers) << 16 | u64::from(sequence);
            if read(index).is_ok() {
                self.sound.note(ssrc, index);
                return Ok(());
            }
        }
        Err(Unprotectable::NotAuthentic)
    }

    /// Writes the RTCP compound that is in `datagram` into `out`.
    ///
    /// # Errors
    /// [`Unprotectable`]; what `out` holds is of no use then.
    pub fn rtcp(&mut self, datagram: &[u8], out: &mut Vec<u8>) -> Result<(), Unprotectable> {
        let ssrc = ssrc_at(datagram, 4).ok_or(Unprotectable::Malformed)?;
        let behind = |cipher: &Cipher| cipher.rtcp_behind_mki();
        let key = named(&self.keys, datagram, behind).ok_or(Unprotectable::NotAuthentic)?;
        copy_without(key.mki, key.cipher.rtcp_behind_mki(), datagram, out)?;
        let word = key.cipher.rtcp_word(out);
        let word = word.ok_or(Unprotectable::Malformed)?;
        let index = u64::from(word.1 & (u32::MAX >> 1));
        let window = self.reports.of(ssrc);
        if window.is_some_and(|window| !window.is_new(index)) {
            return Err(Unprotectable::Replayed);
        }
        let read = key.cipher.unprotect_rtcp(ssrc, word, out);
        read.map_err(|_| Unprotectable::NotAuthentic)?;
        self.reports.note(ssrc, index);
        Ok(())
    }
}

/// The key a datagram names; the only one where there are not several.
fn named<'a>(
    keys: &'a [Key],
    datagram: &[u8],
    behind: impl Fn(&Cipher) -> usize,
) -> Option<&'a Key> {
    match keys {
        [only] => Some(only),
        several => several.iter().find(|key| {
            let mki = key.mki;
            mki.is_some_and(|mki| mki.stands_in(behind(&key.cipher), datagram))
        }),
    }
}

/// Copies a datagram without the identifier of its key, which has to be the one that was agreed on.
fn copy_without(
    mki: Option<Mki>,
    behind: usize,
    datagram: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), Unprotectable> {
    out.clear();
    out.extend_from_slice(datagram);
    match mki {
        Some(mki) => {
            let taken = mki.take_out(behind, out);
            taken.ok_or(Unprotectable::NotAuthentic)
        }
        None => Ok(()),
    }
}

/// What was read of each SSRC, the one heard last behind.
#[derive(Debug, Default)]
struct Sources(ArrayVec<(u32, Window), MAX_SRTP_SOURCES>);

impl Sources {
    fn of(&self, ssrc: u32) -> Option<&Window> {
        let mut sources = self.0.iter();
        let found = sources.find(|(known, _)| *known == ssrc);
        found.map(|(_, window)| window)
    }

    /// Notes a new packet that was proved. Of more sources than there is room for, the one not heard
    /// for the longest time is forgotten; what is not proved makes none seem heard.
    fn note(&mut self, ssrc: u32, index: u64) {
        let sources = &mut self.0;
        if let Some(at) = sources.iter().position(|(known, _)| *known == ssrc) {
            sources[at].1.note(index);
            sources[at..].rotate_left(1);
            return;
        }
        if sources.is_full() {
            sources.remove(0);
        }
        sources.push((ssrc, Window::new(index)));
    }
}

/// The index of a packet by its sequence number, next to the highest so far (RFC 3711 §3.3.1);
/// `None` before the first.
fn index_of(sequence: u16, highest: u64) -> Option<u64> {
    let ahead = sequence.wrapping_sub(highest as u16) as i16;
    highest.checked_add_signed(i64::from(ahead))
}
