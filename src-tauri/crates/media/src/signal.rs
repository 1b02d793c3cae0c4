//! What is done with sound: rates, tones, keys, lost packets.

pub mod conceal;
pub mod dtmf;
pub mod resample;
pub mod tone;

#[cfg(test)]
pub(crate) mod made_voice;
