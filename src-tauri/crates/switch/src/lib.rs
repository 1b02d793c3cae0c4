//! The brain of the office: calls, legs, features; one input in, effects out.
