//! Why a sound could not be read, in words for the person who brought it.

/// Why a sound could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Nothing in the file.
    #[error("The file is empty")]
    Empty,
    /// Its first bytes are of no format we know, or lie about it.
    #[error("This is not a sound file we can read: WAV, MP3, OGG or FLAC")]
    UnknownFormat,
    /// It begins like a sound but what follows makes no sense.
    #[error("The sound file is damaged")]
    Damaged,
    /// A sound file without a single sample.
    #[error("The file holds no sound")]
    NoSound,
    /// More bytes than are taken.
    #[error("The file is larger than {megabytes} MB")]
    TooLarge {
        /// How many are taken.
        megabytes: usize,
    },
    /// It plays for longer than is taken.
    #[error("The sound is longer than {minutes} minutes")]
    TooLong {
        /// How many are taken.
        minutes: u64,
    },
    /// More channels than two.
    #[error("The sound has {0} channels; one or two can be read")]
    TooManyChannels(usize),
    /// A sample rate that no sound has.
    #[error("The sound has {0} samples a second; 4,000 to 192,000 can be read")]
    SampleRate(u32),
}
