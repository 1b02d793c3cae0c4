//! The phone engine: wires store, switch, sockets and API together.
