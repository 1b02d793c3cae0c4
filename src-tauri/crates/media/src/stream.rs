//! One phone's sound: its packets in, in order and in time, and ours out.
