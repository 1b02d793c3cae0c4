//! SRTP: packets that only the two ends of a stream can read, make, or send twice (RFC 3711,
//! RFC 7714).
//!
//! [`Protector`] and [`Unprotector`] are the two directions of one stream. Neither allocates, once
//! the caller's buffers have grown to the size of a packet. Keys come from the descriptions
//! (RFC 4568) and are never shown.

mod cipher;
mod protect;
mod unprotect;
mod window;

pub use protect::Protector;
pub use unprotect::{Unprotectable, Unprotector};

/// How packets are encrypted and proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Suite {
    /// AES in counter mode with a tag of 80 bits: what every telephone knows (RFC 3711).
    AesCm128HmacSha1_80,
    /// The same with a tag of 32 bits on sound; reports keep 80 (RFC 4568 §6.2.2).
    AesCm128HmacSha1_32,
    /// AES-GCM with 128 bits of key (RFC 7714).
    AeadAes128Gcm,
    /// AES-GCM with 256 bits of key (RFC 7714).
    AeadAes256Gcm,
}

impl Suite {
    /// Octets of the master key.
    #[must_use]
    pub const fn key_length(self) -> usize {
        match self {
            Self::AesCm128HmacSha1_80 | Self::AesCm128HmacSha1_32 | Self::AeadAes128Gcm => 16,
            Self::AeadAes256Gcm => 32,
        }
    }

    /// Octets of the master salt.
    #[must_use]
    pub const fn salt_length(self) -> usize {
        match self {
            Self::AesCm128HmacSha1_80 | Self::AesCm128HmacSha1_32 => 14,
            Self::AeadAes128Gcm | Self::AeadAes256Gcm => 12,
        }
    }
}

/// The most octets a master key and its salt have together.
const MAX_KEY_AND_SALT: usize = 44;

/// The most octets an identifier has (RFC 4568 §9.2).
const MAX_MKI: u8 = 128;

/// The master key and salt of one direction of a stream, and what names it in packets.
#[derive(Clone, PartialEq, Eq)]
pub struct MasterKey {
    suite: Suite,
    /// Key, then salt, then zeros.
    key_and_salt: [u8; MAX_KEY_AND_SALT],
    mki: Option<Mki>,
}

/// What names a master key in each packet (MKI, RFC 3711 §3.1): a number of so many octets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mki {
    value: u32,
    length: u8,
}

impl Mki {
    /// `None` if the number does not fit, or a packet would carry none or more than 128 octets.
    #[must_use]
    pub const fn new(value: u32, length: u8) -> Option<Self> {
        let fits = length >= 4 || value >> (8 * length as u32) == 0;
        if fits && length >= 1 && length <= MAX_MKI {
            Some(Self { value, length })
        } else {
            None
        }
    }

    fn length(self) -> usize {
        usize::from(self.length)
    }

    /// Its octets, the highest first.
    fn octets(self) -> impl ExactSizeIterator<Item = u8> {
        (0..self.length()).rev().map(move |place| match place {
            0..4 => self.value.to_be_bytes()[3 - place],
            _ => 0,
        })
    }

    /// Writes it into a packet that is whole but for it, before the last `behind` octets.
    fn insert(self, behind: usize, packet: &mut Vec<u8>) {
        let at = packet.len().saturating_sub(behind);
        packet.extend(self.octets());
        packet[at..].rotate_right(self.length());
    }

    /// Takes it out of a packet, before the last `behind` octets; `None` if it is not there.
    fn take_out(self, behind: usize, packet: &mut Vec<u8>) -> Option<()> {
        if !self.stands_in(behind, packet) {
            return None;
        }
        let end = packet.len().checked_sub(behind)?;
        let at = end.checked_sub(self.length())?;
        packet.drain(at..end);
        Some(())
    }

    /// Whether it stands in a packet before the last `behind` octets.
    fn stands_in(self, behind: usize, packet: &[u8]) -> bool {
        let end = packet.len().checked_sub(behind);
        let found = end.and_then(|end| packet.get(end.checked_sub(self.length())?..end));
        found.is_some_and(|found| found.iter().copied().eq(self.octets()))
    }
}

/// A key of another length than its suite asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a key and salt of {0} octets do not fit the suite")]
pub struct WrongKeyLength(pub usize);

impl MasterKey {
    /// Key and salt one behind the other, as `a=crypto` carries them.
    ///
    /// # Errors
    /// [`WrongKeyLength`] unless there are as many octets as the suite asks for.
    pub fn new(suite: Suite, key_and_salt: &[u8]) -> Result<Self, WrongKeyLength> {
        if key_and_salt.len() != suite.key_length() + suite.salt_length() {
            return Err(WrongKeyLength(key_and_salt.len()));
        }
        let mut kept = [0; MAX_KEY_AND_SALT];
        kept[..key_and_salt.len()].copy_from_slice(key_and_salt);
        Ok(Self {
            suite,
            key_and_salt: kept,
            mki: None,
        })
    }

    /// The same key, named in each packet.
    #[must_use]
    pub const fn with_mki(mut self, mki: Mki) -> Self {
        self.mki = Some(mki);
        self
    }

    /// What it is for.
    #[must_use]
    pub const fn suite(&self) -> Suite {
        self.suite
    }

    fn key(&self) -> &[u8] {
        &self.key_and_salt[..self.suite.key_length()]
    }

    /// Of 112 bits; a shorter one is followed by zeros (RFC 7714 §11).
    fn salt(&self) -> [u8; 14] {
        let from = self.suite.key_length();
        let mut salt = [0; 14];
        let length = self.suite.salt_length();
        salt[..length].copy_from_slice(&self.key_and_salt[from..from + length]);
        salt
    }
}

/// Shows the suite and not the key.
impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MasterKey({:?})", self.suite)
    }
}

/// What protects a stream: each side sends with a key of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SrtpKeys {
    /// What we send with.
    pub ours: MasterKey,
    /// What the phone sends with: one key, or several of one suite, each named in its packets. Of more
    /// than [`MAX_SRTP_KEYS`](crate::limits::MAX_SRTP_KEYS) the first count.
    pub theirs: Vec<MasterKey>,
}

/// Octets of an RTP header with all it may contain; `None` if the datagram ends within it.
fn rtp_header_length(datagram: &[u8]) -> Option<usize> {
    let flags = datagram.first()?;
    let fixed = 12 + usize::from(flags & 0x0f) * 4;
    let length = match flags & 0x10 {
        0 => fixed,
        _ => {
            let words = datagram.get(fixed + 2..fixed + 4)?;
            fixed + 4 + usize::from(u16::from_be_bytes([words[0], words[1]])) * 4
        }
    };
    (length <= datagram.len()).then_some(length)
}

/// The source and the sequence number of an RTP packet.
fn rtp_names(datagram: &[u8]) -> Option<(u32, u16)> {
    let header = datagram.first_chunk::<12>()?;
    let sequence = u16::from_be_bytes([header[2], header[3]]);
    Some((ssrc_at(datagram, 8)?, sequence))
}

fn ssrc_at(datagram: &[u8], at: usize) -> Option<u32> {
    let octets = datagram.get(at..)?.first_chunk()?;
    Some(u32::from_be_bytes(*octets))
}

#[cfg(test)]
mod tests;
