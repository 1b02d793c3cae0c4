//! The session keys of one direction and what is done with them: the two transforms of RFC 3711 and
//! RFC 7714, one packet at a time.

use aes::cipher::consts::U16;
use aes::cipher::{
    BlockCipher, BlockEncrypt, InnerIvInit, KeyInit, StreamCipher, StreamCipherCoreWrapper,
};
use aes::{Aes128, Aes256};
use ctr::CtrCore;
use ctr::flavors::Ctr128BE;
use hmac::{Hmac, Mac};
use ring::aead::{AES_128_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use sha1::Sha1;

use super::{MasterKey, Suite};

/// Octets of the key that HMAC-SHA1 tags are made with.
const MAC_KEY: usize = 20;

/// Octets of the tag on reports in counter mode, whatever the suite.
const RTCP_TAG: usize = 10;

/// Octets of the tag of AES-GCM.
const GCM_TAG: usize = 16;

/// Octets of the word behind a report: the encryption flag and its index.
const RTCP_WORD: usize = 4;

/// Octets of a report that are never encrypted: the common header and the sender.
const RTCP_HEADER: usize = 8;

/// The flag of a report that is encrypted.
const ENCRYPTED: u32 = 1 << 31;

/// Which session key is derived (RFC 3711 §4.3.2).
mod label {
    pub(super) const RTP_CIPHER: u8 = 0;
    pub(super) const RTP_MAC: u8 = 1;
    pub(super) const RTP_SALT: u8 = 2;
    pub(super) const RTCP_CIPHER: u8 = 3;
    pub(super) const RTCP_MAC: u8 = 4;
    pub(super) const RTCP_SALT: u8 = 5;
}

/// The tag does not prove the packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NotAuthentic;

/// All session keys of one direction of a stream. A packet is the `Vec` it is changed in.
#[expect(
    clippy::large_enum_variant,
    reason = "there are two for each stream, and none of them moves"
)]
pub(super) enum Cipher {
    Counter {
        rtp: Counter,
        rtcp: Counter,
        /// Octets of the tag on sound.
        rtp_tag: usize,
    },
    Gcm {
        rtp: Gcm,
        rtcp: Gcm,
    },
}

/// AES in counter mode with HMAC-SHA1.
pub(super) struct Counter {
    aes: Aes128,
    salt: [u8; 14],
    mac: Hmac<Sha1>,
}

/// AES-GCM.
pub(super) struct Gcm {
    key: LessSafeKey,
    salt: [u8; 12],
}

impl Cipher {
    pub(super) fn new(master: &MasterKey) -> Self {
        let counter = |labels: [u8; 3]| {
            let [cipher, mac, salt] = labels;
            Counter::new(
                derive(master, cipher),
                &derive::<MAC_KEY>(master, mac),
                derive(master, salt),
            )
        };
        let rtp = [label::RTP_CIPHER, label::RTP_MAC, label::RTP_SALT];
        let rtcp = [label::RTCP_CIPHER, label::RTCP_MAC, label::RTCP_SALT];
        let gcm = |cipher, salt| Gcm::new(master, cipher, derive(master, salt));
        match master.suite() {
            Suite::AesCm128HmacSha1_80 | Suite::AesCm128HmacSha1_32 => Self::Counter {
                rtp: counter(rtp),
                rtcp: counter(rtcp),
                rtp_tag: match master.suite() {
                    Suite::AesCm128HmacSha1_32 => 4,
                    _ => 10,
                },
            },
            Suite::AeadAes128Gcm | Suite::AeadAes256Gcm => Self::Gcm {
                rtp: gcm(label::RTP_CIPHER, label::RTP_SALT),
                rtcp: gcm(label::RTCP_CIPHER, label::RTCP_SALT),
            },
        }
    }

    /// Octets that stand behind the identifier of the key in a packet with sound: the tag, which with
    /// AES-GCM is part of what is encrypted (RFC 7714 §8.2).
    pub(super) const fn rtp_behind_mki(&self) -> usize {
        match self {
            Self::Counter { rtp_tag, .. } => *rtp_tag,
            Self::Gcm { .. } => 0,
        }
    }

    /// The same of a report (RFC 7714 §9.2).
    pub(super) const fn rtcp_behind_mki(&self) -> usize {
        match self {
            Self::Counter { .. } => RTCP_TAG,
            Self::Gcm { .. } => 0,
        }
    }

    /// Encrypts all behind the header and adds the tag. `index` counts packets and does not wrap.
    pub(super) fn protect_rtp(&self, header: usize, ssrc: u32, index: u64, packet: &mut Vec<u8>) {
        match self {
            Self::Counter { rtp, rtp_tag, .. } => {
                rtp.apply(ssrc, index, &mut packet[header..]);
                let tag = rtp.tag(&[packet, &rollover(index)]);
                packet.extend_from_slice(&tag[..*rtp_tag]);
            }
            Self::Gcm { rtp, .. } => {
                let (header, payload) = packet.split_at_mut(header);
                let tag = rtp.seal(rtp.rtp_nonce(ssrc, index), header, payload);
                packet.extend_from_slice(&tag);
            }
        }
    }

    /// Proves a packet, decrypts it and takes off the tag. One that is not proved is left in no
    /// state to be used.
    pub(super) fn unprotect_rtp(
        &self,
        header: usize,
        ssrc: u32,
        index: u64,
        packet: &mut Vec<u8>,
    ) -> Result<(), NotAuthentic> {
        match self {
            Self::Counter { rtp, rtp_tag, .. } => {
                let length = packet.len().checked_sub(*rtp_tag);
                let length = length.filter(|end| *end >= header).ok_or(NotAuthentic)?;
                let (proved, tag) = packet.split_at(length);
                rtp.verify(&[proved, &rollover(index)], tag)?;
                packet.truncate(length);
                rtp.apply(ssrc, index, &mut packet[header..]);
            }
            Self::Gcm { rtp, .. } => {
                let (header, sealed) = packet.split_at_mut_checked(header).ok_or(NotAuthentic)?;
                rtp.open(rtp.rtp_nonce(ssrc, index), header, sealed)?;
                packet.truncate(packet.len() - GCM_TAG);
            }
        }
        Ok(())
    }

    /// Encrypts a report and adds its index and its tag. `index` has 31 bits.
    pub(super) fn protect_rtcp(&self, ssrc: u32, index: u32, report: &mut Vec<u8>) {
        let word = (index | ENCRYPTED).to_be_bytes();
        match self {
            Self::Counter { rtcp, .. } => {
                rtcp.apply(ssrc, u64::from(index), &mut report[RTCP_HEADER..]);
                report.extend_from_slice(&word);
                let tag = rtcp.tag(&[report]);
                report.extend_from_slice(&tag[..RTCP_TAG]);
            }
            Self::Gcm { rtcp, .. } => {
                let (header, body) = report.split_at_mut(RTCP_HEADER);
                let proved = with_word(header, word);
                let tag = rtcp.seal(rtcp.rtcp_nonce(ssrc, index), &proved, body);
                report.extend_from_slice(&tag);
                report.extend_from_slice(&word);
            }
        }
    }

    /// Where the word behind a report stands; `None` if there is no room for one.
    pub(super) fn rtcp_word(&self, report: &[u8]) -> Option<(usize, u32)> {
        let behind = match self {
            Self::Counter { .. } => RTCP_WORD + RTCP_TAG,
            Self::Gcm { .. } => RTCP_WORD,
        };
        let before = match self {
            Self::Counter { .. } => RTCP_HEADER,
            Self::Gcm { .. } => RTCP_HEADER + GCM_TAG,
        };
        let at = report.len().checked_sub(behind)?;
        let word = report.get(at..)?.first_chunk()?;
        (at >= before).then_some((at, u32::from_be_bytes(*word)))
    }

    /// Proves a report, decrypts it and takes off what was added. Its index is in the word at `at`;
    /// one that is not encrypted was not agreed on and is not believed.
    pub(super) fn unprotect_rtcp(
        &self,
        ssrc: u32,
        (at, word): (usize, u32),
        report: &mut Vec<u8>,
    ) -> Result<(), NotAuthentic> {
        if word & ENCRYPTED == 0 {
            return Err(NotAuthentic);
        }
        let index = word & !ENCRYPTED;
        match self {
            Self::Counter { rtcp, .. } => {
                let (proved, tag) = report
                    .split_at_checked(at + RTCP_WORD)
                    .ok_or(NotAuthentic)?;
                rtcp.verify(&[proved], tag)?;
                report.truncate(at);
                rtcp.apply(ssrc, u64::from(index), &mut report[RTCP_HEADER..]);
            }
            Self::Gcm { rtcp, .. } => {
                report.truncate(at);
                let (header, sealed) = report
                    .split_at_mut_checked(RTCP_HEADER)
                    .ok_or(NotAuthentic)?;
                let proved = with_word(header, word.to_be_bytes());
                rtcp.open(rtcp.rtcp_nonce(ssrc, index), &proved, sealed)?;
                report.truncate(at - GCM_TAG);
            }
        }
        Ok(())
    }
}

impl Counter {
    fn new(key: [u8; 16], mac_key: &[u8; MAC_KEY], salt: [u8; 14]) -> Self {
        Self {
            aes: Aes128::new(&key.into()),
            salt,
            // A key shorter than a block counts as followed by zeros (RFC 2104 §2).
            mac: <Hmac<Sha1> as Mac>::new(&padded(mac_key).into()),
        }
    }

    /// Encrypts, or decrypts, which is the same (RFC 3711 §4.1.1).
    fn apply(&self, ssrc: u32, index: u64, octets: &mut [u8]) {
        let mut iv = [0; 16];
        iv[..14].copy_from_slice(&self.salt);
        mix_in(&mut iv[4..8], &ssrc.to_be_bytes());
        mix_in(&mut iv[8..14], &index.to_be_bytes()[2..]);
        apply_key_stream(&self.aes, iv, octets);
    }

    fn tag(&self, parts: &[&[u8]]) -> [u8; 20] {
        self.mac_of(parts).finalize().into_bytes().into()
    }

    fn verify(&self, parts: &[&[u8]], tag: &[u8]) -> Result<(), NotAuthentic> {
        let mac = self.mac_of(parts);
        mac.verify_truncated_left(tag).map_err(|_| NotAuthentic)
    }

    fn mac_of(&self, parts: &[&[u8]]) -> Hmac<Sha1> {
        let mut mac = self.mac.clone();
        for part in parts {
            mac.update(part);
        }
        mac
    }
}

impl Gcm {
    fn new(master: &MasterKey, cipher: u8, salt: [u8; 12]) -> Self {
        let key = match master.suite() {
            Suite::AeadAes256Gcm => UnboundKey::new(&AES_256_GCM, &derive::<32>(master, cipher)),
            _ => UnboundKey::new(&AES_128_GCM, &derive::<16>(master, cipher)),
        };
        // The only error is a key of another length.
        let key = key.expect("a key as long as its algorithm asks for");
        Self {
            key: LessSafeKey::new(key),
            salt,
        }
    }

    /// RFC 7714 §8.1.
    fn rtp_nonce(&self, ssrc: u32, index: u64) -> [u8; 12] {
        let mut nonce = self.salt;
        mix_in(&mut nonce[2..6], &ssrc.to_be_bytes());
        mix_in(&mut nonce[6..12], &index.to_be_bytes()[2..]);
        nonce
    }

    /// RFC 7714 §9.1.
    fn rtcp_nonce(&self, ssrc: u32, index: u32) -> [u8; 12] {
        let mut nonce = self.salt;
        mix_in(&mut nonce[2..6], &ssrc.to_be_bytes());
        mix_in(&mut nonce[8..12], &index.to_be_bytes());
        nonce
    }

    fn seal(&self, nonce: [u8; 12], proved: &[u8], sealed: &mut [u8]) -> [u8; GCM_TAG] {
        let nonce = Nonce::assume_unique_for_key(nonce);
        let tag = self
            .key
            .seal_in_place_separate_tag(nonce, Aad::from(proved), sealed)
            // The only error is a text of more than 64 GB.
            .expect("a datagram is short");
        let mut octets = [0; GCM_TAG];
        octets.copy_from_slice(tag.as_ref());
        octets
    }

    fn open(&self, nonce: [u8; 12], proved: &[u8], sealed: &mut [u8]) -> Result<(), NotAuthentic> {
        let nonce = Nonce::assume_unique_for_key(nonce);
        let opened = self.key.open_in_place(nonce, Aad::from(proved), sealed);
        opened.map(|_| ()).map_err(|_| NotAuthentic)
    }
}

/// Shows no key.
impl std::fmt::Debug for Cipher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Counter { .. } => "Counter",
            Self::Gcm { .. } => "Gcm",
        })
    }
}

/// A session key or salt: the key stream of the master key at the place of its label. The rate at
/// which keys are derived anew is 0: never (RFC 3711 §4.3).
fn derive<const N: usize>(master: &MasterKey, label: u8) -> [u8; N] {
    let mut iv = [0; 16];
    iv[..14].copy_from_slice(&master.salt());
    iv[7] ^= label;
    let mut derived = [0; N];
    match <[u8; 16]>::try_from(master.key()) {
        Ok(key) => {
            apply_key_stream(&Aes128::new(&key.into()), iv, &mut derived);
        }
        Err(_) => {
            let mut key = [0; 32];
            key.copy_from_slice(master.key());
            apply_key_stream(&Aes256::new(&key.into()), iv, &mut derived);
        }
    }
    derived
}

/// AES in counter mode (RFC 3711 §4.1.1).
fn apply_key_stream<C>(aes: &C, iv: [u8; 16], octets: &mut [u8])
where
    C: BlockCipher + BlockEncrypt<BlockSize = U16>,
{
    let core = CtrCore::<&C, Ctr128BE>::inner_iv_init(aes, &iv.into());
    StreamCipherCoreWrapper::from_core(core).apply_keystream(octets);
}

fn padded(key: &[u8; MAC_KEY]) -> [u8; 64] {
    let mut block = [0; 64];
    block[..MAC_KEY].copy_from_slice(key);
    block
}

fn mix_in(into: &mut [u8], octets: &[u8]) {
    for (into, octet) in into.iter_mut().zip(octets) {
        *into ^= octet;
    }
}

/// How often the sequence number has wrapped, as it goes into the tag.
fn rollover(index: u64) -> [u8; 4] {
    ((index >> 16) as u32).to_be_bytes()
}

/// What AES-GCM proves of a report besides what it encrypts (RFC 7714 §9.2).
fn with_word(header: &[u8], word: [u8; 4]) -> [u8; RTCP_HEADER + RTCP_WORD] {
    let mut proved = [0; RTCP_HEADER + RTCP_WORD];
    proved[..RTCP_HEADER].copy_from_slice(&header[..RTCP_HEADER]);
    proved[RTCP_HEADER..].copy_from_slice(&word);
    proved
}

#[cfg(test)]
mod tests {
    use super::*;

    fn octets<const N: usize>(hex: &str) -> [u8; N] {
        let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
        let text = std::str::from_utf8(&digits).unwrap();
        std::array::from_fn(|n| u8::from_str_radix(&text[n * 2..n * 2 + 2], 16).unwrap())
    }

    /// RFC 3711 appendix B.3.
    #[test]
    fn session_keys_are_those_of_rfc_3711() {
        let master = MasterKey::new(
            Suite::AesCm128HmacSha1_80,
            &octets::<30>("E1F97A0D3E018BE0D64FA32C06DE4139 0EC675AD498AFEEBB6960B3AABE6"),
        )
        .unwrap();
        assert_eq!(
            derive(&master, label::RTP_CIPHER),
            octets::<16>("C61E7A93744F39EE10734AFE3FF7A087")
        );
        assert_eq!(
            derive(&master, label::RTP_SALT),
            octets::<14>("30CBBC08863D8C85D49DB34A9AE1")
        );
        assert_eq!(
            derive(&master, label::RTP_MAC),
            octets::<20>("CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4")
        );
    }

    /// RFC 7714 §16.1 and §16.2.
    #[test]
    fn sealed_packets_are_those_of_rfc_7714() {
        let packet = octets::<50>(
            "8040f17b 8041f8d3 5501a0b2 47616c6c 69612065 7374206f 6d6e6973 20646976 69736120 \
             696e2070 61727465 73207472 6573",
        );
        let small = octets::<16>("000102030405060708090a0b0c0d0e0f");
        let large =
            octets::<32>("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
        let keys: [&dyn Fn() -> UnboundKey; 2] =
            [&|| UnboundKey::new(&AES_128_GCM, &small).unwrap(), &|| {
                UnboundKey::new(&AES_256_GCM, &large).unwrap()
            }];
        let sealed = [
            octets::<54>(
                "f24de3a3 fb34de6c acba861c 9d7e4bca be633bd5 0d294e6f 42a5f47a 51c7d19b 36de3adf \
                 8833899d 7f27beb1 6a9152cf 765ee439 0cce",
            ),
            octets::<54>(
                "32b1de78 a822fe12 ef9f78fa 332e33aa b1801238 9a58e2f3 b50b2a02 76ffae0f 1ba63799 \
                 b87b7aa3 db36dfff d6b0f9bb 7878d7a7 6c13",
            ),
        ];
        for (key, sealed) in keys.into_iter().zip(sealed) {
            let gcm = || Gcm {
                key: LessSafeKey::new(key()),
                salt: octets("517569642070726f2071756f"),
            };
            let cipher = Cipher::Gcm {
                rtp: gcm(),
                rtcp: gcm(),
            };
            let mut written = packet.to_vec();
            cipher.protect_rtp(12, 0x5501_a0b2, 0xf17b, &mut written);
            assert_eq!(written[12..], sealed);
            let read = cipher.unprotect_rtp(12, 0x5501_a0b2, 0xf17b, &mut written);
            assert_eq!((read, &written[..]), (Ok(()), &packet[..]));
        }
    }
}
