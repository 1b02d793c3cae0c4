//! Letters reach a mail server, or say why they do not, and are tried again.
#![allow(missing_docs)]

use mail::limits::{FIRST_RETRY_MS, GIVE_UP_AFTER_MS};
use mail::{Attachments, Courier, Round, SendFailed};
use office::{CallId, EmailAddress, Secret, SoundName};
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::{self, JoinHandle};
use store::{
    Letter, LetterKind, LetterState, MailAccount, MailSecurity, MailSettings, MessageFolder,
    NewLetter, NewMessage, NewPerson, Store,
};

const NOW: i64 = 1_795_273_200_000;

/// A mail server that answers by a script: what to say to each line beginning with a word. It takes
/// everything else, and gives back the letters it took.
struct Server {
    port: u16,
    thread: JoinHandle<Vec<String>>,
}

impl Server {
    /// Serves as many connections as there are scripts.
    fn start(scripts: Vec<Vec<(&'static str, &'static str)>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let thread = thread::spawn(move || {
            let mut letters = Vec::new();
            for script in scripts {
                let (stream, _) = listener.accept().unwrap();
                // A client that hangs up has said all it wanted to.
                let _ = serve(stream, &script, &mut letters);
            }
            letters
        });
        Self { port, thread }
    }

    fn letters(self) -> Vec<String> {
        self.thread.join().unwrap()
    }
}

fn serve(stream: TcpStream, script: &[(&str, &str)], letters: &mut Vec<String>) -> io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let say = |text: &str| (&stream).write_all(format!("{text}\r\n").as_bytes());
    say("220 mail.test ESMTP")?;
    let mut line = String::new();
    while reader.read_line(&mut line)? > 0 {
        let command = std::mem::take(&mut line);
        let scripted = script.iter().find(|(word, _)| command.starts_with(word));
        match (scripted, command.get(..4).unwrap_or_default()) {
            (Some((_, answer)), _) => say(answer)?,
            (None, "EHLO") => say("250-mail.test\r\n250-AUTH PLAIN LOGIN\r\n250 SIZE 50000000")?,
            (None, "DATA") => {
                say("354 go on")?;
                let mut letter = String::new();
                while reader.read_line(&mut line)? > 0 && line != ".\r\n" {
                    letter.push_str(&std::mem::take(&mut line));
                }
                line.clear();
                letters.push(letter);
                say("250 taken")?;
            }
            (None, "QUIT") => return say("221 bye"),
            (None, "AUTH") => say("235 welcome")?,
            (None, _) => say("250 fine")?,
        }
    }
    Ok(())
}

struct Wav;

impl Attachments for Wav {
    fn wav(&mut self, sound: &SoundName) -> io::Result<Vec<u8>> {
        match sound.as_str() {
            "messages/gone" => Err(io::ErrorKind::NotFound.into()),
            "messages/huge" => Ok(vec![0; mail::limits::ATTACHMENTS_MAX_BYTES + 1]),
            _ => Ok(b"RIFF....WAVE".repeat(100)),
        }
    }
}

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

fn settings(port: u16) -> MailSettings {
    MailSettings {
        enabled: true,
        host: "localhost".to_owned(),
        port,
        security: MailSecurity::None,
        user: Some("office".to_owned()),
        from_address: address("office@example.com"),
        from_name: "The office".to_owned(),
    }
}

/// An office with Anna, whose mail goes to a server at that port.
fn office(dir: &tempfile::TempDir, port: Option<u16>) -> Store {
    let (mut store, _) = Store::open(dir.path()).unwrap();
    store
        .change(|change| {
            change.add_person(&NewPerson {
                name: "Anna".to_owned(),
                ..NewPerson::default()
            })?;
            if let Some(port) = port {
                change.edit_mail_settings(&settings(port), 0)?;
                change.set_mail_password(Some(&Secret::new("the canary".to_owned())))?;
            }
            Ok(())
        })
        .unwrap();
    store
}

fn letter(to: &str) -> NewLetter {
    NewLetter {
        kind: LetterKind::Alert,
        to: address(to),
        subject: "A new message".to_owned(),
        body: "Listen to it.".to_owned(),
        sounds: Vec::new(),
        message: None,
        deletes_message: false,
        queued_ms: NOW,
    }
}

fn newest(store: &Store) -> Letter {
    store.letters(1, None).unwrap().remove(0)
}

fn send(store: &mut Store, now_ms: i64) -> Round {
    Courier::new().send_due(now_ms, store, &mut Wav).unwrap()
}

#[test]
fn a_message_is_deleted_when_all_its_letters_were_sent_in_one_conversation() {
    let server = Server::start(vec![vec![]]);
    let dir = tempfile::tempdir().unwrap();
    let mut store = office(&dir, Some(server.port));
    let mailbox = store.mailboxes().unwrap()[0].value.id;
    let sound = SoundName::parse("messages/1.opus").unwrap();
    let id = store
        .begin_message(&NewMessage {
            mailbox,
            call: CallId(7),
            sound: sound.clone(),
            from_number: "201".to_owned(),
            from_name: "Boris".to_owned(),
            from_person: None,
            received_ms: NOW,
        })
        .unwrap();
    let letters = ["anna@example.com", "home@example.com"].map(|to| NewLetter {
        kind: LetterKind::VoiceMessage,
        sounds: vec![sound.clone()],
        message: Some(id),
        deletes_message: true,
        ..letter(to)
    });
    store.finish_message(id, 42_000, &letters).unwrap();
    let inbox = |store: &Store| {
        let page = store.messages(mailbox, MessageFolder::Inbox, 10, None);
        page.unwrap().len()
    };
    assert_eq!(inbox(&store), 1);
    let round = send(&mut store, NOW + 5);
    assert_eq!((round.sent, round.again, round.given_up), (2, 0, 0));
    assert_eq!(inbox(&store), 0, "the mailbox wants it deleted");
    let sent = newest(&store);
    assert_eq!(
        (sent.state, sent.attempts, sent.done_ms, sent.last_error),
        (LetterState::Sent, 1, Some(NOW + 5), None)
    );
    assert_eq!(send(&mut store, NOW + 6), Round::default(), "nothing twice");
    let taken = server.letters();
    assert_eq!(taken.len(), 2);
    for (letter, to) in taken.iter().zip(["anna", "home"]) {
        assert!(
            letter.contains(&format!("To: {to}@example.com\r\n")),
            "{letter}"
        );
        assert!(letter.contains("message.wav") && letter.contains("UklGRi4uLi5XQVZF"));
    }
}

#[test]
fn a_server_that_is_busy_is_asked_again_until_it_takes_the_letter() {
    let busy = ("RCPT", "451 4.7.1 Greylisted, come back later");
    let server = Server::start(vec![vec![busy], vec![busy], vec![]]);
    let dir = tempfile::tempdir().unwrap();
    let mut store = office(&dir, Some(server.port));
    store.queue_letter(&letter("anna@example.com")).unwrap();
    assert_eq!(send(&mut store, NOW).again, 1);
    let waiting = newest(&store);
    assert_eq!(waiting.state, LetterState::Queued);
    assert_eq!(waiting.next_try_ms, NOW + FIRST_RETRY_MS);
    assert!(waiting.last_error.unwrap().contains("Greylisted"));
    assert_eq!(send(&mut store, NOW + FIRST_RETRY_MS - 1), Round::default());
    let second = NOW + FIRST_RETRY_MS;
    assert_eq!(send(&mut store, second).again, 1);
    let due = store.next_letter_due().unwrap();
    assert_eq!(due, Some(second + 2 * FIRST_RETRY_MS));
    assert_eq!(send(&mut store, second + 2 * FIRST_RETRY_MS).sent, 1);
    let sent = newest(&store);
    assert_eq!((sent.state, sent.attempts), (LetterState::Sent, 3));
    assert_eq!(sent.message_id, waiting.message_id);
    let taken = server.letters();
    assert_eq!(taken.len(), 1);
    assert!(taken[0].contains(&format!("Message-ID: <{}>\r\n", sent.message_id)));
}

#[test]
fn an_address_nobody_has_is_given_up_at_once_and_the_others_get_theirs() {
    let refuse = (
        "RCPT TO:<nobody@example.com>",
        "550 5.1.1 No such user here",
    );
    let server = Server::start(vec![vec![refuse], vec![]]);
    let dir = tempfile::tempdir().unwrap();
    let mut store = office(&dir, Some(server.port));
    for to in ["nobody@example.com", "anna@example.com"] {
        store.queue_letter(&letter(to)).unwrap();
    }
    let round = send(&mut store, NOW);
    assert_eq!((round.sent, round.given_up), (1, 1));
    let letters = store.letters(10, None).unwrap();
    assert_eq!(letters[0].state, LetterState::Sent);
    assert_eq!(letters[1].state, LetterState::Failed);
    let told = letters[1].last_error.as_deref().unwrap();
    assert!(
        told.contains("nobody@example.com") && told.contains("550 5.1.1 No such user here"),
        "{told}"
    );
    drop(server.letters());

    // Corrected at the server: the office manager asks for another try.
    let server = Server::start(vec![vec![]]);
    let revision = store.mail_account().unwrap().unwrap().revision;
    store
        .change(|c| c.edit_mail_settings(&settings(server.port), revision))
        .unwrap();
    store.retry_letter(letters[1].id, NOW + 9).unwrap();
    assert_eq!(send(&mut store, NOW + 9).sent, 1);
    assert_eq!(server.letters().len(), 1);
}

#[test]
fn a_letter_nobody_takes_for_three_days_is_given_up() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = office(&dir, None);
    store.queue_letter(&letter("anna@example.com")).unwrap();
    let mut tries = 0;
    while let Some(due) = store.next_letter_due().unwrap() {
        send(&mut store, due);
        tries += 1;
    }
    let failed = newest(&store);
    assert_eq!(
        (failed.state, failed.attempts),
        (LetterState::Failed, tries)
    );
    assert!((70..=85).contains(&tries), "{tries} tries");
    assert!(failed.done_ms.unwrap() > NOW + GIVE_UP_AFTER_MS - 7_200_000);
    assert!(
        failed
            .last_error
            .unwrap()
            .contains("no mail server is set up")
    );
}

#[test]
fn a_sound_that_is_gone_or_too_large_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let mut store = office(&dir, Some(1));
    let mailbox = store.mailboxes().unwrap()[0].value.id;
    for (name, said) in [
        ("messages/gone", "cannot be read"),
        ("messages/huge", "larger than 18 MB"),
    ] {
        let sound = SoundName::parse(name).unwrap();
        let id = store
            .begin_message(&NewMessage {
                mailbox,
                call: CallId(7),
                sound: sound.clone(),
                from_number: String::new(),
                from_name: String::new(),
                from_person: None,
                received_ms: NOW,
            })
            .unwrap();
        let told = NewLetter {
            sounds: vec![sound],
            message: Some(id),
            deletes_message: true,
            ..letter("anna@example.com")
        };
        store.finish_message(id, 1_000, &[told]).unwrap();
        assert_eq!(send(&mut store, NOW).given_up, 1);
        assert!(newest(&store).last_error.unwrap().contains(said));
        let kept = store.message(id).unwrap();
        assert_eq!(kept.deleted_ms, None, "what was not sent is not deleted");
    }
}

/// What the test button says of a server.
fn told(account: &MailAccount) -> SendFailed {
    let to = address("anna@example.com");
    Courier::new()
        .send_test(account, &to, ("Test", "It works."), NOW)
        .unwrap_err()
}

fn account(port: u16) -> MailAccount {
    MailAccount {
        settings: settings(port),
        password: Some(Secret::new("the canary".to_owned())),
    }
}

#[test]
fn the_test_letter_arrives() {
    let server = Server::start(vec![vec![]]);
    let to = address("anna@example.com");
    Courier::new()
        .send_test(&account(server.port), &to, ("Test", "It works."), NOW)
        .unwrap();
    let taken = server.letters();
    assert!(taken[0].contains("Subject: Test\r\n") && taken[0].contains("\r\n\r\nIt works."));
}

#[test]
fn each_refusal_is_told_as_what_it_is() {
    let cases: [(Vec<(&str, &str)>, &str); 4] = [
        (
            vec![("AUTH", "535 5.7.8 Bad credentials")],
            "does not accept user and password (it says: 535 5.7.8 Bad credentials)",
        ),
        (
            vec![("MAIL", "553 5.7.1 Not your address")],
            "takes no mail from office@example.com",
        ),
        (
            vec![("RCPT", "550 5.1.1 Unknown")],
            "takes no mail for anna@example.com",
        ),
        (
            vec![("EHLO", "250 mail.test")],
            "offers no way to sign in that is known here",
        ),
    ];
    for (script, expected) in cases {
        let server = Server::start(vec![script]);
        let failed = told(&account(server.port));
        let said = failed.to_string();
        assert!(said.contains(expected), "{said}");
        assert!(!format!("{said}{failed:?}").contains("canary"), "{said}");
        assert!(server.letters().is_empty());
    }
}

#[test]
fn a_password_is_not_sent_in_the_clear_to_a_server_without_starttls() {
    // It would answer AUTH, if it were asked.
    let server = Server::start(vec![vec![]]);
    let mut account = account(server.port);
    account.settings.security = MailSecurity::Starttls;
    let failed = told(&account);
    assert!(
        matches!(failed, SendFailed::NoStarttls { .. }),
        "{failed:?}"
    );
    let refusing = Server::start(vec![vec![
        ("EHLO", "250-mail.test\r\n250-STARTTLS\r\n250 AUTH PLAIN"),
        ("STARTTLS", "454 4.7.0 TLS not available"),
    ]]);
    account.settings.port = refusing.port;
    let failed = told(&account);
    assert!(
        matches!(failed, SendFailed::NoStarttls { .. }),
        "{failed:?}"
    );
    assert!(server.letters().is_empty() && refusing.letters().is_empty());
}

#[test]
fn a_server_that_is_not_there_is_told_from_one_that_has_no_name() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let failed = told(&account(port));
    assert!(
        matches!(failed, SendFailed::Unreachable { .. }),
        "{failed:?}"
    );
    let mut nameless = account(25);
    nameless.settings.host = "mail.invalid".to_owned();
    let failed = told(&nameless);
    assert!(
        matches!(failed, SendFailed::HostUnknown { .. }),
        "{failed:?}"
    );
}

#[test]
fn a_certificate_nobody_has_vouched_for_is_refused_and_a_trusted_one_taken() {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let config = std::sync::Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = thread::spawn(move || {
        let mut taken = 0;
        for _ in 0..2 {
            let (stream, _) = listener.accept().unwrap();
            let session = rustls::ServerConnection::new(config.clone()).unwrap();
            let mut tls = rustls::StreamOwned::new(session, stream);
            // The first client leaves during the handshake.
            if tls.write_all(b"220 mail.test ESMTP\r\n").is_err() {
                continue;
            }
            let mut reader = BufReader::new(tls);
            let (mut line, mut in_letter) = (String::new(), false);
            while reader.read_line(&mut line).is_ok_and(|length| length > 0) {
                let said = std::mem::take(&mut line);
                let answer = match said.get(..4).unwrap_or(&said) {
                    ".\r\n" if in_letter => {
                        (in_letter, taken) = (false, taken + 1);
                        "250 taken"
                    }
                    _ if in_letter => continue,
                    "EHLO" => "250-mail.test\r\n250 AUTH PLAIN",
                    "AUTH" => "235 welcome",
                    "DATA" => {
                        in_letter = true;
                        "354 go on"
                    }
                    "QUIT" => break,
                    _ => "250 fine",
                };
                let answer = format!("{answer}\r\n");
                reader.get_mut().write_all(answer.as_bytes()).unwrap();
            }
        }
        taken
    });
    let mut account = account(port);
    account.settings.security = MailSecurity::Tls;
    let failed = told(&account);
    assert!(
        matches!(failed, SendFailed::Certificate { .. }),
        "{failed:?}"
    );
    assert!(failed.to_string().contains("not valid for localhost"));
    let courier = Courier::new().trusting(made.cert.pem().as_bytes()).unwrap();
    let to = address("anna@example.com");
    courier
        .send_test(&account, &to, ("Test", "It works."), NOW)
        .unwrap();
    assert_eq!(server.join().unwrap(), 1);
}
