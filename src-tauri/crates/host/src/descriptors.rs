//! How many files and sockets the system lets this process have.

/// Asks for as many open files as the system allows; how many connections may then be held so that
/// media and the database keep theirs (promise F27).
pub(crate) fn raise() -> usize {
    #[cfg(unix)]
    {
        use nix::sys::resource::{Resource, getrlimit, setrlimit};
        let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE) else {
            return crate::limits::MAX_STREAMS;
        };
        let wanted = hard.min(WANTED);
        let open_files = match setrlimit(Resource::RLIMIT_NOFILE, wanted.max(soft), hard) {
            Ok(()) => wanted.max(soft),
            Err(_) => soft,
        };
        // Half: a relayed call takes eight sockets.
        let half = usize::try_from(open_files / 2).unwrap_or(usize::MAX);
        half.min(crate::limits::MAX_STREAMS)
    }
    #[cfg(not(unix))]
    crate::limits::MAX_STREAMS
}

/// Sockets of 4,096 connections and 5,000 relayed calls.
#[cfg(unix)]
const WANTED: u64 = 65_536;
