//! What is done with sound: rates, tones, digits, levels, concealment.
