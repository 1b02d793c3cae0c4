//! Every message of RFC 4475 and RFC 5118, with the outcome its table beside it names.

use bytes::Bytes;
use sip_message::{
    Header, HeaderError, HeaderName, Headers, Host, Message, Method, Request, Response, StatusCode,
    Text, Uri, header::*,
};
use std::{collections::BTreeSet, fs, path::PathBuf};

fn folder(rfc: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../tests/protocol")
        .join(rfc)
}

fn bytes(rfc: &str, name: &str) -> Bytes {
    let path = folder(rfc).join(format!("{name}.dat"));
    Bytes::from(fs::read(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display())))
}

fn request(rfc: &str, name: &str) -> Request {
    Request::parse(bytes(rfc, name)).unwrap()
}

/// What becomes of a message, in the table's words.
fn outcome(wire: &Bytes) -> String {
    let Ok(message) = Message::parse(wire.clone()) else {
        return "unreadable".into();
    };
    match &message {
        Message::Request(request) => {
            if let Some(flaw) = request.flaw() {
                return format!("refused {}", flaw.status);
            }
            let same = request.edit().body_unchanged_type(request.body()).build();
            assert_lines_kept(message.headers(), same.headers());
        }
        Message::Response(response) => {
            if response.flaw().is_some() {
                return "dropped".into();
            }
            let same = response.edit().body_unchanged_type(response.body()).build();
            assert_lines_kept(message.headers(), same.headers());
        }
    }
    let unreadable: BTreeSet<_> = unreadable_headers(message.headers()).into_iter().collect();
    let mut words = String::from("accepted");
    for name in unreadable {
        words += &format!(", {name} unreadable");
    }
    if message.bytes().len() < wire.len() {
        words += ", bytes after the body cut";
    }
    assert_eq!(message.bytes(), &wire.slice(..message.bytes().len()));
    words
}

/// A rebuilt message has the lines of the old one; only a Content-Length may have been added.
fn assert_lines_kept(old: Headers<'_>, new: Headers<'_>) {
    let lines = |headers: Headers<'_>, length: bool| -> Vec<Bytes> {
        headers
            .lines()
            .filter(|line| length || line.name() != HeaderName::ContentLength)
            .map(|line| line.raw())
            .collect()
    };
    let had_length = old.has(HeaderName::ContentLength);
    assert_eq!(lines(old, had_length), lines(new, had_length));
}

/// Reads every header of the message as its type.
fn unreadable_headers(headers: Headers<'_>) -> Vec<HeaderName> {
    fn read<H: Header>(headers: Headers<'_>, failed: &mut Vec<HeaderName>) {
        if headers.all::<H>().any(|value| value.is_err()) {
            failed.push(H::NAME);
        }
    }
    macro_rules! read_all {
        ($($type:ty),*) => {{
            let mut failed = Vec::new();
            $(read::<$type>(headers, &mut failed);)*
            failed
        }};
    }
    read_all!(
        Accept,
        AlertInfo,
        Allow,
        Authorization,
        CallId,
        CallInfo,
        Contact,
        ContentDisposition,
        ContentEncoding,
        ContentLanguage,
        ContentLength,
        ContentType,
        CSeq,
        Date,
        ErrorInfo,
        Event,
        Expires,
        From,
        MaxForwards,
        MimeVersion,
        MinExpires,
        Organization,
        Path,
        Priority,
        ProxyAuthenticate,
        ProxyAuthorization,
        ProxyRequire,
        RecordRoute,
        ReplyTo,
        Require,
        RetryAfter,
        Route,
        Server,
        Subject,
        Supported,
        Timestamp,
        To,
        Unsupported,
        UserAgent,
        Via,
        Warning,
        WwwAuthenticate
    )
}

fn check_table(rfc: &str) -> usize {
    let table = fs::read_to_string(folder(rfc).join("outcomes.txt")).unwrap();
    let mut listed = BTreeSet::new();
    let mut wrong = Vec::new();
    for line in table
        .lines()
        .filter(|l| !l.starts_with('#') && !l.is_empty())
    {
        let mut columns = line.split('|').map(str::trim);
        let (name, section) = (columns.next().unwrap(), columns.next().unwrap());
        let (expected, _rfc) = (columns.next().unwrap(), columns.next().unwrap());
        let found = outcome(&bytes(rfc, name));
        if found != expected {
            wrong.push(format!("{name} (§{section}): {found}, not {expected}"));
        }
        listed.insert(format!("{name}.dat"));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let files: BTreeSet<String> = fs::read_dir(folder(rfc))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".dat"))
        .collect();
    assert_eq!(files, listed, "files and table disagree");
    listed.len()
}

#[test]
fn every_message_of_rfc_4475_ends_as_its_table_says() {
    assert_eq!(check_table("rfc4475"), 49);
}

#[test]
fn every_message_of_rfc_5118_ends_as_its_table_says() {
    assert_eq!(check_table("rfc5118"), 12);
}

#[test]
fn wsinv_is_read_through_its_folds_and_spaces() {
    let invite = request("rfc4475", "wsinv");
    assert_eq!(invite.method(), Method::Invite);
    assert_eq!(invite.to_tag().unwrap(), "1918181833n");
    let from = invite.from().unwrap();
    assert_eq!(from.display().unwrap(), "J Rosenberg \\\"");
    assert_eq!(from.tag().unwrap(), "98asjd8");
    assert_eq!(invite.headers().get::<MaxForwards>().unwrap().0, 68);
    assert_eq!(invite.cseq().unwrap().number, 9);
    let vias: Vec<Via> = invite.headers().all().map(Result::unwrap).collect();
    let branches: Vec<Text> = vias.iter().map(|v| v.branch().unwrap()).collect();
    assert_eq!(branches, ["390skdjuw", "z9hG4bK9ikj8", "z9hG4bK30239"]);
    assert_eq!(vias[0].sent_by.host, Host::from_name("192.0.2.2"));
    assert_eq!(invite.headers().get::<Contact>().unwrap().q(), 330);
    assert_eq!(invite.headers().value(HeaderName::Subject).unwrap(), "");
    let unknown = invite.headers().named_other("newfangledheader").next();
    assert_eq!(
        unknown.unwrap().value(),
        "newfangled value continued newfangled value"
    );
    assert_eq!(invite.body().len(), 150);
}

#[test]
fn intmeth_keeps_its_strange_bytes() {
    let request = request("rfc4475", "intmeth");
    assert_eq!(
        request.method().to_string(),
        "!interesting-Method0123456789_*+`.%indeed'~"
    );
    assert_eq!(
        request.uri().unwrap().user().unwrap().as_ref(),
        b"1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*"
    );
    assert_eq!(
        *request.to().unwrap().display().unwrap(),
        *b"BEL:\x07 NUL:\0 DEL:\x7f"
    );
    assert_eq!(request.from().unwrap().tag().unwrap(), "_token~1'+`*%!-.");
    assert_eq!(
        request.call_id().unwrap(),
        "intmeth.word%ZK-!.*_+'@word`~)(><:\\/\"][?}{"
    );
}

#[test]
fn escapes_count_in_uris_and_nowhere_else() {
    let esc01 = request("rfc4475", "esc01");
    assert_eq!(
        esc01.uri().unwrap().user().unwrap().as_ref(),
        b"sips:user@example.com"
    );
    assert_eq!(esc01.to().unwrap().uri().user().unwrap().as_ref(), b"user");

    let esc02 = request("rfc4475", "esc02");
    assert!(matches!(esc02.method(), Method::Other(_)));
    assert_eq!(esc02.headers().all::<Contact>().count(), 2);
    assert_eq!(esc02.to().unwrap().display().unwrap(), "%Z%45");

    let escnull = request("rfc4475", "escnull");
    let contacts: Vec<Contact> = escnull.headers().all().map(Result::unwrap).collect();
    let uris: Vec<&Uri> = contacts.iter().map(|c| c.addr().unwrap().uri()).collect();
    assert!(!uris[0].is_equivalent(uris[1]));

    let semiuri = request("rfc4475", "semiuri");
    assert_eq!(
        semiuri.uri().unwrap().user().unwrap().as_ref(),
        b"user;par=u@example.net"
    );
}

#[test]
fn reasons_are_kept_as_written_even_when_empty() {
    let read = |name| Response::parse(bytes("rfc4475", name)).unwrap();
    assert_eq!(
        read("unreason").reason(),
        "= 2**3 * 5**2 но сто девяносто девять - простое"
    );
    assert_eq!(read("noreason").reason(), "");
    assert_eq!(read("noreason").status(), StatusCode::TRYING);
}

#[test]
fn what_a_server_needs_to_refuse_well_formed_requests_is_readable() {
    for name in ["unkscm", "novelsc"] {
        let uri = request("rfc4475", name).uri().unwrap();
        assert!(matches!(uri, Uri::Other { .. }), "{name}"); // 416
    }
    let bext01 = request("rfc4475", "bext01");
    let required: Vec<Text> = bext01
        .headers()
        .all::<ProxyRequire>()
        .map(|token| token.unwrap().0)
        .collect();
    assert_eq!(
        required,
        ["noProxiesSupportThis", "norDoAnyProxiesSupportThis"]
    ); // 420
    let invut = request("rfc4475", "invut");
    assert!(
        invut
            .headers()
            .get::<ContentType>()
            .unwrap()
            .is("application", "unknownformat")
    ); // 415
    assert_eq!(
        request("rfc4475", "regaut01")
            .headers()
            .get::<Authorization>(),
        Err(HeaderError::Scheme(HeaderName::Authorization)) // 401
    );
    assert_eq!(
        request("rfc4475", "zeromf")
            .headers()
            .get::<MaxForwards>()
            .unwrap()
            .0,
        0
    ); // 483
    assert_eq!(
        request("rfc4475", "badbranch")
            .via()
            .unwrap()
            .branch()
            .unwrap(),
        "z9hG4bK"
    );
    let sdp01 = request("rfc4475", "sdp01");
    assert!(
        !sdp01
            .headers()
            .get::<Accept>()
            .unwrap()
            .covers("application", "sdp")
    ); // 406
}

#[test]
fn parameters_belong_to_the_header_without_brackets_and_to_the_uri_within() {
    let contact = |name| request("rfc4475", name).headers().get::<Contact>().unwrap();
    let outside = contact("cparam01");
    assert!(outside.addr().unwrap().params().has("unknownparam"));
    let inside = contact("cparam02");
    assert!(inside.addr().unwrap().params().is_empty());
    let uri = inside.addr().unwrap().uri().as_sip().unwrap().clone();
    assert!(uri.params().has("unknownparam"));
    let escaped = contact("regescrt");
    let uri = escaped.addr().unwrap().uri().as_sip().unwrap().clone();
    assert_eq!(uri.header("route").unwrap(), "<sip:sip.example.com>");
}

#[test]
fn ports_and_received_of_rfc_5118() {
    let uri = |name| {
        request("rfc5118", name)
            .uri()
            .unwrap()
            .as_sip()
            .unwrap()
            .clone()
    };
    assert_eq!(uri("port-ambiguous").port(), None);
    assert_eq!(uri("port-unambiguous").port(), Some(5070));
    for name in [
        "via-received-param-with-delim",
        "via-received-param-no-delim",
    ] {
        let target = request("rfc5118", name).via().unwrap().response_target();
        assert_eq!(
            target.unwrap().ip().to_string(),
            "2001:db8::9:255",
            "{name}"
        );
    }
    let mapped = request("rfc5118", "ipv4-mapped-ipv6").via().unwrap();
    assert_eq!(mapped.sent_by.to_string(), "[::ffff:192.0.2.10]:19823");
}

#[test]
fn ipv6_in_sdp_is_accepted_once_its_length_is_right() {
    let wire = bytes("rfc5118", "ipv6-in-sdp").to_vec();
    let right = String::from_utf8(wire).unwrap().replace(": 268", ": 251");
    assert_eq!(outcome(&Bytes::from(right)), "accepted");
}
