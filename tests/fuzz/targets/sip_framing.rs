//! Any bytes as a stream: the same frames however it is cut, and each agrees with the parser about
//! its end. The first byte says into pieces of which size the rest is cut.
#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use sip_message::{
    Message,
    framing::{Frame, Framer, FramingError, from_websocket},
};

fuzz_target!(|data: &[u8]| {
    let Some((size, stream)) = data.split_first() else {
        return;
    };
    let whole = frames([stream].into_iter());
    let pieces = frames(stream.chunks(usize::from(*size).max(1)));
    assert_eq!(whole, pieces);
    for frame in whole.into_iter().flatten() {
        if let Frame::Message(bytes) = frame
            && let Ok(message) = Message::parse(bytes.clone())
        {
            let sound = match &message {
                Message::Request(request) => request.flaw().is_none(),
                Message::Response(response) => response.flaw().is_none(),
            };
            assert!(
                !sound || message.bytes() == &bytes,
                "two ends of one message"
            );
        }
    }
    let _ = from_websocket(Bytes::copy_from_slice(stream));
});

fn frames<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> Vec<Result<Frame, FramingError>> {
    let mut framer = Framer::accepted();
    let mut out = Vec::new();
    for piece in pieces {
        framer.push(piece);
        while let Some(frame) = framer.next() {
            out.push(frame);
        }
    }
    out
}
