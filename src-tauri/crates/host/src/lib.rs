//! The real world: sockets, clocks, names and the only loop.
