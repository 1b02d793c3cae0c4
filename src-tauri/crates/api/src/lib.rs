//! The engine's one API: JSON over HTTP on loopback, and the embedded UI.
