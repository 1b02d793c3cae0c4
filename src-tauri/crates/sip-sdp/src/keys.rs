//! The keys of a description's sound (RFC 4568): read, taken out, put in, agreed on.
//!
//! Somebody between two phones keeps keys with each of them: what one says is passed on without its
//! keys ([`without_keys`]) and with those for the other ([`with_keys`]). What was agreed on follows
//! from what each side said last ([`agreed_keys`]), so that a hold or a refresh, which says the same
//! keys again, changes nothing.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use bytes::Bytes;
use sdp_types::{Crypto, CryptoSuite, SrtpKeyParam, SrtpSessionParam};

use crate::capabilities::SdesKey;
use crate::description::SessionDescription;
use crate::error::SdpError;
use crate::limits::{MAX_KEYS_OF_LINE, MAX_MKI_OCTETS};
use crate::lines::{Line, Rewriting, lines};
use crate::media::{Media, MediaKind, Protocol};

/// How packets are encrypted and proved, of those suites that can be used here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SdesSuite {
    /// `AES_CM_128_HMAC_SHA1_80` (RFC 4568 §6.2.1).
    AesCm128HmacSha1_80,
    /// `AES_CM_128_HMAC_SHA1_32` (RFC 4568 §6.2.2).
    AesCm128HmacSha1_32,
    /// `AEAD_AES_128_GCM` (RFC 7714 §14.2).
    AeadAes128Gcm,
    /// `AEAD_AES_256_GCM` (RFC 7714 §14.2).
    AeadAes256Gcm,
}

impl SdesSuite {
    /// All of them, in the order we offer them: what every phone knows first.
    pub const ALL: [Self; 4] = [
        Self::AesCm128HmacSha1_80,
        Self::AeadAes256Gcm,
        Self::AeadAes128Gcm,
        Self::AesCm128HmacSha1_32,
    ];

    /// The suite of that name, if it can be used here.
    pub fn of(named: &CryptoSuite) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|suite| suite.name().eq_ignore_ascii_case(named.as_str()))
    }

    /// As it is written in `a=crypto`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AesCm128HmacSha1_80 => "AES_CM_128_HMAC_SHA1_80",
            Self::AesCm128HmacSha1_32 => "AES_CM_128_HMAC_SHA1_32",
            Self::AeadAes128Gcm => "AEAD_AES_128_GCM",
            Self::AeadAes256Gcm => "AEAD_AES_256_GCM",
        }
    }

    /// Octets of the key and the salt behind it.
    pub const fn key_and_salt_length(self) -> usize {
        match self {
            Self::AesCm128HmacSha1_80 | Self::AesCm128HmacSha1_32 => 16 + 14,
            Self::AeadAes128Gcm => 16 + 12,
            Self::AeadAes256Gcm => 32 + 12,
        }
    }

    /// A key of our own for it, of random octets.
    ///
    /// `None` unless there are as many as [`key_and_salt_length`](Self::key_and_salt_length).
    pub fn key(self, key_and_salt: &[u8]) -> Option<SdesKey> {
        (key_and_salt.len() == self.key_and_salt_length()).then(|| SdesKey {
            suite: CryptoSuite::new(self.name()),
            key_and_salt: STANDARD.encode(key_and_salt),
        })
    }
}

/// The line that offers or accepts a key of ours.
pub fn crypto_line(tag: u32, key: &SdesKey) -> Crypto {
    let mut crypto = Crypto::new(tag, key.suite.clone());
    crypto.add_key_param(SrtpKeyParam::new(&key.key_and_salt));
    crypto
}

/// The line that accepts an offered one with a key of ours: by its tag, and with an identifier of
/// the key where theirs has one. Each direction may do as it likes (RFC 4568 §6.1), but whoever
/// sends identifiers expects them.
pub fn accepting_line(offered: &Crypto, key: &SdesKey) -> Crypto {
    let mut line = crypto_line(offered.tag, key);
    let theirs = offered.key_params.first();
    if let (Some(ours), Some(theirs)) = (line.key_params.first_mut(), theirs) {
        ours.mki_and_length = theirs.mki_and_length;
    }
    line
}

/// Keys both sides have agreed on.
#[derive(Clone, PartialEq, Eq)]
pub struct AgreedKeys {
    /// How packets are protected in both directions.
    pub suite: SdesSuite,
    /// What we send with.
    pub ours: AgreedKey,
    /// What the other side sends with: one key, or several that it may change between as it likes,
    /// each with an identifier by which its packets tell them apart (RFC 4568 §6.1).
    pub theirs: Vec<AgreedKey>,
}

/// What one side sends with.
#[derive(Clone, PartialEq, Eq)]
pub struct AgreedKey {
    /// Key and salt.
    pub key_and_salt: Vec<u8>,
    /// What names the key in each packet, if anything does.
    pub mki: Option<Mki>,
}

/// Shows the identifier and not the key.
impl std::fmt::Debug for AgreedKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AgreedKey({:?})", self.mki)
    }
}

/// The identifier of a key as packets carry it: a number, written with its highest octet first
/// (RFC 4568 §6.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mki {
    /// The number.
    pub value: u32,
    /// How many octets it takes, 1 to 128.
    pub length: u8,
}

impl Mki {
    /// `None` if the number does not fit into so many octets, or there are more than a packet may
    /// carry.
    fn of((value, length): (u32, u32)) -> Option<Self> {
        let length = u8::try_from(length)
            .ok()
            .filter(|length| (1..=MAX_MKI_OCTETS).contains(length))?;
        let fits = length >= 4 || value >> (8 * u32::from(length)) == 0;
        fits.then_some(Self { value, length })
    }
}

/// Names the suite and not the keys.
impl std::fmt::Debug for AgreedKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AgreedKeys({})", self.suite.name())
    }
}

/// The keys of a section that can be used, in the writer's order. Left out are suites that are not
/// known here, identifiers (MKI) that do not fit their length, several keys at once that packets could
/// not tell apart, and session parameters that are not applied here, under which a key must not be used
/// (RFC 4568 §6.3.7): every packet is to be both encrypted and proved.
pub fn usable_keys(media: &Media) -> impl Iterator<Item = &Crypto> {
    let applied = |param: &SrtpSessionParam| {
        matches!(param, SrtpSessionParam::Wsh(_) | SrtpSessionParam::Kdr(0))
    };
    media.crypto.iter().filter(move |crypto| {
        crypto.session_params.iter().all(applied) && keys_of(crypto).is_some()
    })
}

/// Whether the first sound of a description is encrypted, or may be, with keys that stand in it.
pub fn offers_keys(description: &SessionDescription) -> bool {
    description.audio().is_some_and(|audio| {
        takes_keys(&audio.protocol)
            && (audio.protocol.is_secure() || usable_keys(audio).next().is_some())
    })
}

/// The keys of the first sound that both sides have named, by the tag they share (RFC 4568 §5.1.2):
/// `ours` is what we said last, `theirs` what the other side did. `None` while there are none.
pub fn agreed_keys(ours: &SessionDescription, theirs: &SessionDescription) -> Option<AgreedKeys> {
    let (ours, theirs) = (ours.audio()?, theirs.audio()?);
    usable_keys(theirs).find_map(|their_key| {
        let our_key = usable_keys(ours).find(|our_key| {
            our_key.tag == their_key.tag && our_key.crypto_suite == their_key.crypto_suite
        })?;
        // Which of several to send with is for the sender to choose; ours is one.
        let (suite, ours) = keys_of(our_key)?;
        let (_, theirs) = keys_of(their_key)?;
        Some(AgreedKeys {
            suite,
            ours: ours.into_iter().next()?,
            theirs,
        })
    })
}

/// The description without keys, for somebody who is to get plain sound or keys of their own. Every
/// other byte stays, and so does sound that is keyed in another way.
///
/// # Errors
/// A limit that the changed description would break.
pub fn without_keys(description: &SessionDescription) -> Result<SessionDescription, SdpError> {
    if !description.media().iter().any(has_keys) {
        return Ok(description.clone());
    }
    rewritten(
        description,
        |media, line, out| {
            if !has_keys(media) {
                out.copy(line);
            } else if line.kind() == Some(b'm') {
                replace_protocol(line, &Protocol::RtpAvp, out);
            } else if !is_crypto(line) {
                out.copy(line);
            }
        },
        |_, _| {},
    )
}

/// The description with these keys on its first sound instead of those it has, under `protocol`.
///
/// # Errors
/// A limit that the changed description would break.
pub fn with_keys(
    description: &SessionDescription,
    protocol: &Protocol,
    keys: &[Crypto],
) -> Result<SessionDescription, SdpError> {
    let Some(audio) = description.audio() else {
        return Ok(description.clone());
    };
    let is_it = |media: &Media| std::ptr::eq(media, audio);
    rewritten(
        description,
        |media, line, out| {
            if !is_it(media) {
                out.copy(line);
            } else if line.kind() == Some(b'm') {
                replace_protocol(line, protocol, out);
            } else if !is_crypto(line) {
                out.copy(line);
            }
        },
        |media, out| {
            for key in keys.iter().filter(|_| is_it(media)) {
                out.insert(&written(key));
            }
        },
    )
}

/// Suite and keys of a line, all of which can be used: one, or several with identifiers of one length,
/// no two alike. Without those nobody could tell which key a packet is for (RFC 3711 §3.1).
fn keys_of(crypto: &Crypto) -> Option<(SdesSuite, Vec<AgreedKey>)> {
    let suite = SdesSuite::of(&crypto.crypto_suite)?;
    if crypto.key_params.len() > MAX_KEYS_OF_LINE {
        return None;
    }
    let keys = crypto.key_params.iter().map(|key| key_of(suite, key));
    let keys: Vec<AgreedKey> = keys.collect::<Option<_>>()?;
    let length = keys.first()?.mki.map(|mki| mki.length);
    let alike = |at: usize, key: &AgreedKey| keys.iter().skip(at + 1).any(|k| k.mki == key.mki);
    let told_apart = keys.len() == 1
        || keys.iter().enumerate().all(|(at, key)| {
            let own = key.mki.map(|mki| mki.length);
            own.is_some() && own == length && !alike(at, key)
        });
    told_apart.then_some((suite, keys))
}

fn key_of(suite: SdesSuite, key: &SrtpKeyParam) -> Option<AgreedKey> {
    let mki = match key.mki_and_length {
        Some(said) => Some(Mki::of(said)?),
        None => None,
    };
    let text = key.key_and_salt.trim_end_matches('=');
    let key_and_salt = STANDARD_NO_PAD.decode(text).ok()?;
    let is_whole = key_and_salt.len() == suite.key_and_salt_length();
    is_whole.then_some(AgreedKey { key_and_salt, mki })
}

/// Whether keys stand in the description for streams of this kind.
fn takes_keys(protocol: &Protocol) -> bool {
    matches!(
        protocol,
        Protocol::RtpAvp | Protocol::RtpAvpf | Protocol::RtpSavp | Protocol::RtpSavpf
    )
}

fn has_keys(media: &Media) -> bool {
    let encrypted = matches!(media.protocol, Protocol::RtpSavp | Protocol::RtpSavpf);
    media.kind == MediaKind::Audio
        && (encrypted || (takes_keys(&media.protocol) && !media.crypto.is_empty()))
}

fn is_crypto(line: &Line<'_>) -> bool {
    let name = line.attribute_name();
    name.is_some_and(|name| name.as_bytes() == b"crypto")
}

/// Goes through the lines of all sections with `change`, and calls `finish` at the end of each.
fn rewritten(
    description: &SessionDescription,
    change: impl Fn(&Media, &Line<'_>, &mut Rewriting),
    finish: impl Fn(&Media, &mut Rewriting),
) -> Result<SessionDescription, SdpError> {
    let raw = description.as_bytes();
    let mut sections = description.media().iter();
    let mut section: Option<&Media> = None;
    let mut out = Rewriting::of(raw);
    for line in lines(raw) {
        if line.kind() == Some(b'm') {
            if let Some(media) = section {
                finish(media, &mut out);
            }
            section = sections.next();
        }
        match section {
            Some(media) => change(media, &line, &mut out),
            None => out.copy(&line),
        }
    }
    if let Some(media) = section {
        finish(media, &mut out);
    }
    SessionDescription::from_bytes(Bytes::from(out.finish()))
}

/// Changes the third field of an `m=` line and no other byte.
fn replace_protocol(line: &Line<'_>, protocol: &Protocol, out: &mut Rewriting) {
    let mut fields = line.content.splitn(4, |byte| *byte == b' ');
    let (Some(kind), Some(port), Some(_)) = (fields.next(), fields.next(), fields.next()) else {
        return out.copy(line);
    };
    let formats = fields.next().unwrap_or_default();
    let protocol = protocol.to_string();
    let parts = [kind, b" ", port, b" ", protocol.as_bytes(), b" ", formats];
    out.replace(line, &parts);
}

fn written(crypto: &Crypto) -> String {
    let keys = crypto.key_params.iter();
    let keys: Vec<String> = keys.map(SrtpKeyParam::to_string).collect();
    let (tag, suite) = (crypto.tag, crypto.crypto_suite.as_str());
    format!("a=crypto:{tag} {suite} {}", keys.join(";"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const THEIRS: &str = "MTIzNDU2Nzg5QUJDREUwMTIzNDU2Nzg5QUJjZGVm";

    fn described(audio: &str) -> SessionDescription {
        let text = format!(
            "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n{audio}"
        );
        SessionDescription::parse(text.as_bytes()).unwrap()
    }

    fn our_line(tag: u32, suite: SdesSuite) -> Crypto {
        crypto_line(
            tag,
            &suite.key(&vec![7; suite.key_and_salt_length()]).unwrap(),
        )
    }

    #[test]
    fn a_phone_without_encryption_is_told_nothing_of_keys() {
        let secure = described(&format!(
            "m=audio 5000 RTP/SAVP 9 8 101\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:{THEIRS}\r\n\
             a=rtpmap:101 telephone-event/8000\r\na=Crypto:2 AEAD_AES_256_GCM inline:x\r\na=sendrecv\r\n"
        ));
        let plain = described(
            "m=audio 5000 RTP/AVP 9 8 101\r\na=rtpmap:101 telephone-event/8000\r\na=sendrecv\r\n",
        );
        assert_eq!(without_keys(&secure).unwrap().as_bytes(), plain.as_bytes());
        let also_plain = without_keys(&plain).unwrap();
        assert_eq!(also_plain.as_bytes(), plain.as_bytes());
        let by_dtls = described("m=audio 5000 UDP/TLS/RTP/SAVPF 8\r\na=setup:actpass\r\n");
        assert_eq!(
            without_keys(&by_dtls).unwrap().as_bytes(),
            by_dtls.as_bytes()
        );
    }

    #[test]
    fn keys_are_put_on_the_first_sound_in_use_only() {
        let plain = described(
            "m=audio 0 RTP/AVP 8\r\nm=audio 5000 RTP/AVP 8\r\na=ptime:20\r\nm=video 6000 RTP/AVP 96\r\n",
        );
        let keyed = with_keys(
            &plain,
            &Protocol::RtpSavp,
            &[our_line(3, SdesSuite::AeadAes128Gcm)],
        )
        .unwrap();
        let text = std::str::from_utf8(keyed.as_bytes()).unwrap();
        assert!(
            text.ends_with(
                "m=audio 0 RTP/AVP 8\r\nm=audio 5000 RTP/SAVP 8\r\na=ptime:20\r\n\
             a=crypto:3 AEAD_AES_128_GCM inline:BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBw==\r\n\
             m=video 6000 RTP/AVP 96\r\n"
            ),
            "{text}"
        );
        assert_eq!(without_keys(&keyed).unwrap().as_bytes(), plain.as_bytes());
    }

    #[test]
    fn what_cannot_be_used_is_no_key() {
        let long = "MTIzNDU2Nzg5QUJDREUwMTIzNDU2Nzg5QUJjZGVmMTIz";
        for line in [
            format!("1 AES_CM_128_HMAC_SHA1_80 inline:{THEIRS}|2^20|256:1"),
            format!("1 AES_CM_128_HMAC_SHA1_80 inline:{THEIRS}|1:0"),
            format!("1 AES_CM_128_HMAC_SHA1_80 inline:{THEIRS}|1:129"),
            format!("1 AES_CM_128_HMAC_SHA1_80 inline:{THEIRS}|2^20|x:1"),
            // Nobody could tell which key a packet is for.
            format!("1 AES_CM_128_HMAC_SHA1_80 inline:{THEIRS};inline:{THEIRS}"),
            format!("1 AES_CM_128_HMAC_SHA1_80 inline:{THEIRS}|1:4;inline:{THEIRS}"),
            format!("1 AES_CM_128_HMAC_SHA1_80 inline:{THEIRS}|1:4;inline:{THEIRS}|1:4"),
            format!("1 AES_CM_128_HMAC_SHA1_80 inline:{THEIRS}|1:4;inline:{THEIRS}|2:2"),
            format!("1 AES_CM_128_HMAC_SHA1_80 inline:{THEIRS}|1:4;inline:{long}|2:4"),
            format!(
                "1 AES_CM_128_HMAC_SHA1_80 {}",
                [1, 2, 3, 4, 5, 6, 7, 8, 9]
                    .map(|mki| format!("inline:{THEIRS}|{mki}:1"))
                    .join(";")
            ),
            format!("1 AES_CM_128_HMAC_SHA1_80 inline:{THEIRS} UNENCRYPTED_SRTP"),
            format!("1 AES_CM_128_HMAC_SHA1_80 inline:{THEIRS} UNAUTHENTICATED_SRTP"),
            format!("1 AES_CM_128_HMAC_SHA1_80 inline:{THEIRS} KDR=12"),
            format!("1 AES_CM_128_HMAC_SHA1_80 inline:{long}"),
            format!("1 F8_128_HMAC_SHA1_80 inline:{THEIRS}"),
            format!("1 AEAD_AES_256_GCM inline:{THEIRS}"),
            "1 AES_CM_128_HMAC_SHA1_80 inline:***".to_owned(),
        ] {
            let offer = described(&format!("m=audio 5000 RTP/SAVP 8\r\na=crypto:{line}\r\n"));
            let audio = offer.audio().unwrap();
            assert_eq!(usable_keys(audio).count(), 0, "{line}");
            assert!(offers_keys(&offer), "it is encrypted all the same");
        }
        let lasts = format!("1 AES_CM_128_HMAC_SHA1_80 inline:{THEIRS}|2^48 WSH=64");
        let offer = described(&format!("m=audio 5000 RTP/AVP 8\r\na=crypto:{lasts}\r\n"));
        assert_eq!(usable_keys(offer.audio().unwrap()).count(), 1);
    }

    /// The lines of a phone that offers a key with an identifier and one without, and those of the
    /// example of RFC 4568 §6.1.
    #[test]
    fn a_key_with_an_identifier_is_accepted_with_one() {
        let offer = described(&format!(
            "m=audio 5000 RTP/SAVP 8\r\n\
             a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:{THEIRS}|2^20|1066:4\r\n\
             a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:{THEIRS}|2^31\r\n\
             a=crypto:3 AES_CM_128_HMAC_SHA1_32 inline:{THEIRS}|4294967295:128\r\n"
        ));
        let offered: Vec<&Crypto> = usable_keys(offer.audio().unwrap()).collect();
        let mki = |value, length| Some(Mki { value, length });
        let wanted = [mki(1066, 4), None, mki(u32::MAX, 128)];
        assert_eq!(offered.len(), wanted.len());
        for (line, mki) in offered.into_iter().zip(wanted) {
            let suite = SdesSuite::of(&line.crypto_suite).unwrap();
            let ours = accepting_line(line, &suite.key(&[7; 30]).unwrap());
            let plain = described("m=audio 5000 RTP/AVP 8\r\n");
            let answer = with_keys(&plain, &Protocol::RtpSavp, &[ours]).unwrap();
            let agreed = agreed_keys(&answer, &offer).unwrap();
            assert_eq!(agreed.theirs.len(), 1);
            assert_eq!((agreed.theirs[0].mki, agreed.ours.mki), (mki, mki));
            assert_eq!(agreed.ours.key_and_salt, [7; 30]);
        }
        let answer = "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH|1066:4";
        let ours = accepting_line(
            usable_keys(offer.audio().unwrap()).next().unwrap(),
            &SdesSuite::AesCm128HmacSha1_80.key(&[7; 30]).unwrap(),
        );
        assert_eq!(written(&ours), answer);
    }

    /// The example of RFC 4568 §6.1 with its session parameter left out.
    #[test]
    fn several_keys_of_one_line_are_taken_with_their_identifiers_and_answered_by_one() {
        let second = "QUJjZGVmMTIzNDU2Nzg5QUJDREUwMTIzNDU2Nzg5";
        let offer = described(&format!(
            "m=audio 5000 RTP/SAVP 8\r\n\
             a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:{THEIRS}|2^20|1:4;inline:{second}|2^20|2:4\r\n"
        ));
        let line = usable_keys(offer.audio().unwrap()).next().unwrap();
        let suite = SdesSuite::AesCm128HmacSha1_80;
        let ours = accepting_line(line, &suite.key(&[7; 30]).unwrap());
        let plain = described("m=audio 5000 RTP/AVP 8\r\n");
        let answer = with_keys(&plain, &Protocol::RtpSavp, &[ours]).unwrap();
        let agreed = agreed_keys(&answer, &offer).unwrap();
        let mki = |value| Some(Mki { value, length: 4 });
        let theirs: Vec<_> = agreed.theirs.iter().map(|key| key.mki).collect();
        assert_eq!(theirs, [mki(1), mki(2)]);
        assert_eq!(agreed.theirs[1].key_and_salt.len(), 30);
        assert_ne!(agreed.theirs[0], agreed.theirs[1]);
        assert_eq!(
            (agreed.ours.mki, &agreed.ours.key_and_salt[..]),
            (mki(1), &[7; 30][..])
        );
    }

    fn suites() -> impl Strategy<Value = Vec<SdesSuite>> {
        prop::sample::subsequence(SdesSuite::ALL.to_vec(), 0..=4).prop_shuffle()
    }

    proptest! {
        /// Whatever one side offers and of whatever the other accepts one, both come to the same
        /// keys, each the other way round, and a refresh changes nothing.
        #[test]
        fn both_sides_agree_on_the_same_keys(offered in suites(), first_tag in 1u32..9, pick in any::<prop::sample::Index>()) {
            let plain = described("m=audio 5000 RTP/AVP 8\r\n");
            let lines: Vec<Crypto> = (first_tag..).zip(&offered).map(|(tag, suite)| our_line(tag, *suite)).collect();
            let offer = with_keys(&plain, &Protocol::RtpSavp, &lines).unwrap();
            let accepted: Vec<Crypto> = lines.get(pick.index(4)).into_iter().map(|line| {
                let suite = SdesSuite::of(&line.crypto_suite).unwrap();
                crypto_line(line.tag, &suite.key(&vec![9; suite.key_and_salt_length()]).unwrap())
            }).collect();
            let answer = with_keys(&plain, &Protocol::RtpSavp, &accepted).unwrap();
            let (here, there) = (agreed_keys(&offer, &answer), agreed_keys(&answer, &offer));
            prop_assert_eq!(here.is_some(), !accepted.is_empty());
            if let (Some(here), Some(there)) = (here, there) {
                prop_assert_eq!(here.suite, there.suite);
                prop_assert_eq!(&[here.ours.clone()][..], &there.theirs[..]);
                prop_assert_eq!(&here.theirs[..], &[there.ours][..]);
                prop_assert_ne!(&here.theirs[..], &[here.ours][..]);
            }
        }
    }
}
