//! SIP over TCP and TLS: bytes cut into messages by their Content-Length (RFC 3261 §18.3).

use super::{Ended, Line, Patience};
use crate::limits::{STREAM_READ, WRITE_WITHIN};
use bytes::{Bytes, BytesMut};
use sip_message::framing::{Frame, Framer};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf},
    sync::mpsc::Receiver,
    time::timeout,
};

/// Carries messages both ways until one side has enough.
pub(crate) async fn carry<S: AsyncRead + AsyncWrite>(
    line: &Line,
    stream: S,
    outgoing: Receiver<Bytes>,
) -> Result<(), Ended> {
    let (reader, writer) = tokio::io::split(stream);
    tokio::select! {
        ended = read(line, reader) => ended,
        ended = write(line, writer, outgoing) => ended,
    }
}

async fn read<S: AsyncRead>(line: &Line, stream: ReadHalf<S>) -> Result<(), Ended> {
    let (mut stream, mut framer) = match line.is_accepted() {
        true => (Patience::with_stranger(stream), Framer::accepted()),
        false => (Patience::with_peer(stream), Framer::opened()),
    };
    let mut buffer = BytesMut::with_capacity(STREAM_READ);
    while stream.read_buf(&mut buffer).await? > 0 {
        framer.push(&buffer);
        buffer.clear();
        while let Some(frame) = framer.next() {
            let frame = frame?;
            if matches!(frame, Frame::Message(_)) || line.has_spoken() {
                stream.message_ended(framer.pending() > 0);
            }
            line.take_in(frame).await;
        }
    }
    Ok(())
}

async fn write<S: AsyncWrite>(
    line: &Line,
    mut stream: WriteHalf<S>,
    mut outgoing: Receiver<Bytes>,
) -> Result<(), Ended> {
    while let Some(bytes) = outgoing.recv().await {
        timeout(WRITE_WITHIN, stream.write_all(&bytes)).await??;
        line.sent(bytes.len());
        if outgoing.is_empty() {
            timeout(WRITE_WITHIN, stream.flush()).await??;
        }
    }
    timeout(WRITE_WITHIN, stream.shutdown()).await??;
    Ok(())
}
