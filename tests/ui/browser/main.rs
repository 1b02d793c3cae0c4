//! The UI in a browser, on the real engine with real telephones: what a person sees and does.

// Debian's Chromium and its driver; other systems test the same pages by hand.
#![cfg(target_os = "linux")]

mod audio;
mod axe;
mod board;
mod drafts;
mod flows;
mod hours;
mod keyboard_tasks;
mod keys;
mod lines;
mod mail;
mod office;
mod queues;
mod recordings;
mod ring_groups;
mod rooms;
mod screens;
mod sound;
mod states;
mod still;
mod voicemail;
mod wizard;
