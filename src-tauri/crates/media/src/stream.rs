//! One phone's sound: its packets in, in order and in time, and ours out.
//!
//! * [`Receiver`]: RTP packets in, a [`Frame`](crate::Frame) every 20 ms out, and the keys pressed.
//! * [`Sender`]: a frame every 20 ms in, RTP packets out, and the keys we press.
//! * [`Rtcp`]: what both ends report of it (RFC 3550 §6).
//! * [`impairment`]: what each codec costs in the estimate of how a call sounds.

mod figures;
mod impairment;
mod keys_in;
mod keys_out;
mod noise;
mod playout;
mod receiver;
mod rtcp;
mod sender;
mod spread;
mod time_line;
mod waiting;

pub use figures::ReceiverFigures;
pub use impairment::impairment;
pub use receiver::{Heard, Receiver};
pub use rtcp::Rtcp;
pub use sender::{Datagram, Sender};
