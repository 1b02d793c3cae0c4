//! A mail server that takes whatever comes, or refuses everybody.

use anyhow::Result;
use std::{
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    thread,
};

/// Starts one on a port of 127.0.0.1; gives the port and the letters as they arrive.
///
/// # Errors
/// No port is free.
pub fn mail_server() -> Result<(u16, mpsc::Receiver<String>)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let port = listener.local_addr()?.port();
    let (letters, arriving) = mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // Whoever breaks off sends no letter.
            let _ = take_letters(stream, &letters);
        }
    });
    Ok((port, arriving))
}

/// What [`mail_server`] refuses to take letters for.
pub const UNKNOWN: &str = "nobody@example.com";

fn take_letters(mut stream: TcpStream, letters: &mpsc::Sender<String>) -> Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    stream.write_all(b"220 mail.example.com\r\n")?;
    while let Some(line) = lines.next().transpose()? {
        let answer = match line.get(..4) {
            Some("DATA") => {
                stream.write_all(b"354 go on\r\n")?;
                let letter: Vec<String> = lines
                    .by_ref()
                    .map_while(Result::ok)
                    .take_while(|line| line != ".")
                    .collect();
                letters.send(letter.join("\n"))?;
                "250 taken"
            }
            Some("RCPT") if line.contains(UNKNOWN) => "550 5.1.1 no such mailbox here",
            Some("QUIT") => "221 good bye",
            _ => "250 fine",
        };
        stream.write_all(format!("{answer}\r\n").as_bytes())?;
    }
    Ok(())
}
