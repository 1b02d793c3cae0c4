//! The UI in a browser, on the real engine with real telephones: what a person sees and does.

// Debian's Chromium and its driver; other systems test the same pages by hand.
#![cfg(target_os = "linux")]

mod axe;
mod board;
mod keys;
mod office;
mod screens;
mod states;
mod wizard;
