//! What is heard: media as a pure graph and the relay path.
