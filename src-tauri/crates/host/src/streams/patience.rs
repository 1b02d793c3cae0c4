//! Deadlines on every read: a first message has to come, and what has begun has to end.

use crate::limits::{FIRST_MESSAGE_WITHIN, MESSAGE_WITHIN};
use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep_until},
};

/// A stream whose reads fail with [`io::ErrorKind::TimedOut`] when the far end takes too long.
#[derive(Debug)]
pub(crate) struct Patience<S> {
    stream: S,
    /// When what is awaited must be here; `None` between messages.
    deadline: Option<Instant>,
    begun: bool,
    first_within: Duration,
    message_within: Duration,
    alarm: Pin<Box<Sleep>>,
}

impl<S> Patience<S> {
    /// For a connection the far end opened: it wants something and has to say what.
    pub(crate) fn with_stranger(stream: S) -> Patience<S> {
        let mut patience = Patience::with_peer(stream);
        patience.await_first_message();
        patience
    }

    /// For a connection we opened, which may stay silent.
    pub(crate) fn with_peer(stream: S) -> Patience<S> {
        Patience {
            stream,
            deadline: None,
            begun: false,
            first_within: FIRST_MESSAGE_WITHIN,
            message_within: MESSAGE_WITHIN,
            alarm: Box::pin(sleep_until(Instant::now())),
        }
    }

    /// What was read so far was a handshake; now the first message is awaited.
    pub(crate) fn await_first_message(&mut self) {
        self.begun = false;
        self.deadline = Some(Instant::now() + self.first_within);
    }

    /// A message is complete; `more`: bytes of the next are here already.
    pub(crate) fn message_ended(&mut self, more: bool) {
        self.begun = more;
        self.deadline = more.then(|| Instant::now() + self.message_within);
    }

    fn is_late(&mut self, cx: &mut Context<'_>) -> bool {
        let Some(deadline) = self.deadline else {
            return false;
        };
        if self.alarm.deadline() != deadline {
            self.alarm.as_mut().reset(deadline);
        }
        self.alarm.as_mut().poll(cx).is_ready()
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patience<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match Pin::new(&mut self.stream).poll_read(cx, buffer) {
            Poll::Pending if self.is_late(cx) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
            Poll::Ready(done) => {
                if !self.begun {
                    self.begun = true;
                    self.deadline = Some(Instant::now() + self.message_within);
                } else if self.is_late(cx) {
                    // Drop by drop is no way to send a message either.
                    return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
                }
                Poll::Ready(done)
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patience<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt, DuplexStream},
        time::{sleep, timeout},
    };

    const SHORT: Duration = Duration::from_millis(60);
    const LONG: Duration = Duration::from_secs(3600);

    fn near(stream: DuplexStream, first_within: Duration) -> Patience<DuplexStream> {
        let mut patience = Patience::with_peer(stream);
        patience.first_within = first_within;
        patience.message_within = SHORT;
        patience.await_first_message();
        patience
    }

    #[tokio::test]
    async fn a_silent_stranger_is_waited_for_but_not_for_ever() {
        let (_far, stream) = tokio::io::duplex(64);
        let why = near(stream, SHORT).read_u8().await.unwrap_err();
        assert_eq!(why.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn a_message_sent_drop_by_drop_is_given_up_in_time() {
        let (mut far, stream) = tokio::io::duplex(64);
        let mut near = near(stream, LONG);
        let dripping = async {
            while far.write_all(b"x").await.is_ok() {
                sleep(SHORT / 10).await;
            }
        };
        let reading = async {
            loop {
                if let Err(why) = near.read_u8().await {
                    return why;
                }
            }
        };
        let why = tokio::select! { why = reading => why, () = dripping => unreachable!() };
        assert_eq!(why.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn silence_between_messages_is_no_fault() {
        let (mut far, stream) = tokio::io::duplex(64);
        let mut near = near(stream, SHORT);
        far.write_all(b"a").await.unwrap();
        near.read_u8().await.unwrap();
        near.message_ended(false);
        let waiting = timeout(3 * SHORT, near.read_u8()).await;
        assert!(waiting.is_err(), "still waiting");
    }

    #[tokio::test]
    async fn the_rest_of_a_segment_begins_the_next_message() {
        let (mut far, stream) = tokio::io::duplex(64);
        let mut near = near(stream, LONG);
        far.write_all(b"a").await.unwrap();
        near.read_u8().await.unwrap();
        near.message_ended(true);
        let why = near.read_u8().await.unwrap_err();
        assert_eq!(why.kind(), io::ErrorKind::TimedOut);
    }
}
