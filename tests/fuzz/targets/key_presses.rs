//! Any INFO: its key is one of sixteen or none, and whatever is taken for a key shows nowhere in a
//! support log, since it may be of a PIN.
#![no_main]

use bytes::Bytes;
use cordboard_fuzz::Script;
use libfuzzer_sys::fuzz_target;
use sip_message::{HeaderName, Message, Method};
use switch::{key_of_info, masked};

/// What stands between a header's name and its value, and what after it.
const SPACES: [&str; 5] = [":", ": ", " : ", ":\r\n ", "\t:\t"];
const NAMES: [&str; 4] = ["Content-Type", "c", "CONTENT-TYPE", "Content-type"];
const TYPES: [&str; 6] = [
    "application/dtmf-relay",
    "application/dtmf",
    "Application/DTMF;x=y",
    "application/dtmf-relay ;charset=utf-8",
    "application/dtmf-relay\r\n ;q=1",
    "text/plain",
];

fuzz_target!(|data: &[u8]| {
    // As it comes, and as a telephone might write it.
    check(&Bytes::copy_from_slice(data));
    let mut script = Script::new(data);
    let name = script.pick(&NAMES).copied().unwrap_or("c");
    let space = script.pick(&SPACES).copied().unwrap_or(":");
    let of_type = script.pick(&TYPES).copied().unwrap_or("text/plain");
    let change = script.number();
    let body = script.text().to_vec();
    let head = format!(
        "INFO sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bKx\r\nFrom: <sip:c@b>;tag=1\r\n\
         To: <sip:a@b>;tag=2\r\nCall-ID: i\r\nCSeq: 2 INFO\r\nMax-Forwards: 9\r\n\
         {name}{space}{of_type}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let mut message = head.into_bytes();
    message.extend_from_slice(&body);
    match change {
        0 => check(&Bytes::from(message)),
        _ => check(&script.changed(&message)),
    }
});

fn check(bytes: &Bytes) {
    let shown = masked(bytes);
    let Ok(Message::Request(request)) = Message::parse(bytes.clone()) else {
        return;
    };
    if request.method() != Method::Info {
        return;
    }
    let of_type = request.headers().value(HeaderName::ContentType);
    let of_type = of_type.map(|of_type| of_type.to_str().into_owned());
    let body = request.body();
    let Some(key) = of_type.and_then(|of_type| key_of_info(&of_type, &body)) else {
        return;
    };
    assert!("0123456789*#ABCD".contains(key.key()), "{key:?}");
    let is_shown = shown.windows(body.len()).any(|part| part == &body[..]);
    // A short body stands elsewhere by chance: in its own place it must not.
    let ends = shown.ends_with(&body);
    assert!(!ends && (!is_shown || body.len() < 8), "{shown:?}");
}
