//! Whatever comes to the ports of an encrypted call: what was made with the key is read, once, and
//! nothing else is or leaves a trace, with every suite and with keys that are named in packets.
#![no_main]

use cordboard_fuzz::Script;
use libfuzzer_sys::fuzz_target;
use media::srtp::{MasterKey, Mki, Protector, Suite, Unprotectable, Unprotector};
use rtp_packet::NewRtpPacket;

const SUITES: [Suite; 4] = [
    Suite::AesCm128HmacSha1_80,
    Suite::AesCm128HmacSha1_32,
    Suite::AeadAes128Gcm,
    Suite::AeadAes256Gcm,
];

/// No identifier, and such of several lengths.
const NAMES: [Option<(u32, u8)>; 4] = [None, Some((1, 1)), Some((1066, 4)), Some((u32::MAX, 128))];

/// So often the numbers of a source wrap before the receiver, if it hears it for the first time,
/// knows no more where it is.
const LAST_INDEX: u64 = 7 << 16;

fuzz_target!(|data: &[u8]| {
    let mut script = Script::new(data);
    let mut call = Call::new(&key(&mut script));
    while let Some(step) = script.step() {
        match step {
            b's' => call.says(&mut script),
            b'r' => call.reports(&mut script),
            b'o' => call.source = u32::try_from(script.number()).unwrap_or_default(),
            b'm' => call.is_told_by_a_stranger(script.bytes()),
            _ => {}
        }
    }
});

fn key(script: &mut Script<'_>) -> MasterKey {
    let suite = *script.pick(&SUITES).expect("there are some");
    let octets = vec![0x5a; suite.key_length() + suite.salt_length()];
    let key = MasterKey::new(suite, &octets).expect("a whole key");
    match script.pick(&NAMES).expect("there are some") {
        Some((value, length)) => key.with_mki(Mki::new(*value, *length).expect("it fits")),
        None => key,
    }
}

/// One direction of a call.
struct Call {
    sends: Protector,
    hears: Unprotector,
    source: u32,
    index: u64,
}

/// One of the two kinds of packets.
#[derive(Clone, Copy)]
enum Kind {
    Sound,
    Report,
}

impl Call {
    fn new(key: &MasterKey) -> Call {
        Call {
            sends: Protector::new(key),
            hears: Unprotector::new(key),
            source: 9,
            index: 0,
        }
    }

    fn says(&mut self, script: &mut Script<'_>) {
        let index = self.index + 1 + script.number() as u64 * 100;
        if index > LAST_INDEX {
            return;
        }
        self.index = index;
        let mut plain = Vec::new();
        let packet = NewRtpPacket {
            ssrc: self.source,
            sequence: index as u16,
            payload: script.bytes(),
            ..NewRtpPacket::default()
        };
        if packet.write_to(&mut plain).is_err() {
            return;
        }
        let mut sent = plain.clone();
        assert!(self.sends.rtp(index, &mut sent), "an index of its own");
        self.arrives(Kind::Sound, &plain, &sent, script);
    }

    fn reports(&mut self, script: &mut Script<'_>) {
        let mut plain = vec![0x80, 201, 0, 1];
        plain.extend(self.source.to_be_bytes());
        plain.extend(script.bytes());
        let mut sent = plain.clone();
        assert!(self.sends.rtcp(&mut sent));
        self.arrives(Kind::Report, &plain, &sent, script);
    }

    /// A packet comes changed, then as it was sent, then again.
    fn arrives(&mut self, kind: Kind, plain: &[u8], sent: &[u8], script: &mut Script<'_>) {
        let changed = script.changed(sent);
        if changed != sent {
            self.is_told_by_a_stranger(&changed);
        }
        let mut read = Vec::new();
        assert_eq!(self.read(kind, sent, &mut read), Ok(()));
        assert_eq!(read, plain);
        let again = self.read(kind, sent, &mut read);
        assert_eq!(again, Err(Unprotectable::Replayed));
    }

    /// A datagram comes that nobody with the key has made.
    fn is_told_by_a_stranger(&mut self, datagram: &[u8]) {
        let before = format!("{:?}", self.hears);
        for kind in [Kind::Sound, Kind::Report] {
            let read = self.read(kind, datagram, &mut Vec::new());
            assert!(read.is_err(), "forged");
        }
        let after = format!("{:?}", self.hears);
        assert_eq!(before, after, "a stranger has left a trace");
    }

    fn read(&mut self, kind: Kind, datagram: &[u8], out: &mut Vec<u8>) -> Result<(), Unprotectable> {
        match kind {
            Kind::Sound => self.hears.rtp(datagram, out),
            Kind::Report => self.hears.rtcp(datagram, out),
        }
    }
}
