//! A letter reads the same in two mail programs that have nothing in common.
#![allow(missing_docs)]

use mail::{Attachment, compose};
use mail_parser::{MessageParser, MimeHeaders};
use mailparse::MailHeaderMap;
use office::EmailAddress;
use store::{Letter, LetterId, LetterKind, LetterState, MailSecurity, MailSettings};

const NOW_MS: i64 = 1_795_273_200_000; // 2026-11-21 15:00:00 UTC
const SUBJECT: &str = "Neue Nachricht von Jürgen Müßig (+49 30 123456), 0:42 – und ein sehr langer \
                       Betreff, der über viele Zeilen geht, damit er gefaltet werden muss 李雷";
const BODY: &str = "Jürgen Müßig hat Ihnen eine Nachricht hinterlassen.\n\n.\nEine Zeile, die nur \
                    aus einem Punkt besteht, steht darüber.\n";

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

fn settings() -> MailSettings {
    MailSettings {
        enabled: true,
        host: "mail.example.com".to_owned(),
        port: 587,
        security: MailSecurity::Starttls,
        user: None,
        from_address: address("office@example.com"),
        from_name: "Müller & Söhne, \"Büro\"".to_owned(),
    }
}

fn letter(subject: &str) -> Letter {
    Letter {
        id: LetterId(1),
        kind: LetterKind::VoiceMessage,
        to: address("anna@example.com"),
        subject: subject.to_owned(),
        body: BODY.to_owned(),
        message_id: "00ff@example.com".to_owned(),
        sounds: Vec::new(),
        message: None,
        state: LetterState::Queued,
        queued_ms: NOW_MS,
        attempts: 0,
        next_try_ms: NOW_MS,
        done_ms: None,
        last_error: None,
    }
}

fn wav() -> Vec<u8> {
    (0..20_000_u32).map(|at| (at * 7 % 256) as u8).collect()
}

fn with_attachment() -> Vec<u8> {
    let attachment = Attachment {
        file_name: "message.wav".to_owned(),
        wav: wav(),
    };
    let message = compose(&letter(SUBJECT), &settings(), NOW_MS, vec![attachment]);
    message.unwrap().formatted()
}

/// Line ends as the parser gives them are no matter of the letter.
fn lines(text: &str) -> Vec<&str> {
    text.lines().collect()
}

#[test]
fn one_parser_reads_what_was_written() {
    let raw = with_attachment();
    let read = MessageParser::default().parse(&raw).unwrap();
    assert_eq!(read.subject(), Some(SUBJECT));
    let from = read.from().unwrap().first().unwrap();
    assert_eq!(from.name(), Some("Müller & Söhne, \"Büro\""));
    assert_eq!(from.address(), Some("office@example.com"));
    let to = read.to().unwrap().first().unwrap();
    assert_eq!(to.address(), Some("anna@example.com"));
    assert_eq!(read.message_id(), Some("00ff@example.com"));
    assert_eq!(read.date().unwrap().to_timestamp(), NOW_MS / 1_000);
    assert_eq!(lines(&read.body_text(0).unwrap()), lines(BODY));
    assert_eq!(read.attachment_count(), 1);
    let attachment = read.attachment(0).unwrap();
    assert_eq!(attachment.attachment_name(), Some("message.wav"));
    let content_type = attachment.content_type().unwrap();
    assert_eq!(
        (content_type.ctype(), content_type.subtype()),
        ("audio", Some("wav"))
    );
    assert_eq!(attachment.contents(), wav());
}

#[test]
fn another_parser_reads_the_same() {
    let raw = with_attachment();
    let read = mailparse::parse_mail(&raw).unwrap();
    let header = |name: &str| read.headers.get_first_value(name);
    assert_eq!(header("Subject").as_deref(), Some(SUBJECT));
    let from = mailparse::addrparse_header(read.headers.get_first_header("From").unwrap()).unwrap();
    let from = from.extract_single_info().unwrap();
    assert_eq!(from.addr, "office@example.com");
    assert!(from.display_name.unwrap().contains("Söhne"));
    assert_eq!(header("Message-ID").as_deref(), Some("<00ff@example.com>"));
    assert_eq!(header("Auto-Submitted").as_deref(), Some("auto-generated"));
    assert_eq!(header("MIME-Version").as_deref(), Some("1.0"));
    let date = mailparse::dateparse(&header("Date").unwrap()).unwrap();
    assert_eq!(date, NOW_MS / 1_000);
    assert_eq!(read.ctype.mimetype, "multipart/mixed");
    let [text, sound] = &read.subparts[..] else {
        panic!("{} parts", read.subparts.len());
    };
    assert_eq!(text.ctype.mimetype, "text/plain");
    assert_eq!(text.ctype.charset.to_lowercase(), "utf-8");
    assert_eq!(lines(&text.get_body().unwrap()), lines(BODY));
    assert_eq!(sound.ctype.mimetype, "audio/wav");
    let disposition = sound.get_content_disposition();
    assert!(matches!(
        disposition.disposition,
        mailparse::DispositionType::Attachment
    ));
    assert_eq!(disposition.params["filename"], "message.wav");
    assert_eq!(sound.get_body_raw().unwrap(), wav());
}

#[test]
fn every_line_ends_with_crlf_and_none_is_too_long() {
    let raw = with_attachment();
    assert!(raw.is_ascii(), "a server without 8BITMIME refuses it");
    for (at, byte) in raw.iter().enumerate() {
        match byte {
            b'\n' => assert_eq!(raw[at - 1], b'\r', "a bare LF at {at}"),
            b'\r' => assert_eq!(raw[at + 1], b'\n', "a bare CR at {at}"),
            _ => {}
        }
    }
    let longest = raw.split(|byte| *byte == b'\n').map(<[u8]>::len).max();
    assert!(longest.unwrap() <= 998, "RFC 5322 §2.1.1: {longest:?}");
}

#[test]
fn a_callers_name_adds_no_header() {
    let letter = letter("From Anna\r\nBcc: thief@example.com\r\n\r\nHello");
    let mut settings = settings();
    settings.from_name = "Office\r\nBcc: thief@example.com".to_owned();
    let raw = compose(&letter, &settings, NOW_MS, Vec::new())
        .unwrap()
        .formatted();
    let read = mailparse::parse_mail(&raw).unwrap();
    assert!(read.headers.get_first_value("Bcc").is_none());
    let body = read.get_body().unwrap();
    assert_eq!(lines(body.trim_end()), lines(BODY));
    assert_eq!(read.ctype.mimetype, "text/plain");
}
