//! What must hold for any message, however it was mangled: no panic, nothing lost in an edit,
//! printing and parsing inverse, streams cut where the messages end.

use crate::every_header;
use bytes::Bytes;
use proptest::prelude::*;
use sip_message::{
    HeaderName, Message, Request, Response,
    framing::{Frame, Framer},
};
use std::{fs, path::PathBuf, sync::LazyLock};

/// Every torture message and a few everyday ones.
static SEEDS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../tests/protocol");
    let mut paths: Vec<PathBuf> = ["rfc4475", "rfc5118", "everyday"]
        .iter()
        .flat_map(|folder| fs::read_dir(root.join(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "dat"))
        .collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
});

#[derive(Clone, Debug)]
enum Mutation {
    Replace(usize, u8),
    Insert(usize, Vec<u8>),
    Remove(usize, usize),
    Repeat(usize, usize),
}

/// Pieces that mean something to a parser.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let telling = [
        "\r\n",
        "\n",
        "\r\n ",
        ":",
        ";",
        ",",
        "\"",
        "\\",
        "<",
        ">",
        "@",
        "%",
        "%00",
        "=",
        "[",
        "]",
        " ",
        "\t",
        "?",
        "SIP/2.0",
        "Via: ",
        "l: 1\r\n",
        "v:",
        "Content-Length: 99999\r\n",
        "*",
        "18446744073709551616",
        "\0",
        "Digest ",
        "tag=",
        "\u{fc}",
    ];
    prop_oneof![
        proptest::sample::select(telling.to_vec()).prop_map(|s| s.as_bytes().to_vec()),
        proptest::collection::vec(any::<u8>(), 1..4),
    ]
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let at = 0..1400usize;
    prop_oneof![
        (at.clone(), any::<u8>()).prop_map(|(at, byte)| Mutation::Replace(at, byte)),
        (at.clone(), piece()).prop_map(|(at, piece)| Mutation::Insert(at, piece)),
        (at.clone(), 1..60usize).prop_map(|(at, n)| Mutation::Remove(at, n)),
        (at, 1..60usize).prop_map(|(at, n)| Mutation::Repeat(at, n)),
    ]
}

fn mutated() -> impl Strategy<Value = Bytes> {
    let seed = (0..SEEDS.len()).prop_map(|i| SEEDS[i].clone());
    (seed, proptest::collection::vec(mutation(), 0..8)).prop_map(|(mut wire, mutations)| {
        for mutation in mutations {
            let length = wire.len().max(1);
            match mutation {
                Mutation::Replace(at, byte) => {
                    if let Some(place) = wire.get_mut(at % length) {
                        *place = byte;
                    }
                }
                Mutation::Insert(at, piece) => {
                    let at = at % length.min(wire.len() + 1);
                    wire.splice(at..at, piece);
                }
                Mutation::Remove(at, n) => {
                    let at = (at % length).min(wire.len());
                    let end = (at + n).min(wire.len());
                    wire.drain(at..end);
                }
                Mutation::Repeat(at, n) => {
                    let at = (at % length).min(wire.len());
                    let again = wire[at..(at + n).min(wire.len())].to_vec();
                    wire.splice(at..at, again);
                }
            }
        }
        Bytes::from(wire)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mangled_messages_never_panic_and_typed_headers_print_what_they_read(wire in mutated()) {
        if let Ok(message) = Message::parse(wire) {
            every_header::prints_what_it_reads(message.headers());
            match &message {
                Message::Request(request) => {
                    let _ = request.flaw();
                    if let Ok(uri) = request.uri() {
                        assert!(uri.is_equivalent(&uri.clone()), "{uri}");
                    }
                }
                Message::Response(response) => {
                    let _ = response.flaw();
                }
            }
        }
    }

    #[test]
    fn a_copy_of_any_sound_request_reads_the_same_and_copies_to_the_same_bytes(wire in mutated()) {
        let Ok(request) = Request::parse(wire) else { return Ok(()) };
        if request.flaw().is_some() {
            return Ok(());
        }
        let copy = request.edit().build();
        let back = Request::parse(copy.bytes().clone()).unwrap();
        prop_assert_eq!(back.flaw(), None);
        prop_assert_eq!(back.method(), request.method());
        prop_assert_eq!(back.raw_uri(), request.raw_uri());
        prop_assert_eq!(back.body(), request.body());
        let lines = |r: &Request| -> Vec<(HeaderName, Bytes, Bytes)> {
            r.headers()
                .lines()
                .filter(|line| line.name() != HeaderName::ContentLength)
                .map(|line| (line.name(), line.raw(), line.value().bytes().clone()))
                .collect()
        };
        prop_assert_eq!(lines(&copy), lines(&request));
        prop_assert_eq!(lines(&back), lines(&request));
        let again = back.edit().build();
        prop_assert_eq!(again.bytes(), copy.bytes());
    }

    #[test]
    fn a_response_to_any_sound_request_is_sound(wire in mutated()) {
        let Ok(request) = Request::parse(wire) else { return Ok(()) };
        if request.flaw().is_some() {
            return Ok(());
        }
        let status = sip_message::StatusCode::OK;
        let response = Response::to(&request, status).to_tag("t1").build();
        let back = Response::parse(response.bytes().clone()).unwrap();
        prop_assert_eq!(back.flaw(), None);
        prop_assert!(back.to_tag().is_some());
        prop_assert_eq!(back.call_id(), request.call_id());
    }

    #[test]
    fn a_stream_cut_anywhere_gives_the_same_frames(
        wires in proptest::collection::vec(mutated(), 1..4),
        cuts in proptest::collection::vec(0..4_000usize, 0..12),
    ) {
        let stream = wires.concat();
        let frames = |pieces: &[&[u8]]| {
            let mut framer = Framer::accepted();
            let mut out = Vec::new();
            for piece in pieces {
                framer.push(piece);
                while let Some(frame) = framer.next() {
                    out.push(frame);
                }
            }
            out
        };
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(stream.len())).collect();
        cuts.extend([0, stream.len()]);
        cuts.sort_unstable();
        let pieces: Vec<&[u8]> = cuts.windows(2).map(|cut| &stream[cut[0]..cut[1]]).collect();
        let whole = frames(&[&stream]);
        prop_assert_eq!(&frames(&pieces), &whole);
        // A frame and the parser agree about where the message ends.
        for frame in whole.into_iter().flatten() {
            if let Frame::Message(bytes) = frame
                && let Ok(message) = Message::parse(bytes.clone())
            {
                let flawed = match &message {
                    Message::Request(request) => request.flaw().is_some(),
                    Message::Response(response) => response.flaw().is_some(),
                };
                prop_assert!(flawed || message.bytes() == &bytes);
            }
        }
    }
}
