//! A second opinion: where rsip accepts a message, both read the same in it.

use bytes::Bytes;
use rsip::{headers::ToTypedHeader, prelude::*};
use sip_message::{Request, header::*};
use std::{fs, path::PathBuf};

/// The torture messages rsip 0.4 reads wrongly: `dblreq` for one, whose body it does not end.
const RSIP_CANNOT: &[&str] = &["dblreq"];

fn torture() -> Vec<(String, Bytes)> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../tests/protocol");
    let mut all: Vec<(String, Bytes)> = ["rfc4475", "everyday"]
        .iter()
        .flat_map(|folder| fs::read_dir(root.join(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "dat"))
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, Bytes::from(fs::read(path).unwrap()))
        })
        .collect();
    all.sort();
    all
}

#[test]
fn rsip_and_we_read_the_same() {
    let mut compared = Vec::new();
    for (name, wire) in torture() {
        let Ok(ours) = Request::parse(wire.clone()) else {
            continue;
        };
        let Ok(theirs) = rsip::Request::try_from(wire.as_ref()) else {
            continue;
        };
        if ours.flaw().is_some() || RSIP_CANNOT.contains(&name.as_str()) {
            continue;
        }
        assert_eq!(
            ours.method().to_string(),
            theirs.method.to_string(),
            "{name}"
        );
        assert_eq!(ours.raw_uri(), theirs.uri.to_string().as_str(), "{name}");
        assert_eq!(ours.body().as_ref(), theirs.body.as_slice(), "{name}");
        if let Ok(call_id) = theirs.call_id_header() {
            assert_eq!(ours.call_id().unwrap(), call_id.value(), "{name}");
        }
        if let Ok(cseq) = theirs.cseq_header().map(|h| h.typed()) {
            let cseq = cseq.unwrap();
            let own = ours.cseq().unwrap();
            assert_eq!(own.number, cseq.seq, "{name}");
            assert_eq!(own.method.to_string(), cseq.method.to_string(), "{name}");
        }
        if let Ok(Ok(from)) = theirs.from_header().map(|h| h.typed()) {
            let tag = from.params.iter().find_map(|p| match p {
                rsip::common::uri::Param::Tag(tag) => Some(tag.value().to_owned()),
                _ => None,
            });
            let own = ours.from().unwrap().tag().map(|t| t.to_str().into_owned());
            assert_eq!(own, tag, "{name}");
        }
        if let Ok(Ok(via)) = theirs.via_header().map(|h| h.typed()) {
            let own = ours.headers().get::<Via>().unwrap();
            let branch = own.branch().map(|b| b.to_str().into_owned());
            assert_eq!(branch, via.branch().map(|b| b.value().to_owned()), "{name}");
            assert_eq!(
                own.sent_by.to_string(),
                via.uri.host_with_port.to_string(),
                "{name}"
            );
        }
        if let Ok(max) = theirs.max_forwards_header().map(|h| h.num()) {
            let own = ours.headers().get::<MaxForwards>().unwrap();
            assert_eq!(u32::from(own.0), max.unwrap(), "{name}");
        }
        compared.push(name);
    }
    assert!(compared.len() >= 14, "only {compared:?}");
}
