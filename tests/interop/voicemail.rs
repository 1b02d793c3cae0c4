//! Messages from end to end: a caller speaks into a mailbox of the real engine, and what was said is
//! heard in the window and in the mail, whatever happens in between.

use anyhow::{Context, Result, ensure};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use cordboard_tests::interop::{
    baresip::{Baresip, Transport},
    engine::Engine,
    http,
    process::{PATIENCE, until},
    sound::Sound,
    talk::registered,
};
use serde_json::{Value, json};
use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

/// What the caller says, as a tone.
const HZ: f64 = 660.0;

/// How long the caller speaks.
const SPEAKS: Duration = Duration::from_secs(4);

/// Greeting and tone are over by then.
const GREETED: Duration = Duration::from_secs(45);

/// An office in which Anna (101) does not answer; her phone shows what waits for her. Ben (102) calls.
struct Office {
    engine: Engine,
    anna: Baresip,
    ben: Baresip,
}

impl Office {
    fn open() -> Result<Office> {
        let engine = Engine::start()?;
        let mut settings = engine.telephone("Anna", "101", Transport::Udp)?;
        settings.config_extra = "module_app mwi.so\n".to_owned();
        let anna = registered(settings)?;
        let ben = registered(engine.telephone("Ben", "102", Transport::Udp)?.tone(HZ))?;
        let office = Office { engine, anna, ben };
        let anna = office.engine.find("/api/people", "name", "Anna")?;
        let edit = json!({ "name": "Anna", "extension": "101", "team": "", "ringSeconds": 5 });
        office.change(
            &format!("/api/people/{}", anna["id"]),
            &anna["revision"],
            &edit,
        )?;
        Ok(office)
    }

    fn bearer(&self) -> Result<String> {
        let token = fs::read_to_string(self.engine.data().join("api-token"))?;
        Ok(format!("Bearer {}", token.trim()))
    }

    /// Changes a record as it was at a revision.
    fn change(&self, path: &str, revision: &Value, edit: &Value) -> Result<()> {
        let (bearer, tag) = (self.bearer()?, format!("\"{revision}\""));
        let headers = [("authorization", bearer.as_str()), ("if-match", &tag)];
        let host = self.engine.api().trim_start_matches("http://");
        let answer = http::request(host, "PUT", path, &headers, edit)?;
        ensure!(
            answer.code == 200,
            "{path}: {} {}",
            answer.code,
            answer.body
        );
        Ok(())
    }

    fn mailbox(&self) -> Result<Value> {
        self.engine.find("/api/mailboxes", "name", "Anna")
    }

    /// The messages in Anna's mailbox, once there are so many.
    fn messages(&self, count: usize) -> Result<Vec<Value>> {
        self.engine.new_messages(&self.mailbox()?, count)
    }

    /// How a message sounds, as a player gets it.
    fn sound_of(&self, message: &Value) -> Result<Sound> {
        let path = format!("/api/messages/{}/sound.wav", message["id"]);
        self.engine.sound(&path)
    }

    /// Ben calls Anna, who does not answer, and begins to speak after the tone; gives since when.
    fn begin_to_speak(&mut self) -> Result<Instant> {
        self.ben.dial("101")?;
        self.ben.wait_within("CALL_ESTABLISHED", GREETED)?;
        let begins = until(GREETED, || self.engine.is_recording());
        ensure!(begins, "nothing is recorded\n{}", self.engine.log());
        Ok(Instant::now())
    }
}

/// Fails unless that is what Ben said, for so long.
fn is_what_was_said(sound: &Sound, seconds: f64) -> Result<()> {
    let strongest = sound.strongest_hz();
    ensure!(sound.is_tone(HZ), "heard {strongest:?} Hz");
    let differs = (sound.length().as_secs_f64() - seconds).abs();
    ensure!(differs < 0.5, "{:?} instead of {seconds} s", sound.length());
    Ok(())
}

/// A mail server that takes whatever comes; gives its port and the letters as they arrive.
fn mail_server() -> Result<(u16, mpsc::Receiver<String>)> {
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
            Some("QUIT") => "221 good bye",
            _ => "250 fine",
        };
        stream.write_all(format!("{answer}\r\n").as_bytes())?;
    }
    Ok(())
}

/// The WAV file that goes along with a letter.
fn attached(letter: &str) -> Result<Vec<u8>> {
    let (_, part) = letter
        .split_once("message.wav")
        .context("nothing is attached")?;
    let (_, content) = part.split_once("\n\n").context("no content")?;
    let content = content.split("\n--").next().unwrap_or_default();
    Ok(BASE64_STANDARD.decode(content.replace('\n', ""))?)
}

#[test]
fn a_caller_who_is_not_answered_is_heard_in_the_window_and_in_the_mail() -> Result<()> {
    let mut office = Office::open()?;
    let (port, letters) = mail_server()?;
    let server = json!({
        "enabled": true, "host": "127.0.0.1", "port": port, "security": "none", "user": "",
        "from": "Office <office@example.com>",
    });
    office.change("/api/mail", &json!(0), &server)?;
    let mailbox = office.mailbox()?;
    let mut edit = json!({
        "email": { "addresses": ["anna@example.com"], "attach": true, "deleteAfterSending": false },
    });
    for field in [
        "name",
        "number",
        "enabled",
        "language",
        "maxMessageSeconds",
        "quotaMessages",
        "quotaSeconds",
        "keepSavedDays",
        "members",
        "greetings",
    ] {
        edit[field] = mailbox[field].clone();
    }
    let path = format!("/api/mailboxes/{}", mailbox["id"]);
    office.change(&path, &mailbox["revision"], &edit)?;
    // Her lamp is out.
    office.anna.wait_for("MWI_NOTIFY")?;

    let begun = office.begin_to_speak()?;
    thread::sleep(SPEAKS);
    office.ben.hang_up()?;
    let (spoken, hung_up) = (begun.elapsed().as_secs_f64(), Instant::now());
    let lamp = office.anna.wait_for("MWI_NOTIFY")?;
    let lit_after = hung_up.elapsed();
    ensure!(
        lamp.detail.contains("Voice-Message: 1/0"),
        "{}",
        lamp.detail
    );
    ensure!(
        lit_after < Duration::from_secs(1),
        "lit after {lit_after:?}"
    );

    let message = office.messages(1)?.remove(0);
    assert_eq!(message["from"]["number"], "102", "{message:#}");
    assert_eq!(message["from"]["name"], "Ben", "{message:#}");
    let seconds = message["seconds"].as_f64().context("no length")?;
    ensure!(
        (seconds - spoken).abs() < 0.5,
        "{seconds} s instead of {spoken}"
    );
    is_what_was_said(&office.sound_of(&message)?, spoken)?;
    let loudest = message["peaks"].as_array().context("no outline")?.iter();
    ensure!(
        loudest.filter_map(Value::as_u64).any(|peak| peak > 10),
        "{message:#}"
    );

    let letter = letters.recv_timeout(PATIENCE).context("no letter")?;
    ensure!(
        letter.contains("Subject: New message from Ben (102)"),
        "{letter}"
    );
    is_what_was_said(&Sound::of_wav(&attached(&letter)?)?, spoken)?;
    let sent = until(PATIENCE, || {
        office
            .messages(1)
            .is_ok_and(|messages| messages[0]["mail"] == "sent")
    });
    ensure!(sent, "{}", office.engine.log());
    Ok(())
}

#[test]
fn a_message_that_is_being_spoken_when_the_engine_dies_lacks_its_last_second_at_most() -> Result<()>
{
    let mut office = Office::open()?;
    let begun = office.begin_to_speak()?;
    thread::sleep(SPEAKS);
    let spoken = begun.elapsed().as_secs_f64();
    office.engine.kill();
    office.engine.restart()?;
    let message = office.messages(1)?.remove(0);
    let seconds = message["seconds"].as_f64().context("no length")?;
    ensure!(
        (spoken - 1.0..spoken + 0.5).contains(&seconds),
        "{seconds} s of {spoken}"
    );
    assert_eq!(message["from"]["number"], "102", "{message:#}");
    is_what_was_said(&office.sound_of(&message)?, seconds)
}
