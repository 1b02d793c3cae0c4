//! One window per office: a second start shows the first one's window and ends.
//!
//! A lock on a file in the data folder says who is first; the system frees it however we end. The
//! first listens on a port of this computer, whose number lies beside the lock. All one can say
//! there is "show yourself", so it needs no secret.

use anyhow::bail;
use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::Path,
    thread,
    time::{Duration, Instant},
};

const LOCK: &str = "window.lock";
const PORT: &str = "window.port";
const SHOW: &str = "show\n";
const SHOWN: &str = "shown\n";
/// How long the first may take, it may just be starting.
const PATIENCE: Duration = Duration::from_secs(5);
const POLL_INTERVAL: Duration = Duration::from_millis(50);
const LINE_LIMIT: u64 = 16;

/// Our claim to the office's window, held until the end.
pub struct FirstInstance {
    _lock: File,
    listener: TcpListener,
}

/// Claims the window of the office in `data`; `None` if another program has it.
///
/// # Errors
/// The folder cannot be written.
pub fn claim(data: &Path) -> io::Result<Option<FirstInstance>> {
    fs::create_dir_all(data)?;
    let mut options = OpenOptions::new();
    let lock = options
        .create(true)
        .truncate(false)
        .write(true)
        .open(data.join(LOCK))?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(fs::TryLockError::WouldBlock) => return Ok(None),
        Err(fs::TryLockError::Error(error)) => return Err(error),
    }
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let port = listener.local_addr()?.port();
    fs::write(data.join(PORT), port.to_string())?;
    Ok(Some(FirstInstance {
        _lock: lock,
        listener,
    }))
}

/// Asks the program that has the window of the office in `data` to show it.
///
/// # Errors
/// It does not answer.
pub fn show_other(data: &Path) -> anyhow::Result<()> {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        if ask(data).is_ok_and(|shown| shown) {
            return Ok(());
        }
        thread::sleep(POLL_INTERVAL);
    }
    bail!("Cordboard is already running but does not show its window")
}

fn ask(data: &Path) -> io::Result<bool> {
    let port = fs::read_to_string(data.join(PORT))?;
    let port: u16 = port.trim().parse().map_err(io::Error::other)?;
    let mut first = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    first.set_read_timeout(Some(PATIENCE))?;
    first.write_all(SHOW.as_bytes())?;
    let mut answer = String::new();
    first.take(LINE_LIMIT).read_to_string(&mut answer)?;
    Ok(answer == SHOWN)
}

impl FirstInstance {
    /// Calls `show` whenever another start asks for the window.
    pub fn on_second(self, show: impl Fn() + Send + 'static) {
        let Self {
            _lock: lock,
            listener,
        } = self;
        thread::spawn(move || {
            let _held = lock;
            for second in listener.incoming().flatten() {
                // One that does not come to the point is let go: there may be others behind it.
                if asks_to_show(&second).unwrap_or(false) {
                    show();
                    let _ = (&second).write_all(SHOWN.as_bytes());
                }
            }
        });
    }
}

fn asks_to_show(second: &TcpStream) -> io::Result<bool> {
    second.set_read_timeout(Some(Duration::from_secs(1)))?;
    let mut line = String::new();
    BufReader::new(second.take(LINE_LIMIT)).read_line(&mut line)?;
    Ok(line == SHOW)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    #[test]
    fn a_second_start_shows_the_first() {
        let data = tempfile::tempdir().unwrap();
        let first = claim(data.path()).unwrap().unwrap();
        let (shown, was_shown) = mpsc::channel();
        first.on_second(move || shown.send(()).unwrap());
        assert!(claim(data.path()).unwrap().is_none());
        show_other(data.path()).unwrap();
        was_shown.recv_timeout(PATIENCE).unwrap();
    }

    #[test]
    fn offices_in_other_folders_do_not_join() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let _first = claim(one.path()).unwrap().unwrap();
        assert!(claim(two.path()).unwrap().is_some());
    }

    #[test]
    fn a_web_page_cannot_show_the_window() {
        let data = tempfile::tempdir().unwrap();
        let first = claim(data.path()).unwrap().unwrap();
        let address = first.listener.local_addr().unwrap();
        let (shown, was_shown) = mpsc::channel();
        first.on_second(move || shown.send(()).unwrap());
        let mut page = TcpStream::connect(address).unwrap();
        page.write_all(b"POST / HTTP/1.1\r\n\r\nshow\n").unwrap();
        // The answer comes when the request has been judged.
        assert_eq!(page.read(&mut [0; 8]).unwrap_or(0), 0);
        assert!(was_shown.try_recv().is_err());
    }

    #[test]
    fn a_claim_ends_with_its_program() {
        let data = tempfile::tempdir().unwrap();
        drop(claim(data.path()).unwrap());
        assert!(claim(data.path()).unwrap().is_some());
    }
}
