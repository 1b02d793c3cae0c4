//! What an INVITE says that comes in on a line: which number was called, by whom, and who has
//! forwarded it here.
//!
//! Nothing here proves anything: who calls from outside is shown, and told to those who screen
//! callers, and no more.

use office::{CalledNumberIn, Country, PhoneNumber, Trunk, clean_text};
use sip_message::{
    HeaderName, Request, Uri,
    header::{Diversion, HistoryInfo, NameAddr, PAssertedIdentity, Privacy},
};
use std::borrow::Cow;

/// The number that was called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Called {
    /// As the world dials it, where it could be read.
    pub(crate) number: Option<PhoneNumber>,
    /// That, or what stood there.
    pub(crate) text: String,
    /// As it stood there: clean text.
    pub(crate) written: String,
    /// Whether it began with what the line has taken off.
    pub(crate) had_prefix: bool,
}

/// Who calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Caller {
    /// As the world dials it, or what stood there; empty for those who hide it.
    pub(crate) number: String,
    /// The name they give, fit to be shown.
    pub(crate) name: String,
    /// The number as it stood there: clean text; empty for those who hide it.
    pub(crate) written: String,
}

/// Reads the called number where the line's provider writes it.
pub(crate) fn called(trunk: &Trunk, request: &Request, country: Option<&Country>) -> Called {
    called_in(trunk, trunk.incoming.called_in, request, country)
}

/// Reads the called number where it stands in every request that begins or cancels a call.
pub(crate) fn called_in_brief(
    trunk: &Trunk,
    request: &Request,
    country: Option<&Country>,
) -> Called {
    let place = match trunk.incoming.called_in {
        CalledNumberIn::To => CalledNumberIn::To,
        CalledNumberIn::RequestUri | CalledNumberIn::PCalledPartyId | CalledNumberIn::Diversion => {
            CalledNumberIn::RequestUri
        }
    };
    called_in(trunk, place, request, country)
}

/// `account` is the user our registration stands for: a provider that calls
/// it so writes the number elsewhere.
fn called_in(
    trunk: &Trunk,
    place: CalledNumberIn,
    request: &Request,
    country: Option<&Country>,
) -> Called {
    let account = [
        trunk.identity.contact_user.as_str(),
        trunk.identity.from_user.as_str(),
        trunk.identity.auth_user.as_str(),
    ];
    let of_account = |user: &str| account.iter().any(|own| !own.is_empty() && *own == user);
    let in_uri = || request.uri().ok().and_then(|uri| user(&uri));
    let in_to = || request.to().ok().and_then(|to| user(to.uri()));
    let in_header = |name| header_user(request, name);
    let found = match place {
        CalledNumberIn::RequestUri => in_uri()
            .filter(|user| !of_account(user))
            .or_else(in_to)
            .or_else(in_uri),
        CalledNumberIn::To => in_to().or_else(in_uri),
        CalledNumberIn::PCalledPartyId => in_header("P-Called-Party-ID").or_else(in_uri),
        CalledNumberIn::Diversion => in_header("Diversion").or_else(in_uri),
    };
    let text = found.unwrap_or_default();
    let prefix = Some(trunk.called_prefix.as_str()).filter(|prefix| !prefix.is_empty());
    let rest = prefix.and_then(|prefix| text.strip_prefix(prefix));
    let plain = rest.unwrap_or(&text);
    let number = numbering::normalise_incoming(plain, country);
    Called {
        text: number.as_ref().map_or_else(
            || clean_text(plain).into_owned(),
            |number| number.as_str().to_owned(),
        ),
        number,
        written: clean_text(&text).into_owned(),
        had_prefix: rest.is_some(),
    }
}

/// Reads who calls.
pub(crate) fn caller(trunk: &Trunk, request: &Request, country: Option<&Country>) -> Caller {
    let headers = request.headers();
    let private = headers.get::<Privacy>().is_ok_and(|privacy| {
        ["id", "user", "header", "critical"]
            .iter()
            .any(|hidden| privacy.has(hidden))
    });
    if private {
        return Caller::default();
    }
    let asserted = trunk.incoming.asserted_caller;
    let asserted = asserted
        .then(|| headers.get::<PAssertedIdentity>().ok())
        .flatten();
    let from = request.from().ok();
    let Some(who) = asserted.map(|asserted| asserted.0).or(from) else {
        return Caller::default();
    };
    let number = user(who.uri()).unwrap_or_default();
    let host = who.uri().as_sip().map(|uri| uri.host().to_string());
    let is_nobody = |text: &str| text.eq_ignore_ascii_case("anonymous");
    if is_nobody(&number) || host.is_some_and(|host| host.ends_with("anonymous.invalid")) {
        return Caller::default();
    }
    let written = clean_text(&number).into_owned();
    let plain = numbering::normalise_incoming(&number, country);
    let number = plain.map_or_else(|| written.clone(), |number| number.as_str().to_owned());
    let name = who.display().map(|name| name.to_str().into_owned());
    let name = name.map(|name| clean_text(name.trim()).into_owned());
    // Most exchanges write the number there again.
    let name = name.filter(|name| {
        let says_number = numbering::normalise_incoming(name, country);
        name != &number && says_number.is_none_or(|says| says.as_str() != number)
    });
    Caller {
        number,
        name: name.unwrap_or_default(),
        written,
    }
}

/// The number a call was for before somebody forwarded it here, as its provider tells: in Diversion
/// (RFC 5806), else in History-Info (RFC 7044). Nothing of those who do not want to be named, and
/// nothing where it is only said once more what was called.
pub(crate) fn forwarded_from(
    request: &Request,
    called: &Called,
    country: Option<&Country>,
) -> Option<String> {
    let read = |user: &str| {
        let number = numbering::normalise_incoming(user, country);
        number.map_or_else(
            || clean_text(user).into_owned(),
            |number| number.as_str().to_owned(),
        )
    };
    let is_news = |text: &String| !text.is_empty() && *text != called.text;
    let mut told = diverted(request).into_iter().chain(retargeted(request));
    told.find_map(|who| named(&who).map(|user| read(&user)).filter(is_news))
}

/// Those who have passed the call on, the last first.
fn diverted(request: &Request) -> Vec<NameAddr> {
    let all = request.headers().all::<Diversion>();
    let all = all.filter_map(Result::ok).map(|diverts| diverts.0);
    all.filter(|diverts| {
        let privacy = diverts.params().value("privacy");
        privacy.is_none_or(|privacy| privacy.is("off") || privacy.is("name"))
    })
    .collect()
}

/// Those whom the call was for before whom it is for now, the last first.
fn retargeted(request: &Request) -> Vec<NameAddr> {
    let headers = request.headers();
    let is_hidden = headers
        .get::<Privacy>()
        .is_ok_and(|privacy| privacy.has("history"));
    if is_hidden {
        return Vec::new();
    }
    let all = headers.all::<HistoryInfo>();
    let mut all: Vec<NameAddr> = all.filter_map(Result::ok).map(|entry| entry.0).collect();
    // Of those with whom it was moved, only what was moved on purpose has a cause (RFC 4458).
    let is_moved = |entry: &NameAddr| {
        let uri = entry.uri().as_sip();
        uri.is_some_and(|uri| uri.params().has("cause"))
    };
    let Some(last) = all.iter().rposition(is_moved) else {
        return Vec::new();
    };
    all.truncate(last);
    all.reverse();
    all.retain(|entry| {
        let raw = entry.uri().raw().to_str().to_ascii_lowercase();
        !raw.contains("privacy=") // whoever is private does not want to be read (RFC 7044 §10.1)
    });
    all
}

/// The user an address names, unless it names nobody.
fn named(address: &NameAddr) -> Option<String> {
    let user = user(address.uri())?;
    let host = address.uri().as_sip().map(|uri| uri.host().to_string());
    let is_nobody = user.eq_ignore_ascii_case("anonymous")
        || host.is_some_and(|host| host.ends_with("anonymous.invalid"));
    (!is_nobody).then_some(user)
}

/// The user of the address in a header.
fn header_user(request: &Request, name: &str) -> Option<String> {
    let mut lines = request.headers().lines();
    let line = lines.find(|line| line.raw_name().is(name))?;
    let address = NameAddr::parse(line.value().bytes().clone(), HeaderName::To).ok()?;
    user(address.uri())
}

/// The user of a SIP URI, or the number of a tel URI, without what is put behind it (`;npdi`).
fn user(uri: &Uri) -> Option<String> {
    let user = uri.user().map(Cow::into_owned)?;
    let text = String::from_utf8_lossy(&user).into_owned();
    let plain = text.split(';').next().unwrap_or_default();
    (!plain.is_empty()).then(|| plain.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lines::tests::trunk;
    use bytes::Bytes;
    use sip_message::Message;

    fn invite(uri: &str, headers: &str) -> Request {
        let text = format!(
            "INVITE {uri} SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n\
             Call-ID: 1\r\nCSeq: 1 INVITE\r\n{headers}Content-Length: 0\r\n\r\n"
        );
        match Message::parse(Bytes::from(text)).unwrap() {
            Message::Request(request) => request,
            Message::Response(_) => panic!("a request"),
        }
    }

    const FROM: &str = "From: \"Mia\" <sip:030654321@carrier.example>;tag=1\r\n";

    fn germany() -> Option<Country> {
        Country::parse("DE").ok()
    }

    #[test]
    fn the_called_number_is_read_where_the_provider_writes_it() {
        let mut trunk = trunk(1, "carrier.example");
        trunk.identity.auth_user = "account".to_owned();
        let to = format!("{FROM}To: <sip:+4930123456@office.example>\r\n");
        let read = |trunk: &Trunk, uri: &str, headers: &str| {
            called(trunk, &invite(uri, headers), germany().as_ref()).text
        };
        assert_eq!(read(&trunk, "sip:030123457@10.0.0.1", &to), "+4930123457");
        assert_eq!(
            read(&trunk, "sip:account@10.0.0.1;line=x", &to),
            "+4930123456"
        );
        trunk.incoming.called_in = CalledNumberIn::To;
        assert_eq!(read(&trunk, "sip:030123457@10.0.0.1", &to), "+4930123456");
        trunk.incoming.called_in = CalledNumberIn::PCalledPartyId;
        let party = format!("{to}P-Called-Party-ID: <sip:+4930123458@carrier.example>\r\n");
        assert_eq!(read(&trunk, "sip:x@10.0.0.1", &party), "+4930123458");
        trunk.incoming.called_in = CalledNumberIn::Diversion;
        let diverted = format!("{to}Diversion: <tel:+4930123459>;reason=unconditional\r\n");
        assert_eq!(read(&trunk, "sip:x@10.0.0.1", &diverted), "+4930123459");
        trunk.incoming.called_in = CalledNumberIn::RequestUri;
        trunk.called_prefix = "1234".to_owned();
        assert_eq!(
            read(&trunk, "sip:1234030123457@10.0.0.1", &to),
            "+4930123457"
        );
    }

    #[test]
    fn a_caller_who_hides_has_no_number_and_no_name() {
        let trunk = trunk(1, "carrier.example");
        let read = |headers: &str| {
            let request = invite("sip:030123457@10.0.0.1", headers);
            caller(&trunk, &request, germany().as_ref())
        };
        let to = "To: <sip:x@y>\r\n";
        let mia = read(&format!("{FROM}{to}"));
        assert_eq!(
            (mia.number.as_str(), mia.name.as_str()),
            ("+4930654321", "Mia")
        );
        for hidden in [
            format!("{FROM}{to}Privacy: id\r\n"),
            format!("From: \"Boss\" <sip:anonymous@office.example>;tag=1\r\n{to}"),
            format!("From: <sip:030654321@anonymous.invalid>;tag=1\r\n{to}"),
        ] {
            assert_eq!(read(&hidden), Caller::default(), "{hidden}");
        }
        let again = format!("From: \"030 654321\" <sip:030654321@c>;tag=1\r\n{to}");
        assert_eq!(read(&again).name, "");
    }

    #[test]
    fn who_forwarded_a_call_here_is_read_and_nobody_who_does_not_want_to_be_named() {
        let trunk = trunk(1, "carrier.example");
        let read = |headers: &str| {
            let headers = format!("{FROM}To: <sip:x@y>\r\n{headers}");
            let request = invite("sip:030123457@10.0.0.1", &headers);
            let called = called(&trunk, &request, germany().as_ref());
            forwarded_from(&request, &called, germany().as_ref())
        };
        let told = [
            "Diversion: <tel:+498912345>;reason=unconditional\r\n",
            "Diversion: <sip:08912345@c>;reason=no-answer;privacy=off\r\n",
            // The last who has passed it on stands first (RFC 5806 §4).
            "Diversion: <sip:08912345@c>, <sip:0401234567@c>\r\n",
            // Some say by it only what was called.
            "Diversion: <sip:+4930123457@c>\r\nDiversion: <sip:+498912345@c>\r\n",
            "History-Info: <sip:08912345@c>;index=1, <sip:030123457@c;cause=302>;index=1.1;mp=1\r\n",
            // That it went on to our address is no forwarding.
            "History-Info: <sip:08912345@c>;index=1, <sip:030123457@c;cause=486>;index=1.1;mp=1, \
             <sip:030123457@10.0.0.1>;index=1.1.1;rc=1.1\r\n",
        ];
        for headers in told {
            assert_eq!(read(headers).as_deref(), Some("+498912345"), "{headers}");
        }
        let untold = [
            "",
            "Diversion: <sip:08912345@c>;privacy=full\r\n",
            "Diversion: <sip:08912345@c>;privacy=uri\r\n",
            "Diversion: <sip:anonymous@anonymous.invalid>;reason=unknown\r\n",
            "Diversion: <sip:030123457@c>;reason=unconditional\r\n",
            "Diversion: what is this\r\n",
            "History-Info: <sip:030123457@c>;index=1\r\n",
            "History-Info: <sip:08912345@c>;index=1, <sip:030123457@10.0.0.1>;index=1.1;rc=1\r\n",
            "History-Info: <sip:08912345@c?Privacy=history>;index=1, \
             <sip:030123457@c;cause=302>;index=1.1;mp=1\r\n",
            "Privacy: history\r\nHistory-Info: <sip:08912345@c>;index=1, \
             <sip:030123457@c;cause=302>;index=1.1;mp=1\r\n",
        ];
        for headers in untold {
            assert_eq!(read(headers), None, "{headers}");
        }
    }

    #[test]
    fn an_asserted_caller_is_shown_only_where_the_line_says_so() {
        let mut trunk = trunk(1, "carrier.example");
        let headers = format!(
            "{FROM}To: <sip:x@y>\r\nP-Asserted-Identity: <sip:+498912345@carrier.example>\r\n"
        );
        let request = invite("sip:030123457@10.0.0.1", &headers);
        let read = |trunk: &Trunk| caller(trunk, &request, germany().as_ref()).number;
        assert_eq!(read(&trunk), "+4930654321");
        trunk.incoming.asserted_caller = true;
        assert_eq!(read(&trunk), "+498912345");
    }
}
