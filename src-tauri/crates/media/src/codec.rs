//! Codecs: frames of the graph to payloads and back.
